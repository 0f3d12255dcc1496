import type * as pulumi from "@pulumi/pulumi";
import type { Cluster } from "../platform/cluster.ts";
import { authorityFiles, databaseAddress } from "../platform/database.ts";
import { guardPaths, persistenceGuard, visibilityGuard } from "../platform/database-guard.ts";
import { imagesOf } from "../platform/images.ts";
import {
  memberships,
  membershipsPath,
  renderSchemaScript,
  schemaEnvironment,
  schemaScriptPath,
  visibilityIndexes,
  visibilityIndexesPath,
} from "../platform/schema.ts";
import type { Task } from "../platform/workload.ts";
import type { Ready } from "../targets/target.ts";
import { Component, type DatabasePartArgs } from "./component.ts";

/** Both databases with the schema that the server's version expects; brought up to date again by every new version. */
export class Schema extends Component {
  /** The completed task; no server may start before it. */
  readonly ready: Ready;

  constructor(name: string, args: DatabasePartArgs, opts: pulumi.ComponentResourceOptions) {
    super("data:Schema", name, opts);
    this.ready = args.target.complete(
      schemaTask(args.cluster),
      this.place({ secrets: args.secrets, dependsOn: args.after }),
    );
    this.registerOutputs({});
  }
}

/** The schema's task. */
export function schemaTask(cluster: Cluster): Task {
  const address = databaseAddress(cluster);
  return {
    name: "schema",
    image: imagesOf(cluster).adminTools,
    command: ["/bin/sh", schemaScriptPath],
    environment: schemaEnvironment(address),
    files: [
      { path: schemaScriptPath, content: renderSchemaScript(cluster.server.version) },
      { path: guardPaths.persistence, content: persistenceGuard(cluster) },
      { path: guardPaths.visibility, content: visibilityGuard(cluster) },
      { path: membershipsPath, content: memberships },
      { path: visibilityIndexesPath, content: visibilityIndexes },
      ...authorityFiles(address),
    ],
    mounts: [],
    scratch: ["/tmp"],
    resources: cluster.tasks.resources,
    // Altering tables of a large database takes long, and a schema that was cut off is the worst outcome of all.
    timeoutSeconds: 2 * 60 * 60,
    interruption: "finish",
  };
}
