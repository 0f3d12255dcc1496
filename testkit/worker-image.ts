/**
 * The example worker as a directory that an engine without a registry builds: its Dockerfile's base is an image that is there already, and the Node
 * that runs this and the packages of this checkout come along.
 */
import { existsSync, readFileSync } from "node:fs";
import { cp, mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join, sep } from "node:path";
import { imageCatalogue } from "../platform/images.ts";
import { defaultServerVersion } from "../platform/versions.ts";

const project = join(import.meta.dirname, "..");

/** A build's directory. */
export interface WorkerDirectory {
  readonly path: string;
  /** Takes the place of one of the worker's files. */
  write(name: string, content: string): Promise<void>;
  remove(): Promise<void>;
}

/** Makes the directory with the files of examples/worker. */
export async function makeWorkerDirectory(): Promise<WorkerDirectory> {
  const path = await mkdtemp(join(tmpdir(), "temporal-platform-worker-"));
  const example = join(project, "examples", "worker");
  const names = (await readdir(example)).filter(
    (name) => !/^(Dockerfile|\.dockerignore)$/.test(name),
  );
  await Promise.all(names.map((name) => cp(join(example, name), join(path, name))));
  const { dependencies } = JSON.parse(readFileSync(join(example, "package.json"), "utf8")) as {
    readonly dependencies: Readonly<Record<string, string>>;
  };
  for (const folder of packagesOf(Object.keys(dependencies))) {
    const inside = folder.slice(project.length + 1).split(sep);
    await cp(folder, join(path, ...inside), {
      recursive: true,
      filter: (from) => from === folder || !from.slice(folder.length).includes("node_modules"),
    });
  }
  await cp(process.execPath, join(path, "node"));
  const base = imageCatalogue(defaultServerVersion).postgres.reference;
  const dockerfile = [
    `FROM ${base}`,
    "WORKDIR /app",
    "COPY node ./",
    "COPY node_modules ./node_modules",
    "COPY package.json *.ts ./",
    'ENTRYPOINT ["/app/node", "worker.ts"]',
    "CMD []",
  ];
  await writeFile(join(path, "Dockerfile"), `${dockerfile.join("\n")}\n`);
  return {
    path,
    write: (name, content) => writeFile(join(path, name), content),
    remove: () => rm(path, { recursive: true, force: true }),
  };
}

/** Folders of packages and all that they depend on, as Node finds them. */
function packagesOf(names: readonly string[]): ReadonlySet<string> {
  const found = new Set<string>();
  const add = (name: string, from: string): void => {
    const folder = folderOf(name, from);
    // Optional ones may not be there.
    if (folder === undefined || found.has(folder)) return;
    found.add(folder);
    const { dependencies = {}, optionalDependencies = {} } = JSON.parse(
      readFileSync(join(folder, "package.json"), "utf8"),
    ) as Readonly<Record<string, Readonly<Record<string, string>> | undefined>>;
    for (const one of Object.keys({ ...dependencies, ...optionalDependencies })) add(one, folder);
  };
  for (const name of names) add(name, project);
  return found;
}

function folderOf(name: string, from: string): string | undefined {
  const paths = createRequire(join(from, "package.json")).resolve.paths(name) ?? [];
  return paths.map((path) => join(path, name)).find((path) => existsSync(path));
}
