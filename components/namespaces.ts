import type * as pulumi from "@pulumi/pulumi";
import type { Cluster } from "../platform/cluster.ts";
import { imagesOf } from "../platform/images.ts";
import {
  namespacesEnvironment,
  namespacesScriptPath,
  renderNamespacesScript,
} from "../platform/namespaces.ts";
import type { Task } from "../platform/workload.ts";
import { Component, type PartArgs } from "./component.ts";

/** The namespaces that a cluster has from the start. */
export class Namespaces extends Component {
  constructor(name: string, args: PartArgs, opts: pulumi.ComponentResourceOptions) {
    super("server:Namespaces", name, opts);
    args.target.complete(namespacesTask(args.cluster), this.place({ dependsOn: args.after }));
    this.registerOutputs({});
  }
}

/** The namespaces' task. */
export function namespacesTask(cluster: Cluster): Task {
  return {
    name: "namespaces",
    image: imagesOf(cluster).adminTools,
    command: ["/bin/sh", namespacesScriptPath],
    environment: namespacesEnvironment(cluster),
    files: [{ path: namespacesScriptPath, content: renderNamespacesScript(cluster.namespaces) }],
    mounts: [],
    scratch: ["/tmp"],
    resources: cluster.tasks.resources,
    timeoutSeconds: 5 * 60,
    interruption: "stop",
  };
}
