/**
 * Declares `resource-temporal task-queue`.
 */
import { type Command, Option } from "commander";
import type { TaskQueueChoice } from "../commands/task-queue.ts";
import { taskQueueOf, taskQueueTypes } from "../task-queues/input.ts";
import {
  ending,
  formatOption,
  ofNamespace,
  type OnNamespace,
  read,
  stackCommand,
  withExamples,
} from "./options.ts";

/** Adds the command to the program. */
export function declareTaskQueue(program: Command): void {
  const taskQueue = program.command("task-queue").description("task queues: who polls, what waits");
  withExamples(
    ofNamespace(
      stackCommand(taskQueue, "describe", "show who polls a task queue, and what waits in it"),
    )
      .requiredOption("-t, --task-queue <name>", "the task queue", read(taskQueueOf))
      .addOption(
        new Option("--type <type>", "whose tasks")
          .choices([...taskQueueTypes, "all"])
          .default("all"),
      )
      .addOption(formatOption(["text", "json"])),
    "task-queue describe --task-queue orders",
    "task-queue describe --task-queue orders --type activity --format json",
  ).action(
    ending(async (options: OnNamespace & TaskQueueChoice & { readonly format: "text" | "json" }) =>
      (await import("../commands/task-queue.ts")).describeTaskQueue(options, options),
    ),
  );
}
