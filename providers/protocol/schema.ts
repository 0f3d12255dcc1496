/**
 * Inputs held to a schema.
 */
import type { z } from "zod";
import type { CheckFailure } from "./provider.ts";
import { holdsUnknown, type Properties } from "./values.ts";

/** What is wrong with a resource's inputs; nothing as long as a part of them is not known yet. */
export function schemaFailures(schema: z.ZodType, inputs: Properties): readonly CheckFailure[] {
  if (holdsUnknown(inputs)) return [];
  const { error } = schema.safeParse(inputs);
  return (error?.issues ?? []).map(({ path, message }) => ({
    property: path.join("."),
    reason: message,
  }));
}
