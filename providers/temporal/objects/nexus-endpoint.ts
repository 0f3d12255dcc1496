/**
 * The resource `temporal:index:NexusEndpoint`.
 */
import type { Connection } from "@temporalio/client";
import { z } from "zod";
import { changes } from "../../protocol/diff.ts";
import type { ResourceType } from "../../protocol/provider.ts";
import { schemaFailures } from "../../protocol/schema.ts";
import type { Properties } from "../../protocol/values.ts";
import { foundBeforehand } from "./beforehand.ts";
import { inWords } from "./calls.ts";
import { inPlaceBut } from "./differences.ts";
import { existingSchema, isDeleted, onRemoveSchema, refusal } from "./existing.ts";
import type { Frontend } from "./frontend.ts";

const endpointSchema = z.object({
  name: z.string().min(1),
  description: z.string().default(""),
  target: z.union([
    z.strictObject({ namespace: z.string(), taskQueue: z.string() }),
    z.strictObject({ url: z.string() }),
  ]),
  existing: existingSchema,
  onRemove: onRemoveSchema,
  store: z.record(z.string(), z.string()).default({}),
});

type EndpointInputs = z.output<typeof endpointSchema>;

/** Nexus endpoints of a cluster. The id of one is its name; the server's own id is looked up by it. */
export function nexusEndpointType(frontend: Frontend): ResourceType {
  return {
    check: (news) => ({ inputs: news, failures: schemaFailures(endpointSchema, news) }),
    onChange: inPlaceBut("name"),
    create: async (properties, { preview }) => {
      const id = String(properties["name"]);
      if (preview) {
        const found = await foundBeforehand(frontend, (connection) => endpointOf(connection, id));
        if (found !== undefined) accepted(endpointSchema.parse(properties), found);
      } else await put(await frontend(), endpointSchema.parse(properties));
      return { id, outputs: properties };
    },
    update: async (_state, properties, { preview }) => {
      if (!preview) {
        await put(await frontend(), { ...endpointSchema.parse(properties), existing: "adopt" });
      }
      return properties;
    },
    read: async (id, { inputs }) => {
      const found = await endpointOf(await frontend(), id);
      if (found === undefined) return undefined;
      const seen = { ...(inputs as object), ...asSeen(found) };
      return { id, inputs: seen, outputs: seen };
    },
    delete: async (id, state) => {
      const { onRemove } = endpointSchema.parse(state);
      if (isDeleted(onRemove, `Nexus endpoint ${id}`)) await removed(await frontend(), id);
    },
  };
}

type Endpoint = NonNullable<
  Awaited<ReturnType<Connection["operatorService"]["getNexusEndpoint"]>>["endpoint"]
>;

async function endpointOf(
  { operatorService }: Connection,
  name: string,
): Promise<Endpoint | undefined> {
  try {
    const { endpoints } = await operatorService.listNexusEndpoints({ name });
    return endpoints[0];
  } catch (error) {
    throw inWords(error, `Nexus endpoint ${name}`);
  }
}

/** The inputs that would make an endpoint what it is. */
function asSeen({ spec }: Endpoint): Properties {
  const { worker, external } = spec?.target ?? {};
  const text = spec?.description?.data;
  return {
    name: spec?.name ?? "",
    ...(text === undefined || text === null ? {} : { description: descriptionIn(text) }),
    target:
      worker === undefined || worker === null
        ? { url: external?.url ?? "" }
        : { namespace: worker.namespace ?? "", taskQueue: worker.taskQueue ?? "" },
  };
}

/** Descriptions are payloads, which Temporal's web UI and CLI read as JSON text. */
function descriptionIn(data: Uint8Array): string {
  const text = Buffer.from(data).toString();
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "string" ? value : text;
  } catch {
    return text;
  }
}

/** What differs of an endpoint that is there. */
function differing(inputs: EndpointInputs, found: Endpoint): readonly string[] {
  const { name, description, target } = inputs;
  const seen = { description: "", ...asSeen(found) };
  return changes(seen, { name, description, target }).map(({ path }) => path);
}

function accepted(inputs: EndpointInputs, found: Endpoint): void {
  const paths = differing(inputs, found);
  if (paths.length > 0 && inputs.existing === "refuse") {
    throw new Error(refusal(`Nexus endpoint ${inputs.name}`, paths));
  }
}

async function put(connection: Connection, inputs: EndpointInputs): Promise<void> {
  const { operatorService } = connection;
  const { name, description, target } = inputs;
  const found = await endpointOf(connection, name);
  const spec = {
    name,
    target: "url" in target ? { external: target } : { worker: target },
    ...(description === ""
      ? {}
      : {
          description: {
            metadata: { encoding: Buffer.from("json/plain") },
            data: Buffer.from(JSON.stringify(description)),
          },
        }),
  };
  if (found !== undefined) {
    accepted(inputs, found);
    if (differing(inputs, found).length === 0) return;
  }
  try {
    if (found === undefined) await operatorService.createNexusEndpoint({ spec });
    else {
      const { id, version } = found;
      await operatorService.updateNexusEndpoint({ id: id ?? "", version: version ?? null, spec });
    }
  } catch (error) {
    throw inWords(error, `Nexus endpoint ${name}`);
  }
}

async function removed(connection: Connection, name: string): Promise<void> {
  const found = await endpointOf(connection, name);
  if (found === undefined) return;
  const { id, version } = found;
  try {
    await connection.operatorService.deleteNexusEndpoint({
      id: id ?? "",
      version: version ?? null,
    });
  } catch (error) {
    throw inWords(error, `Nexus endpoint ${name} was not deleted`);
  }
}
