/**
 * The resource `temporal:docker:Readiness`.
 */
import { z } from "zod";
import type { ResourceType } from "../protocol/provider.ts";
import { schemaFailures } from "../protocol/schema.ts";
import type { Properties } from "../protocol/values.ts";
import { Engine } from "./engine.ts";

const readinessSchema = z.object({
  host: z.string().optional(),
  container: z.string(),
  name: z.string(),
  command: z.array(z.string()).min(1),
  timeoutSeconds: z.number().positive(),
});

/** Waits at every change, above all for the container that takes another's place. A container that is not ready leaves no state. */
export const readiness: ResourceType = {
  onChange: "update",
  check: (news) => ({ inputs: news, failures: schemaFailures(readinessSchema, news) }),
  create: async (inputs, { preview, signal }) => {
    if (!preview) await wait(inputs, signal);
    return { id: String(inputs["name"]), outputs: inputs };
  },
  update: async (_state, inputs, { preview, signal }) => {
    if (!preview) await wait(inputs, signal);
    return inputs;
  },
};

async function wait(properties: Properties, signal: AbortSignal): Promise<void> {
  const { host, container, name, command, timeoutSeconds } = readinessSchema.parse(properties);
  const engine = await Engine.connect(host);
  const result = await engine.succeeds(container, command, timeoutSeconds, signal);
  if (result.kind === "ready") return;
  const why = {
    ended: `${name} ended before it was ready (exit code ${result.exitCode ?? "unknown"})`,
    timeout: `${name} was not ready within ${timeoutSeconds} s`,
    interrupted: `${name} was interrupted before it was ready`,
  }[result.kind];
  const advice = `see \`docker logs ${name}\`; the next up waits for it again`;
  throw new Error(
    result.output === ""
      ? `${why}: ${advice}`
      : `${why}: ${advice}. Its last lines:\n${result.output}`,
  );
}
