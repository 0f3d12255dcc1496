import { mkdtempSync, writeFileSync } from "node:fs";
import { homedir, tmpdir } from "node:os";
import { delimiter, join, resolve } from "node:path";
import { describe, expect, it } from "vitest";
import {
  type KubeconfigChoice,
  type KubernetesAccess,
  kubernetesAccess,
  kubernetesAccessFromText,
  placeOf,
  withHome,
} from "../../../clients/kubernetes/kubeconfig.ts";
import { kubeconfig } from "../../../testkit/kubeconfig.ts";

const there = "https://there.test:6443";

/** A file with these words. */
function file(text: string): string {
  const path = join(mkdtempSync(join(tmpdir(), "kubeconfig-")), "config");
  writeFileSync(path, text);
  return path;
}

/** A kubeconfig's text whose current context leads to a server. */
function current(context: string, server: string): string {
  return `clusters: [{ name: ${context}, cluster: { server: "${server}" } }]
contexts: [{ name: ${context}, context: { cluster: ${context}, user: nobody } }]
current-context: ${context}`;
}

const access = (
  choice: KubeconfigChoice,
  environment: Readonly<Record<string, string>> = {},
): Promise<KubernetesAccess> => kubernetesAccess(choice, { environment });

describe("a context", () => {
  it("is looked for in the file that is named", async () => {
    const path = kubeconfig(there, ["other", "prod"]);
    const { server, context, config } = await access({ context: "prod", kubeconfig: path });
    expect([server, context, config.getCurrentContext()]).toEqual([there, "prod", "prod"]);
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
    expect((await access({ context: "prod" }, environment)).server).toBe("https://first.test");
  });

  it("that nobody names is the current one, of the first file that has one", async () => {
    const [first, second] = [file(current("one", there)), file(current("two", "https://x.test"))];
    const KUBECONFIG = [kubeconfig(there, ["none"]), first, second].join(delimiter);
    expect(placeOf(await access({}, { KUBECONFIG }))).toBe(`${there} (context one)`);
  });

  it("that nobody names and no file calls current is none", async () => {
    const path = kubeconfig(there, ["blue"]);
    await expect(access({ kubeconfig: path })).rejects.toMatchObject({
      kind: "no such context",
      message: `the kubeconfig ${path} has no current context`,
    });
  });

  it.each([
    [{ kubeconfig: "~/no-such/config" }, {}, join(homedir(), "no-such", "config")],
    [{ kubeconfig: "no-such/config" }, {}, resolve("no-such/config")],
    [{}, { KUBECONFIG: "/no-such/a:/no-such/b" }, "/no-such/a, /no-such/b"],
  ])("is missing with its file: %j %j", async (where, environment, path) => {
    await expect(access({ ...where, context: "prod" }, environment)).rejects.toMatchObject({
      kind: "absent",
      message: `there is no kubeconfig ${path} to find context prod in`,
    });
  });

  it("is missing among others, which are told", async () => {
    const path = kubeconfig(there, ["blue", "green"]);
    await expect(access({ context: "prod", kubeconfig: path })).rejects.toMatchObject({
      kind: "no such context",
      message: `the kubeconfig ${path} has no context prod (there are blue, green)`,
    });
  });
});

describe("a kubeconfig", () => {
  it.each([
    ["no YAML", "contexts: ["],
    ["a directory", undefined],
  ])("that cannot be read is told in one line: %s", async (_, text) => {
    const path = text === undefined ? tmpdir() : file(text);
    await expect(access({ context: "prod", kubeconfig: path })).rejects.toMatchObject({
      kind: "unreadable",
      message: expect.stringMatching(/^the kubeconfig \S+ cannot be read \([^\n]+\)$/) as string,
    });
  });

  it("may have faults elsewhere", async () => {
    const whole = `clusters: [{ name: c, cluster: { server: "${there}" } }, { name: bad }]
contexts: [{ name: bad }, { name: prod, context: { cluster: c, user: nobody } }]`;
    expect((await access({ context: "prod", kubeconfig: file(whole) })).server).toBe(there);
  });

  it("must say where the context's cluster is", async () => {
    const path = file("contexts: [{ name: prod, context: { cluster: gone } }]");
    await expect(access({ context: "prod", kubeconfig: path })).rejects.toMatchObject({
      kind: "no server",
      message: `the kubeconfig ${path} does not say where the cluster of context prod is`,
    });
  });

  it("may be given as text", async () => {
    expect((await kubernetesAccessFromText(current("one", there))).server).toBe(there);
    await expect(kubernetesAccessFromText(current("one", there), "two")).rejects.toThrow(
      "the kubeconfig has no context two (there are one)",
    );
    await expect(kubernetesAccessFromText("{")).rejects.toMatchObject({ kind: "unreadable" });
  });

  it("in a directory of its own is relative to it", async () => {
    const path = kubeconfig(there, ["prod"]);
    const directory = resolve(path, "..");
    const choice = { kubeconfig: "config", context: "prod" };
    expect((await kubernetesAccess(choice, { environment: {}, directory })).server).toBe(there);
  });
});

it("a path begins at the user's home only where it says so", () => {
  expect(["~/k", "/etc/~/k", "~other/k"].map(withHome)).toEqual([
    join(homedir(), "k"),
    "/etc/~/k",
    "~other/k",
  ]);
});
