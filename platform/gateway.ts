/**
 * The gateway: the address that programs dial and people open. Its config is platform/gateway-config.ts.
 */
import type { Cluster } from "./cluster.ts";
import { endpoints, type Exposure, exposureOf, hostOf, isLoopback, tlsOf } from "./exposure.ts";
import type { SecretName } from "./secrets.ts";

/** Name of the workload that is the gateway. */
export const gatewayName = "gateway";

/** What a listener of the gateway serves: everything, as programs and `kubectl port-forward` find it, or one endpoint, for an exposure. */
export const listeners = ["all", "ui", "grpc"] as const;
export type Listener = (typeof listeners)[number];

/** Ports inside the cluster's network. The first is the one that SDKs dial by default. */
export const listenerPorts: Readonly<Record<Listener, number>> = {
  all: 7233,
  ui: 8233,
  grpc: 9233,
};

/** The listener that an endpoint is exposed by: one port of a Docker host may lead to both. */
export function listenerOf(cluster: Cluster, endpoint: "ui" | "grpc"): Listener {
  const { target } = cluster;
  if (target.kind === "docker" && target.publish.ui === target.publish.grpc) return "all";
  return exposureOf(cluster, endpoint) === undefined ? "all" : endpoint;
}

/** The listeners that a cluster's gateway has. */
export function listenersOf(cluster: Cluster): readonly Listener[] {
  const wanted = new Set([
    "all" as const,
    listenerOf(cluster, "ui"),
    listenerOf(cluster, "grpc"),
  ] satisfies Listener[]);
  return listeners.filter((listener) => wanted.has(listener));
}

/** How a listener is reached from outside; undefined when only the cluster's own network reaches it. */
export function exposureOfListener(cluster: Cluster, listener: Listener): Exposure | undefined {
  const endpoint = (["ui", "grpc"] as const).find(
    (one) => listenerOf(cluster, one) === listener && exposureOf(cluster, one) !== undefined,
  );
  return endpoint === undefined ? undefined : exposureOf(cluster, endpoint);
}

/** Secret, and environment variable, with the SHA-256 of the Authorization header that the web UI's user sends, in hexadecimal digits. */
export const uiAuthorization = "UI_AUTHORIZATION_SHA256" as const satisfies SecretName;

/** The Authorization header of a user and a password (RFC 7617). */
export function basicAuthorization(user: string, password: string): string {
  return `Basic ${Buffer.from(`${user}:${password}`).toString("base64")}`;
}

/** Directory of the audit log, where it goes to files. */
export const auditLogDirectory = "/var/log/gateway";

/** Path at which it says whether it takes requests itself; `/health` says whether the cluster does. */
export const readyPath = "/ready";

/**
 * The names that a workload's replicas have together.
 *
 * @param name As the workload has it: its own for one address, or its headless one.
 */
export function hostIn({ target }: Cluster, name: string): string {
  // HAProxy takes name servers from /etc/resolv.conf and no search domains, so that names are full.
  return target.kind === "docker" ? name : `${name}.${target.namespace}.svc.cluster.local`;
}

/**
 * Host names by which the web UI answers. A page of another name cannot make a browser send them, and an address never leads a browser to
 * another site's page, so that addresses need no list.
 */
export function uiHosts(cluster: Cluster): readonly string[] {
  const { target, gateway } = cluster;
  const inside =
    target.kind === "docker"
      ? [gatewayName]
      : ["", `.${target.namespace}`, `.${target.namespace}.svc`].map(
          (end) => `${gatewayName}${end}`,
        );
  const exposure = exposureOf(cluster, "ui");
  const outside = exposure === undefined ? undefined : hostOf(exposure);
  const engine = target.kind === "docker" ? engineHost(target.host) : undefined;
  const all = ["localhost", ...inside, hostIn(cluster, gatewayName), outside, engine];
  return [...new Set([...all, ...gateway.hosts].flatMap((name) => name ?? []))].map((name) =>
    name.toLowerCase(),
  );
}

/** Name of the machine of an engine that is another one's. */
function engineHost(engine: string | undefined): string | undefined {
  if (engine === undefined || !/^(ssh|tcp):/.test(engine)) return undefined;
  return new URL(engine).hostname;
}

/** Whether browsers reach the web UI over TLS, so that its cookies must never travel in clear. */
export function uiSpeaksTls(cluster: Cluster): boolean {
  const exposure = exposureOf(cluster, "ui");
  return exposure !== undefined && tlsOf(exposure) === "terminate";
}

/** Whether programs of other machines, outside the cluster's network, reach gRPC. */
export function isOpenToOthers(cluster: Pick<Cluster, "target">): boolean {
  return endpoints
    .filter((endpoint) => endpoint !== "ui")
    .some((endpoint) => {
      const exposure = exposureOf(cluster, endpoint);
      return exposure !== undefined && !isLoopback(exposure);
    });
}
