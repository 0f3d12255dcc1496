/**
 * The gateway's part of the contract: probes, the web UI's password, a browser, the audit log. Programs have used the cluster by both ways before.
 */
import { describe, expect, it, onTestFinished } from "vitest";
import { startBrowser, troubleIn } from "../../testkit/browser.ts";
import type { Subject } from "../../testkit/subject.ts";

/** A cluster that is up. */
interface Reached {
  readonly subject: Subject;
  /** Address of the gateway, as host:port. */
  readonly gateway: string;
  /** Password of the web UI. */
  readonly password: string;
}

/** Defines the tests; `at` gives the cluster once they run. */
export function gatewayContract(at: () => Reached): void {
  describe("the gateway", () => {
    const get = (path: string, credentials?: string): Promise<Response> =>
      fetch(`http://${at().gateway}${path}`, {
        headers:
          credentials === undefined
            ? {}
            : { Authorization: `Basic ${Buffer.from(credentials).toString("base64")}` },
      });

    it("answers probes without a password", async () => {
      const response = await get("/health");
      expect([response.status, await response.text()]).toEqual([200, "SERVING"]);
    });

    it("passes nothing on twice, should it take itself for the frontend or the web UI", async () => {
      for (const path of ["/", "/health", "/temporal.api.workflowservice.v1.WorkflowService/Any"]) {
        const headers = { "X-Temporal-Gateway": "frontend", "Content-Type": "application/grpc" };
        expect((await fetch(`http://${at().gateway}${path}`, { headers })).status).toBe(503);
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
      await page.goto(`http://${at().gateway}/namespaces/default/workflows`);
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

    it("keeps who called what with what result, and no password", async () => {
      const log = await auditLog(at().subject);
      const started = log.find(({ request }) => request.uri.endsWith("/StartWorkflowExecution"));
      expect(started).toMatchObject({
        request: {
          remote_ip: expect.any(String) as string,
          headers: { "Client-Name": ["temporal-cli"], "Temporal-Namespace": ["default"] },
        },
        status: 200,
        resp_headers: { "Trailer:Grpc-Status": ["0"] },
      });
      expect(log.some(({ user_id }) => user_id === "temporal")).toBe(true);
      expect(log.some(({ status }) => status === 401)).toBe(true);
      expect(JSON.stringify(log)).not.toContain(at().password);
      expect(JSON.stringify(log)).not.toMatch(/Basic [A-Za-z0-9+/=]{8}/);
    });
  });
}

interface AuditEntry {
  readonly request: {
    readonly remote_ip: string;
    readonly uri: string;
    readonly headers: Readonly<Record<string, readonly string[]>>;
  };
  readonly user_id: string;
  readonly status: number;
}

/** The entries of the audit log. */
export async function auditLog(subject: Subject): Promise<readonly AuditEntry[]> {
  const text = await subject.exec("gateway", "cat", "/var/log/gateway/audit.log");
  return text
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as AuditEntry);
}
