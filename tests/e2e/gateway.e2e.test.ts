/**
 * A gateway before several frontends, with its audit log in files. The tests build on each other.
 */
import { Connection } from "@temporalio/client";
import { afterAll, beforeAll, expect, it } from "vitest";
import { arrangeOnDocker, type DockerSubject } from "../../testkit/docker-subject.ts";
import { rolled, type Running } from "../../testkit/subject.ts";
import { temporal } from "../../testkit/temporal-cli.ts";
import { type AuditEntry, auditEntries } from "../contract/gateway.ts";

let subject: DockerSubject;
let connection: Connection;
let address: string;

/** What runs when everything is healthy. History says so only some seconds after it can be used. */
async function healthy(): Promise<Running> {
  const names = async (): Promise<string[]> => Object.keys(await subject.running());
  await expect.poll(names, { timeout: 60_000, interval: 500 }).toContain("history");
  return subject.running();
}

/** Brings the stack up with so many frontends. */
async function bringUp(frontends: number): Promise<void> {
  await subject.stack.configure({
    clusters: [
      {
        name: subject.name,
        target: subject.target,
        server: { roles: { frontend: { replicas: frontends } } },
        gateway: { auditLog: { kind: "file", storage: "1GiB", keep: "7d", callsPerSecond: 1 } },
      },
    ],
  });
  await subject.stack.up();
}

/** The same; says which workloads have other replicas than before. */
async function up(frontends: number): Promise<string[]> {
  const before = await healthy();
  await bringUp(frontends);
  return rolled(before, await healthy());
}

async function entries(): Promise<readonly AuditEntry[]> {
  return auditEntries(await subject.exec("gateway", "/bin/sh", "-c", "cat /var/log/gateway/*.log"));
}

/** The frontends that answer calls of the one connection from now on. */
async function answering(): Promise<ReadonlySet<string>> {
  const before = (await entries()).length;
  for (let call = 0; call < 40; call++) await connection.workflowService.getSystemInfo({});
  const seen = (): Promise<number> => entries().then((all) => all.length);
  await expect.poll(seen, { timeout: 10_000 }).toBeGreaterThanOrEqual(before + 40);
  return new Set((await entries()).slice(before).map(({ upstream }) => upstream));
}

beforeAll(async () => {
  subject = await arrangeOnDocker("spread");
  await bringUp(2);
  const { clusters } = (await subject.stack.outputs()) as {
    clusters: Record<string, { gatewayAddress: string }>;
  };
  address = clusters[subject.name]?.gatewayAddress ?? "";
  connection = await Connection.connect({ address });
});

afterAll(async () => {
  await connection.close();
  await subject.dispose();
});

it("calls of one connection go to both frontends", async () => {
  expect(await answering()).toHaveLength(2);
});

it("calls of the same connection go to a third one that joins, and the gateway stays", async () => {
  expect(await up(3)).toEqual(["frontend"]);
  const count = async (): Promise<number> => (await answering()).size;
  await expect.poll(count, { timeout: 30_000 }).toBe(3);
});

it("a frontend that goes takes no call along", async () => {
  const before = (await entries()).length;
  const left = new AbortController();
  const calls = (async () => {
    while (!left.signal.aborted) await connection.workflowService.getSystemInfo({});
  })();
  expect(await up(2)).toEqual(["frontend"]);
  left.abort();
  await calls;
  await expect.poll(async () => (await answering()).size, { timeout: 30_000 }).toBe(2);
  // The SDK tries again what has failed, so that its calls alone would not show it.
  const failed = (await entries()).slice(before).filter(({ status }) => status !== 200);
  expect(failed).toEqual([]);
});

it("an error has its status in the audit log", async () => {
  const none = ["workflow", "describe", "--workflow-id", "none"];
  await expect(temporal(address, ...none)).rejects.toThrow(/not found/i);
  const last = async (): Promise<string | undefined> =>
    (await entries()).findLast(({ path }) => path.endsWith("/DescribeWorkflowExecution"))
      ?.grpcStatus;
  await expect.poll(last, { timeout: 10_000 }).toBe("5");
});

it("a gateway that died goes on with its audit log", async () => {
  const before = await entries();
  await subject.kill("gateway");
  await expect.poll(() => subject.restarts("gateway"), { timeout: 30_000 }).toBe(1);
  const served = (): Promise<string> =>
    temporal(address, "operator", "cluster", "health").catch(String);
  await expect.poll(served, { timeout: 30_000 }).toContain("SERVING");
  const after = await entries();
  expect(after.slice(0, before.length)).toEqual(before);
  await expect.poll(async () => (await entries()).length).toBeGreaterThan(before.length);
});
