import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { expect, it } from "vitest";
import { accessTo } from "../../../cli/kubernetes/access.ts";
import { kubeconfig } from "../../../testkit/kubeconfig.ts";

const project = resolve(import.meta.dirname, "../../..");
const there = "https://there.test:6443";

/** A file with these words. */
function file(text: string): string {
  const path = join(mkdtempSync(join(tmpdir(), "kubeconfig-")), "config");
  writeFileSync(path, text);
  return path;
}

const prod = { name: "main", context: "prod" };

it("a cluster of the stack is reached by the kubeconfig that it names", async () => {
  const path = kubeconfig(there, ["other", "prod"]);
  expect((await accessTo({ ...prod, kubeconfig: path }, {})).server).toBe(there);
});

it.each([
  [
    "that is not there",
    "no-such/config",
    `there is no kubeconfig ${join(project, "no-such", "config")} to find context prod in: name the one that has it by KUBECONFIG or target.kubeconfig`,
  ],
  [
    "without the context",
    kubeconfig(there, ["blue", "green"]),
    "has no context prod (there are blue, green): name one of them by target.context, or another kubeconfig by KUBECONFIG or target.kubeconfig",
  ],
  ["that is none", file("contexts: ["), "): mend it, or name another by KUBECONFIG or"],
  [
    "without the context's cluster",
    file("contexts: [{ name: prod, context: { cluster: gone } }]"),
    "is: mend it, or name another by KUBECONFIG or target.kubeconfig",
  ],
])("a kubeconfig %s comes with the cluster's name and a remedy", async (_, path, message) => {
  const access = accessTo({ ...prod, kubeconfig: path }, {});
  await expect(access).rejects.toThrow(/^clusters\[main\]: [^\n]+$/);
  await expect(access).rejects.toThrow(message);
});

it("a missing context of npm run cluster comes with the command that makes it", async () => {
  const choice = { name: "prod", context: "temporal-platform-one" };
  const remedy = "npm run cluster up one makes that cluster and says which KUBECONFIG to export";
  for (const KUBECONFIG of ["/no-such/file", kubeconfig(there, [])]) {
    await expect(accessTo(choice, { KUBECONFIG })).rejects.toThrow(`: ${remedy}`);
  }
});
