/**
 * The command `resource-temporal`, which the npm scripts run as well. Commands are declared in program/ and are in commands/, one file for each.
 */
import { Command } from "commander";
import { describeError } from "../offline/user-error.ts";
import { declareChecks } from "./program/check.ts";
import { clusterCommand } from "./program/cluster.ts";
import { declareCompletion } from "./program/completion.ts";
import { declareManage } from "./program/manage.ts";
import { ending } from "./program/options.ts";
import { declarePlatform } from "./program/platform.ts";

const npm = process.env["npm_lifecycle_event"] !== undefined;
const program = new Command(npm ? "npm run" : "resource-temporal")
  .description("A team's own Temporal")
  .configureHelp(npm ? { commandUsage: (command) => `npm run ${command.name()} -- [options]` } : {})
  .showHelpAfterError(
    npm
      ? "(npm run <command> -- --help tells what there is)"
      : "(resource-temporal <command> --help tells what there is)",
  );

// An empty variable names no stack; commander would take it for one.
if (process.env["PULUMI_STACK"] === "") delete process.env["PULUMI_STACK"];

declarePlatform(program);
declareManage(program);
declareChecks(program);
program.addCommand(clusterCommand());
declareCompletion(program);
program
  .command("run-tests", { hidden: true })
  .description("bootstrap, then tests of the checkout; arguments go to vitest")
  .allowUnknownOption()
  .allowExcessArguments()
  .action(
    ending(async (_: unknown, { args }: Command) =>
      (await import("./commands/run-tests.ts")).runTests(args),
    ),
  );

try {
  await program.parseAsync();
} catch (error) {
  console.error(describeError(error));
  process.exitCode = 1;
}
