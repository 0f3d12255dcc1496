/**
 * The provider plugins that the program's npm packages ask for: the vendor's where it answers, else our own.
 */
import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { homedir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import { ensureGo, goBuildOnce } from "../go.ts";
import { present, type Report, step } from "../steps.ts";
import { launcher, writeLauncher } from "./launcher.ts";

/** Where plugins are installed to, and from. */
export interface PluginInstallation {
  /** Path of the Pulumi CLI. */
  readonly pulumi: string;
  /** What its processes need besides this one's environment, above all PULUMI_HOME. */
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cacheDir: string;
  /** Absolute path of this checkout; our plugins that are TypeScript run from it. */
  readonly projectDir: string;
  readonly report: Report;
  /** Whether the vendor's downloads answer; asked only when a plugin is missing. */
  readonly online: () => Promise<boolean>;
}

/** How long a download may take before ours is built instead, in milliseconds. */
const downloadTimeout = 180_000;

const pluginNames = ["docker", "kubernetes", "random"] as const;
type PluginName = (typeof pluginNames)[number];

/** Our own plugins that run from the checkout; the others are built with Go. */
const programs: Readonly<Partial<Record<PluginName, string>>> = {
  kubernetes: "offline/plugins/kubernetes/main.ts",
  random: "offline/plugins/random/main.ts",
};

/**
 * Installs what is missing; does nothing when all is there.
 *
 * @throws Error when a plugin can neither be downloaded nor built.
 */
export async function installPlugins(installation: PluginInstallation): Promise<void> {
  for (const { name, version, installed } of await findPlugins(installation)) {
    const title = `Pulumi plugin ${name} ${version}`;
    if (installed) {
      present(title, installation.report);
      continue;
    }
    if ((await installation.online()) && (await downloaded(title, name, version, installation))) {
      continue;
    }
    await step(
      `${title}: ${programs[name] === undefined ? "build it with Go" : "install ours"} (the vendor's downloads do not answer)`,
      async () => {
        const folder = await makeOurs(name, version, installation);
        await install(installation, name, `v${version}`, ["--file", folder, "--reinstall"]);
      },
      installation.report,
    );
  }
}

/** A plugin that the program needs. */
export interface RequiredPlugin {
  readonly name: PluginName;
  readonly version: string;
  readonly installed: boolean;
}

/** What the program needs and whether it is there; changes nothing. */
export async function findPlugins(
  installation: Pick<PluginInstallation, "pulumi" | "env" | "projectDir">,
): Promise<readonly RequiredPlugin[]> {
  const { stdout } = await execa(installation.pulumi, ["plugin", "ls", "--json"], {
    env: installation.env,
  });
  const present = JSON.parse(stdout) as readonly { name: string; version?: string }[];
  return Promise.all(
    pluginNames.map(async (name) => {
      const version = await wantedVersion(name, installation.projectDir);
      const listed = present.some((found) => found.name === name && found.version === version);
      return { name, version, installed: listed && !(await isStale(name, version, installation)) };
    }),
  );
}

/** The version that an npm package's own plugin has. */
async function wantedVersion(name: PluginName, projectDir: string): Promise<string> {
  const path = join(projectDir, "node_modules", "@pulumi", name, "package.json");
  const { version } = JSON.parse(await readFile(path, "utf8")) as { version: string };
  return version;
}

/** Whether a plugin is a launcher of ours that leads to another checkout. */
async function isStale(
  name: PluginName,
  version: string,
  { env, projectDir }: Pick<PluginInstallation, "env" | "projectDir">,
): Promise<boolean> {
  const program = programs[name];
  if (program === undefined) return false;
  const home = env["PULUMI_HOME"] ?? process.env["PULUMI_HOME"] ?? join(homedir(), ".pulumi");
  const path = join(home, "plugins", `resource-${name}-v${version}`, `pulumi-resource-${name}`);
  if (!existsSync(path)) return false;
  const content = await readFile(path);
  return (
    content.subarray(0, 2).toString() === "#!" &&
    content.toString() !== launcher(projectDir, program)
  );
}

async function downloaded(
  title: string,
  name: PluginName,
  version: string,
  installation: PluginInstallation,
): Promise<boolean> {
  try {
    await step(
      `${title}: download`,
      () => install(installation, name, version, [], downloadTimeout),
      installation.report,
    );
    return true;
  } catch {
    installation.report(`  the download of the plugin ${name} failed`);
    return false;
  }
}

async function install(
  { pulumi, env }: PluginInstallation,
  name: PluginName,
  version: string,
  flags: readonly string[],
  timeout = 0,
): Promise<void> {
  await execa(pulumi, ["plugin", "install", "resource", name, version, ...flags], { env, timeout });
}

/** Makes our own plugin and gives its folder. */
async function makeOurs(
  name: PluginName,
  version: string,
  { cacheDir, projectDir }: PluginInstallation,
): Promise<string> {
  const folder = join(cacheDir, "plugins", `${name}-${version}`);
  const program = programs[name];
  if (program !== undefined) {
    await writeLauncher(folder, `pulumi-resource-${name}`, projectDir, program);
    return folder;
  }
  await goBuildOnce(await ensureGo(cacheDir), {
    moduleDir: join(projectDir, "offline", "go", `${name}-provider`),
    package: ".",
    output: join(folder, `pulumi-resource-${name}`),
    ldflags: `-X main.version=${version}`,
    tags: "no_compose",
  });
  return folder;
}
