/**
 * The dashboard of the server: what its callers notice, and what each of its parts does.
 */
import { availability, callErrors, callLatency, callRates, failedShare } from "../figures/calls.ts";
import type { Scope } from "../figures/figure.ts";
import { memberFigures, shardFigures, taskFigures } from "../figures/history.ts";
import { persistenceErrors, persistenceLatency } from "../figures/persistence.ts";
import { workflowRates } from "../figures/workflows.ts";
import type { Dashboard } from "./dashboard.ts";

/** The dashboard of a cluster's server. */
export function serverDashboard(scope: Scope): Dashboard {
  return {
    name: "server",
    title: "server",
    choices: [],
    rows: [
      {
        title: "What callers notice",
        figures: [
          availability(scope),
          failedShare(scope),
          callLatency(scope),
          callRates(scope),
          ...callErrors(scope),
          workflowRates(scope),
        ],
      },
      { title: "Database", figures: [persistenceLatency(scope), persistenceErrors(scope)] },
      { title: "Shards", figures: shardFigures(scope) },
      { title: "History's tasks", figures: taskFigures(scope) },
      { title: "Processes and the ring", figures: memberFigures(scope) },
    ],
  };
}
