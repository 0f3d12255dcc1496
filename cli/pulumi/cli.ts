/**
 * The Pulumi CLI: the user's own where it is new enough, else ours.
 */
import { existsSync } from "node:fs";
import { mkdir, open, rm } from "node:fs/promises";
import { delimiter, join } from "node:path";
import { pipeline } from "node:stream/promises";
import { execa } from "execa";
import { ensureGo, goBuild } from "../../offline/go.ts";
import { makeOnce } from "../../offline/once.ts";
import { cliDownload, fetchFromVendor } from "../../offline/online.ts";
import { cliVersion, type Paths } from "../../offline/paths.ts";
import { installLanguageHost } from "../../offline/plugins/language-host/index.ts";
import { step } from "../../offline/steps.ts";
import { isLauncher } from "./launcher.ts";
import { isAtLeast, versionIn } from "./version.ts";

/** Older CLIs lack what the program uses: provider plugins named by a path in Pulumi.yaml that are TypeScript themselves. */
export const minCliVersion = "3.250.0";

/** A Pulumi CLI. */
export interface PulumiCli {
  /** Absolute path of the program. */
  readonly path: string;
  readonly version: string;
  /** Ours, with a PULUMI_HOME of its own; otherwise the user's, and used as it is. */
  readonly own: boolean;
}

/**
 * The CLI to use, if it is there; changes nothing.
 *
 * @param search Directories to look in, as in PATH.
 */
export async function findCli(paths: Paths, search: string): Promise<PulumiCli | undefined> {
  for (const directory of search.split(delimiter)) {
    const path = join(directory, "pulumi");
    if (directory === "" || directory === paths.pulumiBin || !existsSync(path)) continue;
    if (await isLauncher(path)) continue;
    const version = await versionOf(path);
    if (version !== undefined && isAtLeast(version, minCliVersion)) {
      return { path, version, own: false };
    }
    // The first is the one that the user means; an older one behind it is not.
    break;
  }
  const own = join(paths.pulumiBin, "pulumi");
  return existsSync(own) ? { path: own, version: cliVersion, own: true } : undefined;
}

/**
 * The CLI to use; ours is fetched or built when there is none.
 *
 * @param online Whether the vendor's downloads answer; asked only when it matters.
 */
export async function ensureCli(
  paths: Paths,
  search: string,
  online: () => Promise<boolean>,
): Promise<PulumiCli> {
  const found = await findCli(paths, search);
  if (found === undefined) await make(paths, online);
  const cli = found ?? { path: join(paths.pulumiBin, "pulumi"), version: cliVersion, own: true };
  if (cli.own && !(await hasVendorsHost(paths))) {
    await installLanguageHost(paths.pulumiBin, paths.project);
  }
  return cli;
}

async function make(paths: Paths, online: () => Promise<boolean>): Promise<void> {
  const title = `Pulumi CLI ${cliVersion}`;
  // What else is there without the CLI is of no use, and would be taken for all of it.
  if (!existsSync(join(paths.pulumiBin, "pulumi"))) {
    await rm(paths.pulumiBin, { recursive: true, force: true });
  }
  if (await online()) {
    try {
      await step(`${title}: download`, () => makeOnce(paths.pulumiBin, download));
      return;
    } catch (error) {
      const reason = error instanceof Error ? (error.cause ?? error) : error;
      console.log(`  it failed: ${reason instanceof Error ? reason.message : String(reason)}`);
    }
  }
  await step(`${title}: build it with Go (the vendor's downloads do not answer; minutes)`, () =>
    makeOnce(paths.pulumiBin, (fresh) => build(paths, fresh)),
  );
}

async function versionOf(path: string): Promise<string | undefined> {
  const { stdout } = await execa(path, ["version"], {
    reject: false,
    timeout: 10_000,
    env: { PULUMI_SKIP_UPDATE_CHECK: "true" },
  });
  return versionIn(stdout);
}

/** The vendor's archive carries a language host; ours is a shell script, renewed each time because it names the checkout. */
async function hasVendorsHost(paths: Paths): Promise<boolean> {
  const path = join(paths.pulumiBin, "pulumi-language-nodejs");
  if (!existsSync(path)) return false;
  const file = await open(path);
  try {
    const { buffer } = await file.read(Buffer.alloc(2), 0, 2, 0);
    return buffer.toString("latin1") !== "#!";
  } finally {
    await file.close();
  }
}

async function download(directory: string): Promise<void> {
  const response = await fetchFromVendor(cliDownload());
  if (!response.ok || response.body === null) {
    throw new Error(`${response.url} answers ${response.status}`);
  }
  await mkdir(directory);
  const tar = execa("tar", ["-xz", "--strip-components=1", "-C", directory]);
  await Promise.all([pipeline(response.body, tar.stdin), tar]);
}

async function build(paths: Paths, directory: string): Promise<void> {
  await goBuild(await ensureGo(paths.cache), {
    moduleDir: join(paths.project, "offline", "go", "pulumi"),
    package: "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi",
    output: join(directory, "pulumi"),
    ldflags: `-X github.com/pulumi/pulumi/sdk/v3/go/common/version.Version=${cliVersion}`,
  });
}
