/**
 * Which calls the gateway lets pass, and what a page of another site can make a browser do.
 */
import { randomBytes } from "node:crypto";
import { createServer } from "node:http";
import { type AddressInfo } from "node:net";
import { Connection } from "@temporalio/client";
import { describe, expect, it, onTestFinished } from "vitest";
import { startBrowser } from "../../testkit/browser.ts";
import { type RawCall, sendRaw } from "../../testkit/raw-call.ts";
import { temporal } from "../../testkit/temporal-cli.ts";
import type { Reached } from "./gateway.ts";

const workflowService = "/temporal.api.workflowservice.v1.WorkflowService";
const adminService = "/temporal.server.api.adminservice.v1.AdminService";
const grpcType = { "content-type": "application/grpc" };
const served = { status: 200, grpcStatus: "0" };
const refused = { status: 200, grpcStatus: "7" };

/** A gRPC call over HTTP/2, with what is different. */
function grpcCall(path: string, headers: Record<string, string> = {}): RawCall {
  return { protocol: "HTTP/2", method: "POST", path, headers: { ...grpcType, ...headers } };
}

/** Calls of programs, and what becomes of them. */
const calls: readonly (readonly [what: string, call: RawCall, outcome: object])[] = [
  ["WorkflowService", grpcCall(`${workflowService}/GetSystemInfo`), served],
  [
    "WorkflowService with another codec",
    grpcCall(`${workflowService}/GetSystemInfo`, { "content-type": "application/grpc+proto" }),
    served,
  ],
  [
    "WorkflowService by a name that nobody configured",
    grpcCall(`${workflowService}/GetSystemInfo`, { host: "host.docker.internal:7233" }),
    served,
  ],
  ["the health service", grpcCall("/grpc.health.v1.Health/Check"), served],
  [
    "the reflection service",
    grpcCall("/grpc.reflection.v1.ServerReflection/ServerReflectionInfo"),
    { status: 200 },
  ],
  ["AdminService", grpcCall(`${adminService}/DescribeCluster`), refused],
  [
    "AdminService over HTTP/1.1",
    { ...grpcCall(`${adminService}/DescribeCluster`), protocol: "HTTP/1.1" },
    refused,
  ],
  [
    "WorkflowService over HTTP/1.1",
    { ...grpcCall(`${workflowService}/GetSystemInfo`), protocol: "HTTP/1.1" },
    refused,
  ],
  [
    "WorkflowService from a page",
    grpcCall(`${workflowService}/GetSystemInfo`, { origin: "http://example.com" }),
    refused,
  ],
  [
    "WorkflowService from a page that hides its origin",
    grpcCall(`${workflowService}/GetSystemInfo`, { "sec-fetch-site": "same-origin" }),
    refused,
  ],
  ["a service that starts like one", grpcCall(`${workflowService}2/GetSystemInfo`), refused],
  ["a path below a service", grpcCall(`${workflowService}/GetSystemInfo/x`), refused],
  [
    "a service of history",
    grpcCall("/temporal.server.api.historyservice.v1.HistoryService/DescribeHistoryHost"),
    refused,
  ],
];

