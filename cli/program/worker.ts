/**
 * Declares `resource-temporal worker`.
 */
import { type Command } from "commander";
import type { WorkerFilter } from "../commands/worker/list.ts";
import { idOf } from "../input.ts";
import { taskQueueOf } from "../task-queues/input.ts";
import { buildIdOf, deploymentNameOf } from "../workers/input.ts";
import {
  commandsOfNamespace,
  ending,
  formatOption,
  type Formatted,
  limitOption,
  type OnNamespace,
  read,
  withExamples,
} from "./options.ts";
import { declareDeployment } from "./worker-deployment.ts";

const heard =
  "\nWorkers are known by their heartbeats: one a minute, the first a minute after their start, for 5 minutes after the last, and not right after a restart of" +
  "\nmatching. Lost are those not heard of for 2 minutes. With --task-queue, those without heartbeats are listed by their polls (Polled), for 5 minutes after" +
  "\nthe last one, stopped or not.";

/** Adds the command to the program. */
export function declareWorker(program: Command): void {
  const worker = program
    .command("worker")
    .description("workers: who runs, with what version, and which version gets new workflows");
  const command = commandsOfNamespace(worker);

  withExamples(
    command("list", "list workers")
      .option(
        "-t, --task-queue <name>",
        "those of one task queue, with those that are known by their polls only",
        read(taskQueueOf),
      )
      .option("--deployment <name>", "those of one Worker Deployment", read(deploymentNameOf))
      .option("--build-id <id>", "those of one build", read(buildIdOf))
      .addOption(limitOption())
      .addOption(formatOption(["text", "json"]))
      .addHelpText("after", heard),
    "worker list",
    "worker list --task-queue orders",
    "worker list --deployment orders --build-id 1.4.2 --format json",
  ).action(
    ending(async (options: OnNamespace & WorkerFilter & Formatted & { readonly limit: number }) =>
      (await import("../commands/worker/list.ts")).listWorkers(options, options),
    ),
  );
  withExamples(
    command("describe", "show a worker's slots, polls, processor and memory")
      .requiredOption(
        "--worker-instance-key <key>",
        "the worker, as `worker list --format json` names it",
        read(idOf),
      )
      .addOption(formatOption(["text", "json"])),
    "worker describe --worker-instance-key 5f6ac7f8-0b5b-4a1e-9f4e-8f9c1f0c3d1e",
  ).action(
    ending(async (options: OnNamespace & Formatted & { readonly workerInstanceKey: string }) =>
      (await import("../commands/worker/list.ts")).describeWorker(options, options),
    ),
  );
  declareDeployment(worker);
}
