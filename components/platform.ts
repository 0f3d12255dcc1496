import * as pulumi from "@pulumi/pulumi";
import { defined } from "../platform/defined.ts";
import type { Cluster, Lifecycle } from "../platform/cluster.ts";
import { servingIndex } from "../platform/visibility.ts";
import { type DeclaredWorker, declaredWorkers, keptWorkers } from "../platform/workers.ts";
import type { Task } from "../platform/workload.ts";
import type { Address, OpenTarget, Ready, Target } from "../targets/target.ts";
import { Archive } from "./archive.ts";
import { Component } from "./component.ts";
import { Gateway } from "./gateway.ts";
import type { GivenSecrets } from "./given-secrets.ts";
import { Monitoring } from "./monitoring.ts";
import { Namespaces } from "./namespaces.ts";
import { PostgresDatabase } from "./postgres.ts";
import { Schema } from "./schema.ts";
import { Server } from "./server.ts";
import { Visibility, VisibilityCopy, visibilityCopyTasks } from "./visibility.ts";
import { WebUi } from "./web-ui.ts";
import { Workers } from "./workers.ts";

/** Arguments of {@link TemporalPlatform}. */
export interface TemporalPlatformArgs {
  readonly cluster: Cluster;
  /** Where it runs. */
  readonly target: Target;
  /** `stopped` keeps data and secrets and nothing else. */
  readonly lifecycle: Lifecycle;
  /** Password of the database, from the user; see PostgresDatabase. */
  readonly databasePassword?: pulumi.Output<string>;
  /** Values of the other secrets that the user gives. */
  readonly given: GivenSecrets;
  /** The cluster's frontend, for what Temporal holds. */
  readonly temporal: pulumi.ProviderResource;
  /** The operators that its parts need. */
  readonly operators: Ready;
  /** The record of the cluster's identity; no server starts before it is kept. */
  readonly identity: pulumi.Resource;
}

/** What a team needs to know about its cluster; part of the stack's outputs, and so a contract. */
export interface PlatformOutputs {
  /** The web UI, for browsers. */
  readonly uiUrl: pulumi.Output<string>;
  /** User of the web UI. */
  readonly uiUser: string;
  /** gRPC through the gateway, as host:port. */
  readonly gatewayAddress: pulumi.Output<string>;
  /** Whether that is reached over TLS. */
  readonly gatewayTransport: Address["transport"];
  /** The frontend's own gRPC address, as host:port. */
  readonly grpcAddress: pulumi.Output<string>;
  /** Whether the frontend is reached over TLS. */
  readonly grpcTransport: Address["transport"];
  readonly namespaces: readonly string[];
  /** The users' workers, by name, and what each is to poll. */
  readonly workers: Readonly<Record<string, DeclaredWorker>>;
}

/** What the server keeps its data in. */
interface Stores {
  readonly postgres: PostgresDatabase;
  /** Undefined when nothing is archived. */
  readonly archive: Archive | undefined;
  /** Undefined while lists are answered from PostgreSQL alone. */
  readonly visibility: Visibility | undefined;
}

/** One Temporal cluster, complete: database, schema, server, namespaces, web UI and gateway. */
export class TemporalPlatform extends Component {
  /** Name of the cluster. */
  readonly cluster: string;
  readonly outputs: PlatformOutputs;
  /** Password of the web UI; a secret. */
  readonly uiPassword: pulumi.Output<string>;

