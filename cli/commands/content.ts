/**
 * `resource-temporal content`: what a team keeps for its Temporal as documents. `execute` is in content-execute.ts.
 */
import { readFile, rm, writeFile } from "node:fs/promises";
import { parse } from "node:path";
import { UserError } from "../../offline/user-error.ts";
import { confirm, type Terminal } from "../confirm.ts";
import { contentOf, documentOf, storedText } from "../content/document.ts";
import type { Filter } from "../content/filter.ts";
import type { ContentType } from "../content/input.ts";
import { entriesText, entryOf } from "../content/list.ts";
import {
  addFile,
  codeOf,
  contentFolder,
  pathOf,
  shownPath,
  storedFiles,
} from "../content/store.ts";
import { checkName, refused, storedContent, withStored } from "../content/stored.ts";
import { callersPath } from "../input.ts";
import { type Format, shown } from "../output.ts";

/** What `content add` is asked. */
export interface AddOptions {
  readonly file: string;
  /** By default as the file says. */
  readonly type?: ContentType;
  /** By default the file's name without its ending. */
  readonly name?: string;
}

/**
 * Keeps a file's definition. Gives 2 when there is content of the name.
 *
 * @throws UserError when the file is no definition.
 */
export async function addContent(
  stack: string,
  { file, type, name = checkName(parse(file).name, file) }: AddOptions,
): Promise<number> {
  const folder = await contentFolder(stack, process.env);
  const document = documentOf(file, await bytesOf(file));
  const content = contentOf(document, type);
  if (!(await addFile(folder, name, storedText(document, content.type)))) {
    console.error(
      `stack ${stack} has content ${name} already: remove it, or name this one by --name`,
    );
    return refused;
  }
  console.log(`${content.type} ${name} is added as ${shownPath(pathOf(folder, name))}: commit it`);
  return 0;
}

async function bytesOf(file: string): Promise<Buffer> {
  try {
    return await readFile(callersPath(file));
  } catch (error) {
    if (codeOf(error) === "ENOENT") throw new UserError(`there is no file ${file}`);
    if (codeOf(error) === "EISDIR") throw new UserError(`${file} is a folder: name a file in it`);
    throw error;
  }
}

/** Lists what is kept. Gives 1 when some of it is damaged, which is said. */
export async function listContent(
  stack: string,
  { format, filter = () => true }: { readonly format: Format; readonly filter?: Filter },
): Promise<number> {
  const files = await storedFiles(await contentFolder(stack, process.env));
  const faults: string[] = [];
  const entries = files.flatMap((file) => {
    try {
      return entryOf(file, storedContent(file));
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      faults.push(error.message);
      return [];
    }
  });
  console.log(shown(entries.filter(filter), format, entriesText));
  for (const fault of faults) console.error(`error: ${fault}`);
  return faults.length === 0 ? 0 : 1;
}

/** Which content is meant. */
export interface Named {
  readonly name: string;
}

/**
 * Prints the YAML of content, or writes it to a file. Gives 2 when there is none.
 *
 * @throws UserError when there is a file of that name.
 */
export async function getContent(
  stack: string,
  { name, output }: Named & { readonly output?: string },
): Promise<number> {
  return withStored(stack, name, async ({ bytes }) => {
    if (output === undefined) {
      process.stdout.write(bytes);
      return 0;
    }
    try {
      await writeFile(callersPath(output), bytes, { flag: "wx" });
    } catch (error) {
      if (codeOf(error) !== "EEXIST") throw error;
      throw new UserError(`there is a file ${output} already: name another one by --output`);
    }
    console.log(`${name} is written to ${output}`);
    return 0;
  });
}

/**
 * Removes a definition, after asking. Gives 2 when there is none.
 *
 * @throws UserError when it may not ask and was not told, or was answered with something else.
 */
export async function removeContent(
  stack: string,
  { name, force = false }: Named & { readonly force?: boolean },
  terminal: Terminal = process,
): Promise<number> {
  return withStored(stack, name, async ({ file, path }) => {
    if (!force) {
      const warning = `This removes ${path}, and nothing that was made of it in Temporal.`;
      const what = "the content's name";
      await confirm({ warning, what, answer: name, withoutAsking: "--force" }, terminal);
    }
    await rm(file);
    console.log(`${path} is removed; what was made of it in Temporal stays`);
    return 0;
  });
}
