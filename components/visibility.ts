import * as pulumi from "@pulumi/pulumi";
import * as random from "@pulumi/random";
import type { Cluster, Lifecycle } from "../platform/cluster.ts";
import { authorityFiles, databaseAddress } from "../platform/database.ts";
import {
  elasticsearchExporterPassword,
  managedElasticsearchExporter,
} from "../platform/elasticsearch-exporter.ts";
import { imagesOf } from "../platform/images.ts";
import { opensearchPassword, opensearchWorkload } from "../platform/opensearch.ts";
import {
  givenSearchPassword,
  isMoving,
  searchCallers,
  searchFiles,
  type SearchIndex,
  searchIndex,
  visibilityCatchUpName,
  visibilityCopyName,
  visibilityIndexName,
} from "../platform/visibility.ts";
import {
  type CopyMoment,
  renderVisibilityCopyScript,
  renderVisibilityIndexScript,
  visibilityCopyEnvironment,
  visibilityFields,
  visibilityIndexEnvironment,
  visibilityPaths,
  visibilityRows,
} from "../platform/visibility-tasks.ts";
import { checkTimeoutSeconds, type Task } from "../platform/workload.ts";
import type { Ready, Secrets, SecretSource } from "../targets/target.ts";
import { Component, type DatabasePartArgs, type PartArgs } from "./component.ts";
import { type GivenSecrets, sourcesOf } from "./given-secrets.ts";

/** Arguments of {@link Visibility}. */
export interface VisibilityArgs extends PartArgs {
  readonly lifecycle: Lifecycle;
  readonly given: GivenSecrets;
}

/** The index that lists of workflows are answered from, on a node of the platform's own or elsewhere, and what it takes to use it. */
export class Visibility extends Component {
  /** What those who use it need. */
  readonly secrets: Secrets;
  /** What elasticsearch_exporter needs, and nobody else: the password of its user where the platform makes it. */
  readonly exporterSecrets: Secrets;
  /** The node itself. It goes after all who use it. */
  readonly stored: Ready;
  /** The index with every field that the server's version knows. */
  readonly ready: Ready;

  constructor(name: string, args: VisibilityArgs, opts: pulumi.ComponentResourceOptions) {
    super("data:Visibility", name, opts);
    const { cluster, target, lifecycle, after } = args;
    const { visibility } = cluster;
    const running = lifecycle === "running";
    this.secrets =
      visibility.kind === "managed"
        ? { [opensearchPassword]: this.#generated(name) }
        : sourcesOf(givenSearchPassword(cluster), running ? args.given : undefined);
    this.exporterSecrets =
      visibility.kind === "managed" && managedElasticsearchExporter(cluster) !== undefined
        ? { [elasticsearchExporterPassword]: this.#generated(`${name}-exporter`) }
        : {};
    this.stored = [];
    if (visibility.kind === "managed") {
      const workload = opensearchWorkload(cluster, visibility, searchCallers(cluster));
      const secrets = { ...this.secrets, ...this.exporterSecrets };
      const deploy = this.place({ secrets, dependsOn: after });
      this.stored = (running ? target.run(workload, deploy) : target.keep(workload, deploy)).ready;
    }
    const index = searchIndex(cluster);
    this.ready =
      index === undefined || !running
        ? this.stored
        : target.complete(
            visibilityIndexTask(cluster, index),
            this.place({ secrets: this.secrets, dependsOn: [...after, ...this.stored] }),
          );
    this.registerOutputs({});
  }

  #generated(name: string): SecretSource {
    const password = new random.RandomPassword(
      `${name}-password`,
      { length: 40, special: false },
      { parent: this },
    );
    return { kind: "value", value: pulumi.secret(password.result) };
  }
}

/** PostgreSQL's lists in the index, as they are at one moment of the move. */
export class VisibilityCopy extends Component {
  /** The completed task. */
  readonly ready: Ready;

  constructor(
    name: string,
    args: DatabasePartArgs & { readonly task: Task },
    opts: pulumi.ComponentResourceOptions,
  ) {
    super("data:VisibilityCopy", name, opts);
    const { target, task, secrets, after } = args;
    this.ready = target.complete(task, this.place({ secrets, dependsOn: after }));
    this.registerOutputs({});
  }
}

/** The task that makes the index. */
export function visibilityIndexTask(cluster: Cluster, index: SearchIndex): Task {
  return {
    name: visibilityIndexName,
    image: imagesOf(cluster).adminTools,
    command: ["/bin/sh", visibilityPaths.index],
    environment: visibilityIndexEnvironment(index),
    files: [
      {
        path: visibilityPaths.index,
        content: renderVisibilityIndexScript(cluster.server.version, index),
      },
      ...searchFiles(index),
    ],
    mounts: [],
    scratch: ["/tmp"],
    resources: cluster.tasks.resources,
    timeoutSeconds: checkTimeoutSeconds,
    interruption: "finish",
  };
}

/** The tasks that copy PostgreSQL's lists while they are on the move: what runs before the roles do, and what after them. */
export interface CopyTasks {
  readonly before?: Task;
  readonly after?: Task;
}

/** The copies that a cluster's stage of the move asks for; none where nothing moves. */
export function visibilityCopyTasks(cluster: Cluster): CopyTasks {
  const { visibility } = cluster;
  const index = searchIndex(cluster);
  if (index === undefined || visibility.kind === "postgres" || !isMoving(cluster)) return {};
  return visibility.stage === "fill"
    ? { before: copyTask(cluster, index, visibilityCopyName, "fill") }
    : {
        before: copyTask(cluster, index, visibilityCopyName, "before"),
        after: copyTask(cluster, index, visibilityCatchUpName, "after"),
      };
}

/** A copy runs in PostgreSQL's image, which has psql, and speaks HTTP by what is there besides: Bash or `nc`, and OpenSSL. */
function copyTask(cluster: Cluster, index: SearchIndex, name: string, moment: CopyMoment): Task {
  const address = databaseAddress(cluster);
  return {
    name,
    image: imagesOf(cluster).postgres,
    command: ["/bin/sh", visibilityPaths.copy],
    environment: visibilityCopyEnvironment(address, index, moment),
    files: [
      { path: visibilityPaths.copy, content: renderVisibilityCopyScript(name, index) },
      { path: visibilityPaths.rows, content: visibilityRows },
      { path: visibilityPaths.fields, content: visibilityFields },
      ...authorityFiles(address),
      ...searchFiles(index),
    ],
    mounts: [],
    scratch: ["/tmp"],
    resources: cluster.tasks.resources,
    // Some thousand workflows a second; a copy that was cut off begins anew.
    timeoutSeconds: 6 * 60 * 60,
    interruption: "stop",
  };
}