/** Defines the tests; `at` gives the cluster once they run. */
export function gatewayAccessContract(at: () => Reached): void {
  const credentials = (): Record<string, string> => ({
    authorization: `Basic ${Buffer.from(`temporal:${at().password}`).toString("base64")}`,
  });

  describe("of programs' calls", () => {
    it.each(calls)("%s", async (_what, call, outcome) => {
      expect(await sendRaw(at().grpc, call)).toMatchObject(outcome);
    });

    it("OperatorService passes where only this machine reaches gRPC", async () => {
      const { kind } = at().subject.target as { kind: string };
      const path = "/temporal.api.operatorservice.v1.OperatorService/ListSearchAttributes";
      const { grpcStatus } = await sendRaw(at().grpc, grpcCall(path));
      // The message is empty, so that the server has something to say against it: it is what was reached.
      if (kind === "docker") expect(grpcStatus).toMatch(/^(0|3|5)$/);
      else expect(grpcStatus).toBe("7");
    });
  });

  describe("of browsers' requests", () => {
    const terminate = "/api/v1/namespaces/default/workflows/none/terminate";

    it.each<readonly [what: string, call: Omit<RawCall, "protocol">, status: number]>([
      ["an address as the host", { path: "/api/v1/namespaces" }, 200],
      ["localhost", { path: "/api/v1/namespaces", headers: { host: "localhost:7233" } }, 200],
      [
        "the gateway's own name",
        { path: "/api/v1/namespaces", headers: { host: "gateway:7233" } },
        200,
      ],
      [
        "a name that nobody configured",
        { path: "/api/v1/namespaces", headers: { host: "example.com" } },
        421,
      ],
      [
        "a name that begins with one",
        { path: "/", headers: { host: "localhost.example.com" } },
        421,
      ],
      [
        "a link on another site",
        { path: "/api/v1/namespaces", headers: { "sec-fetch-site": "cross-site" } },
        200,
      ],
      [
        "a write from another site",
        { method: "POST", path: terminate, headers: { "sec-fetch-site": "cross-site" } },
        403,
      ],
      [
        "a write from another port",
        { method: "POST", path: terminate, headers: { "sec-fetch-site": "same-site" } },
        403,
      ],
      [
        "a write with another origin",
        { method: "POST", path: terminate, headers: { origin: "http://example.com" } },
        403,
      ],
      [
        "a write with no origin",
        { method: "POST", path: terminate, headers: { origin: "null" } },
        403,
      ],
      ["a write without the web UI's token", { method: "POST", path: terminate }, 400],
    ])("%s", async (_what, { headers, ...call }, status) => {
      const all = { ...credentials(), ...headers };
      const answer = await sendRaw(at().ui, { protocol: "HTTP/1.1", ...call, headers: all });
      expect(answer.status).toBe(status);
    });

    it("a write without a password", async () => {
      const call = { protocol: "HTTP/1.1", method: "POST", path: terminate } as const;
      expect((await sendRaw(at().ui, call)).status).toBe(401);
    });
  });

  describe("a page of another site, in a browser that knows the password", () => {
    it("neither ends a workflow nor reads one", async () => {
      const id = `victim-${randomBytes(4).toString("hex")}`;
      const one = ["--workflow-id", id];
      await temporal(
        at().grpc,
        ...["workflow", "start", ...one, "--type", "none", "--task-queue", "nobody"],
      );
      const workflow = `http://${at().ui}/api/v1/namespaces/default/workflows/${id}`;
      const server = createServer((_request, response) => {
        response.setHeader("content-type", "text/html").end(hostilePage(workflow));
      });
      await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
      onTestFinished(() => void server.close());
      const { port } = server.address() as AddressInfo;
      const [host = ""] = at().ui.split(":");
      const browser = await startBrowser(
        `--host-resolver-rules=MAP elsewhere.test 127.0.0.1, MAP rebound.test ${host}`,
      );
      onTestFinished(() => browser.close());
      const context = await browser.newContext({
        httpCredentials: { username: "temporal", password: at().password },
      });
      const page = await context.newPage();
      // The user has the web UI open, and with it what its cookies are.
      await page.goto(`http://${at().ui}/api/v1/namespaces`);
      for (const origin of [`http://elsewhere.test:${port}`, `http://127.0.0.1:${port}`]) {
        await page.goto(origin);
        await page.waitForFunction("window.outcome !== undefined");
        expect(await page.evaluate("window.outcome")).toEqual({
          read: "TypeError",
          written: "sent",
        });
        await page.goto(origin);
        await page.evaluate("document.forms[0].submit()");
        await page.waitForURL(/terminate$/);
        expect(await page.locator("body").innerText()).toContain("another site");
      }
      const rebound = at().ui.replace(host, "rebound.test");
      const answer = await page.goto(`http://${rebound}/api/v1/namespaces`);
      expect(answer?.status()).toBe(421);
      const described = await temporal(
        at().grpc,
        ...["workflow", "describe", ...one, "--output", "json"],
      );
      expect(described).toContain("WORKFLOW_EXECUTION_STATUS_RUNNING");
      await temporal(at().grpc, "workflow", "terminate", ...one);
    });
  });

  describe("400 open polls on one connection", () => {
    it("do not keep another call of it from its answer", async () => {
      const connection = await Connection.connect({ address: at().grpc });
      onTestFinished(() => connection.close());
      const polling = new AbortController();
      let ended = 0;
      const polls = Array.from({ length: 400 }, (_none, index) =>
        connection
          .withAbortSignal(polling.signal, () =>
            // The server wants to know how long a poll may take.
            connection.withDeadline(Date.now() + 60_000, () =>
              connection.workflowService.pollWorkflowTaskQueue({
                namespace: "default",
                taskQueue: { name: `idle-${index % 20}` },
                identity: "contract",
              }),
            ),
          )
          .catch((error: unknown) => error)
          .finally(() => ended++),
      );
      for (let call = 0; call < 20; call++) await connection.workflowService.getSystemInfo({});
      expect(ended).toBe(0);
      polling.abort();
      await Promise.all(polls);
    });
  });
}

/** A page that tries to read a workflow and to end it, by script as soon as it is opened, and by a form. */
function hostilePage(workflow: string): string {
  return `<form method="post" enctype="text/plain" action="${workflow}/terminate"><input name='{"reason":"' value='"}'></form>
<script>
const name = (error) => error.name;
const all = { credentials: "include" };
Promise.all([
  fetch("${workflow}", all).then(() => "read", name),
  fetch("${workflow}/terminate", { ...all, mode: "no-cors", method: "POST", body: "{}" }).then(() => "sent", name),
]).then(([read, written]) => { window.outcome = { read, written }; });
</script>`;
}
