import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { connectFrontend } from "../../clients/temporal.ts";
import {
  closedAddress,
  commandAt,
  type DevServer,
  startDevServer,
} from "../../testkit/dev-server.ts";

let server: DevServer;
const namespace = (...args: readonly string[]) => server.command("namespace", ...args);

beforeAll(async () => {
  server = await startDevServer();
});
afterAll(async () => {
  await server.stop();
});

/** `INDEXED_VALUE_TYPE_KEYWORD`; its enumeration is in a package that the client does not hand on. */
const keyword = 2 as never;

/** Everything that `register` takes. */
const settings = [
  ...["--name", "orders", "--retention", "90d", "--description", "Orders of all shops"],
  ...["--owner", "orders@example.com", "--data", "team=orders", "--data", "tier=1"],
];

const text = (retention: string, ...data: readonly string[]): string =>
  [
    "Namespace orders",
    "  id                   <id>",
    "  state                Registered",
    "  description          Orders of all shops",
    "  owner                orders@example.com",
    ...data.map((one, index) => `  ${(index === 0 ? "data" : "").padEnd(21)}${one}`),
    `  retention            ${retention}`,
    "  history archival     Disabled",
    "  visibility archival  Disabled",
    "  global               no",
    "  clusters             active (active)",
    "  replication          Normal",
    "  failover version     0",
    "  search attributes    -",
  ].join("\n");

describe("resource-temporal namespace", () => {
  // Each row builds on those before it.
  it.each<[string, readonly string[], number, string]>([
    [
      "makes one with all that it may have",
      ["register", ...settings],
      0,
      "namespace orders is registered, and keeps closed workflows for 90d",
    ],
    ["shows all of it", ["describe", "--name", "orders"], 0, text("90d", "team=orders", "tier=1")],
    [
      "makes none a second time",
      ["register", "--name", "orders"],
      1,
      "error: namespace orders exists already: use `resource-temporal namespace update --name orders`",
    ],
    [
      "changes what is named",
      ["update", "--name", "orders", "--retention", "36h", "--data", "tier=2"],
      0,
      "namespace orders is updated",
    ],
    [
      "leaves all else as it was",
      ["describe", "--name", "orders"],
      0,
      text("1d12h", "team=orders", "tier=2"),
    ],
    [
      "makes one that keeps workflows for 30 days unless told otherwise",
      ["register", "--name", "billing"],
      0,
      "namespace billing is registered, and keeps closed workflows for 30d",
    ],
    [
      "shows none that is not there",
      ["describe", "--name", "nowhere"],
      1,
      "error: there is no namespace nowhere: `resource-temporal namespace list` names those that there are",
    ],
    [
      "changes none that is not there",
      ["update", "--name", "nowhere", "--retention", "30d"],
      1,
      "error: there is no namespace nowhere: `resource-temporal namespace list` names those that there are",
    ],
  ])("%s", async (_, args, exitCode, output) => {
    const answer = await namespace(...args);
    const said = exitCode === 0 ? answer.stdout : answer.stderr;
    expect([answer.exitCode, said.replace(/[0-9a-f-]{36}/, "<id>")]).toEqual([exitCode, output]);
    expect(exitCode === 0 ? answer.stderr : answer.stdout).toBe("");
  });

  it("lists all but the server's own, in a table", async () => {
    const { exitCode, stdout } = await namespace("list");
    const [header, ...rows] = stdout.split("\n");
    expect([exitCode, header]).toEqual([
      0,
      "name     state       retention  owner               description",
    ]);
    expect(rows.sort()).toEqual([
      "billing  Registered  30d        -                   -",
      "default  Registered  1d         -                   -",
      "orders   Registered  1d12h      orders@example.com  Orders of all shops",
    ]);
  });

  it("lists the server's own when all are wanted, for programs as well", async () => {
    const { stdout } = await namespace("list", "--all", "--format", "json");
    const names = (JSON.parse(stdout) as { name: string }[]).map(({ name }) => name);
    expect(names.sort()).toEqual(["billing", "default", "orders", "temporal-system"]);
  });

  it("says that a list goes on", async () => {
    const { stdout, stderr } = await namespace("list", "--limit", "1", "--format", "json");
    expect(JSON.parse(stdout)).toHaveLength(1);
    expect(stderr).toBe("there are more than these 1: --limit shows more");
  });

  it("shows custom search attributes, in one shape for programs", async () => {
    const connection = await connectFrontend({ address: server.address, transport: "cleartext" });
    await connection.operatorService.addSearchAttributes({
      namespace: "billing",
      searchAttributes: { CustomerId: keyword },
    });
    await connection.close();
    const { stdout } = await namespace("describe", "--name", "billing", "--format", "json");
    expect(JSON.parse(stdout)).toMatchObject({
      name: "billing",
      state: "Registered",
      retentionSeconds: 2_592_000,
      historyArchival: { state: "Disabled" },
      replication: { global: false, activeCluster: "active", failovers: [] },
      searchAttributes: { CustomerId: "Keyword" },
    });
  });
});

describe("resource-temporal namespace, of wrong input and before anything is sent,", () => {
  it.each<[readonly string[], string]>([
    [["register"], "required option '--name <name>' not specified"],
    [["register", "--name", "two words"], "It must be letters, digits, dots"],
    [["register", "--name", "temporal-system"], "It is Temporal's own"],
    [
      ["register", "--name", "a", "--retention", "5m"],
      "The server keeps closed workflows for 1h at least (system.namespaceMinRetentionLocal).",
    ],
    [["register", "--name", "a", "--data", "team"], "It must be key=value"],
    [["register", "--name", "a", "more"], "too many arguments"],
    [["update", "--retention", "30d"], "required option '--name <name>' not specified"],
    [["update", "--name", "a"], "nothing of namespace a would change: name --retention"],
    [["update", "--name", "a", "--description", ""], "It must not be empty"],
    [["update", "--name", "a", "--owner", ""], "It must not be empty"],
    [["update", "--name", "temporal-system", "--owner", "me"], "It is Temporal's own"],
    [["describe"], "required option '--name <name>' not specified"],
    [["describe", "--name", " "], "It must not be empty."],
    [["describe", "--name", "a", "--format", "yaml"], "Allowed choices are text, json."],
    [["list", "--limit", "0"], "It must be a whole number from 1"],
    [["list", "--format", "xml"], "Allowed choices are text, json."],
  ])("tells about %j", async (args, message) => {
    const { exitCode, stdout, stderr } = await commandAt(closedAddress, "namespace", ...args);
    expect([exitCode, stdout]).toEqual([1, ""]);
    expect(stderr.split("\n")[0]).toContain(message);
  });

  it("would say otherwise that nobody answers", async () => {
    const { exitCode, stderr } = await commandAt(closedAddress, "namespace", "list");
    expect(exitCode).toBe(1);
    expect(stderr).toMatch(/^error: no Temporal answers at 127\.0\.0\.1:1 /);
  });
});
