/**
 * The resource `temporal:docker:WorkloadGroup`.
 */
import { z } from "zod";
import type { ResourceType } from "../protocol/provider.ts";
import { schemaFailures } from "../protocol/schema.ts";
import { Engine } from "./engine.ts";

const groupSchema = z.object({
  host: z.string().optional(),
  name: z.string(),
  labels: z.record(z.string(), z.string()),
});

/** Nothing on the engine until it goes: then all containers that carry its labels are stopped at the same time, and removed. */
export const dockerGroup: ResourceType = {
  onChange: "update",
  check: (news) => ({ inputs: news, failures: schemaFailures(groupSchema, news) }),
  create: (inputs) => Promise.resolve({ id: String(inputs["name"]), outputs: inputs }),
  update: (_state, inputs) => Promise.resolve(inputs),
  delete: async (_id, state) => {
    const { host, labels } = groupSchema.parse(state);
    await (await Engine.connect(host)).stopAll(labels);
  },
};
