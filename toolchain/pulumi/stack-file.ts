/**
 * Pulumi.<stack>.yaml: what the bootstrap reads in it, and how it stays as it was committed.
 */
import { readdir, readFile, rm, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { isDeepStrictEqual } from "node:util";
import { load } from "js-yaml";
import { z } from "zod";
import { defaultServerVersion, isSupported, parseServerVersion } from "../../platform/versions.ts";

/** What a cluster that runs on Docker needs of its machine. */
export interface DockerNeeds {
  /** Address of the engine; undefined for the user's default. */
  readonly host?: string;
  readonly serverVersion: string;
  readonly registry?: string;
}

/** Path of a stack's file. Names in Pulumi Cloud may carry an organisation. */
export function stackFile(project: string, stack: string): string {
  return join(project, `Pulumi.${basename(stack)}.yaml`);
}

// Read loosely: it is the program that judges the configuration, with better words.
const needs = z.looseObject({
  target: z.looseObject({ kind: z.string(), host: z.string().optional() }).optional(),
  server: z.looseObject({ version: z.string().optional() }).optional(),
  images: z.looseObject({ registry: z.string().optional() }).optional(),
});
const settings = z.looseObject({ config: z.record(z.string(), z.unknown()).default({}) });

/**
 * What the clusters of a stack file that run on Docker need, one entry for each different need.
 *
 * Versions that the platform does not know are left out: the program refuses them, and building them would take minutes.
 */
export function dockerNeeds(text: string): DockerNeeds[] {
  const { config } = settings.catch({ config: {} }).parse(parsed(text));
  const value = (key: string): unknown =>
    unquoted(config[`temporal-platform:${key}`] ?? config[key]);
  const common = needs.catch({}).parse(value("common") ?? {});
  const clusters = z.array(needs.catch({})).catch([]).parse(value("clusters"));
  const all = clusters.flatMap((cluster): DockerNeeds[] => {
    const target = cluster.target ?? common.target;
    const serverVersion = cluster.server?.version ?? common.server?.version ?? defaultServerVersion;
    const registry = cluster.images?.registry ?? common.images?.registry;
    const version = parseServerVersion(serverVersion);
    if (target?.kind !== "docker" || version === undefined || !isSupported(version)) return [];
    return [
      {
        serverVersion,
        ...(target.host === undefined ? {} : { host: target.host }),
        ...(registry === undefined ? {} : { registry }),
      },
    ];
  });
  return [...new Map(all.map((need) => [JSON.stringify(need), need])).values()];
}

/**
 * Does some work with Pulumi and then puts the stack's file back, if all that Pulumi changed in it is the salt.
 *
 * Pulumi writes `encryptionsalt` into the file of every stack whose secrets are encrypted with a passphrase. The salt belongs to one
 * person's passphrase: committed, it would make every other checkout fail with "incorrect passphrase". The state has it too, and
 * PULUMI_FALLBACK_TO_STATE_SECRETS_MANAGER makes Pulumi take it from there. A file that has secrets of its own keeps its salt.
 */
export async function keepingStackFile<T>(path: string, work: () => Promise<T>): Promise<T> {
  const before = await contents(path);
  try {
    return await work();
  } finally {
    const after = await contents(path);
    if (after !== undefined && after !== before && onlySaltWasAdded(before ?? "", after)) {
      await (before === undefined ? rm(path) : writeFile(path, before));
    }
  }
}

/** {@link keepingStackFile} for all stacks of a project, and for those that the work makes. */
export async function keepingStackFiles<T>(project: string, work: () => Promise<T>): Promise<T> {
  const before = new Set(await stackFilesIn(project));
  const all = [...before].reduce((inner, path) => () => keepingStackFile(path, inner), work);
  try {
    return await all();
  } finally {
    for (const path of await stackFilesIn(project)) {
      if (!before.has(path) && onlySaltWasAdded("", (await contents(path)) ?? "")) await rm(path);
    }
  }
}

async function stackFilesIn(project: string): Promise<string[]> {
  const names = await readdir(project);
  return names.filter((name) => /^Pulumi\..+\.yaml$/.test(name)).map((name) => join(project, name));
}

/** Whether two stack files say the same but for a salt that only the second has. */
export function onlySaltWasAdded(before: string, after: string): boolean {
  const { encryptionsalt: salt, ...rest } = z.looseObject({}).catch({}).parse(parsed(after));
  return (
    salt !== undefined &&
    isDeepStrictEqual(rest, { ...z.looseObject({}).catch({}).parse(parsed(before)) })
  );
}

async function contents(path: string): Promise<string | undefined> {
  return readFile(path, "utf8").catch(() => undefined);
}

function parsed(text: string): unknown {
  try {
    return load(text) ?? {};
  } catch {
    return {};
  }
}

/** `pulumi config set` without --path leaves JSON in a string. */
function unquoted(value: unknown): unknown {
  if (typeof value !== "string") return value;
  try {
    return JSON.parse(value);
  } catch {
    return value;
  }
}
