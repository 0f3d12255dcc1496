/**
 * Pulumi.<stack>.yaml: where it is, and how it stays as it was committed. What the bootstrap reads in it is in needs.ts.
 */
import { existsSync } from "node:fs";
import { readdir, readFile, rm, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { isDeepStrictEqual } from "node:util";
import { z } from "zod";
import { UserError } from "../../offline/user-error.ts";
import { parsedYaml } from "./needs.ts";

/** Path of a stack's file. Names in Pulumi Cloud may carry an organisation. */
export function stackFile(project: string, stack: string): string {
  return join(project, `Pulumi.${basename(stack)}.yaml`);
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
  const { encryptionsalt: salt, ...rest } = z.looseObject({}).catch({}).parse(parsedYaml(after));
  return (
    salt !== undefined &&
    isDeepStrictEqual(rest, { ...z.looseObject({}).catch({}).parse(parsedYaml(before)) })
  );
}

async function contents(path: string): Promise<string | undefined> {
  return readFile(path, "utf8").catch(() => undefined);
}

/**
 * What a stack's file says.
 *
 * @throws UserError when there is none.
 */
export async function readStackFile(project: string, stack: string): Promise<string> {
  const path = stackFile(project, stack);
  if (existsSync(path)) return readFile(path, "utf8");
  const names = (await readdir(project)).flatMap(
    (name) => /^Pulumi\.(.+)\.yaml$/.exec(name)?.[1] ?? [],
  );
  throw new UserError(
    `there is no ${basename(path)}: name a stack that has a file (${names.join(", ")}), or write one; docs/config-reference.md has its keys`,
  );
}
