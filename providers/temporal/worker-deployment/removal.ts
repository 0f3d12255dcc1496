/**
 * A worker that goes for good.
 */
import type { Frontend } from "../objects/frontend.ts";
import { Executor } from "./executor.ts";
import type { DeploymentInputs } from "./inputs.ts";
import { foreignManager, removalPlan } from "./planner.ts";
import { Pollers } from "./pollers.ts";
import type { Runner } from "./runner.ts";
import { DeploymentServer } from "./server.ts";

/** What a removal is done with. */
export interface RemovalTools {
  readonly frontend: Frontend;
  readonly runner: Runner;
  readonly say: (line: string) => void;
  readonly signal: AbortSignal;
}

/**
 * Ends all versions, and deletes what the server keeps of them as far as it lets them go: a version whose worker was killed counts as polled for 5
 * minutes more (`matching.PollerHistoryTTL`), and its record stays.
 *
 * @throws Error when workflows are pinned to its versions, somebody else manages it, or the server does not answer, unless the inputs say that it goes
 * whatever may be; then only the containers do.
 */
export async function remove(inputs: DeploymentInputs, tools: RemovalTools): Promise<void> {
  const { runner, say, signal, frontend } = tools;
  const running = await runner.observe();
  const basic = {
    ...{ runner, signal },
    say: (line: string) => {
      say(`${inputs.deploymentName}: ${line}`);
    },
    versionOf: () => {
      throw new Error("nothing is started any more");
    },
  };
  const regardless = inputs.onRemove === "delete";
  try {
    const connection = await frontend();
    const server = new DeploymentServer(connection, inputs);
    const found = await server.describe();
    const manager = found?.managerIdentity ?? inputs.managerIdentity;
    if (manager !== inputs.managerIdentity) throw new Error(foreignManager(inputs, manager));
    const pinned = await Promise.all(
      (found?.versions ?? []).map(async ({ buildId }) => ({
        buildId,
        count: await server.openPinned(buildId),
      })),
    );
    const needed = pinned.filter(({ count }) => count > 0);
    if (needed.length > 0 && !regardless) {
      const versions = needed.map(({ buildId, count }) => `${count} to ${buildId}`).join(", ");
      throw new Error(
        `workflows that run are pinned to versions of ${inputs.deploymentName} (${versions}): let them end, or set \`onRemove: delete\` to remove their workers all the same`,
      );
    }
    const pollers = new Pollers(connection, server, inputs.taskQueues);
    const executor = new Executor(basic, { connection, server, pollers });
    const { actions } = removalPlan(inputs, { server: found, running });
    for (const action of actions) await executor.take(action);
  } catch (error) {
    if (!regardless || signal.aborted) throw error;
    const executor = new Executor(basic);
    for (const { buildId } of await runner.observe()) {
      await executor.take({ kind: "stop", buildId, why: "the worker is removed" });
    }
  }
}
