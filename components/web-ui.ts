import type * as pulumi from "@pulumi/pulumi";
import type { Cluster } from "../platform/cluster.ts";
import { imagesOf } from "../platform/images.ts";
import { renderUiConfig, uiConfig, uiConfigPath, uiName, uiPort } from "../platform/web-ui.ts";
import { parts, type Workload } from "../platform/workload.ts";
import { Component, type RunningPartArgs } from "./component.ts";

/** Temporal's web UI; reached through the gateway only. */
export class WebUi extends Component {
  constructor(name: string, args: RunningPartArgs, opts: pulumi.ComponentResourceOptions) {
    super("access:WebUi", name, opts);
    const { cluster, target, after, stoppedWith } = args;
    target.run(uiWorkload(cluster), this.place({ dependsOn: after, stoppedWith }));
    this.registerOutputs({});
  }
}

/** The web UI as a workload. */
export function uiWorkload(cluster: Cluster): Workload {
  return {
    name: uiName,
    image: imagesOf(cluster).ui,
    replicas: cluster.ui.replicas,
    discovery: "balanced",
    command: [
      "/home/ui-server/ui-server",
      "--root",
      uiConfig.root,
      "--config",
      uiConfig.directory,
      "--env",
      uiConfig.environment,
      "start",
    ],
    environment: {},
    files: [{ path: uiConfigPath, content: renderUiConfig(cluster) }],
    mounts: [],
    scratch: ["/tmp"],
    ports: { http: { port: uiPort, protocol: "http", callers: parts("gateway") } },
    health: { kind: "http", port: uiPort, path: "/healthz" },
    resources: cluster.ui.resources,
    startTimeoutSeconds: 60,
    stopSignal: "SIGTERM",
    stopGraceSeconds: 10,
  };
}
