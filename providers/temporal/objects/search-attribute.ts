/**
 * The resource `temporal:index:SearchAttribute`.
 */
import type { Connection } from "@temporalio/client";
import { z } from "zod";
import { nameIn } from "../../../clients/wire.ts";
import {
  type SearchAttributeType,
  searchAttributeTypes,
} from "../../../platform/search-attributes.ts";
import type { ResourceType } from "../../protocol/provider.ts";
import { schemaFailures } from "../../protocol/schema.ts";
import type { Properties } from "../../protocol/values.ts";
import { inWords, until } from "./calls.ts";
import { inPlaceBut } from "./differences.ts";
import { isDeleted, onRemoveSchema } from "./existing.ts";
import { foundBeforehand } from "./beforehand.ts";
import type { Frontend } from "./frontend.ts";
import { inTurn } from "./turns.ts";

const attributeSchema = z.object({
  namespace: z.string().min(1),
  name: z.string().min(1),
  type: z.enum(searchAttributeTypes),
  onRemove: onRemoveSchema,
  store: z.record(z.string(), z.string()).default({}),
});

type AttributeInputs = z.output<typeof attributeSchema>;

/** Custom search attributes of namespaces. The id of one is `<namespace>/<name>`. */
export function searchAttributeType(frontend: Frontend): ResourceType {
  return {
    check: (news, olds) => ({
      inputs: news,
      failures: [...schemaFailures(attributeSchema, news), ...retyped(olds, news)],
    }),
    onChange: inPlaceBut("namespace", "name"),
    create: async (properties, { preview, signal }) => {
      const inputs = attributeSchema.parse(properties);
      if (preview) {
        const type = await foundBeforehand(frontend, (connection) => typeOf(connection, inputs));
        if (type !== undefined) sameType(inputs, type);
      } else await put(await frontend(), inputs, signal);
      return { id: searchAttributeId(properties), outputs: properties };
    },
    update: async (_state, properties, { preview, signal }) => {
      if (!preview) await put(await frontend(), attributeSchema.parse(properties), signal);
      return properties;
    },
    read: async (id, { inputs }) => {
      const [namespace = "", name = ""] = id.split("/");
      const type = await typeOf(await frontend(), { namespace, name });
      if (type === undefined) return undefined;
      const imported = Object.keys(inputs).length === 0;
      const defaults = imported ? { namespace, name, onRemove: "keep", store: {} } : inputs;
      const seen = { ...defaults, type };
      return { id, inputs: seen, outputs: seen };
    },
    delete: async (id, state) => {
      const inputs = attributeSchema.parse(state);
      if (isDeleted(inputs.onRemove, `search attribute ${id}`)) {
        await removed(await frontend(), inputs);
      }
    },
  };
}

/** The id of a search attribute with these inputs. */
export function searchAttributeId({ namespace, name }: Properties): string {
  return `${String(namespace)}/${String(name)}`;
}

function retyped(olds: Properties, { namespace, name, type }: Properties) {
  const before = attributeSchema.safeParse(olds).data;
  if (before === undefined) return [];
  if (before.namespace !== namespace || before.name !== name || before.type === type) return [];
  const reason = `Temporal never changes the type of a search attribute: ${before.name} of namespace ${before.namespace} is ${before.type}; put it back, or add one of another name`;
  return [{ property: "type", reason }];
}

/** The type that the server knows an attribute by; undefined when it has none of this name. */
async function typeOf(
  { operatorService }: Connection,
  { namespace, name }: Pick<AttributeInputs, "namespace" | "name">,
): Promise<string | undefined> {
  try {
    const { customAttributes } = await operatorService.listSearchAttributes({ namespace });
    const type = customAttributes[name];
    return type === undefined ? undefined : nameIn(searchAttributeTypes, type);
  } catch (error) {
    throw inWords(error, `search attribute ${name} of namespace ${namespace}`);
  }
}

/** Adds the attribute when there is none; ends when queries may name it. */
async function put(
  connection: Connection,
  inputs: AttributeInputs,
  signal: AbortSignal,
): Promise<void> {
  const { namespace, name, type } = inputs;
  await inTurn(async () => {
    const found = await typeOf(connection, inputs);
    if (found !== undefined) {
      sameType(inputs, found);
      return;
    }
    try {
      await connection.operatorService.addSearchAttributes({
        namespace,
        searchAttributes: { [name]: numberOf(type) },
      });
    } catch (error) {
      throw inWords(error, `search attribute ${name} of namespace ${namespace}`);
    }
  });
  await until(`search attribute ${name} of namespace ${namespace} cannot be queried`, signal, () =>
    connection.workflowService.countWorkflowExecutions({ namespace, query: `${name} IS NULL` }),
  );
}

/** The number of a type; its enumeration is in a package that the client does not hand on. */
function numberOf(type: SearchAttributeType): never {
  return (searchAttributeTypes.indexOf(type) + 1) as never;
}

/** Asking for one that exists with another type, the server says nothing and leaves it as it is (`addSearchAttributesSQL`). */
function sameType({ namespace, name, type }: AttributeInputs, found: string): void {
  if (found === type) return;
  throw new Error(
    `search attribute ${name} of namespace ${namespace} exists already with type ${found}, which never changes: say ${found} instead of ${type}, or choose another name`,
  );
}

async function removed(
  { operatorService }: Connection,
  { namespace, name }: AttributeInputs,
): Promise<void> {
  await inTurn(async () => {
    try {
      await operatorService.removeSearchAttributes({ namespace, searchAttributes: [name] });
    } catch (error) {
      throw inWords(error, `search attribute ${name} of namespace ${namespace} was not removed`);
    }
  });
}
