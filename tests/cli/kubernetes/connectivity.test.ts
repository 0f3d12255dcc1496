import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import type { RequestListener } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { dump, load } from "js-yaml";
import { describe, expect, it } from "vitest";
import { aboutKubernetes } from "../../../cli/commands/doctor.ts";
import { table } from "../../../cli/commands/findings.ts";
import { findKubernetes, ensureKubernetes } from "../../../cli/kubernetes/index.ts";
import type { KubernetesNeeds } from "../../../cli/pulumi/needs.ts";
import { kubeconfig, kubernetes, withServer } from "../../../testkit/kubeconfig.ts";

const silent: RequestListener = () => undefined;

const unauthorized: RequestListener = (_, response) => {
  response.statusCode = 401;
  response.end(JSON.stringify({ kind: "Status", message: "Unauthorized" }));
};

/** A port of this machine where nobody listens. */
const nobody = "http://127.0.0.1:1";

function need(server: string, name = "prod", user?: object): KubernetesNeeds {
  return { name, context: name, kubeconfig: kubeconfig(server, [name], user) };
}

/** What is found at a server, which has a quarter of a second. */
async function found(listener: RequestListener, user?: object): Promise<string> {
  return withServer(listener, async (url) => {
    const one = await findKubernetes(need(url, "prod", user), {}, 250);
    const told = one.kind === "reached" ? `reached ${String(one.version)}` : one.fault.message;
    return told.replaceAll(url, "URL");
  });
}

describe("an API server", () => {
  it("that answers is reached, and tells its version", async () => {
    expect(await found(kubernetes("v1.34.4+k3s1"))).toBe("reached 1.34.4");
  });

  it("that refuses the credentials is told", async () => {
    expect(await found(unauthorized)).toBe(
      "clusters[prod]: the API server URL refuses the credentials of context prod: log in to it again, or get a new kubeconfig",
    );
  });

  it("is reached although nobody here gets credentials: that is for the provider to judge", async () => {
    const user = {
      exec: { apiVersion: "client.authentication.k8s.io/v1", command: "/no-such/program" },
    };
    expect(await found(unauthorized, user)).toBe("reached undefined");
  });

  it("that hangs is given up, and told", async () => {
    expect(await found(silent)).toMatch(
      /^clusters\[prod\]: the API server URL of context prod does not answer \(.+\): start it, or /,
    );
  });

  it("of an old Kubernetes cannot be used, and the reason is the version", async () => {
    expect(await found(kubernetes("v1.29.9"))).toBe(
      "clusters[prod]: the Kubernetes 1.29.9 at URL (context prod) is older than 1.30: upgrade it, or name another context by target.context",
    );
  });

  it("of a dev cluster comes with the command that starts it, and of no other", async () => {
    const home = mkdtempSync(join(tmpdir(), "platform-"));
    const name = "temporal-platform-one";
    const one = need(nobody, name);
    const environment = { TEMPORAL_PLATFORM_HOME: home };
    const remedy = async (): Promise<string> => {
      const result = await findKubernetes(one, environment);
      return result.kind === "reached" ? "" : result.fault.message;
    };
    // A context of somebody else's may have such a name as well.
    expect(await remedy()).toMatch(/: start it, or see/);
    mkdirSync(join(home, "clusters"));
    const secret = Buffer.from("x").toString("base64");
    const ours = load(readFileSync(one.kubeconfig ?? "", "utf8")) as { clusters: object[] };
    const cluster = { server: nobody, "certificate-authority-data": secret };
    const user = { "client-certificate-data": secret, "client-key-data": secret };
    const text = { ...ours, clusters: [{ name: "c", cluster }], users: [{ name: "u", user }] };
    writeFileSync(join(home, "clusters", "one.yaml"), dump(text));
    expect(await remedy()).toMatch(/: npm run cluster up one starts it$/);
  });
});

describe("the Kubernetes clusters of a stack", () => {
  /** What is said about one that answers and one that does not. */
  async function said(must: boolean, environment = {}, more: KubernetesNeeds[] = []) {
    return withServer(kubernetes("v1.34.4"), async (url) => {
      const lines: string[] = [];
      const report = (line: string): void => void lines.push(line.replaceAll(url, "URL"));
      const needs = [need(nobody, "down"), need(url, "good"), ...more];
      const outcome = await ensureKubernetes(needs, { must, environment, report }).then(
        (reached) => reached.map((one) => one.need.name),
        (error: unknown) => (error instanceof Error ? error.message : ""),
      );
      return { lines, outcome };
    });
  }

  const good = "✓ Kubernetes 1.34.4 of cluster good: URL (context good)";
  const missing = { name: "lost", context: "lost", kubeconfig: "/no-such/config" };

  it("need not all answer for a preview: a line names the one that does not", async () => {
    const { lines, outcome } = await said(false);
    expect(outcome).toEqual(["good"]);
    expect(lines).toEqual([
      good,
      expect.stringMatching(/^warning: clusters\[down\]: the API server .* does not answer/),
    ]);
  });

  it("must all answer for a deployment", async () => {
    const { lines, outcome } = await said(true);
    expect(lines).toEqual([good]);
    expect(outcome).toMatch(/^clusters\[down\]: the API server .* does not answer[^\n]*$/);
  });

  it("must all be in a kubeconfig, also for a preview", async () => {
    const { lines, outcome } = await said(false, {}, [missing]);
    expect(lines).toHaveLength(2);
    expect(outcome).toMatch(/^clusters\[lost\]: there is no kubeconfig [^\n]*$/);
  });

  it("are told all at once", async () => {
    const { outcome } = await said(true, {}, [missing]);
    expect(outcome).toMatch(/^clusters\[down\]: [^\n]*\nerror: clusters\[lost\]: [^\n]*$/);
  });

  it("may be gone when the user says that what was in them is to be forgotten", async () => {
    const environment = { PULUMI_K8S_DELETE_UNREACHABLE: "true" };
    const { lines, outcome } = await said(true, environment, [missing]);
    expect(outcome).toEqual(["good"]);
    expect(lines.filter((line) => line.startsWith("warning: "))).toHaveLength(2);
  });
});

describe("the doctor", () => {
  it("has a line for each Kubernetes cluster", async () => {
    await withServer(kubernetes("v1.34.4"), async (url) => {
      const lines = table(await aboutKubernetes([need(url, "good"), need(nobody, "down")], {}));
      expect(lines.split("\n")).toEqual([
        `✓ Kubernetes of good  1.34.4  ${url} (context good)`,
        expect.stringMatching(
          /^✗ Kubernetes of down {2}missing: clusters\[down\]: the API server /,
        ),
      ]);
    });
  });
});
