/**
 * The resource `temporal:docker:Image`.
 */
import type Docker from "dockerode";
import { z } from "zod";
import { isNotFound, statusOf } from "../../../clients/docker.ts";
import { pullImage } from "../../../clients/pull.ts";
import { changes } from "../../protocol/diff.ts";
import type { ResourceType } from "../../protocol/provider.ts";
import { schemaFailures } from "../../protocol/schema.ts";
import type { Properties } from "../../protocol/values.ts";
import { connectDocker } from "../engine.ts";
import { buildImage } from "./build.ts";

const imageSchema = z.object({
  host: z.string().optional(),
  reference: z.string(),
  directory: z.string().optional(),
  labels: z.record(z.string(), z.string()),
});

/** Another reference, or another engine, is another image; where its directory is does not matter once it is built. */
export const image: ResourceType = {
  onChange: (known, inputs) => ({
    properties: changes(known.inputs, inputs).map((change) => ({
      ...change,
      by: ["host", "reference"].includes(change.path) ? "replace" : "update",
      seen: "inputs",
    })),
    replacement: "create before delete",
  }),
  check: (news) => ({ inputs: news, failures: schemaFailures(imageSchema, news) }),
  create: async (inputs, { preview, signal }) => {
    if (!preview) await make(inputs, signal);
    return { id: String(inputs["reference"]), outputs: inputs };
  },
  update: (_state, inputs) => Promise.resolve(inputs),
  read: async (id, known) => {
    const { host, reference } = imageSchema.parse(known.outputs);
    const { docker } = await connectDocker(host);
    return (await has(docker, reference)) ? { id, ...known } : undefined;
  },
  delete: async (_id, state) => {
    const { host, reference, directory } = imageSchema.parse(state);
    // One from a registry may be somebody else's as well.
    if (directory === undefined) return;
    const { docker } = await connectDocker(host);
    // The steps before its last one stay, so that the next build has them.
    await docker.getImage(reference).remove({ noprune: true }).catch(unlessGoneOrUsed);
  },
};

async function make(properties: Properties, signal: AbortSignal): Promise<void> {
  const { host, reference, directory, labels } = imageSchema.parse(properties);
  const { docker, where } = await connectDocker(host);
  if (await has(docker, reference)) return;
  if (directory === undefined) {
    const pull = await pullImage(docker, reference, { environment: process.env });
    if (pull.kind === "pulled") return;
    throw new Error(`the image ${reference} is not on ${where}, and ${pull.reason}`);
  }
  await buildImage(docker, directory, { reference, labels, signal });
}

async function has(docker: Docker, reference: string): Promise<boolean> {
  try {
    await docker.getImage(reference).inspect();
    return true;
  } catch (error) {
    if (isNotFound(error)) return false;
    throw error;
  }
}

/** Passes over an image that is gone, 404, or that a container still uses, 409. */
function unlessGoneOrUsed(error: unknown): void {
  const passed: readonly unknown[] = [404, 409];
  if (!passed.includes(statusOf(error))) throw error;
}
