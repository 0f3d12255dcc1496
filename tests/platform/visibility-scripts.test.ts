import { spawn } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { databaseAddress } from "../../platform/database.ts";
import type { SearchIndex } from "../../platform/visibility.ts";
import {
  type CopyMoment,
  renderVisibilityCopyScript,
  renderVisibilityIndexScript,
  visibilityCopyEnvironment,
  visibilityFields,
  visibilityIndexEnvironment,
} from "../../platform/visibility-tasks.ts";
import { clusterWith } from "../../testkit/clusters.ts";
import { startTlsProxy } from "../../testkit/tls-proxy.ts";

let root: string;
beforeEach(() => {
  const made = mkdtempSync(join(tmpdir(), "visibility-"));
  root = made;
  mkdirSync(join(root, "tmp"));
  return () => {
    rmSync(made, { recursive: true });
  };
});

const password = 'it\'s a "pass word" + more%:\\';
const name = "temporal_visibility_v1_dev";
const at = (url: string): SearchIndex => ({ url, name, user: "app" });

interface Outcome {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a script with programs of the test's in the place of those that the image has. */
async function run(
  shell: string,
  script: string,
  environment: object,
  programs: Readonly<Record<string, string>>,
): Promise<Outcome> {
  for (const [program, body] of Object.entries({ sleep: "exit 0", ...programs })) {
    writeFileSync(join(root, program), `#!/bin/sh\n${body}\n`, { mode: 0o755 });
  }
  const path = join(root, "script.sh");
  const places = { "/tmp/": `${root}/tmp/`, "/etc/temporal-visibility/": `${root}/` };
  const moved = (text: string, [from, to]: readonly [string, string]): string =>
    text.replaceAll(from, to);
  writeFileSync(path, Object.entries(places).reduce(moved, script));
  const child = spawn(shell, [path], {
    env: {
      ...Object.fromEntries(
        Object.entries(environment).map(([key, value]) => [
          key,
          typeof value === "string" ? value : password,
        ]),
      ),
      PATH: `${root}:${process.env["PATH"] ?? ""}`,
    },
  });
  const [stdout, stderr, code] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    new Promise<number | null>((resolve) => child.on("close", resolve)),
  ]);
  return { code, stdout, stderr };
}

const read = (file: string): string =>
  existsSync(join(root, file)) ? readFileSync(join(root, file), "utf8") : "";

describe("the script of the index", () => {
  const url = "https://search:9200";

  /** Runs it with a tool that fails once, or for ever, with these words. */
  const tried = (
    fault = "",
    then: "succeeds" | "keeps failing" = "keeps failing",
  ): Promise<Outcome> => {
    writeFileSync(join(root, "fault"), logged(fault));
    const script = renderVisibilityIndexScript("1.32.2", at(url));
    return run("sh", script, visibilityIndexEnvironment(at(url)), {
      "temporal-sql-tool": 'echo "temporal-sql-tool version 1.32.5"',
      "temporal-elasticsearch-tool": [
        `echo "$*" >> ${root}/calls`,
        `printf %s "$ES_PWD" > ${root}/password`,
        `[ -s ${root}/fault ] || exit 0`,
        `cat ${root}/fault`,
        ...(then === "succeeds" ? [`: > ${root}/fault`] : []),
        "exit 1",
      ].join("\n"),
    });
  };

  /** The tool's log, with a template that holds the words of every fault. */
  const logged = (fault: string): string =>
    fault === ""
      ? ""
      : [
          '2026-11-27T02:00:00Z\tINFO\tStarting template upgrade\t{"config": "read-only certificate Error 401"}',
          `2026-11-27T02:00:00Z\tERROR\ttemplate creation failed\t{"error": ${JSON.stringify(fault)}}\n`,
        ].join("\n");

  const calls = (): readonly string[] => read("calls").trimEnd().split("\n");

  it("makes the template, the index and the index's fields, and no setting of the server's", async () => {
    expect(await tried()).toMatchObject({ code: 0, stderr: "" });
    expect(calls()).toEqual([
      "update-schema --index ",
      `create-index --index ${name}`,
      `update-schema --index ${name}`,
    ]);
    expect(read("password")).toBe(password);
  });

  it.each([
    "dial tcp 10.0.0.1:9200: connect: connection refused",
    "elastic: Error 503 (Service Unavailable)",
    "context deadline exceeded",
    "elastic: Error 429 (Too Many Requests): rejected execution",
  ])("tries again what may pass by itself: %s", async (fault) => {
    expect(await tried(fault, "succeeds")).toMatchObject({ code: 0 });
    expect(calls()).toHaveLength(4);
  });

  it.each([
    ["elastic: Error 401 (Unauthorized)", "refused the user or the password"],
    [
      "elastic: Error 403 (Forbidden): no permissions for [indices:admin/create]",
      "the user may not make or change index",
    ],
    [
      "elastic: Error 429 (Too Many Requests): index [x] blocked by: [TOO_MANY_REQUESTS/12/disk usage exceeded flood-stage watermark, index has read-only-allow-delete block];",
      "the disk of the search server at https://search:9200 is full",
    ],
    [
      "elastic: Error 403 (Forbidden): blocked by: [FORBIDDEN/10/cluster create-index blocked (api)];",
      "the disk of the search server at https://search:9200 is full",
    ],
    ["tls: failed to verify certificate: x509: signed by unknown authority", "is not accepted"],
    ["http: server gave HTTP response to HTTPS client", "does not speak TLS"],
    ["dial tcp: lookup search: no such host", "nobody knows the host of https://search:9200"],
    ["elastic: Error 400 (Bad Request)", "does not do what is asked of it"],
  ])("is final at once about: %s", async (fault, said) => {
    const { code, stderr } = await tried(fault);
    expect(code).toBe(1);
    const line = stderr.trimEnd().split("\n").at(-1);
    expect(line).toMatch(/^visibility-index: /);
    expect(line).toContain(said);
    expect(calls()).toHaveLength(1);
  });

  it("gives up after a minute", async () => {
    const { code, stderr } = await tried("connect: connection refused");
    expect(code).toBe(1);
    expect(stderr).toContain("the search server at https://search:9200 does not answer");
    expect(calls()).toHaveLength(30);
  });
});

