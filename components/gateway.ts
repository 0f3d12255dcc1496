import * as pulumi from "@pulumi/pulumi";
import * as random from "@pulumi/random";
import type { Cluster } from "../platform/cluster.ts";
import { exposureOf } from "../platform/exposure.ts";
import {
  auditLogDirectory,
  gatewayConfigPath,
  gatewayPort,
  renderGatewayConfig,
  uiPasswordHash,
} from "../platform/gateway.ts";
import { imagesOf } from "../platform/images.ts";
import type { Workload } from "../platform/workload.ts";
import { Component, type PartArgs } from "./component.ts";

/** Arguments of {@link Gateway}. */
export interface GatewayArgs extends PartArgs {
  /** What it is stopped with when the cluster runs; undefined when only its data is kept. */
  readonly stoppedWith: pulumi.Resource | undefined;
}

/** One port for people, programs and probes; its access log is the audit log. */
export class Gateway extends Component {
  /** Password of the web UI; a secret. */
  readonly uiPassword: pulumi.Output<string>;

  constructor(name: string, args: GatewayArgs, opts: pulumi.ComponentResourceOptions) {
    super("access:Gateway", name, opts);
    const password = new random.RandomPassword(
      `${name}-password`,
      { length: 24, special: false },
      { parent: this },
    );
    this.uiPassword = pulumi.secret(password.result);

    const workload = gatewayWorkload(args.cluster);
    const { target, after: dependsOn, stoppedWith } = args;
    if (stoppedWith === undefined) {
      target.keep(workload, this.place());
    } else {
      const hash = pulumi.secret(password.bcryptHash);
      const secrets = { [uiPasswordHash]: { kind: "value", value: hash } } as const;
      target.run(workload, this.place({ secrets, dependsOn, stoppedWith }));
    }
    this.registerOutputs({ uiPassword: this.uiPassword });
  }
}

/** The gateway as a workload. */
export function gatewayWorkload(cluster: Cluster): Workload {
  const image = imagesOf(cluster).gateway;
  const exposed = exposureOf(cluster, "gateway");
  return {
    name: "gateway",
    image,
    replicas: cluster.gateway.replicas,
    discovery: "balanced",
    command: ["caddy", "run", "--config", gatewayConfigPath, "--adapter", "caddyfile"],
    environment: {
      UI_USER: cluster.gateway.user,
      [uiPasswordHash]: { secret: uiPasswordHash },
      HOME: "/tmp",
      XDG_CONFIG_HOME: "/tmp",
      XDG_DATA_HOME: "/tmp",
    },
    files: [{ path: gatewayConfigPath, content: renderGatewayConfig(cluster) }],
    mounts: [
      {
        volume: {
          name: "gateway-audit",
          owner: image.user,
          sizeGiB: 8,
          onDestroy: cluster.onDestroy,
        },
        path: auditLogDirectory,
      },
    ],
    scratch: ["/tmp"],
    ports: [
      {
        name: "gateway",
        port: gatewayPort,
        protocol: "grpc",
        callers: ["clients"],
        ...(exposed === undefined ? {} : { exposed }),
      },
    ],
    health: { kind: "http", port: gatewayPort, path: "/health" },
    resources: cluster.gateway.resources,
    startTimeoutSeconds: 60,
    stopSignal: "SIGTERM",
    stopGraceSeconds: 15,
    // The official image's program carries this file capability, and the kernel refuses to run it where it can not be had.
    capabilities: ["NET_BIND_SERVICE"],
  };
}
