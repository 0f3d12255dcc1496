/**
 * Content of the store.
 */
import { UserError } from "../../offline/user-error.ts";
import type { Content } from "./definition.ts";
import { contentOf, documentOf } from "./document.ts";
import { contentNameOf } from "./input.ts";
import { contentFolder, storedFile, type StoredFile } from "./store.ts";

/** Exit code for content that exists already, that is not there, or that cannot be executed. */
export const refused = 2;

/** Does something with one file of a stack's content, and gives the exit code; {@link refused}, and a line that says why, when there is none. */
export async function withStored(
  stack: string,
  name: string,
  work: (file: StoredFile) => number | Promise<number>,
): Promise<number> {
  const file = await storedFile(await contentFolder(stack, process.env), name);
  if (file !== undefined) return work(file);
  console.error(
    `stack ${stack} has no content ${name}: \`resource-temporal content list\` names what there is`,
  );
  return refused;
}

/**
 * What a file of the store defines.
 *
 * @throws UserError when its name or its text is no content's.
 */
export function storedContent({ name, path, bytes }: StoredFile): Content {
  checkName(name, path);
  return contentOf(documentOf(path, bytes));
}

/** @throws UserError when content cannot have the name. */
export function checkName(name: string, path: string): string {
  try {
    return contentNameOf(name);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new UserError(`${path}: "${name}" cannot name content. ${why}`);
  }
}
