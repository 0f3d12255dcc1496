/**
 * Declares `resource-temporal dashboards`.
 */
import type { Command } from "commander";
import type { DashboardsOptions } from "../commands/dashboards.ts";
import { ending, ofCluster, type OnStack, stackCommand, withExamples } from "./options.ts";

/** Adds the command to the program. */
export function declareDashboards(program: Command): void {
  withExamples(
    ofCluster(
      stackCommand(
        program,
        "dashboards",
        "write dashboards for a Grafana as files, over those of the same names",
      ),
    ).requiredOption("--output <dir>", "the directory, which is made"),
    "dashboards --output grafana",
    "dashboards --stack prod --cluster east --output /etc/grafana/dashboards",
  ).action(
    ending(async ({ stack, ...options }: OnStack & DashboardsOptions) =>
      (await import("../commands/dashboards.ts")).dashboards(stack, options),
    ),
  );
}
