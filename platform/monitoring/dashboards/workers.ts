/**
 * The dashboard of workers, as the server sees them: the task queues that they poll.
 */
import type { Scope } from "../figures/figure.ts";
import { backlog, pollers, queueFigures, scheduleToStart } from "../figures/task-queues.ts";
import { chosen, type Dashboard } from "./dashboard.ts";

/** The dashboard of a cluster's task queues. */
export function workersDashboard(scope: Scope): Dashboard {
  const matchers = [chosen("namespace"), chosen("taskqueue")];
  return {
    name: "workers",
    title: "workers and task queues",
    choices: [
      { label: "namespace", title: "Namespace", series: scope.select("approximate_backlog_count") },
      {
        label: "taskqueue",
        title: "Task queue",
        series: scope.select("approximate_backlog_count", chosen("namespace")),
      },
    ],
    rows: [
      {
        title: "Whether workers keep up",
        figures: [
          scheduleToStart(scope, ...matchers),
          backlog(scope, ...matchers),
          pollers(scope, ...matchers),
        ],
      },
      { title: "What they do", figures: queueFigures(scope, ...matchers) },
    ],
  };
}
