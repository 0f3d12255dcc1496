/**
 * Which Pulumi plugins a Node program needs: those that its npm packages name.
 */
import { existsSync, readFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";

/** A plugin that an npm package asks for. */
export interface RequiredPlugin {
  readonly name: string;
  /** With a leading `v`, as the CLI writes versions. */
  readonly version: string;
  /** Where it is downloaded from when not from the vendor; else empty. */
  readonly server: string;
}

/** What is of interest in a package.json. */
interface Manifest {
  readonly name?: string;
  readonly version?: string;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
  readonly pulumi?: {
    readonly resource?: boolean;
    readonly name?: string;
    readonly version?: string;
    readonly server?: string;
  };
}

/** The plugins that the program in a directory needs, by its dependencies and theirs. */
export function requiredPlugins(programDirectory: string): readonly RequiredPlugin[] {
  const root = ancestors(programDirectory).find((directory) =>
    existsSync(join(directory, "package.json")),
  );
  if (root === undefined) return [];
  const plugins = new Map<string, RequiredPlugin>();
  const seen = new Set<string>();
  const visit = (directory: string): void => {
    if (seen.has(directory)) return;
    seen.add(directory);
    const manifest = read(directory);
    const plugin = pluginOf(manifest);
    if (plugin !== undefined) plugins.set(`${plugin.name}@${plugin.version}`, plugin);
    const development = directory === root ? manifest.devDependencies : {};
    for (const name of Object.keys({ ...manifest.dependencies, ...development })) {
      const found = ancestors(directory)
        .map((ancestor) => join(ancestor, "node_modules", name))
        .find((candidate) => existsSync(join(candidate, "package.json")));
      if (found !== undefined) visit(found);
    }
  };
  visit(root);
  return [...plugins.values()];
}

function pluginOf({ name = "", version = "", pulumi }: Manifest): RequiredPlugin | undefined {
  if (pulumi?.resource !== true) return undefined;
  return {
    name: pulumi.name ?? name.replace(/^@[^/]+\//, ""),
    version: `v${(pulumi.version ?? version).replace(/^v/, "")}`,
    server: pulumi.server ?? "",
  };
}

function read(directory: string): Manifest {
  return JSON.parse(readFileSync(join(directory, "package.json"), "utf8")) as Manifest;
}

/** A directory and those above it, the nearest first. */
function ancestors(directory: string): string[] {
  const here = resolve(directory);
  const above = dirname(here);
  return above === here ? [here] : [here, ...ancestors(above)];
}
