/**
 * Declares `resource-temporal worker deployment`.
 */
import { type Command, Option } from "commander";
import type { RampingChange } from "../commands/worker/routing.ts";
import { idOf } from "../input.ts";
import { buildIdOf, deploymentNameOf, percentageOf, waitOf } from "../workers/input.ts";
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

interface OnDeployment extends OnNamespace {
  readonly name: string;
}

interface OnVersion extends OnDeployment {
  readonly buildId: string;
}

/** Adds the command to `resource-temporal worker`. */
export function declareDeployment(worker: Command): void {
  const deployment = worker
    .command("deployment")
    .description("Worker Deployments: the versions of workers, and where new workflows go");
  const command = commandsOfNamespace(deployment);
  const commandOnOne: Declare = (name, description) =>
    command(name, description).requiredOption(
      "--name <deployment>",
      "the Worker Deployment",
      read(deploymentNameOf),
    );
  declareViews(command, commandOnOne);
  declareRouting(commandOnOne);
  declareEnds(commandOnOne);
}

function declareViews(command: Declare, commandOnOne: Declare): void {
  withExamples(
    command("list", "list Worker Deployments")
      .addOption(limitOption())
      .addOption(formatOption(["text", "json"])),
    "worker deployment list",
  ).action(
    ending(async (options: OnNamespace & Formatted & { readonly limit: number }) =>
      (await import("../commands/worker/deployment.ts")).listDeployments(options, options),
    ),
  );
  withExamples(
    commandOnOne("describe", "show a Worker Deployment and all its versions")
      .option("--report-task-queue-stats", "what waits in each task queue for each version as well")
      .addOption(formatOption(["text", "json"])),
    "worker deployment describe --name orders",
    "worker deployment describe --name orders --report-task-queue-stats --format json",
  ).action(
    ending(
      async (options: OnDeployment & Formatted & { readonly reportTaskQueueStats?: boolean }) =>
        (await import("../commands/worker/deployment.ts")).describeDeployment(options, options),
    ),
  );
}

function declareRouting(commandOnOne: Declare): void {
  withExamples(
    routing(commandOnOne("set-current", "let new workflows go to a version")),
    "worker deployment set-current --name orders --build-id 1.4.2",
    "worker deployment set-current --name orders --unversioned",
  ).action(
    ending(async (options: OnDeployment & RampingChange) =>
      (await import("../commands/worker/routing.ts")).setCurrent(options, options),
    ),
  );
  withExamples(
    routing(commandOnOne("set-ramping", "let a share of the new workflows go to a version"))
      .option("--percentage <number>", "the share, from 0 to 100", read(percentageOf))
      .addOption(
        new Option("--delete", "let none go there any more").conflicts([
          ...["buildId", "unversioned", "percentage"],
          ...["allowNoPollers", "ignoreMissingTaskQueues"],
        ]),
      ),
    "worker deployment set-ramping --name orders --build-id 1.4.2 --percentage 5",
    "worker deployment set-ramping --name orders --delete",
  ).action(
    ending(async (options: OnDeployment & RampingChange) =>
      (await import("../commands/worker/routing.ts")).setRamping(options, options),
    ),
  );
}

function routing(declared: Command): Command {
  return identified(declared)
    .option("--build-id <id>", "the version", read(buildIdOf))
    .addOption(
      new Option("--unversioned", "workers without a version instead").conflicts("buildId"),
    )
    .option("--allow-no-pollers", "take a version for which no worker has polled yet")
    .option(
      "--ignore-missing-task-queues",
      "take one that does not poll all the task queues of the current version",
    )
    .addOption(formatOption(["text", "json"]));
}

function identified(declared: Command): Command {
  return declared.option(
    "--identity <identity>",
    "as whom: a Worker Deployment that somebody manages takes changes of that one only",
    read(idOf),
  );
}

const drainEnds =
  "\nThe server counts every 3 minutes, from 3 minutes after the version was current or ramping. Exits with 1 when the time is over before it has drained.";

function declareEnds(commandOnOne: Declare): void {
  const commandOnVersion: Declare = (name, description) =>
    commandOnOne(name, description).requiredOption(
      "--build-id <id>",
      "the version",
      read(buildIdOf),
    );
  withExamples(
    commandOnVersion("drain", "wait until no workflow that runs is pinned to a version")
      .addOption(
        new Option("--timeout <time>", "longest time to wait, such as 1h")
          .argParser(read(waitOf))
          .default(waitOf("10m"), "10m"),
      )
      .addHelpText("after", drainEnds),
    "worker deployment drain --name orders --build-id 1.4.1 --timeout 1h",
  ).action(
    ending(async (options: OnVersion & { readonly timeout: number }) =>
      (await import("../commands/worker/drain.ts")).drainVersion(options, options),
    ),
  );
  withExamples(
    identified(
      commandOnVersion("delete-version", "delete a version that has drained and has no workers"),
    )
      .option(
        "--skip-drainage",
        "delete it although workflows that are pinned to it run; they wait for ever",
      )
      .option("-y, --yes", "do not ask"),
    "worker deployment delete-version --name orders --build-id 1.4.1",
  ).action(
    ending(
      async (
        options: OnVersion & {
          readonly skipDrainage?: boolean;
          readonly identity?: string;
          readonly yes?: boolean;
        },
      ) => (await import("../commands/worker/drain.ts")).deleteVersion(options, options),
    ),
  );
}
