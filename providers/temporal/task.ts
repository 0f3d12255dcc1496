/**
 * The resource `temporal:docker:Task`.
 */
import { z } from "zod";
import type { ResourceType } from "../protocol/provider.ts";
import { holdsUnknown, type Properties } from "../protocol/values.ts";
import { Engine } from "./engine.ts";

const taskSchema = z.object({
  host: z.string().optional(),
  name: z.string(),
  image: z.string(),
  command: z.array(z.string()).min(1),
  environment: z.record(z.string(), z.string()).default({}),
  mounts: z.array(z.object({ volume: z.string(), path: z.string().startsWith("/") })).default([]),
  tmpfs: z.array(z.string()).default([]),
  network: z.string(),
  user: z.string(),
  capabilitiesAdd: z.array(z.string()).default([]),
  memoryMiB: z.number().positive(),
  labels: z.record(z.string(), z.string()).default({}),
  timeoutSeconds: z.number().positive(),
});

/** What is to run. */
export type TaskInputs = z.output<typeof taskSchema>;

/** Runs at every change; a run that fails leaves no state, so that the next deployment runs it again. */
export const task: ResourceType = {
  onChange: "update",
  check: (news) => {
    if (holdsUnknown(news)) return { inputs: news, failures: [] };
    const result = taskSchema.safeParse(news);
    return {
      inputs: news,
      failures: result.success
        ? []
        : result.error.issues.map(({ path, message }) => ({
            property: path.join("."),
            reason: message,
          })),
    };
  },
  create: async (inputs, call) => {
    if (!call.preview) await run(inputs, call.signal);
    return { id: String(inputs["name"]), outputs: inputs };
  },
  update: async (_state, inputs, call) => {
    if (!call.preview) await run(inputs, call.signal);
    return inputs;
  },
};

/** Lines of output that an error shows. */
const shownLines = 20;

async function run(properties: Properties, signal: AbortSignal): Promise<void> {
  const inputs = taskSchema.parse(properties);
  const engine = await Engine.reach(inputs.host);
  const { exitCode, output } = await engine.run(inputs, signal);
  if (exitCode === 0) return;
  const reason =
    exitCode === "timeout"
      ? `did not end within ${String(inputs.timeoutSeconds)} s`
      : exitCode === "interrupted"
        ? "was interrupted"
        : `failed with exit code ${String(exitCode)}`;
  const lines = redact(output, inputs.environment).trimEnd().split("\n").slice(-shownLines);
  throw new Error([`task ${inputs.name} ${reason}:`, ...lines].join("\n"));
}

/** Output without the values of the variables that look like secrets. */
export function redact(output: string, environment: Readonly<Record<string, string>>): string {
  return Object.entries(environment)
    .filter(([name, value]) => /PASS|PWD|SECRET|TOKEN|HASH/i.test(name) && value !== "")
    .reduce((text, [, value]) => text.replaceAll(value, "***"), output);
}
