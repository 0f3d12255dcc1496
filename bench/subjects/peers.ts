/**
 * The two peers: Temporal CLI's development server, and the server in one process with what the official compose file gives it.
 */
import Docker from "dockerode";
import { imageCatalogue, type CommonImageName } from "../../platform/images.ts";
import { stackLabel } from "../../platform/labels.ts";
import { defaultServerVersion } from "../../platform/versions.ts";
import { removeLeftOvers, testStackName } from "../../testkit/leftovers.ts";
import { inContainers } from "./containers.ts";
import type { Subject } from "./subject.ts";

const metricsPort = 9090;

/** A network of a peer's own, and how to put containers on it. */
class Peer {
  readonly docker = new Docker();
  readonly name = testStackName();
  readonly #labels = { [stackLabel]: this.name };

  async network(): Promise<void> {
    await this.docker.createNetwork({ Name: this.name, Labels: this.#labels });
  }

  /** Starts a shell script in an image, and gives the container's id. */
  async run(
    part: string,
    image: CommonImageName,
    script: string,
    environment: Readonly<Record<string, string>> = {},
  ): Promise<string> {
    const container = await this.docker.createContainer({
      Image: imageCatalogue(defaultServerVersion)[image].reference,
      Hostname: part,
      Entrypoint: ["/bin/sh", "-ec", script],
      Cmd: [],
      Env: Object.entries(environment).map(([key, value]) => `${key}=${value}`),
      Labels: this.#labels,
      NetworkingConfig: { EndpointsConfig: { [this.name]: { Aliases: [part] } } },
    });
    await container.start();
    return container.id;
  }

  /** Runs a shell script to its end. */
  async complete(
    part: string,
    image: CommonImageName,
    script: string,
    environment: Readonly<Record<string, string>> = {},
  ): Promise<void> {
    const container = this.docker.getContainer(await this.run(part, image, script, environment));
    const { StatusCode } = (await container.wait()) as { StatusCode: number };
    if (StatusCode !== 0) {
      const log = await container.logs({ stdout: true, stderr: true, tail: 20 });
      throw new Error(`${part} ended with ${StatusCode}: ${log.toString("utf8")}`);
    }
    await container.remove({ v: true });
  }

  async dispose(): Promise<void> {
    await removeLeftOvers(this.docker, this.name);
  }
}

/** `temporal server start-dev`: everything in one process, in memory. */
export const devServer = (): Promise<Subject> => startDev("start-dev", "");

/** The same, with its database in a file. */
export const devServerOnDisk = (): Promise<Subject> =>
  startDev("start-dev on disk", "--db-filename /tmp/temporal.db");

async function startDev(name: string, options: string): Promise<Subject> {
  const peer = new Peer();
  await peer.network();
  const server = await peer.run(
    "server",
    "adminTools",
    `exec temporal server start-dev --ip 0.0.0.0 --log-level warn --metrics-port ${metricsPort} ${options}`,
  );
  return inContainers({
    name,
    docker: peer.docker,
    parts: { server },
    metrics: { parts: ["server"], port: metricsPort },
    frontend: "server",
    dispose: () => peer.dispose(),
  });
}

/**
 * The server in one process, configured by environment variables only: the embedded template's defaults (4 shards, log level info), the
 * development dynamic config of the official compose files, and PostgreSQL as it comes.
 */
export async function allInOne(): Promise<Subject> {
  const peer = new Peer();
  await peer.network();
  const postgres = await peer.run("postgresql", "postgres", stockPostgres);
  const database = {
    ...{ SQL_PLUGIN: "postgres12", SQL_HOST: "postgresql", SQL_PORT: "5432" },
    ...{ SQL_USER: "temporal", SQL_PASSWORD: "" },
  };
  await peer.complete("schema", "adminTools", schema, database);
  const server = await peer.run("temporal", "server", server_, {
    ...{ DB: "postgres12", DB_PORT: "5432", POSTGRES_SEEDS: "postgresql" },
    ...{ POSTGRES_USER: "temporal", POSTGRES_PWD: "" },
    PROMETHEUS_ENDPOINT: `0.0.0.0:${metricsPort}`,
    DYNAMIC_CONFIG_FILE_PATH: "/tmp/development-sql.yaml",
  });
  await peer.complete("namespace", "adminTools", namespace);
  return inContainers({
    name: "all-in-one",
    docker: peer.docker,
    parts: { postgres, server },
    metrics: { parts: ["server"], port: metricsPort },
    frontend: "server",
    dispose: () => peer.dispose(),
  });
}

const stockPostgres = `
  export PGDATA=/var/lib/postgresql/data
  [ -s $PGDATA/PG_VERSION ] || {
    initdb --username=temporal --auth=trust > /dev/null
    echo 'host all all all trust' >> $PGDATA/pg_hba.conf
  }
  exec postgres -c listen_addresses='*' -c unix_socket_directories=/tmp`;

const schema = `
  cd /tmp
  until temporal-sql-tool --db temporal create > log 2>&1 || grep -q 'already exists' log; do sleep 0.5; done
  temporal-sql-tool --db temporal_visibility create
  for database in temporal temporal_visibility; do
    temporal-sql-tool --db $database setup-schema -v 0.0
    [ $database = temporal ] && directory=temporal || directory=visibility
    temporal-sql-tool --db $database update-schema --schema-name postgresql/v12/$directory
  done`;

const server_ = `
  cat > /tmp/development-sql.yaml <<-'end'
limit.maxIDLength:
  - value: 255
system.forceSearchAttributesCacheRefreshOnRead:
  - value: true
end
  export BIND_ON_IP=$(hostname -i)
  export HOME=/tmp USER=temporal
  cd /tmp
  exec temporal-server --allow-no-auth start`;

const namespace = `
  until temporal operator namespace create default --address temporal:7233 --retention 24h; do sleep 1; done`;
