/**
 * The database of another installation, as the official compose files and the server's own default config make it: refused under another
 * identity, taken over under its own.
 */
import { afterAll, beforeAll, expect, it } from "vitest";
import { imageCatalogue } from "../../platform/images.ts";
import { stackLabel } from "../../platform/labels.ts";
import { defaultServerVersion } from "../../platform/versions.ts";
import { type ExternalPostgres, startExternalPostgres } from "../../testkit/external-postgres.ts";
import { removeLeftOvers, testStackName } from "../../testkit/leftovers.ts";
import { freePort, TestStack } from "../../testkit/stack.ts";
import { temporal } from "../../testkit/temporal-cli.ts";
import { until } from "../../testkit/test-namespace.ts";
import { taskQueue, withWorker } from "../../testkit/worker.ts";

const role = { user: "temporal", password: "somebody-elses" };
const environment = { TEMPORAL_DB_PASSWORD: role.password };
const workflow = ["--workflow-id", "from-the-other-installation"];
const label = testStackName();
const images = imageCatalogue(defaultServerVersion);

let stack: TestStack;
let database: ExternalPostgres;
let publish: { ui: number; frontend: number };

/** A cluster on that database. */
const cluster = (name: string, numHistoryShards: number): object => ({
  name,
  target: { kind: "docker", publish },
  server: { numHistoryShards },
  postgres: { kind: "external", host: database.host, port: database.port },
});

/** Starts a container of the other installation. */
async function start(
  image: string,
  command: readonly string[],
  env: Readonly<Record<string, string>>,
  published?: number,
): Promise<Awaited<ReturnType<typeof stack.docker.createContainer>>> {
  const container = await stack.docker.createContainer({
    Image: image,
    Entrypoint: [...command],
    Cmd: [],
    Env: Object.entries(env).map(([key, value]) => `${key}=${value}`),
    Labels: { [stackLabel]: label },
    ExposedPorts: { "7233/tcp": {} },
    HostConfig: {
      PortBindings:
        published === undefined
          ? {}
          : { "7233/tcp": [{ HostIp: "127.0.0.1", HostPort: String(published) }] },
    },
  });
  await container.start();
  return container;
}

beforeAll(async () => {
  publish = { ui: await freePort(), frontend: await freePort() };
  stack = await TestStack.create({});
  database = await startExternalPostgres(stack.docker, role);
  const schema = [
    ["temporal", "temporal"],
    ["temporal_visibility", "visibility"],
  ].map(([name = "", kind = ""]) =>
    [
      `temporal-sql-tool --database ${name} create-database --defaultdb postgres`,
      `temporal-sql-tool --database ${name} setup-schema --version 0.0`,
      `temporal-sql-tool --database ${name} update-schema --schema-name postgresql/v12/${kind}`,
    ].join(" && "),
  );
  const made = await start(images.adminTools.reference, ["/bin/sh", "-c", schema.join(" && ")], {
    SQL_PLUGIN: "postgres12",
    SQL_HOST: database.host,
    SQL_PORT: String(database.port),
    SQL_USER: role.user,
    SQL_PASSWORD: role.password,
  });
  expect(await made.wait()).toMatchObject({ StatusCode: 0 });

  const port = await freePort();
  const server = await start(
    images.server.reference,
    [
      ...["/bin/sh", "-c"],
      'echo "{}" > "$DYNAMIC_CONFIG_FILE_PATH" && exec temporal-server --allow-no-auth start',
    ],
    {
      DYNAMIC_CONFIG_FILE_PATH: "/tmp/dynamic-config.yaml",
      DB: "postgres12",
      POSTGRES_SEEDS: database.host,
      DB_PORT: String(database.port),
      POSTGRES_USER: role.user,
      POSTGRES_PWD: role.password,
      DBNAME: "temporal",
      VISIBILITY_DBNAME: "temporal_visibility",
      BIND_ON_IP: "0.0.0.0",
      TEMPORAL_BROADCAST_ADDRESS: "127.0.0.1",
      USER: "temporal",
      HOME: "/tmp",
    },
    port,
  );
  const address = `127.0.0.1:${port}`;
  await until("the other installation serves", () =>
    temporal(address, "operator", "cluster", "health").then(
      (said) => said.includes("SERVING"),
      () => false,
    ),
  );
  await temporal(address, "operator", "namespace", "create", "--namespace", "default");
  await until("its namespace can be used", () =>
    temporal(
      address,
      ...["workflow", "start", ...workflow, "--type", "greet", "--task-queue", taskQueue],
    ).then(
      () => true,
      () => false,
    ),
  );
  await server.stop();
});

afterAll(async () => {
  await stack.dispose();
  await removeLeftOvers(stack.docker, label);
  await database.dispose();
});

it.each([
  ["another name", () => cluster("dev", 4), "is that of the Temporal cluster active, not of dev"],
  [
    "another number of shards",
    () => cluster("active", 512),
    "has 4 history shards for as long as it lives, not 512",
  ],
])("%s is refused before anything is written", async (_what, config, said) => {
  await stack.configure({ clusters: [config()] });
  const { exitCode, output } = await stack.tryUp(environment);
  expect(exitCode).not.toBe(0);
  expect(output.replace(/\s+/g, " ")).toContain(said);
  const records = "SELECT string_agg(cluster_name, ' ') FROM cluster_metadata_info";
  expect(await database.sql(records, "temporal")).toBe("active");
  const triggers = "SELECT count(*) FROM pg_trigger WHERE tgname LIKE 'temporal_platform%'";
  expect(await database.sql(triggers, "temporal")).toBe("0");
  await stack.destroy();
});

it("its own is taken over, and its workflows go on", async () => {
  await stack.configure({ clusters: [cluster("active", 4)] });
  await stack.up(environment);
  const address = `127.0.0.1:${publish.ui}`;
  await withWorker(address, async () => {
    await temporal(
      address,
      ...["workflow", "signal", ...workflow, "--name", "name", "--input", '"Ada"'],
    );
    expect(await temporal(address, "workflow", "result", ...workflow)).toContain("Hello, Ada!");
  });
});
