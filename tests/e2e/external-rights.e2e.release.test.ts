/**
 * An external PostgreSQL as a strict administrator gives it: both databases are there, and the role may use a schema of its own and nothing else.
 */
import { afterAll, beforeAll, expect, it } from "vitest";
import { type ExternalPostgres, startExternalPostgres } from "../../testkit/external-postgres.ts";
import { uniqueName } from "../../testkit/leftovers.ts";
import { freePort, TestStack } from "../../testkit/stack.ts";
import { temporal } from "../../testkit/temporal-cli.ts";
import { taskQueue, withWorker } from "../../testkit/worker.ts";

const role = { user: "app", password: "given-by-an-administrator" };
const environment = { TEMPORAL_DB_PASSWORD: role.password };
const name = uniqueName("rights");
const databases = ["temporal", "temporal_visibility"];

let stack: TestStack;
let database: ExternalPostgres;
let address: string;

/** The cluster, with parameters of the connection. */
async function configure(connectAttributes: object): Promise<void> {
  const { host, port } = database;
  const publish = Number(address.split(":")[1]);
  const target = { kind: "docker", publish: { ui: publish, frontend: await freePort() } };
  const postgres = { kind: "external", host, port, user: role.user, connectAttributes };
  await stack.configure({ clusters: [{ name, target, postgres }] });
}

beforeAll(async () => {
  address = `127.0.0.1:${await freePort()}`;
  stack = await TestStack.create({});
  database = await startExternalPostgres(stack.docker, role);
  await database.sql("ALTER ROLE app NOCREATEDB");
  for (const one of databases) {
    await database.sql(`CREATE DATABASE ${one}`);
    await database.sql(
      "REVOKE ALL ON SCHEMA public FROM PUBLIC; CREATE SCHEMA workflows AUTHORIZATION app",
      one,
    );
  }
  await database.sql("CREATE EXTENSION btree_gin SCHEMA workflows", "temporal_visibility");
});

afterAll(async () => {
  await stack.dispose();
  await database.dispose();
});

it("the right that the role lacks is told at once", async () => {
  await configure({});
  const { exitCode, output } = await stack.tryUp(environment);
  expect(exitCode).not.toBe(0);
  expect(output.replace(/\s+/g, " ")).toContain(
    "lacks a right in database temporal: it must own the database",
  );
  await stack.destroy();
});

it("serves from the schema that is the role's, and makes nothing elsewhere", async () => {
  await configure({ search_path: "workflows" });
  await stack.up(environment);
  await withWorker(address, async () => {
    const one = ["--workflow-id", "in-a-schema"];
    const start = ["workflow", "start", ...one, "--type", "greet", "--task-queue", taskQueue];
    await temporal(address, ...start);
    await temporal(address, "workflow", "signal", ...one, "--name", "name", "--input", '"Ada"');
    expect(await temporal(address, "workflow", "result", ...one)).toContain("Hello, Ada!");
  });
  const schemas =
    "SELECT string_agg(DISTINCT schemaname, ' ') FROM pg_tables WHERE schemaname NOT IN ('pg_catalog', 'information_schema')";
  for (const one of databases) expect(await database.sql(schemas, one)).toBe("workflows");
});
