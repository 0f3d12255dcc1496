import { mkdir, mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { execa } from "execa";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { findPlugins, installPlugins } from "../../../offline/plugins/index.ts";
import { launcher } from "../../../offline/plugins/launcher.ts";

const projectDir = resolve(import.meta.dirname, "../../..");
const docker = { name: "docker", version: "5.2.0" };
const kubernetes = { name: "kubernetes", version: "4.34.2" };
const random = { name: "random", version: "4.21.2" };

let scratch: string;
let said: string[];

beforeEach(async () => {
  scratch = await mkdtemp(join(tmpdir(), "plugins-"));
  said = [];
});

afterEach(async () => {
  await rm(scratch, { recursive: true });
});

/** A Pulumi CLI that has these plugins, notes what it is asked, and whose downloads end so. */
async function cli(
  installed: readonly object[],
  download: "succeed" | "fail" = "succeed",
): Promise<string> {
  const path = join(scratch, "pulumi");
  const script = [
    "#!/bin/sh",
    `echo "$*" >> '${join(scratch, "asked")}'`,
    `[ "$2" = ls ] && echo '${JSON.stringify(installed)}'`,
    `case "$*" in *--file*) exit 0;; *install*) exit ${download === "fail" ? "1" : "0"};; esac`,
  ].join("\n");
  await writeFile(path, script, { mode: 0o755 });
  return path;
}

async function install(pulumi: string, online: boolean): Promise<readonly string[]> {
  await installPlugins({
    pulumi,
    env: { PULUMI_HOME: scratch },
    cacheDir: scratch,
    projectDir,
    report: (line) => {
      said.push(line);
    },
    online: () => Promise.resolve(online),
  });
  const asked = await readFile(join(scratch, "asked"), "utf8");
  return asked.split("\n").filter((line) => line.startsWith("plugin install"));
}

/** Where the CLI keeps a plugin, with our launcher for a checkout in it. */
async function installedLauncher(name: string, version: string, checkout: string): Promise<void> {
  const folder = join(scratch, "plugins", `resource-${name}-v${version}`);
  await mkdir(folder, { recursive: true });
  await writeFile(
    join(folder, `pulumi-resource-${name}`),
    launcher(checkout, `offline/plugins/${name}/main.ts`),
  );
}

describe("the provider plugins", () => {
  it("stay when they are there", async () => {
    expect(await install(await cli([docker, kubernetes, random]), true)).toEqual([]);
    expect(said).toEqual([
      "✓ Pulumi plugin docker 5.2.0",
      "✓ Pulumi plugin kubernetes 4.34.2",
      "✓ Pulumi plugin random 4.21.2",
    ]);
  });

  it("are the vendor's where its downloads answer", async () => {
    expect(await install(await cli([{ name: "docker", version: "5.1.0" }]), true)).toEqual([
      "plugin install resource docker 5.2.0",
      "plugin install resource kubernetes 4.34.2",
      "plugin install resource random 4.21.2",
    ]);
  });

  it("are ours where they do not", async () => {
    const ours = [kubernetes, random].map(({ name, version }) => ({
      folder: join(scratch, "plugins", `${name}-${version}`),
      name,
      version,
    }));
    expect(await install(await cli([docker]), false)).toEqual(
      ours.map(
        ({ name, version, folder }) =>
          `plugin install resource ${name} v${version} --file ${folder} --reinstall`,
      ),
    );
    for (const { folder, name } of ours) {
      const { mode } = await stat(join(folder, `pulumi-resource-${name}`));
      expect(mode & 0o111).toBe(0o111);
    }
  });

  it("are ours where a download fails", async () => {
    const asked = await install(await cli([docker, kubernetes], "fail"), true);
    expect(asked).toHaveLength(2);
    expect(asked[1]).toContain("--file");
    expect(said).toContain("  the download of the plugin random failed");
  });

  it("are not asked of the vendor when nothing is missing", async () => {
    const pulumi = await cli([docker, kubernetes, random]);
    await installPlugins({
      pulumi,
      env: { PULUMI_HOME: scratch },
      cacheDir: scratch,
      projectDir,
      report: () => undefined,
      online: () => Promise.reject(new Error("asked")),
    });
  });
});

describe.each([kubernetes, random])("our plugin for $name", ({ name, version }) => {
  it("is installed anew when it runs from another checkout", async () => {
    const pulumi = await cli([docker, kubernetes, random]);
    const installed = async (): Promise<boolean | undefined> => {
      const found = await findPlugins({ pulumi, env: { PULUMI_HOME: scratch }, projectDir });
      return found.find((plugin) => plugin.name === name)?.installed;
    };
    await installedLauncher(name, version, "/elsewhere");
    expect(await installed()).toBe(false);
    await installedLauncher(name, version, projectDir);
    expect(await installed()).toBe(true);
  });

  it("has the version of the npm package", async () => {
    const own = (await import(`../../../offline/plugins/${name}/version.ts`)) as object;
    expect(own).toMatchObject({ version });
  });

  it("starts from what was installed", async () => {
    await install(await cli([docker]), false);
    const program = join(scratch, "plugins", `${name}-${version}`, `pulumi-resource-${name}`);
    const child = execa(program, ["127.0.0.1:1"], { reject: false });
    const port = await new Promise<string>((told) => {
      child.stdout.once("data", (chunk: Buffer) => {
        told(chunk.toString().trim());
      });
    });
    child.kill();
    await child;
    expect(Number(port)).toBeGreaterThan(1024);
  });
});
