/**
 * Declares `resource-temporal info` and `resource-temporal test`.
 */
import type { Command } from "commander";
import type { CheckOptions, CheckSuite } from "../commands/check.ts";
import type { InfoOptions } from "../commands/info.ts";
import {
  ending,
  formatOption,
  ofCluster,
  type OnStack,
  stackCommand,
  withExamples,
} from "./options.ts";

/** Adds the commands to the program. */
export function declareChecks(program: Command): void {
  withExamples(
    ofCluster(
      stackCommand(
        program,
        "info",
        "say how the stack is configured, and in which order it starts",
      ),
    ).addOption(formatOption(["text", "json"])),
    "info",
    "info --stack prod --format json",
  ).action(
    ending(async ({ stack, ...options }: OnStack & InfoOptions) =>
      (await import("../commands/info.ts")).info(stack, options),
    ),
  );

  const test = program
    .command("test")
    .description("check what runs: 0 passed, 1 failed, 2 nothing runs");
  const suite = (name: string, suites: readonly CheckSuite[], description: string): void => {
    withExamples(
      ofCluster(stackCommand(test, name, description)).addOption(formatOption(["text", "json"])),
      `test ${name}`,
    ).action(
      ending(async ({ stack, ...options }: OnStack & CheckOptions) =>
        (await import("../commands/check.ts")).check(stack, suites, options),
      ),
    );
  };
  suite("unit", ["unit"], "every part by itself is as it is configured; at most 60 s");
  suite("smoke", ["smoke"], "all is healthy, and answers those who use it; at most 30 s");
  suite("integration", ["integration"], "a workflow runs to its end; at most 120 s");
  suite("all", ["unit", "smoke", "integration"], "all of these");
}
