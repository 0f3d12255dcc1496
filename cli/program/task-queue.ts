/**
 * Declares `resource-temporal task-queue`.
 */
import { type Command, Option } from "commander";
import type { TaskQueueChoice } from "../commands/task-queue.ts";
import type { LimitChanges } from "../commands/task-queue-config.ts";
import {
  limitedTypes,
  limitNames,
  rateOf,
  reasonOf,
  taskQueueOf,
  taskQueueTypes,
} from "../task-queues/input.ts";
import {
  ending,
  formatOption,
  type Formatted,
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
    onQueue(
      stackCommand(taskQueue, "describe", "show who polls a task queue, and what waits in it"),
    )
      .addOption(typeOption())
      .addOption(formatOption(["text", "json"])),
    "task-queue describe --task-queue orders",
    "task-queue describe --task-queue orders --type activity --format json",
  ).action(
    ending(async (options: OnNamespace & TaskQueueChoice & Formatted) =>
      (await import("../commands/task-queue.ts")).describeTaskQueue(options, options),
    ),
  );
  declareConfig(taskQueue.command("config").description("limits of task queues"));
}

function onQueue(declared: Command): Command {
  return ofNamespace(declared).requiredOption(
    "-t, --task-queue <name>",
    "the task queue",
    read(taskQueueOf),
  );
}

function typeOption(): Option {
  return new Option("--type <type>", "whose tasks")
    .choices([...taskQueueTypes, "all"])
    .default("all");
}

const whichTypes =
  "\nThe server takes limits for activity and nexus tasks, not for workflow tasks. They go before those that workers set, and may take some seconds to hold.";

function declareConfig(config: Command): void {
  withExamples(
    onQueue(stackCommand(config, "get", "show the limits of a task queue"))
      .addOption(typeOption())
      .addOption(formatOption(["text", "json"])),
    "task-queue config get --task-queue orders",
  ).action(
    ending(async (options: OnNamespace & TaskQueueChoice & Formatted) =>
      (await import("../commands/task-queue-config.ts")).getTaskQueueConfig(options, options),
    ),
  );
  withExamples(
    onQueue(stackCommand(config, "set", "set and remove limits of a task queue"))
      .addOption(
        new Option("--type <type>", "whose tasks; the server limits no workflow tasks")
          .choices(limitedTypes)
          .makeOptionMandatory(),
      )
      .option(
        "--queue-rate-limit <rate>",
        "most tasks a second that it gives out; 0 stops it",
        read(rateOf),
      )
      .option(
        "--fairness-key-rate-limit-default <rate>",
        "most tasks a second for each fairness key, scaled by the key's weight",
        read(rateOf),
      )
      .addOption(new Option("--unset <limits...>", "remove these limits").choices(limitNames))
      .option("--reason <text>", "why, for people; 1000 bytes at most", read(reasonOf))
      .addOption(formatOption(["text", "json"]))
      .addHelpText("after", whichTypes),
    'task-queue config set --task-queue orders --type activity --queue-rate-limit 50 --reason "the bank takes 50/s"',
    "task-queue config set --task-queue orders --type activity --unset queue-rate-limit",
  ).action(
    ending(async (options: OnNamespace & LimitChanges & Formatted) =>
      (await import("../commands/task-queue-config.ts")).setTaskQueueConfig(options, options),
    ),
  );
}
