/**
 * Task queues: what waits there, and who asks.
 */
import type { RuleGroup, Selector } from "./rule.ts";

const byQueue = "by (namespace, taskqueue, task_type)";
const queue = "{{ $labels.taskqueue }} ({{ $labels.task_type }}) of {{ $labels.namespace }}";

/**
 * The rules of task queues. In labels, the server writes `_` for every character that is no letter or digit
 * (temporal/common/metrics/config.go).
 */
export function taskQueueRules(select: Selector): RuleGroup {
  const waiting = `sum ${byQueue} (${select("approximate_backlog_count")})`;
  return {
    name: "temporal-task-queues",
    rules: [
      {
        alert: "TemporalPollersGone",
        // Servers before 1.32 do not tell the open polls: there it ends ten minutes after the last such task.
        expr: `sum ${byQueue} (increase(${select("no_poller_tasks")}[10m])) > 0 and ${waiting} > 0 unless sum ${byQueue} (${select("pending_polls")}) > 0`,
        for: "5m",
        severity: "critical",
        summary: `Nobody polls the task queue ${queue}`,
        description:
          "Tasks arrive and no worker has asked for two minutes: the workers are gone, poll another task queue, or are busy in every slot.",
      },
      {
        alert: "TemporalBacklogOld",
        expr: `max ${byQueue} (${select("approximate_backlog_age_seconds")}) > 300`,
        for: "5m",
        severity: "warning",
        summary: `The oldest task of ${queue} waits for {{ $value | humanizeDuration }}`,
        description: "The workers do not keep up: there are too few, or each does too little.",
      },
      {
        alert: "TemporalBacklogGrowing",
        expr: `${waiting} > 1000 and sum ${byQueue} (deriv(${select("approximate_backlog_count")}[15m])) > 0`,
        for: "15m",
        severity: "warning",
        summary: `{{ $value }} tasks wait in the task queue ${queue}, and there are more and more`,
        description: "The workers do not keep up: there are too few, or each does too little.",
      },
    ],
  };
}
