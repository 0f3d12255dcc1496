/**
 * What can go wrong half-way, on the real engine: each fault is told in one clear error, and the next up goes on from where it stopped.
 */
import { randomBytes } from "node:crypto";
import { createServer, type Server } from "node:net";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { imageCatalogue, imageNames } from "../../platform/images.ts";
import { defaultServerVersion } from "../../platform/versions.ts";
import { type ExternalPostgres, startExternalPostgres } from "../../testkit/external-postgres.ts";
import { uniqueName } from "../../testkit/leftovers.ts";
import { freePort, type StackConfig, TestStack } from "../../testkit/stack.ts";
import { temporal } from "../../testkit/temporal-cli.ts";

const name = uniqueName("faulty");
const prefix = "e2e.invalid/broken";
const container = (workload: string): string => `temporal-${name}-${workload}-0`;

let stack: TestStack;
let publish: { ui: number; frontend: number };
let cluster: object;

beforeAll(async () => {
  publish = { ui: await freePort(), frontend: await freePort() };
  cluster = { name, target: { kind: "docker", publish } };
  stack = await TestStack.create({ clusters: [cluster] });
});

afterAll(async () => {
  await stack.dispose();
});

/** Output without the CLI's line breaks. */
const flat = (output: string): string => output.replace(/\s+/g, " ");

describe("before anything is made", () => {
  it("a bad configuration is told with the key, without a stack trace", async () => {
    await stack.configure({ clusters: [{ ...cluster, server: { version: "1.29.0" } }] });
    const { exitCode, output } = await stack.tryUp();
    expect(exitCode).not.toBe(0);
    expect(output).toContain(
      "temporal-platform:clusters[0].server.version: must be a version of 1.31 or 1.32",
    );
    expect(output).not.toMatch(/ at .*\.ts:\d+/);
    expect(await stack.leftOvers()).toEqual([]);
  });

  it("an unknown key of the stack is refused", async () => {
    await stack.configure({ clusters: [cluster], cluster: {} });
    const { exitCode, output } = await stack.tryUp();
    expect(exitCode).not.toBe(0);
    expect(output).toContain("temporal-platform:cluster: unknown key");
  });

  it("an engine that does not answer is named", async () => {
    const dead = { kind: "docker", publish, host: "unix:///nowhere/docker.sock" };
    await stack.configure({ clusters: [{ ...cluster, target: dead }] });
    const { exitCode, output } = await stack.tryUp();
    expect(exitCode).not.toBe(0);
    expect(output).toContain("unix:///nowhere/docker.sock");
    expect(await stack.leftOvers()).toEqual([]);
  });

  it("a Kubernetes context that nobody knows is named", async () => {
    await stack.configure({
      clusters: [{ name, target: { kind: "kubernetes", context: "nowhere" } }],
    });
    const { exitCode, output } = await stack.preview();
    expect(exitCode).not.toBe(0);
    // There may be no kubeconfig at all.
    expect(output).toMatch(new RegExp(`clusters\\[${name}\\]: .*kubeconfig .* context nowhere\\b`));
  });
});

describe("a server image that does not start", () => {
  const catalogue = imageCatalogue(defaultServerVersion);
  const mirrored = imageCatalogue(defaultServerVersion, { registry: prefix });
  const tags = Object.values(mirrored).map(({ reference }) => reference);

  beforeAll(async () => {
    for (const name of imageNames) {
      // The web UI's image has no temporal-server: what should start is not there.
      const source = catalogue[name === "server" ? "ui" : name];
      const [repo = "", tag = ""] = mirrored[name].reference.split(":");
      await stack.docker.getImage(source.reference).tag({ repo, tag });
    }
  });

  afterAll(async () => {
    for (const tag of tags) await stack.docker.getImage(tag).remove();
  });

  it("stops the deployment, and with the right one the next up goes on", async () => {
    await stack.configure({ clusters: [{ ...cluster, images: { registry: prefix } }] });
    const { exitCode, output } = await stack.tryUp();
    expect(exitCode).not.toBe(0);
    expect(output).toContain(`task temporal-${name}-config-check failed`);
    expect(await stack.healthy()).not.toContain(container("history"));

    await stack.configure({ clusters: [cluster] });
    await stack.up();
    await expect.poll(() => stack.healthy(), { timeout: 60_000 }).toHaveLength(7);
  });
});

describe("a port that someone else has", () => {
  let other: Server | undefined;
  afterEach(() => {
    other?.close();
  });

  it("is named, and when it is free the next up goes on", async () => {
    const taken = await freePort();
    other = createServer().listen(taken, "127.0.0.1");
    const moved = { ...cluster, target: { kind: "docker", publish: { ...publish, ui: taken } } };
    await stack.configure({ clusters: [moved] });
    const { exitCode, output } = await stack.tryUp();
    expect(exitCode).not.toBe(0);
    expect(flat(output)).toMatch(
      new RegExp(`(${taken}).*address already in use|port is already allocated`),
    );

    await new Promise((resolve) => other?.close(resolve));
    await stack.up();
    await expect.poll(() => stack.healthy(), { timeout: 60_000 }).toHaveLength(7);
    expect((await fetch(`http://127.0.0.1:${taken}/health`)).status).toBe(200);
    await stack.configure({ clusters: [cluster] });
    await stack.up();
  });
});

