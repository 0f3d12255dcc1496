/**
 * `resource-temporal test`: checks of the resource that runs.
 */
import { pathsOf } from "../../offline/paths.ts";
import { type CheckResult, type CheckedSuite, resultsText, runChecks } from "../checks/check.ts";
import { integrationChecks } from "../checks/integration.ts";
import { smokeChecks } from "../checks/smoke.ts";
import { unitChecks } from "../checks/unit.ts";
import { chosenClusters, configuredClusters } from "../configuration.ts";
import { observedClusters } from "../observe/index.ts";
import { clusterState } from "../observe/part.ts";
import { shown } from "../output.ts";
import { readStackFile } from "../pulumi/stack-file.ts";

/** What can be checked. */
export const checkSuites = ["unit", "smoke", "integration"] as const;

/** One of {@link checkSuites}. */
export type CheckSuite = (typeof checkSuites)[number];

/** Time for each, in seconds. */
const timeouts: Readonly<Record<CheckSuite, number>> = { unit: 60, smoke: 30, integration: 120 };

/** Only a workflow that has run is in a list. */
const orders: Readonly<Record<CheckSuite, CheckedSuite["order"]>> = {
  unit: "all at once",
  smoke: "all at once",
  integration: "one after the other",
};

/** How checks are made and told. */
export interface CheckOptions {
  readonly format: "text" | "json";
  /** One cluster; all by default. */
  readonly cluster?: string;
}

/**
 * Checks the clusters of a stack. Gives 0 when all checks passed, 1 when one failed, 2 when nothing runs.
 *
 * @param suites Which checks, in this order.
 */
export async function check(
  stack: string,
  suites: readonly CheckSuite[],
  { format, cluster: only }: CheckOptions,
): Promise<number> {
  const text = await readStackFile(pathsOf(process.env).project, stack);
  const clusters = chosenClusters(stack, await configuredClusters(text, process.env), only);
  const { startupSteps } = await import("../../components/startup.ts");
  const results: CheckResult[] = [];
  for (const cluster of clusters) {
    const [observed] = observedClusters(stack, text, process.env, cluster.name);
    const parts = (await observed?.parts()) ?? [];
    const state = clusterState(parts);
    if (state === "not running") continue;
    const choice = { stack, cluster: cluster.name };
    const checksOf: Readonly<Record<CheckSuite, () => CheckedSuite["checks"]>> = {
      unit: () => unitChecks(startupSteps(cluster), parts),
      smoke: () =>
        smokeChecks({
          ...{ choice, state, parts },
          namespaces: Object.keys(cluster.namespaces),
          serverVersion: cluster.server.version,
        }),
      integration: () => integrationChecks(choice),
    };
    for (const suite of suites) {
      results.push(
        ...(await runChecks({
          ...{ suite, cluster: cluster.name, checks: checksOf[suite]() },
          order: orders[suite],
          timeoutSeconds: timeouts[suite],
        })),
      );
    }
  }
  if (results.length === 0) {
    console.error(`stack ${stack} does not run: npm run up`);
    return 2;
  }
  console.log(shown(results, format, resultsText));
  return results.every(({ result }) => result === "passed") ? 0 : 1;
}
