/**
 * The gateway's config, as HAProxy 2.6 reads it (configuration.txt of its source). Decision 0017 says why HAProxy, and has what was measured.
 */
import type { Cluster } from "./cluster.ts";
import { powerOfTwo } from "./database.ts";
import {
  hostIn,
  listenerPorts,
  listenersOf,
  readyPath,
  uiAuthorization,
  uiHosts,
} from "./gateway.ts";
import { gatewayMetricsPort, isScraped } from "./monitoring/places.ts";
import { frontendMembers, mostFrontends } from "./roles.ts";
import { gatewayDrainSeconds } from "./shutdown.ts";
import { template } from "./template.ts";
import { uiName, uiPort } from "./web-ui.ts";
import { ownAddress } from "./workload.ts";

const config = template("gateway/haproxy.cfg");
const metrics = template("gateway/metrics.cfg");

/** Path of the config inside the container. */
export const gatewayConfigPath = "/etc/gateway/haproxy.cfg";

/** Services whose calls pass; AdminService never does. */
const services = {
  always: [
    String.raw`temporal\.api\.workflowservice\.v1\.WorkflowService`,
    String.raw`grpc\.health\.v1\.Health`,
    String.raw`grpc\.reflection\.v1(alpha)?\.ServerReflection`,
  ],
  operator: String.raw`temporal\.api\.operatorservice\.v1\.OperatorService`,
} as const;

/**
 * Frontends that the gateway has room for: more than there may be, and in steps, so that another number of them replaces no gateway. Each place that
 * is free costs processor time all the same.
 */
function frontendSlots(cluster: Cluster): number {
  return Math.max(8, powerOfTwo(mostFrontends(cluster) + 1));
}

/** Header by which the gateway knows a request that it has passed on itself. */
const passedOn = "x-temporal-gateway";

/**
 * Renders the config. One frontend takes everything, and says by content type whether a request is a program's or a person's: gRPC goes to all
 * frontends of Temporal, call by call; all else is the web UI, behind a password.
 */
export function renderGatewayConfig(cluster: Cluster): string {
  const { grpc, http } = cluster.server.roles.frontend.ports;
  const { operatorService, trustedProxies } = cluster.gateway;
  const served = [
    ...services.always,
    ...(operatorService === "served" ? [services.operator] : []),
  ].join("|");
  return config({
    DRAIN_SECONDS: gatewayDrainSeconds(cluster),
    BINDS: binds(
      cluster,
      listenersOf(cluster).map((name) => [name, listenerPorts[name]]),
    ),
    METRICS: isScraped(cluster)
      ? metrics({ BINDS: binds(cluster, [["metrics", gatewayMetricsPort]]) })
      : "",
    READY_PATH: readyPath,
    SERVED: served,
    PROXIES: lines(trustedProxies, "acl proxy src"),
    NAMES: lines(uiHosts(cluster), "acl name req.hdr(host),host_only,lower -m str"),
    UI_AUTHORIZATION: uiAuthorization,
    PASSED_ON: passedOn,
    SLOTS: `1-${frontendSlots(cluster)}`,
    FRONTENDS: hostIn(cluster, frontendMembers),
    GRPC_PORT: grpc,
    HTTP_PORT: http,
    UI: hostIn(cluster, uiName),
    UI_PORT: uiPort,
    // The other family is asked for where this one has no answer.
    RESOLVED: "resolvers containers resolve-prefer ipv4 init-addr none",
  });
}

/**
 * Where it listens. In a pod: at the address that others know, of whichever family, and at the one that `kubectl port-forward` connects to; `::`
 * would not do for both families, since a kernel without IPv6 refuses it.
 */
function binds(
  cluster: Cluster,
  ports: readonly (readonly [name: string, port: number])[],
): string {
  const addresses = cluster.target.kind === "docker" ? ["*"] : [`"\${${ownAddress}}"`, "127.0.0.1"];
  const words = ports.flatMap(([name, port]) =>
    addresses.map((address) => `${address}:${port} name ${name}`),
  );
  return lines(words, "bind");
}

/** A line for each value: HAProxy takes 64 words in one, and lines of one name stand for each other. */
function lines(values: readonly string[], beginning: string): string {
  return values.map((value) => `    ${beginning} ${value}\n`).join("");
}