describe("two clusters on one engine, one of them on an external PostgreSQL", () => {
  // What a URL, a query and a shell would take for something else.
  const user = "team@home";
  const password = `${randomBytes(6).toString("hex")} +%'"$x`;
  const outside = uniqueName("outside");
  let external: ExternalPostgres;
  let second: TestStack;
  let onPostgres: (more: object) => StackConfig;

  beforeAll(async () => {
    external = await startExternalPostgres(stack.docker, { user, password });
    const { host, port } = external;
    const target = {
      kind: "docker",
      publish: { ui: await freePort(), frontend: await freePort() },
    };
    onPostgres = (more) => {
      const postgres = { kind: "external", host, port, user, maxConnections: 200, ...more };
      return { clusters: [{ name: outside, target, postgres }] };
    };
    second = await TestStack.create(onPostgres({ tls: "verify-full" }));
  });

  afterAll(async () => {
    await second.dispose();
    await external.dispose();
  });

  it("a missing password is asked for at preview", async () => {
    const { exitCode, output } = await second.preview();
    expect(exitCode).not.toBe(0);
    expect(output).toContain("TEMPORAL_DB_PASSWORD: is missing");
  });

  it("a certificate that nobody vouches for is told as such", async () => {
    const { exitCode, output } = await second.tryUp({ TEMPORAL_DB_PASSWORD: password });
    expect(exitCode).not.toBe(0);
    expect(flat(output)).toContain(
      `the certificate of PostgreSQL at ${external.host}:${external.port} is not accepted: see clusters[].postgres.tls`,
    );
    const tls = { tls: "verify-full", ca: external.authority };
    await second.configure(onPostgres({ ...tls, connectAttributes: { application_name: "ours" } }));
  });

  it("a wrong password is told as such, at once", async () => {
    const { exitCode, output } = await second.tryUp({ TEMPORAL_DB_PASSWORD: "a wrong password" });
    expect(exitCode).not.toBe(0);
    expect(flat(output)).toContain(
      `PostgreSQL refused the password of ${user} at ${external.host}:${external.port}: set TEMPORAL_DB_PASSWORD`,
    );
    expect(output).not.toContain("a wrong password");
  });

  it("a database that is another cluster's is left as it is", async () => {
    await external.sql('CREATE DATABASE temporal OWNER "team@home"');
    await external.sql(
      `SET ROLE "team@home";
       CREATE TABLE cluster_metadata_info (cluster_name text, data bytea);
       INSERT INTO cluster_metadata_info VALUES ('active', '')`,
      "temporal",
    );
    const { exitCode, output } = await second.tryUp({ TEMPORAL_DB_PASSWORD: password });
    expect(exitCode).not.toBe(0);
    expect(flat(output)).toContain(
      `database temporal is that of the Temporal cluster active, not of ${outside}: name another database`,
    );
    const tables = "SELECT string_agg(tablename, ' ') FROM pg_tables WHERE schemaname = 'public'";
    expect(await external.sql(tables, "temporal")).toBe("cluster_metadata_info");
    await external.sql("DROP DATABASE temporal");
  });

  it("with the right one it goes on, and both clusters serve side by side", async () => {
    await second.up({ TEMPORAL_DB_PASSWORD: password });
    await expect.poll(() => second.healthy(), { timeout: 60_000 }).toHaveLength(6);
    await expect.poll(() => stack.healthy(), { timeout: 60_000 }).toHaveLength(7);
    for (const [of, cluster] of [
      [stack, name],
      [second, outside],
    ] as const) {
      const { clusters } = (await of.outputs()) as {
        clusters: Record<string, { gatewayAddress: string }>;
      };
      const address = clusters[cluster]?.gatewayAddress ?? "";
      const described = await temporal(
        address,
        ...["operator", "cluster", "describe", "--output", "json"],
      );
      expect(JSON.parse(described)).toMatchObject({ clusterName: cluster });
    }
    expect(await second.state()).not.toContain(password);
    const sessions =
      "SELECT DISTINCT application_name, ssl FROM pg_stat_activity JOIN pg_stat_ssl USING (pid) WHERE usename = 'team@home'";
    expect(await external.sql(sessions)).toBe("ours|t");
  });

  it("destroy leaves nothing of either", async () => {
    await second.destroy();
    await stack.destroy();
    expect([...(await second.leftOvers()), ...(await stack.leftOvers())]).toEqual([]);
  });
});
