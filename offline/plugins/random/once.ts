/**
 * A value that is made once and kept in the stack's state until an input changes.
 */
import { z } from "zod";
import type { ResourceType, State } from "../../../providers/protocol/provider.ts";
import { schemaFailures } from "../../../providers/protocol/schema.ts";
import { holdsUnknown, type Properties, unknown } from "../../../providers/protocol/values.ts";

/** Any values whose change makes a new value. */
export const keepers = z.record(z.string(), z.string()).optional();

/** What one of this provider's types is. */
export interface Once<Schema extends z.ZodType<object>> {
  /** Its inputs, with the vendor's defaults. */
  readonly inputs: Schema;
  /** Names of what is made. */
  readonly outputs: readonly string[];
  /** Version of the vendor's schema, so that the vendor's plugin can go on with a state that this one wrote. */
  readonly schemaVersion?: number;
  make(inputs: z.output<Schema>): State | Promise<State>;
}

/** The resource type of a value that is made once. */
export function once<Schema extends z.ZodType<object>>(kind: Once<Schema>): ResourceType {
  const meta = JSON.stringify({ schema_version: String(kind.schemaVersion) });
  const always = kind.schemaVersion === undefined ? {} : { __meta: meta };
  return {
    onChange: "replace",
    check: (news) => ({ inputs: news, failures: schemaFailures(kind.inputs, news) }),
    create: async (properties, { preview }) => {
      if (preview || holdsUnknown(properties)) {
        return { id: "", outputs: { ...properties, ...unknowns(kind.outputs) } };
      }
      const inputs = kind.inputs.parse(properties);
      const { id, outputs } = await kind.make(inputs);
      return { id, outputs: { ...inputs, ...outputs, ...always } };
    },
  };
}

function unknowns(names: readonly string[]): Properties {
  return Object.fromEntries(names.map((name) => [name, unknown]));
}