describe("the script of the copy", () => {
  type Answer = (request: IncomingMessage, body: string) => readonly [number, string];
  let server: Server;
  let asked: string[];
  let bodies: string[];
  let answer: Answer;
  let url: string;

  const usual: Answer = ({ url: path = "" }) => {
    if (path.includes("_delete_by_query")) return [200, '{"deleted":2,"failures":[]}'];
    return [200, path.includes("_bulk") ? '{"took":1}' : "{}"];
  };

  beforeEach(async () => {
    [asked, bodies, answer] = [[], [], usual];
    const served = (request: IncomingMessage, response: ServerResponse): void => {
      void text(request).then((body) => {
        asked.push(`${request.method ?? ""} ${(request.url ?? "").replace(/\?.*/, "")}`);
        bodies.push(body);
        const expected = `Basic ${Buffer.from(`app:${password}`).toString("base64")}`;
        const [status, said] =
          request.headers.authorization === expected ? answer(request, body) : [401, "{}"];
        response.writeHead(status, { "content-type": "application/json" }).end(said);
      });
    };
    server = createServer(served);
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  afterEach(() => {
    server.close();
  });

  const index = `/${name}`;
  const rows = (count: number): string =>
    `i=0; while [ $i -lt ${count} ]; do i=$((i + 1)); echo "{\\"index\\":{\\"_id\\":\\"w~$i\\"}}"; echo "{\\"WorkflowId\\":\\"w\\"}"; done`;

  const copied = (
    moment: CopyMoment,
    psql = rows(3),
    from = url,
    more: object = {},
  ): Promise<Outcome> => {
    writeFileSync(join(root, "fields.json"), visibilityFields);
    return run(
      "sh",
      renderVisibilityCopyScript("visibility-copy", at(from)),
      { ...visibilityCopyEnvironment(databaseAddress(clusterWith()), at(from), moment), ...more },
      { psql: `case "$*" in *pg_stat_activity*) echo 0 ;; *) ${psql} ;; esac` },
    );
  };

  it("makes the fields, sends every row, and takes away copies of what is gone", async () => {
    const { code, stdout, stderr } = await copied("fill");
    expect([code, stderr]).toEqual([0, ""]);
    expect(stdout).toBe(
      `visibility-copy: 3 workflows of temporal_visibility are in ${name}, 2 that it had not any more are gone\n`,
    );
    expect(asked).toEqual([
      ...[`GET ${index}/_mapping`, `PUT ${index}/_mapping`, `PUT ${index}/_settings`],
      ...[`POST ${index}/_bulk`, `POST ${index}/_delete_by_query`],
    ]);
    expect(bodies[3]?.trimEnd().split("\n")).toHaveLength(6);
    expect(bodies[4]).toMatch(/"TemporalPlatformCopy":\{"lt":\d+\}/);
  });

  it("sends many rows in pieces, each with whole documents", async () => {
    await expect(copied("fill", rows(9000))).resolves.toMatchObject({ code: 0 });
    const pieces = bodies.filter((_body, one) => asked[one] === `POST ${index}/_bulk`);
    expect(pieces.map((piece) => piece.trimEnd().split("\n").length)).toEqual([8000, 8000, 2000]);
  });

  it("leaves what the server has written later", async () => {
    answer = (request, body) =>
      request.url?.includes("_bulk") === true
        ? [
            200,
            '{"took":1,"items":[{"index":{"error":{"type":"version_conflict_engine_exception","reason":"[w~1]: version conflict, \\"a\\""}}}]}',
          ]
        : usual(request, body);
    await expect(copied("before")).resolves.toMatchObject({ code: 0 });
  });

  it("marks the index when every role uses it, and then never copies again", async () => {
    await expect(copied("after")).resolves.toMatchObject({ code: 0 });
    expect(bodies.join("\n")).toContain('{"_meta":{"temporal_platform":"moved"}}');
    asked = [];
    answer = () => [200, '{"i":{"mappings":{"_meta":{"temporal_platform":"moved"}}}}'];
    const again = await copied("after");
    expect(again).toMatchObject({ code: 0 });
    expect(again.stdout).toContain("has all of PostgreSQL's lists already");
    expect(asked).toEqual([`GET ${index}/_mapping`]);
  });

  it("fills no index that has the lists of an earlier move", async () => {
    answer = () => [200, '{"i":{"mappings":{"_meta":{"temporal_platform":"moved"}}}}'];
    const { code, stderr } = await copied("fill");
    expect(code).toBe(1);
    expect(stderr).toBe(
      `visibility-copy: index ${name} has the lists of an earlier move: delete it, or name another one in clusters[].visibility.index\n`,
    );
  });

  it.each<[string, number, string, string]>([
    ["a wrong password", 401, "{}", "refused the user or the password"],
    ["a right that is missing", 403, "{}", "the user may not make or change index"],
    [
      "a full disk",
      429,
      '{"error":{"type":"cluster_block_exception","reason":"disk usage exceeded flood-stage watermark"}}',
      "is full, so that it only reads",
    ],
  ])("is final at once about %s", async (_what, status, said, message) => {
    answer = () => [status, said];
    const { code, stderr } = await copied("fill");
    expect(code).toBe(1);
    expect(stderr).toContain(`visibility-copy: `);
    expect(stderr).toContain(message);
    expect(asked).toHaveLength(1);
  });

  it("says once what is wrong with a document", async () => {
    const error = { type: "mapper_parsing_exception", reason: "failed to parse field [Int01]" };
    answer = (request, body) =>
      request.url?.includes("_bulk") === true
        ? [200, JSON.stringify({ took: 1, items: [{ index: { error } }] })]
        : usual(request, body);
    const { code, stderr } = await copied("fill");
    expect(code).toBe(1);
    expect(stderr).toContain("failed to parse field [Int01]");
    expect(stderr.match(/visibility-copy: /g)).toHaveLength(1);
    expect(asked).not.toContain(`POST ${index}/_delete_by_query`);
  });

  it("tries again while the server is busy or away", async () => {
    let calls = 0;
    answer = (request, body) => (calls++ < 3 ? [503, "{}"] : usual(request, body));
    await expect(copied("fill")).resolves.toMatchObject({ code: 0 });
  });

  it("says when nobody listens", async () => {
    const { code, stderr } = await copied("fill", rows(1), "http://127.0.0.1:9");
    expect(code).toBe(1);
    expect(stderr).toContain("the search server at http://127.0.0.1:9 does not answer");
  });

  it("speaks TLS with a server whose certificate it can check, and with no other", async () => {
    const port = Number(new URL(url).port);
    const proxy = await startTlsProxy("127.0.0.1", { host: "127.0.0.1", port });
    try {
      writeFileSync(join(root, "ca.pem"), proxy.authority);
      const checked = await copied("fill", rows(3), proxy.url, { SEARCH_CA: join(root, "ca.pem") });
      expect(checked).toMatchObject({ code: 0, stderr: "" });
      expect(checked.stdout).toContain("3 workflows");
      asked = [];
      const unknown = await copied("fill", rows(3), proxy.url);
      expect(unknown.code).toBe(1);
      expect(unknown.stderr).toContain("the certificate of the search server at https://127.0.0.1");
      expect(asked).toEqual([]);
    } finally {
      await proxy.close();
    }
  });

  it("says what PostgreSQL says, and takes away nothing then", async () => {
    const { code, stderr } = await copied("fill", "echo 'FATAL: no such database' >&2; exit 2");
    expect(code).toBe(1);
    expect(stderr).toContain("FATAL: no such database");
    expect(stderr).toContain(
      "visibility-copy: PostgreSQL at postgres:5432 does not give the lists",
    );
    expect(asked).not.toContain(`POST ${index}/_delete_by_query`);
  });
});