  constructor(
    name: string,
    args: TemporalPlatformArgs,
    opts: pulumi.ComponentResourceOptions = {},
  ) {
    super("index:Platform", name, opts);
    const { cluster, lifecycle } = args;
    const child = { parent: this };
    const target = args.target.open(this.place());

    const postgres = new PostgresDatabase(
      `${name}-postgres`,
      {
        cluster,
        target,
        lifecycle,
        after: [...target.ready, ...args.operators],
        ...defined({ password: args.databasePassword }),
      },
      child,
    );

    const archive =
      cluster.archival.kind === "none"
        ? undefined
        : new Archive(
            `${name}-archive`,
            { cluster, target, lifecycle, given: args.given, after: target.ready },
            child,
          );

    const visibility =
      cluster.visibility.kind === "postgres"
        ? undefined
        : new Visibility(
            `${name}-visibility`,
            { cluster, target, lifecycle, given: args.given, after: target.ready },
            child,
          );

    const stoppedWith =
      lifecycle === "running"
        ? target.stopTogether(
            { kind: "cluster" },
            this.place({
              dependsOn: [
                ...target.ready,
                ...postgres.ready,
                ...(archive?.stored ?? []),
                ...(visibility?.stored ?? []),
              ],
            }),
          )
        : undefined;
    const { frontend } = this.#serve(
      name,
      args,
      target,
      { postgres, archive, visibility },
      stoppedWith,
    );
    const after = [...target.ready, ...frontend.ready];
    const namespaces = new Namespaces(
      `${name}-namespaces`,
      {
        cluster,
        temporal: args.temporal,
        after: stoppedWith === undefined ? [] : frontend.ready,
        place: target.place,
      },
      child,
    );
    if (keptWorkers(cluster, lifecycle).length > 0) {
      const afterNamespace = (namespace: string): Ready => [
        ...frontend.ready,
        ...(namespaces.ready[namespace] ?? []),
      ];
      const running =
        lifecycle === "running" ? { after: afterNamespace, given: args.given } : undefined;
      new Workers(`${name}-workers`, { cluster, target, temporal: args.temporal, running }, child);
    }
    if (cluster.monitoring.kind !== "none") {
      const { exporterSecrets } = postgres;
      const searchExporterSecrets = visibility?.exporterSecrets ?? {};
      const running =
        stoppedWith === undefined
          ? undefined
          : { stoppedWith, exporterSecrets, searchExporterSecrets, given: args.given };
      const watched = { cluster, target, after: target.ready, running };
      new Monitoring(`${name}-monitoring`, watched, child);
    }
    const gateway = new Gateway(`${name}-gateway`, { cluster, target, after, stoppedWith }, child);
    const { ui: uiAt, grpc: gatewayAt } = gateway.addresses;
    const { grpc: grpcAt } = frontend.addresses;
    const scheme = uiAt.transport === "tls" ? "https" : "http";

    this.cluster = cluster.name;
    this.uiPassword = gateway.uiPassword;
    this.outputs = {
      uiUrl: pulumi.interpolate`${scheme}://${uiAt.authority}/`,
      uiUser: cluster.gateway.user,
      gatewayAddress: gatewayAt.authority,
      gatewayTransport: gatewayAt.transport,
      grpcAddress: grpcAt.authority,
      grpcTransport: grpcAt.transport,
      namespaces: Object.keys(cluster.namespaces),
      workers: declaredWorkers(cluster),
    };
    this.registerOutputs({ ...this.outputs });
  }

  /**
   * The server and what needs it. Namespaces, the gateway and the web UI need the frontend and nobody else. A web UI that finds no frontend at its
   * start tries again after up to ten seconds (`MaxBackoffDelay` in ui-server/server/rpc), and its page shows errors until then.
   */
  #serve(
    name: string,
    { cluster, identity }: TemporalPlatformArgs,
    target: OpenTarget,
    { postgres, archive, visibility }: Stores,
    stoppedWith: pulumi.Resource | undefined,
  ): Server {
    const child = { parent: this };
    if (stoppedWith === undefined) {
      const stopped = { cluster, target, after: [], running: undefined };
      return new Server(`${name}-server`, stopped, child);
    }
    const { secrets } = postgres;
    const schema = new Schema(
      `${name}-schema`,
      { cluster, target, secrets, after: [...postgres.ready, identity] },
      child,
    );
    const copies = visibilityCopyTasks(cluster);
    const indexed = [...schema.ready, ...(visibility?.ready ?? [])];
    const copied = (suffix: string, task: Task | undefined, ready: Ready): Ready => {
      if (task === undefined) return [];
      const args = {
        ...{ cluster, target, task, after: ready },
        secrets: { ...secrets, ...visibility?.secrets },
      };
      return new VisibilityCopy(`${name}-${suffix}`, args, child).ready;
    };
    const filled = copied("visibility-copy", copies.before, indexed);
    // While PostgreSQL answers, no role waits for the index.
    const answering = servingIndex(cluster) === undefined ? schema.ready : [...indexed, ...filled];
    const after = [...answering, ...(archive?.ready ?? []), identity, stoppedWith];
    const server = new Server(
      `${name}-server`,
      {
        cluster,
        target,
        after,
        running: {
          secrets: { ...secrets, ...archive?.secrets, ...visibility?.secrets },
          stoppedWith,
        },
      },
      child,
    );
    copied("visibility-catch-up", copies.after, server.ready);
    const { ready } = server.frontend;
    new WebUi(`${name}-ui`, { cluster, target, after: ready, stoppedWith }, child);
    return server;
  }
}
