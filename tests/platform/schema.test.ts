import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeEach, describe, expect, it } from "vitest";
import { persistenceGuard } from "../../platform/database-guard.ts";
import { databaseAddress } from "../../platform/database.ts";
import { renderSchemaScript, schemaEnvironment } from "../../platform/schema.ts";
import { clusterWith } from "../../testkit/clusters.ts";

let root: string;
beforeEach(() => {
  const made = mkdtempSync(join(tmpdir(), "schema-"));
  root = made;
  mkdirSync(join(root, "tmp"));
  return () => {
    rmSync(made, { recursive: true });
  };
});

const external = { kind: "external", host: "db.example.com", user: "team@home" };
const password = 'it\'s a "pass word" + more%';

/** What the tool says of the first database when it fails, in the order of its calls; it succeeds where there is nothing. */
type Faults = readonly (string | undefined)[];

interface Outcome {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
  /** Arguments of every call of the tool. */
  readonly calls: readonly string[];
  /** What it connects with. */
  readonly attributes: URLSearchParams;
}

/** Runs the script with a tool that fails so often, or for ever with the last fault. */
function run(
  faults: Faults,
  then: "succeeds" | "keeps failing" = "succeeds",
  version = "1.32.5",
): Outcome {
  faults.forEach((fault, index) => {
    if (fault !== undefined) writeFileSync(join(root, `fault-temporal-${index + 1}`), fault);
  });
  const last = then === "succeeds" ? 0 : faults.length;
  const programs = {
    "temporal-sql-tool": [
      `[ "$1" != --version ] || { echo "temporal-sql-tool version ${version}"; exit; }`,
      `echo "$*" >> ${root}/calls`,
      `printf %s "$SQL_CONNECT_ATTRIBUTES" > ${root}/attributes`,
      `[ -z "\${SQL_PASSWORD:-}" ] || echo password >> ${root}/calls`,
      `n=$(grep -c -e "^--database $2 " ${root}/calls); [ -f ${root}/fault-$2-$n ] || n=${last}`,
      `[ -f ${root}/fault-$2-$n ] || exit 0`,
      `cat ${root}/fault-$2-$n; exit 1`,
    ].join("\n"),
    sleep: "exit 0",
  };
  for (const [name, text] of Object.entries(programs)) {
    writeFileSync(join(root, name), `#!/bin/sh\n${text}\n`, { mode: 0o755 });
  }
  const environment = schemaEnvironment(databaseAddress(clusterWith({ postgres: external })));
  const { status, stdout, stderr } = spawnSync(
    "sh",
    ["-c", renderSchemaScript("1.32.2").replaceAll("/tmp/", `${root}/tmp/`)],
    {
      env: {
        ...Object.fromEntries(
          Object.entries(environment).map(([key, value]) => [
            key,
            typeof value === "string" ? value : password,
          ]),
        ),
        PATH: `${root}:${process.env["PATH"] ?? ""}`,
      },
      encoding: "utf8",
    },
  );
  const read = (file: string): string =>
    existsSync(join(root, file)) ? readFileSync(join(root, file), "utf8") : "";
  return {
    code: status,
    stdout,
    stderr,
    calls: read("calls").trimEnd().split("\n"),
    attributes: new URLSearchParams(read("attributes")),
  };
}

/** The tool's log, with the statements that it was given. */
const error = (text: string): string =>
  [
    "2026-11-25T16:17:54.653Z\t\u001b[34mINFO\u001b[0m\tStarting schema setup\t{}",
    `2026-11-25T16:17:54.654Z\t\u001b[35mDEBUG\u001b[0m\t${persistenceGuard(clusterWith()).replaceAll(/\s+/g, " ")}\t{}`,
    `2026-11-25T16:17:54.655Z\t\u001b[31mERROR\u001b[0m\tUnable to setup SQL schema.\t{"error": ${JSON.stringify(text)}}\n`,
  ].join("\n");

const where = "team@home at db.example.com:5432";

