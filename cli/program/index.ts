/**
 * The program with all its commands.
 */
import { Command } from "commander";
import { declareChecks } from "./check.ts";
import { clusterCommand } from "./cluster.ts";
import { declareCompletion } from "./completion.ts";
import { declareContent } from "./content.ts";
import { declareDashboards } from "./dashboards.ts";
import { declareManage } from "./manage.ts";
import { declareNamespace } from "./namespace.ts";
import { ending } from "./options.ts";
import { declarePlatform } from "./platform.ts";
import { declareSchedule } from "./schedule.ts";
import { declareTaskQueue } from "./task-queue.ts";
import { declareWorker } from "./worker.ts";
import { declareWorkflow } from "./workflow.ts";

/**
 * Makes the program.
 *
 * @param caller What people have typed: the command itself, or `npm run` before one of the scripts that are commands.
 */
export function createProgram(caller: "resource-temporal" | "npm run"): Command {
  const npm = caller === "npm run";
  const program = new Command(caller)
    .description("A team's own Temporal")
    .configureHelp(
      npm ? { commandUsage: (command) => `npm run ${command.name()} -- [options]` } : {},
    )
    .showHelpAfterError(
      npm
        ? "(npm run <command> -- --help tells what there is)"
        : "(resource-temporal <command> --help tells what there is)",
    );
  declarePlatform(program);
  declareManage(program);
  declareChecks(program);
  declareDashboards(program);
  declareContent(program);
  declareWorkflow(program);
  declareNamespace(program);
  declareTaskQueue(program);
  declareSchedule(program);
  declareWorker(program);
  program.addCommand(clusterCommand());
  declareCompletion(program);
  program
    .command("run-tests", { hidden: true })
    .description("bootstrap, then tests of the checkout; arguments go to vitest")
    .allowUnknownOption()
    .allowExcessArguments()
    .action(
      ending(async (_: unknown, { args }: Command) =>
        (await import("../commands/run-tests.ts")).runTests(args),
      ),
    );
  return program;
}
