/**
 * The platform's OpenSearch by itself: who gets in, what lasts, and how it ends.
 */
import Docker from "dockerode";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { elasticsearchExporterUser } from "../../platform/elasticsearch-exporter.ts";
import { opensearchIndex } from "../../platform/opensearch.ts";
import { imagesOn } from "../../testkit/images.ts";
import { exporterPassword, OpenSearchNode } from "../../testkit/opensearch-node.ts";
import { until } from "../../testkit/test-namespace.ts";
import { moveToSmallDisk } from "../resilience/small-disk.ts";

const docker = new Docker();
const index = opensearchIndex;
const first = 'the first password, with "quotes" and $signs';
const second = "the second password";

beforeAll(async () => {
  await imagesOn(docker, ["opensearch", "adminTools"]);
});

describe("OpenSearch of the platform's own", () => {
  let node: OpenSearchNode;
  beforeAll(async () => {
    node = await OpenSearchNode.make(docker);
    await node.create(first);
    await node.healthy();
  });
  afterAll(async () => {
    await node.dispose();
  });

  it("lets in who has the password, and nobody else", async () => {
    expect(await node.ask("/_cluster/health")).toMatchObject({ status: 200 });
    expect(await node.ask("/_cluster/health", { by: second })).toMatchObject({ status: 401 });
    expect(await node.ask("/_cluster/health", { by: null })).toMatchObject({ status: 401 });
    expect(await node.ask("/_cluster/health", { as: "admin", by: "admin" })).toMatchObject({
      status: 401,
    });
  });

  it("is made ready by Temporal's tool, again and again", async () => {
    const [template, make] = [["update-schema"], ["create-index", "--index", index]] as const;
    for (const args of [template, template, make, make]) {
      const { exitCode, output } = await node.tool(...args);
      expect(exitCode, output).toBe(0);
    }
    const update = await node.tool("update-schema", "--index", index);
    expect(update.exitCode, update.output).toBe(0);
    const { status, body } = await node.ask(`/${index}/_mapping`);
    expect(status).toBe(200);
    expect(body).toContain("WorkflowId");
  });

  it("does for its user what Temporal asks for", async () => {
    const mapping = { properties: { CustomKeywordField: { type: "keyword" } } };
    const requests: readonly (readonly [string, string, object | undefined])[] = [
      ["GET", "/", undefined],
      ["GET", `/_cluster/health/${index}?wait_for_status=yellow`, undefined],
      ["PUT", `/${index}/_mapping`, mapping],
      ["PUT", `/${index}/_doc/kept?refresh=true`, { WorkflowId: "kept", NamespaceId: "n" }],
      ["POST", `/${index}/_search`, { query: { term: { NamespaceId: "n" } } }],
      ["POST", `/${index}/_count`, { query: { match_all: {} } }],
      ["GET", `/${index}/_doc/kept`, undefined],
      ["PUT", `/${index}/_settings`, { "index.gc_deletes": "6h" }],
      ["POST", `/${index}/_delete_by_query`, { query: { term: { NamespaceId: "nobody's" } } }],
    ];
    for (const [method, path, body] of requests) {
      const answer = await node.ask(path, { method, ...(body === undefined ? {} : { body }) });
      expect([method, path, Math.floor(answer.status / 100)], answer.body).toEqual([
        ...[method, path],
        2,
      ]);
    }
  });

  it.each([
    ["PUT", "/others", {}],
    ["PUT", "/others/_doc/1", { a: 1 }],
    ["GET", "/_search", undefined],
    ["GET", "/.opendistro_security*/_search", undefined],
    ["DELETE", `/${index}`, undefined],
    ["PUT", "/_cluster/settings", { persistent: { "action.auto_create_index": "true" } }],
    ["PUT", "/_plugins/_security/api/account", { current_password: first, password: "Mine-2-own" }],
    ["GET", "/_plugins/_security/api/internalusers", undefined],
    ["PUT", "/_snapshot/backup", { type: "fs", settings: { location: "/tmp" } }],
  ] as const)("refuses its user %s %s", async (method, path, body) => {
    const answer = await node.ask(path, { method, ...(body === undefined ? {} : { body }) });
    expect(answer, answer.body).toMatchObject({ status: 403 });
  });

  describe("what watches it", () => {
    const asking = { as: elasticsearchExporterUser, by: exporterPassword };

    it.each(["/", "/_cluster/health", "/_nodes/stats"])("is told %s", async (path) => {
      expect(await node.ask(path, asking)).toMatchObject({ status: 200 });
    });

    it.each([
      ["GET", `/${index}/_search`, undefined],
      ["GET", `/${index}/_doc/kept`, undefined],
      ["GET", "/_cat/indices", undefined],
      ["GET", "/_cluster/settings", undefined],
      ["PUT", `/${index}/_doc/mine`, { WorkflowId: "mine" }],
      ["PUT", "/_cluster/settings", { persistent: { "action.auto_create_index": "true" } }],
      ["GET", "/_plugins/_security/api/internalusers", undefined],
    ] as const)("is refused %s %s", async (method, path, body) => {
      const more = { method, ...(body === undefined ? {} : { body }) };
      expect(await node.ask(path, { ...asking, ...more })).toMatchObject({ status: 403 });
    });
  });

  it("makes no index by itself, although its name would be right", async () => {
    const body = { WorkflowId: "stray" };
    const path = "/temporal_visibility_stray/_doc/1";
    expect((await node.ask(path, { method: "PUT", body })).status).toBeGreaterThanOrEqual(400);
    expect((await node.ask("/temporal_visibility_stray")).status).toBe(404);
  });

  it("has the password in no file", async () => {
    const places = ["/usr/share/opensearch/data", "/tmp", "/etc/temporal-opensearch-security"];
    const { output } = await node.exec("grep", "-rlF", first, ...places);
    expect(output.trim()).toBe("");
    const names = await node.exec("grep", "-rlF", "envbc.OPENSEARCH_PASSWORD", ...places);
    expect(names.output).toContain("internal_users.yml");
  });

  it("ends in time when it is asked to, and has everything afterwards", async () => {
    expect([0, 143]).toContain(await node.stop());
    await node.start();
    expect((await node.ask(`/${index}/_doc/kept`)).body).toContain('"found":true');
  });

  it("loses nothing when it is killed", async () => {
    const body = { WorkflowId: "written last", NamespaceId: "n" };
    const path = `/${index}/_doc/last`;
    expect((await node.ask(path, { method: "PUT", body })).status).toBe(201);
    await node.kill();
    await node.start();
    await until("the index has recovered", async () => {
      return (await node.ask(path)).body.includes('"found":true');
    });
  });

  it("takes another password at its next start, and no longer the one before", async () => {
    await node.stop();
    await node.create(second);
    await node.healthy();
    expect(await node.ask(`/${index}/_doc/kept`)).toMatchObject({ status: 200 });
    expect(await node.ask("/_cluster/health", { by: first })).toMatchObject({ status: 401 });
  });
});

