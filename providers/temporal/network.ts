/**
 * The resource `temporal:docker:Network`.
 */
import { z } from "zod";
import type { ResourceType } from "../protocol/provider.ts";
import { schemaFailures } from "../protocol/schema.ts";
import type { Properties } from "../protocol/values.ts";
import { Engine } from "./engine.ts";

const networkSchema = z.object({
  host: z.string().optional(),
  name: z.string(),
  labels: z.record(z.string(), z.string()),
});

/**
 * A bridge network. The Docker provider's own waits two seconds after each of its calls, however fast the engine is (its
 * networkReadRefreshDelay): at every `up`, `refresh` and `destroy`.
 */
export const network: ResourceType = {
  // Containers are attached to it, and an engine lets no two networks of ours have one name.
  onChange: "replace",
  check: (news) => ({ inputs: news, failures: schemaFailures(networkSchema, news) }),
  create: async (inputs, { preview }) => {
    if (preview) return { id: "", outputs: inputs };
    const { host, name, labels } = networkSchema.parse(inputs);
    return { id: await (await Engine.connect(host)).createNetwork(name, labels), outputs: inputs };
  },
  read: async (id, known) => {
    const engine = await Engine.connect(hostOf(known.outputs));
    return (await engine.hasNetwork(id)) ? { id, ...known } : undefined;
  },
  delete: async (id, state) => {
    await (await Engine.connect(hostOf(state))).removeNetwork(id);
  },
};

function hostOf(state: Properties): string | undefined {
  return networkSchema.parse(state).host;
}
