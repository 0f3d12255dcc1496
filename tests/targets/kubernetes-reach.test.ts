import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { checkConnectivity } from "../../targets/kubernetes/connectivity.ts";
import { clusterWith } from "../../testkit/clusters.ts";
import { kubeconfig, kubernetes, withServer } from "../../testkit/kubeconfig.ts";

/** Why a cluster is out of reach whose kubeconfig is at a path. */
async function why(path: string): Promise<string | undefined> {
  const cluster = clusterWith({
    target: { kind: "kubernetes", context: "x", kubeconfig: path },
  });
  const { target } = cluster;
  if (target.kind !== "kubernetes") throw new Error("the cluster is elsewhere");
  return checkConnectivity(target, "stopped", cluster);
}

const broken = join(mkdtempSync(join(tmpdir(), "kubeconfig-")), "config");
writeFileSync(broken, "contexts: [");

it("a Kubernetes cluster that answers is within reach, whatever it says of the credentials", async () => {
  await withServer(kubernetes("v1.34.4"), async (url) => {
    expect(await why(kubeconfig(url, ["x"]))).toBeUndefined();
  });
  await withServer(
    (_, response) => response.writeHead(401).end(),
    async (url) => {
      expect(await why(kubeconfig(url, ["x"]))).toBeUndefined();
    },
  );
});

it("one that does not answer is out of reach, and the error says what to do", async () => {
  expect(await why(kubeconfig("http://127.0.0.1:1", ["x"]))).toBe(
    "the API server http://127.0.0.1:1 of context x does not answer (connect ECONNREFUSED 127.0.0.1:1): start it, or see that it can be reached from here",
  );
});

it.each([
  ["that is not there", "/nowhere/config", /^there is no kubeconfig .*: name another by target/],
  ["without the context", kubeconfig("", ["y"]), /^the .* has no context x .*: name another by/],
  ["that is none", broken, /^the kubeconfig .* cannot be read \(.+\): mend it, or name another by/],
])("a kubeconfig %s comes with what to do", async (_, path, message) => {
  expect(await why(path)).toMatch(message);
});
