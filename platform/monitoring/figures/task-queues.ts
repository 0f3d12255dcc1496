/**
 * Figures of task queues: what waits, for how long, and who asks.
 */
import { type Figure, maxBy, percentileBy, rateBy, type Scope, sumBy } from "./figure.ts";

const queue = ["namespace", "taskqueue", "task_type"] as const;
const legend = "{{namespace}} {{taskqueue}} {{task_type}}";

/** Tasks that wait. */
export function backlog(scope: Scope, ...matchers: readonly string[]): Figure {
  return {
    title: "Backlog",
    description: "Tasks that wait in the database for a worker, as matching counts them.",
    unit: "count",
    lines: [{ expr: sumBy(scope, queue, "approximate_backlog_count", ...matchers), legend }],
  };
}

/** Polls that are open. */
export function pollers(scope: Scope, ...matchers: readonly string[]): Figure {
  return {
    title: "Open polls",
    description:
      "Polls of workers that wait for a task. None may also mean that every worker is busy in all its slots. The server tells from 1.32 on.",
    unit: "count",
    lines: [{ expr: sumBy(scope, queue, "pending_polls", ...matchers), legend }],
  };
}

/** How long tasks wait until a worker has them. */
export function scheduleToStart(scope: Scope, ...matchers: readonly string[]): Figure {
  const metric = "task_schedule_to_start_latency";
  return {
    title: "Schedule to start",
    description:
      "The 99th percentile of the time from the scheduling of a task to the worker that starts it.",
    unit: "seconds",
    lines: [{ expr: percentileBy(scope, 0.99, queue, metric, ...matchers), legend }],
  };
}

/** Everything else that is known of task queues. */
export function queueFigures(scope: Scope, ...matchers: readonly string[]): readonly Figure[] {
  return [
    {
      title: "Age of the backlog",
      description: "How long the oldest task waits. Prometheus alerts from five minutes on.",
      unit: "seconds",
      lines: [
        { expr: maxBy(scope, queue, "approximate_backlog_age_seconds", ...matchers), legend },
      ],
    },
    {
      title: "Tasks that workers get",
      description: "Polls that end with a task in a second.",
      unit: "perSecond",
      lines: [{ expr: rateBy(scope, queue, "poll_success", ...matchers), legend }],
    },
    {
      title: "Tasks that a waiting worker gets at once",
      description:
        "Share of the tasks that did not go through the database. Near 1 means that workers wait for tasks, and not tasks for workers.",
      unit: "share",
      lines: [
        {
          expr: `${rateBy(scope, queue, "poll_success_sync", ...matchers)} / (${rateBy(scope, queue, "poll_success", ...matchers)} > 0)`,
          legend,
        },
      ],
    },
    {
      title: "Polls without a task",
      description: "Polls that end after a minute with nothing. Many of them are idle workers.",
      unit: "perSecond",
      lines: [{ expr: rateBy(scope, queue, "poll_timeouts", ...matchers), legend }],
    },
    {
      title: "Tasks that nobody polls for",
      description: "Tasks that arrive while no worker has asked for two minutes.",
      unit: "perSecond",
      lines: [{ expr: rateBy(scope, queue, "no_poller_tasks", ...matchers), legend }],
    },
  ];
}
