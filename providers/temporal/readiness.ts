/**
 * The resource `temporal:docker:Readiness`.
 */
import { z } from "zod";
import type { ResourceType } from "../protocol/provider.ts";
import { schemaFailures } from "../protocol/schema.ts";
import type { Properties } from "../protocol/values.ts";
import { type Attempt, executing, settling } from "./attempt.ts";
import { Engine } from "./engine.ts";

const container = {
  host: z.string().optional(),
  container: z.string(),
  name: z.string(),
};

const timeoutSeconds = z.number().positive();

const commandSchema = z.object({
  ...container,
  command: z.array(z.string()).min(1),
  image: z.string().optional(),
  timeoutSeconds,
});

const settleSchema = z.object({
  ...container,
  settleSeconds: z.number().positive(),
  timeoutSeconds,
});

/** Which of the two is meant. */
function schemaOf(inputs: Properties): typeof commandSchema | typeof settleSchema {
  return "settleSeconds" in inputs ? settleSchema : commandSchema;
}

/** Waits at every change, above all for the container that takes another's place. A container that is not ready leaves no state. */
export const readiness: ResourceType = {
  onChange: "update",
  check: (news) => ({ inputs: news, failures: schemaFailures(schemaOf(news), news) }),
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
  const inputs = schemaOf(properties).parse(properties);
  const { host, container: id, name, timeoutSeconds: limit } = inputs;
  const engine = await Engine.connect(host);
  const result = await engine.becomesReady(id, attemptOf(inputs, engine), limit, signal);
  if (result.kind === "ready") return;
  const why = {
    ended: `${name} ended before it was ready (exit code ${result.exitCode ?? "unknown"})`,
    timeout: `${name} was not ready within ${limit} s`,
    interrupted: `${name} was interrupted before it was ready`,
  }[result.kind];
  const advice = `see \`docker logs ${name}\`; the next up waits for it again`;
  throw new Error(
    result.output === ""
      ? `${why}: ${advice}`
      : `${why}: ${advice}. Its last lines:\n${result.output}`,
  );
}

function attemptOf(
  inputs: z.output<typeof commandSchema> | z.output<typeof settleSchema>,
  engine: Engine,
): Attempt {
  if ("settleSeconds" in inputs) return settling(inputs.settleSeconds);
  const { command, image } = inputs;
  return image === undefined ? executing(command) : engine.beside(image, command);
}
