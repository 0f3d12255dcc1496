/**
 * The gateway's part of the contract: probes, the web UI's password, a browser, the audit log. Programs have used the cluster by both ways before.
 */
import { describe, expect, it, onTestFinished } from "vitest";
import { startBrowser, troubleIn } from "../../testkit/browser.ts";
import type { Subject } from "../../testkit/subject.ts";

/** The gateway of a cluster that is up. */
export interface Reached {
  readonly subject: Subject;
  /** Address of the web UI, as host:port. */
  readonly ui: string;
  /** Address of gRPC, as host:port. */
  readonly grpc: string;
  /** Password of the web UI. */
  readonly password: string;
}

/** Defines the tests; `at` gives the cluster once they run. */
export function gatewayContract(at: () => Reached): void {
  describe("the gateway", () => {
    const get = (path: string, credentials?: string): Promise<Response> =>
      fetch(`http://${at().ui}${path}`, {
        headers:
          credentials === undefined
            ? {}
            : { Authorization: `Basic ${Buffer.from(credentials).toString("base64")}` },
      });

    it("answers probes without a password", async () => {
      const response = await get("/health");
      expect([response.status, await response.text()]).toEqual([200, "SERVING"]);
    });

    it("says of itself whether it takes requests", async () => {
      const response = await get("/ready");
      expect([response.status, await response.text()]).toEqual([200, "READY"]);
    });

    it("passes nothing on twice, should it take itself for the frontend or the web UI", async () => {
      for (const path of ["/", "/health"]) {
        const headers = { "X-Temporal-Gateway": "1" };
        expect((await fetch(`http://${at().ui}${path}`, { headers })).status).toBe(503);
      }
    });

    it.each([
      ["no password", undefined],
      ["a wrong password", "temporal:wrong"],
      ["a wrong user", "admin:wrong"],
    ])("refuses the web UI with %s", async (_what, credentials) => {
      expect((await get("/", credentials)).status).toBe(401);
      expect((await get("/api/v1/namespaces", credentials)).status).toBe(401);
    });

    it("shows the workflows to a browser with the password", async () => {
      const browser = await startBrowser();
      onTestFinished(() => browser.close());
      const page = await browser.newPage({
        httpCredentials: { username: "temporal", password: at().password },
      });
      const trouble = troubleIn(page);
      await page.goto(`http://${at().ui}/namespaces/default/workflows`);
      const text = async (): Promise<string> => {
        const shown = await page.locator("body").innerText();
        // The page asks its user to reload it then, and does not say what went wrong: the log of the test does.
        if (shown.includes("There's an error")) {
          console.warn(`the page failed: ${trouble.join("; ")}`);
          await page.reload();
        }
        return shown;
      };
      await expect.poll(text, { timeout: 30_000, interval: 1000 }).toMatch(/\bgreet-\d+/);
    });

    it("records who called what with what result, and no password", async () => {
      const log = await auditLog(at().subject);
      expect(log.find(({ path }) => path.endsWith("/StartWorkflowExecution"))).toMatchObject({
        time: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/) as string,
        client: expect.stringMatching(/^[\da-f.:]+$/) as string,
        sdk: "temporal-cli",
        namespace: "default",
        status: 200,
        grpcStatus: "0",
      });
      const page = log.find(({ path }) => path === "/api/v1/namespaces/default/workflows");
      expect(page).toMatchObject({ user: "temporal", namespace: "default", method: "GET" });
      expect(log.some(({ status, user }) => status === 401 && user === "-")).toBe(true);
      expect(JSON.stringify(log)).not.toContain(at().password);
      expect(JSON.stringify(log)).not.toMatch(/Basic [A-Za-z0-9+/=]{8}/);
    });
  });
}

/** A line of the audit log. */
export interface AuditEntry {
  readonly time: string;
  readonly client: string;
  readonly user: string;
  readonly sdk: string;
  readonly sdkVersion: string;
  readonly namespace: string;
  readonly method: string;
  readonly path: string;
  readonly status: number;
  readonly grpcStatus: string;
  readonly upstream: string;
}

/** The entries of the audit log. */
async function auditLog(subject: Subject): Promise<readonly AuditEntry[]> {
  return auditEntries(await subject.output("gateway"));
}

/** The entries in a container's log; other lines are HAProxy's own notices. */
export function auditEntries(text: string): readonly AuditEntry[] {
  return text
    .split("\n")
    .filter((line) => line.startsWith("{"))
    .map((line) => JSON.parse(line) as AuditEntry);
}