describe("OpenSearch that is killed", () => {
  it.each(["config", "roles", "internalusers"])(
    "while its rules are stored, after %s, stores the rest at its next start",
    async (type) => {
      const node = await OpenSearchNode.make(docker);
      try {
        await node.create(first);
        await until(`${type} is stored`, async () =>
          (await node.log()).includes(`Doc with id '${type}'`),
        );
        await node.kill();
        await node.start();
        expect(await node.ask("/_cluster/health")).toMatchObject({ status: 200 });
      } finally {
        await node.dispose();
      }
    },
  );
});

describe("OpenSearch whose volume is nearly full", () => {
  it("refuses to write, shows what it has, and goes on by itself when there is space", async () => {
    const node = await OpenSearchNode.make(docker);
    try {
      await node.create(first);
      await node.healthy();
      await moveToSmallDisk(node.container, node.volume, "900M");
      const { exitCode, output } = await node.tool("create-index", "--index", index);
      expect(exitCode, output).toBe(0);
      const write = (id: string) =>
        node.ask(`/${index}/_doc/${id}`, { method: "PUT", body: { WorkflowId: id } });
      expect((await write("before")).status).toBe(201);

      const ballast = "/usr/share/opensearch/data/ballast";
      await node.exec("dd", "if=/dev/zero", `of=${ballast}`, "bs=1048576", "count=700");
      await until("writes are refused", async () => (await write("meanwhile")).status === 429);
      expect((await node.ask(`/${index}/_doc/before`)).status).toBe(200);

      await node.exec("rm", ballast);
      await until("writes are taken again", async () => (await write("after")).status === 201);
    } finally {
      await node.dispose();
    }
  });
});
