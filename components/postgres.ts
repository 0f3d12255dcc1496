import * as pulumi from "@pulumi/pulumi";
import * as random from "@pulumi/random";
import { operatorsSecrets, postgresObject } from "../platform/cloudnative-pg.ts";
import type { Cluster, Lifecycle } from "../platform/cluster.ts";
import {
  databaseAuthority,
  databaseCallers,
  databasePassword,
  maxConnections,
  postgresName,
} from "../platform/database.ts";
import { imagesOf } from "../platform/images.ts";
import {
  managedPostgresExporter,
  postgresExporterPassword,
} from "../platform/postgres-exporter.ts";
import {
  accessPath,
  accessRules,
  dataMount,
  ownership,
  ownershipPath,
  renderPostgresSettings,
  settingsPath,
  startPath,
  startScript,
} from "../platform/postgres.ts";
import type { Resources, Workload } from "../platform/workload.ts";
import type { Ready, SecretSource, Secrets } from "../targets/target.ts";
import { Component, type PartArgs } from "./component.ts";

/** Arguments of {@link PostgresDatabase}. */
export interface PostgresDatabaseArgs extends PartArgs {
  readonly lifecycle: Lifecycle;
  /** Password from the user; one is generated when there is none and the platform runs PostgreSQL itself. */
  readonly password?: pulumi.Output<string>;
}

/** PostgreSQL, managed by the platform or elsewhere, and what it takes to connect to it. */
export class PostgresDatabase extends Component {
  /** What those who connect need: the password of the role that the platform connects as, and the authority's certificates if they are a secret. */
  readonly secrets: Secrets;
  /** What postgres_exporter needs, and nobody else: the password of its role where the platform makes it, and the authority's certificates. */
  readonly exporterSecrets: Secrets;
  /** What must be there before anyone connects. */
  readonly ready: Ready;

  constructor(name: string, args: PostgresDatabaseArgs, opts: pulumi.ComponentResourceOptions) {
    super("data:Postgres", name, opts);
    const { cluster, target, lifecycle } = args;
    const given: SecretSource | undefined =
      args.password === undefined ? undefined : { kind: "value", value: args.password };

    const { postgres } = cluster;
    switch (postgres.kind) {
      case "external": {
        const { passwordSecret } = postgres;
        const password: SecretSource | undefined =
          passwordSecret === undefined ? given : { kind: "existing", ...passwordSecret };
        if (password === undefined) throw new Error("an external PostgreSQL has no password");
        this.secrets = { [databasePassword]: password };
        this.exporterSecrets = {};
        this.ready = [];
        break;
      }
      case "managed": {
        const password = given ?? { kind: "value", value: this.#generatedPassword(name) };
        this.secrets = { [databasePassword]: password };
        this.exporterSecrets =
          managedPostgresExporter(cluster) === undefined
            ? {}
            : {
                [postgresExporterPassword]: {
                  kind: "value",
                  value: this.#generatedPassword(`${name}-exporter`),
                },
              };
        const workload = postgresWorkload(cluster, postgres);
        const deploy = this.place({ secrets: { ...this.secrets, ...this.exporterSecrets } });
        const deployed =
          lifecycle === "running" ? target.run(workload, deploy) : target.keep(workload, deploy);
        this.ready = deployed.ready;
        break;
      }
      case "cloudnative-pg": {
        if (target.kind !== "kubernetes") throw new Error("an operator needs Kubernetes");
        const { password, authority } = operatorsSecrets;
        this.secrets = { [databasePassword]: password, [databaseAuthority]: authority };
        this.exporterSecrets = { [databaseAuthority]: authority };
        this.ready = target.customResource(
          postgresObject(cluster, postgres, target.choice),
          this.place({ dependsOn: args.after }),
        );
        break;
      }
    }
    this.registerOutputs({});
  }

  #generatedPassword(name: string): pulumi.Output<string> {
    const password = new random.RandomPassword(
      `${name}-password`,
      // Letters and digits only, so that operators can paste it anywhere; 32 of them are 190 bits.
      { length: 32, special: false },
      { parent: this },
    );
    return pulumi.secret(password.result);
  }
}

/** PostgreSQL as a workload. */
export function postgresWorkload(
  cluster: Cluster,
  postgres: { readonly resources: Resources; readonly storageGiB: number },
): Workload {
  const image = imagesOf(cluster).postgres;
  const settings = renderPostgresSettings(postgres.resources, maxConnections(cluster));
  return {
    name: postgresName,
    image,
    replicas: 1,
    discovery: "balanced",
    command: ["/bin/sh", startPath],
    environment: {
      POSTGRES_USER: "temporal",
      POSTGRES_PASSWORD: { secret: databasePassword },
      ...(managedPostgresExporter(cluster) === undefined
        ? {}
        : { EXPORTER_PASSWORD: { secret: postgresExporterPassword } }),
      LC_ALL: "C.UTF-8",
    },
    files: [
      { path: startPath, content: startScript },
      { path: settingsPath, content: settings },
      { path: accessPath, content: accessRules },
      { path: ownershipPath, content: ownership },
    ],
    mounts: [
      {
        volume: {
          name: "postgres-data",
          owner: image.user,
          sizeGiB: postgres.storageGiB,
          onDestroy: cluster.onDestroy,
        },
        path: dataMount,
      },
    ],
    scratch: ["/tmp"],
    ports: { postgres: { port: 5432, protocol: "tcp", callers: databaseCallers(cluster) } },
    health: { kind: "exec", command: ["pg_isready", "-q", "-h", "127.0.0.1", "-U", "temporal"] },
    resources: postgres.resources,
    startTimeoutSeconds: 180,
    // A recovery that is cut begins anew: it has no restart points before its end, and replays all WAL since the last checkpoint.
    recoveryTimeoutSeconds: 60 * 60,
    // Fast shutdown: ends sessions and writes a checkpoint; SIGTERM would wait for sessions to end by themselves.
    stopSignal: "SIGINT",
    stopGraceSeconds: 5 * 60,
  };
}
