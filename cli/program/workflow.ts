/**
 * Declares `resource-temporal workflow`.
 */
import { type Command, Option } from "commander";
import type { ListOptions } from "../commands/workflow/list.ts";
import type { QueryOptions } from "../commands/workflow/query.ts";
import type { ResetOptions } from "../commands/workflow/reset.ts";
import type { SignalOptions } from "../commands/workflow/signal.ts";
import { eventIdOf, resetPoints, runIdOf, timeoutOf } from "../commands/workflow/input.ts";
import { idOf, queryOf } from "../input.ts";
import {
  commandsOfNamespace,
  type Declare,
  ending,
  formatOption,
  type Formatted,
  limitOption,
  type OnNamespace,
  read,
  withExamples,
} from "./options.ts";
import { declareStart } from "./workflow-start.ts";
import { withArguments } from "./workflow-arguments.ts";

interface OnWorkflow extends OnNamespace {
  readonly workflowId: string;
  readonly runId?: string;
}

/** Adds the command to the program. */
export function declareWorkflow(program: Command): void {
  const workflow = program
    .command("workflow")
    .description("workflows: start them, see them, tell them something, end them");
  const command = commandsOfNamespace(workflow);
  const commandOnOne = (name: string, description: string): Command =>
    command(name, description)
      .requiredOption("-w, --workflow-id <id>", "the workflow", read(idOf))
      .option("--run-id <id>", "one of its runs; the last by default", read(runIdOf));

  declareStart(command("start", "start a workflow"));
  declareTalk(commandOnOne);
  declareEnds(commandOnOne);
  declareViews(command, commandOnOne);
}

function declareTalk(commandOnOne: Declare): void {
  withExamples(
    withArguments(
      commandOnOne("query", "ask a workflow something; prints its answer as JSON").requiredOption(
        "--query-type <name>",
        "the query's name",
        read(idOf),
      ),
    ).addOption(
      new Option("--timeout <time>", "longest time for the answer")
        .argParser(read(timeoutOf))
        .default(30, "30s"),
    ),
    "workflow query -w order-7 --query-type stage",
    `workflow query -w order-7 --query-type lineItem --input 3`,
    "workflow query -w order-7 --query-type __stack_trace",
  ).action(
    ending(async (options: OnWorkflow & QueryOptions) =>
      (await import("../commands/workflow/query.ts")).queryWorkflow(options, options),
    ),
  );
  withExamples(
    withArguments(
      commandOnOne("signal", "tell a workflow something").requiredOption(
        "--name <name>",
        "the signal's name",
        read(idOf),
      ),
    ),
    `workflow signal -w order-7 --name paid --input '{"amount": 20}'`,
  ).action(
    ending(async (options: OnWorkflow & SignalOptions) =>
      (await import("../commands/workflow/signal.ts")).signalWorkflow(options, options),
    ),
  );
}

function declareEnds(commandOnOne: Declare): void {
  withExamples(
    commandOnOne("cancel", "ask a workflow to end, after it has tidied up"),
    "workflow cancel -w order-7",
  ).action(
    ending(async (options: OnWorkflow) =>
      (await import("../commands/workflow/end.ts")).cancelWorkflow(options),
    ),
  );
  withExamples(
    commandOnOne("terminate", "end a workflow at once; its code learns nothing of it").option(
      "--reason <text>",
      "why, as its history will have it",
    ),
    'workflow terminate -w order-7 --reason "a duplicate of order-6"',
  ).action(
    ending(async ({ reason, ...choice }: OnWorkflow & { readonly reason?: string }) =>
      (await import("../commands/workflow/end.ts")).terminateWorkflow(choice, reason),
    ),
  );
  withExamples(
    commandOnOne(
      "reset",
      "let a workflow go on from an earlier place of its history, in a new run; one that runs is terminated",
    )
      .option(
        "--event-id <number>",
        "go on after this event, which ends a workflow task",
        read(eventIdOf),
      )
      .addOption(
        new Option("--to <place>", "go on after this workflow task")
          .choices(resetPoints)
          .conflicts("eventId"),
      )
      .option("--reason <text>", "why, as its history will have it")
      .addOption(formatOption(["text", "json"])),
    'workflow reset -w order-7 --to last-workflow-task --reason "bug fixed"',
    "workflow reset -w order-7 --event-id 14",
  ).action(
    ending(async (options: OnWorkflow & ResetOptions) =>
      (await import("../commands/workflow/reset.ts")).resetWorkflow(options, options),
    ),
  );
}

function declareViews(command: Declare, commandOnOne: Declare): void {
  withExamples(
    command("list", "list workflows, the latest first")
      .option("--query <query>", "which ones, by a visibility query; all by default", read(queryOf))
      .addOption(limitOption())
      .addOption(formatOption(["text", "json"])),
    "workflow list",
    `workflow list --query "WorkflowType = 'Order' AND ExecutionStatus = 'Running'" --limit 20`,
  ).action(
    ending(async (options: OnNamespace & ListOptions) =>
      (await import("../commands/workflow/list.ts")).listWorkflows(options, options),
    ),
  );
  withExamples(
    commandOnOne("describe", "show everything about a workflow but its history").addOption(
      formatOption(["text", "json"]),
    ),
    "workflow describe -w order-7",
    "workflow describe -w order-7 --format json",
  ).action(
    ending(async (options: OnWorkflow & Formatted) =>
      (await import("../commands/workflow/describe.ts")).describeWorkflow(options, options),
    ),
  );
  withExamples(
    commandOnOne(
      "history",
      "show all events of a workflow; as JSON they are a file for a replay",
    ).addOption(formatOption(["text", "json"])),
    "workflow history -w order-7",
    "workflow history -w order-7 --format json > order-7.json",
  ).action(
    ending(async (options: OnWorkflow & Formatted) =>
      (await import("../commands/workflow/history.ts")).showHistory(options, options),
    ),
  );
}
