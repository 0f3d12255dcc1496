/**
 * Declares `resource-temporal workflow start`.
 */
import { type Command, Option } from "commander";
import {
  idConflictPolicies,
  idReusePolicies,
  memoOf,
  searchAttributeOf,
  timeoutOf,
} from "../commands/workflow/input.ts";
import type { StartOptions } from "../commands/workflow/start.ts";
import { idOf } from "../input.ts";
import { taskQueueOf } from "../task-queues/input.ts";
import { ending, formatOption, type OnNamespace, read, withExamples } from "./options.ts";
import { withArguments } from "./workflow-arguments.ts";

/** Gives the command its options and its action. */
export function declareStart(declared: Command): void {
  const timeout = (what: string): string => `${what}, such as 30s, 5m, 2h or 30d`;
  withExamples(
    withArguments(
      declared
        .requiredOption("-t, --task-queue <name>", "the workers' task queue", read(taskQueueOf))
        .requiredOption("--type <name>", "the workflow's type", read(idOf))
        .option("-w, --workflow-id <id>", "its id; a UUID by default", read(idOf)),
    )
      .option(
        "--execution-timeout <time>",
        timeout("how long it may take with all its runs"),
        read(timeoutOf),
      )
      .option("--run-timeout <time>", timeout("how long one run may take"), read(timeoutOf))
      .option(
        "--task-timeout <time>",
        timeout("how long a workflow task may take"),
        read(timeoutOf),
      )
      .addOption(
        new Option(
          "--id-conflict-policy <policy>",
          "what happens when a workflow of the id runs; Fail by default",
        ).choices(Object.keys(idConflictPolicies)),
      )
      .addOption(
        new Option(
          "--id-reuse-policy <policy>",
          "whether a workflow of the id may have ended; AllowDuplicate by default",
        ).choices(Object.keys(idReusePolicies)),
      )
      .option("--memo <key=json>", "an entry of its memo; several times for several", entry(memoOf))
      .option(
        "--search-attribute <name=json>",
        "a search attribute; several times for several",
        entry(searchAttributeOf),
      )
      .option("--wait", "until it ends: its result is printed; exit code 1 unless it completes")
      .addOption(formatOption(["text", "json"])),
    `workflow start --task-queue orders --type Order --workflow-id order-7 --input '{"items": 3}'`,
    "workflow start --task-queue orders --type Order --input-file order.json --wait",
    `workflow start --task-queue orders --type Order --search-attribute CustomerId='"c-12"'`,
  ).action(
    ending(async (options: OnNamespace & StartOptions) =>
      (await import("../commands/workflow/start.ts")).startWorkflow(options, options),
    ),
  );
}

function entry<T>(
  parse: (text: string) => Readonly<Record<string, T>>,
): (text: string, before: Readonly<Record<string, T>> | undefined) => Readonly<Record<string, T>> {
  return (text, before) => ({ ...before, ...read(parse)(text) });
}
