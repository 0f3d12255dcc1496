/**
 * What becomes of objects that exist before the program makes them, and after the program no longer names them.
 */
import { z } from "zod";

/** Whether an object that exists already, and is not what the program says, becomes the program's. */
export const existingSchema = z.enum(["adopt", "refuse"]).default("refuse");

/** What becomes of an object that the program no longer names: it stays, it goes, or the program is refused. */
export const onRemoveSchema = z.enum(["keep", "delete", "protect"]).default("keep");

/**
 * Whether an object that the program no longer names is to be deleted.
 *
 * @param what The object, for people, such as `namespace orders`.
 * @throws Error when it is protected.
 */
export function isDeleted(onRemove: z.output<typeof onRemoveSchema>, what: string): boolean {
  if (onRemove !== "protect") return onRemove === "delete";
  throw new Error(
    `${what} is protected: set onRemove to keep or delete first, and remove it in the next deployment`,
  );
}

/** Why an object that exists is not taken over. */
export function refusal(what: string, differing: readonly string[]): string {
  return `${what} exists already, and differs in ${differing.join(", ")}: set \`existing: adopt\` to take it over and change it, or choose another name`;
}
