/**
 * Where content is kept: `content/<stack>/<name>.yaml` of the checkout, for a team to commit and to review.
 */
import { randomUUID } from "node:crypto";
import { link, mkdir, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { basename, join, relative, resolve } from "node:path";
import { pathsOf } from "../../offline/paths.ts";
import { readStackFile } from "../pulumi/stack-file.ts";

const ending = ".yaml";

/** A file of the store. */
export interface StoredFile {
  readonly name: string;
  /** Where it is. */
  readonly file: string;
  /** The same as people are told of it. */
  readonly path: string;
  readonly bytes: Buffer;
  readonly changedAt: Date;
}

/**
 * The folder of a stack's content: in TEMPORAL_PLATFORM_CONTENT, by default `content/` of the checkout.
 *
 * @throws UserError when there is no such stack.
 */
export async function contentFolder(
  stack: string,
  environment: Readonly<Record<string, string | undefined>>,
): Promise<string> {
  const { project } = pathsOf(environment);
  // Else a misspelt stack would be a new folder.
  await readStackFile(project, stack);
  const given = environment["TEMPORAL_PLATFORM_CONTENT"] ?? "";
  return join(given === "" ? join(project, "content") : resolve(given), basename(stack));
}

/** A path as people are told of it: from where they are, unless it is elsewhere. */
export function shownPath(path: string): string {
  const short = relative(process.cwd(), path);
  return short.startsWith("..") ? path : short;
}

/** Where content of a name is kept. */
export function pathOf(folder: string, name: string): string {
  return join(folder, `${name}${ending}`);
}

/** All files of the store, by name. */
export async function storedFiles(folder: string): Promise<readonly StoredFile[]> {
  const names = (await filesIn(folder)).flatMap((file) =>
    file.endsWith(ending) && !file.startsWith(".") ? basename(file, ending) : [],
  );
  const found = await Promise.all(names.sort().map((name) => storedFile(folder, name)));
  return found.filter((file) => file !== undefined);
}

/** The file of a name; undefined when there is none. */
export async function storedFile(folder: string, name: string): Promise<StoredFile | undefined> {
  const file = pathOf(folder, name);
  try {
    const [bytes, { mtime }] = await Promise.all([readFile(file), stat(file)]);
    return { name, file, path: shownPath(file), bytes, changedAt: mtime };
  } catch (error) {
    if (codeOf(error) === "ENOENT") return undefined;
    throw error;
  }
}

/** Adds a file, all of it or nothing. Gives false when there is one of the name. */
export async function addFile(folder: string, name: string, text: string): Promise<boolean> {
  await mkdir(folder, { recursive: true });
  const fresh = join(folder, `.${name}-${randomUUID()}`);
  try {
    await writeFile(fresh, text, { flag: "wx" });
    // Unlike a rename, a link replaces nothing.
    await link(fresh, pathOf(folder, name));
    return true;
  } catch (error) {
    if (codeOf(error) === "EEXIST") return false;
    throw error;
  } finally {
    await rm(fresh, { force: true });
  }
}

async function filesIn(folder: string): Promise<string[]> {
  try {
    return await readdir(folder);
  } catch (error) {
    // Nothing has been added yet.
    if (codeOf(error) === "ENOENT") return [];
    throw error;
  }
}

/** The code of a fault of the file system, such as ENOENT. */
export function codeOf(error: unknown): string | undefined {
  return error instanceof Error && "code" in error ? String(error.code) : undefined;
}