describe("the schema task", () => {
  it("asks whose both databases are before it writes anything, and brings them up to date", () => {
    const { code, stdout, stderr, calls } = run([]);
    expect([code, stderr]).toEqual([0, ""]);
    const lines = stdout.trimEnd().split("\n");
    expect(lines.toSorted()).toEqual([
      "schema: temporal is up to date",
      "schema: temporal: roles find each other after an outage",
      "schema: temporal_visibility is up to date",
      "schema: temporal_visibility: indexes leave out what is not there",
    ]);
    const made = calls.map((call) => call.replace(/ --schema-file \S+/, " <file>"));
    expect(made.slice(0, 2)).toEqual([
      "--database temporal setup-schema --disable-versioning <file>",
      "--database temporal_visibility setup-schema --disable-versioning <file>",
    ]);
    // Both at the same time from here on.
    const of = (database: string): string[] =>
      made.slice(2).filter((call) => call.startsWith(`--database ${database} `));
    expect(of("temporal")).toEqual([
      "--database temporal setup-schema --version 0.0",
      "--database temporal update-schema --schema-name postgresql/v12/temporal",
      "--database temporal setup-schema --disable-versioning <file>",
    ]);
    expect(of("temporal_visibility")).toEqual([
      "--database temporal_visibility setup-schema --version 0.0",
      "--database temporal_visibility update-schema --schema-name postgresql/v12/visibility",
      "--database temporal_visibility setup-schema --disable-versioning <file>",
    ]);
  });

  it("fails when one of both fails, and lets the other one end", () => {
    const { code, stderr, calls } = run([undefined, error("pq: something else")]);
    expect(code).toBe(1);
    expect(stderr).toContain("PostgreSQL at db.example.com:5432 does not do what is asked of it");
    expect(calls.filter((call) => call.includes(" temporal_visibility "))).toHaveLength(4);
  });

  it("hands over a password of any characters, and only there where they stay what they are", () => {
    const { attributes, calls } = run([]);
    expect([...attributes]).toEqual([["password", password]]);
    expect(calls).not.toContain("password");
  });

  it("touches nothing with a tool of another minor version", () => {
    const { code, stderr, calls } = run([], "succeeds", "1.31.2");
    expect(code).toBe(1);
    expect(stderr).toBe(
      "schema: the image has Temporal 1.31.2, and clusters[].server.version is 1.32.2: let it and clusters[].images.adminTools agree\n",
    );
    expect(calls).toEqual([""]);
  });

  it("makes a database that is missing", () => {
    const { code, calls } = run([error('pq: database "temporal" does not exist (3D000)')]);
    expect(code).toBe(0);
    expect(calls[1]).toBe("--database temporal create-database --defaultdb postgres");
  });

  it("says which one it may not make", () => {
    const missing = error('pq: database "temporal" does not exist');
    const { code, stderr } = run([missing, error("pq: permission denied to create database")]);
    expect(code).toBe(1);
    expect(stderr).toContain(
      `schema: database temporal does not exist and ${where} may not create it: create it, owned by team@home`,
    );
  });

  it.each([
    ["nobody listens", "dial tcp 10.0.0.1:5432: connect: connection refused"],
    ["PostgreSQL starts", "pq: the database system is starting up (57P03)"],
    ["PostgreSQL recovers", "pq: the database system is in recovery mode"],
    ["it has no connection left", "pq: sorry, too many clients already (53300)"],
    ["the network loses packets", "dial tcp 10.0.0.1:5432: i/o timeout"],
  ])("tries again while %s", (_what, fault) => {
    const { code, calls } = run([error(fault), error(fault)]);
    expect(code).toBe(0);
    expect(calls).toHaveLength(10);
  });

  it.each([
    ["connect: connection refused", `PostgreSQL does not answer ${where}: see that it runs`],
    [
      "pq: remaining connection slots are reserved for non-replication superuser connections",
      "PostgreSQL at db.example.com:5432 has no connection left: raise max_connections there",
    ],
  ])("gives up after a minute of %s", (fault, said) => {
    const { code, stderr, calls } = run([error(fault)], "keeps failing");
    expect(code).toBe(1);
    expect(stderr).toContain(`schema: ${said}`);
    expect(calls).toHaveLength(30);
  });

  it.each([
    ["pq: password authentication failed for user", `PostgreSQL refused the password of ${where}`],
    [
      "pq: SSL is not enabled on the server",
      "PostgreSQL at db.example.com:5432 does not speak TLS: switch it on there, or set clusters[].postgres.tls to disable",
    ],
    [
      "tls: failed to verify certificate: x509: certificate signed by unknown authority",
      "the certificate of PostgreSQL at db.example.com:5432 is not accepted",
    ],
    [
      'pq: no pg_hba.conf entry for host "10.0.0.2", user "team", database "temporal", no encryption',
      `PostgreSQL does not let ${where} in`,
    ],
    [
      "pq: permission denied for schema public (42501)",
      `${where} lacks a right in database temporal`,
    ],
    [
      "pq: cannot execute CREATE TABLE in a read-only transaction (25006)",
      "PostgreSQL at db.example.com:5432 only reads: it is a standby",
    ],
    [
      "dial tcp: lookup db.example.com on 127.0.0.11:53: no such host",
      "nobody knows the host db.example.com",
    ],
    [
      "pq: something that nobody thought of",
      "PostgreSQL at db.example.com:5432 does not do what is asked of it",
    ],
  ])("is over at once after: %s", (fault, said) => {
    const { code, stderr, calls } = run([error(fault)]);
    expect(code).toBe(1);
    expect(calls).toHaveLength(1);
    expect(stderr).toContain(fault.replaceAll('"', '\\"'));
    expect(stderr).toContain(`schema: ${said}`);
  });

  it("shows what a guard refuses, and nothing else", () => {
    const { code, stderr, calls } = run([
      error(
        "pq: temporal-platform refuses: database temporal is another's: name another // (P0001)",
      ),
    ]);
    expect(code).toBe(1);
    expect(calls).toHaveLength(1);
    expect(stderr).toBe(
      "schema: temporal-platform refuses: database temporal is another's: name another\n",
    );
  });

  it("goes on without what the platform adds where the role may not", () => {
    const fine = Array.from({ length: 3 }, () => undefined);
    const { code, stdout } = run([...fine, error("pq: must be owner of table (42501)")]);
    expect(code).toBe(0);
    expect(stdout).toContain(
      "schema: temporal stays as Temporal made it, without: roles find each other after an outage",
    );
    expect(stdout).toContain("schema: temporal_visibility: indexes leave out what is not there");
  });
});
