/**
 * The resource `temporal:docker:Task`.
 */
import { z } from "zod";
import type { ResourceType } from "../protocol/provider.ts";
import { schemaFailures } from "../protocol/schema.ts";
import type { Properties } from "../protocol/values.ts";
import { Engine, type RunResult } from "./engine.ts";

const path = z.string().startsWith("/", "must be an absolute path");

const taskSchema = z.object({
  host: z.string().optional(),
  name: z.string(),
  image: z.string(),
  command: z.array(z.string()).min(1),
  environment: z.record(z.string(), z.string()).default({}),
  mounts: z.array(z.object({ volume: z.string(), path })).default([]),
  tmpfs: z.array(path).default([]),
  network: z.string(),
  user: z.string(),
  capabilitiesAdd: z.array(z.string()).default([]),
  memoryMiB: z.number().positive(),
  cpus: z.number().positive().optional(),
  labels: z.record(z.string(), z.string()).default({}),
  timeoutSeconds: z.number().positive(),
  interruption: z.enum(["stop", "finish"]).default("stop"),
});

/** What is to run. */
export type TaskInputs = z.output<typeof taskSchema>;

/** Runs at every change; a run that fails leaves no new state, so that the next deployment runs it again. */
export const task: ResourceType = {
  onChange: "update",
  check: (news) => ({ inputs: news, failures: schemaFailures(taskSchema, news) }),
  create: async (inputs, { preview, signal }) => {
    if (!preview) await run(inputs, signal);
    return { id: String(inputs["name"]), outputs: inputs };
  },
  update: async (_state, inputs, { preview, signal }) => {
    if (!preview) await run(inputs, signal);
    return inputs;
  },
};

async function run(properties: Properties, signal: AbortSignal): Promise<void> {
  const inputs = taskSchema.parse(properties);
  const engine = await Engine.connect(inputs.host);
  const result = await engine.run(inputs, signal);
  if (result.exitCode !== 0) throw new Error(failure(inputs, result));
}

/** Lines of output that the error of a failed task shows. */
export const shownLines = 20;

/** What to tell of a task that failed: how it ended, and the end of its output without secrets. */
export function failure(
  inputs: Pick<TaskInputs, "name" | "timeoutSeconds" | "environment" | "interruption">,
  { exitCode, output }: RunResult,
): string {
  const end =
    exitCode === "timeout"
      ? `did not end within ${inputs.timeoutSeconds} s${inputs.interruption === "finish" ? " and runs on: the next `up` waits for it" : ""}`
      : exitCode === "interrupted"
        ? "was interrupted"
        : `failed with exit code ${exitCode}`;
  const lines = redact(output, inputs.environment).trimEnd().split("\n").slice(-shownLines);
  const said = lines.join("\n");
  return said === "" ? `task ${inputs.name} ${end}` : `task ${inputs.name} ${end}:\n${said}`;
}

/** Output without the values of the variables that look like secrets. */
export function redact(output: string, environment: Readonly<Record<string, string>>): string {
  return (
    Object.entries(environment)
      .filter(([name, value]) => /PASS|PWD|SECRET|TOKEN|HASH/i.test(name) && value !== "")
      .map(([, value]) => value)
      // A value may begin with another: the longest first, or its end would stay.
      .sort((a, b) => b.length - a.length)
      .reduce((text, value) => text.replaceAll(value, "***"), output)
  );
}
