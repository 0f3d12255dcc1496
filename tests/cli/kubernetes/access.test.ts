import { mkdtempSync, writeFileSync } from "node:fs";
import { homedir, tmpdir } from "node:os";
import { delimiter, join, resolve } from "node:path";
import { describe, expect, it } from "vitest";
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

const prod = { name: "prod", context: "prod" };

describe("a context", () => {
  it("is looked for in the file that the stack names", async () => {
    const path = kubeconfig(there, ["other", "prod"]);
    const { server, config } = await accessTo({ ...prod, kubeconfig: path }, {});
    expect([server, config.getCurrentContext()]).toEqual([there, "prod"]);
  });

  it("is looked for in all files of KUBECONFIG, and the first that has it counts", async () => {
    const files = [
      "/nowhere/config",
      kubeconfig("https://first.test", ["a"]),
      kubeconfig("https://second.test", ["a", "prod"]),
      file(""),
    ];
    const environment = { KUBECONFIG: files.join(delimiter) };
    // Clusters of the same name are one, too.
    expect((await accessTo(prod, environment)).server).toBe("https://first.test");
  });

  it.each([
    [{ kubeconfig: "~/no-such/config" }, {}, join(homedir(), "no-such", "config")],
    [{ kubeconfig: "no-such/config" }, {}, join(project, "no-such", "config")],
    [{}, { KUBECONFIG: "/no-such/a:/no-such/b" }, "/no-such/a, /no-such/b"],
  ])("is missing with its file: %j %j", async (where, environment, path) => {
    await expect(accessTo({ ...prod, ...where }, environment)).rejects.toThrow(
      `clusters[prod]: there is no kubeconfig ${path} to find context prod in: name the one that has it by KUBECONFIG or target.kubeconfig`,
    );
  });

  it("is missing among others, which are told", async () => {
    const path = kubeconfig(there, ["blue", "green"]);
    await expect(accessTo({ ...prod, kubeconfig: path }, {})).rejects.toThrow(
      `clusters[prod]: the kubeconfig ${path} has no context prod (there are blue, green): name one of them by target.context, or another kubeconfig`,
    );
  });

  it("of npm run cluster comes with the command that makes it", async () => {
    const choice = { name: "prod", context: "temporal-platform-one" };
    const remedy = "npm run cluster up one makes that cluster and says which KUBECONFIG to export";
    for (const KUBECONFIG of ["/no-such/file", kubeconfig(there, [])]) {
      await expect(accessTo(choice, { KUBECONFIG })).rejects.toThrow(`: ${remedy}`);
    }
  });
});

describe("a kubeconfig", () => {
  it.each([
    ["no YAML", "contexts: ["],
    ["a directory", undefined],
  ])("that cannot be read is told in one line: %s", async (_, text) => {
    const path = text === undefined ? tmpdir() : file(text);
    const access = accessTo({ ...prod, kubeconfig: path }, {});
    await expect(access).rejects.toThrow(
      /^clusters\[prod\]: the kubeconfig .* cannot be read \(.+\): mend it, or name another by .*$/,
    );
  });

  it("may have faults elsewhere", async () => {
    const whole = `clusters: [{ name: c, cluster: { server: "${there}" } }, { name: bad }]
contexts: [{ name: bad }, { name: prod, context: { cluster: c, user: nobody } }]`;
    expect((await accessTo({ ...prod, kubeconfig: file(whole) }, {})).server).toBe(there);
  });

  it("must say where the context's cluster is", async () => {
    const path = file("contexts: [{ name: prod, context: { cluster: gone } }]");
    await expect(accessTo({ ...prod, kubeconfig: path }, {})).rejects.toThrow(
      "does not say where the cluster of context prod is",
    );
  });
});
