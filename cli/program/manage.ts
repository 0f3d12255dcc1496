/**
 * Declares `resource-temporal manage`.
 */
import type { Command } from "commander";
import { countOf } from "../input.ts";
import { ending, type OnStack, read, stackCommand, withExamples } from "./options.ts";

/** Adds the command to the program. */
export function declareManage(program: Command): void {
  const manage = program
    .command("manage")
    .description("install, start, stop: 0 done, 1 failed, 2 nothing to do");
  const command = (name: string, description: string): Command =>
    stackCommand(manage, name, description);
  const commands = (): Promise<typeof import("../commands/manage.ts")> =>
    import("../commands/manage.ts");

  withExamples(
    command("install", "bring up a stack that is not installed")
      .option("--force", "bring an installed one up to date")
      .option("--skip-validation", "do not wait until all is healthy"),
    "manage install",
    "manage install --stack prod --force",
  ).action(
    ending(async ({ stack, ...options }: OnStack & { force?: boolean; skipValidation?: boolean }) =>
      (await commands()).install(stack, options),
    ),
  );
  withExamples(
    command("uninstall", "remove a stack, data too")
      .option("--force", "do not ask")
      .option("--keep-data", "only what runs; `start` continues where it was"),
    "manage uninstall --keep-data",
    "manage uninstall --force",
  ).action(
    ending(async ({ stack, ...options }: OnStack & { force?: boolean; keepData?: boolean }) =>
      (await commands()).uninstall(stack, options),
    ),
  );
  withExamples(
    command("start", "start what is stopped")
      .option("--wait", "until all is healthy")
      .option("--timeout <seconds>", "how long --wait waits", read(countOf), 60),
    "manage start --wait --timeout 120",
  ).action(
    ending(async ({ stack, ...options }: OnStack & { wait?: boolean; timeout: number }) =>
      (await commands()).start(stack, options),
    ),
  );
  withExamples(
    command("stop", "stop what runs; data and secrets stay")
      .option("--force", "kill what does not end by itself")
      .option("--timeout <seconds>", "how long it may take to end", read(countOf), 30),
    "manage stop",
    "manage stop --force --timeout 5",
  ).action(
    ending(async ({ stack, ...options }: OnStack & { force?: boolean; timeout: number }) =>
      (await commands()).stop(stack, options),
    ),
  );
  withExamples(
    command("restart", "stop and start").option("--force", "kill what does not end by itself"),
    "manage restart",
  ).action(
    ending(async ({ stack, ...options }: OnStack & { force?: boolean }) =>
      (await commands()).restart(stack, options),
    ),
  );
}
