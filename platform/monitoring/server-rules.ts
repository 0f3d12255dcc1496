/**
 * What goes wrong inside the server: shards, their locks and queues, limits, deadlocks.
 */
import { leastPerSecond, type RuleGroup, type Selector } from "./rule.ts";

/** Counters of what archiving one workflow may end with, in history and in visibility. */
const archivalFailures = [
  "history_archiver_archive_non_retryable_error",
  "history_archiver_archive_transient_error",
  "visibility_archiver_archive_non_retryable_error",
  "visibility_archiver_archive_transient_error",
] as const;

/**
 * The rules of history's shards.
 *
 * @param shards How many the cluster has, in all.
 */
export function shardRules(select: Selector, shards: number): RuleGroup {
  const owned = `sum(${select("numshards_gauge")})`;
  const p99 = (metric: string): string => {
    const rate = (part: string): string =>
      `rate(${select(`${metric}_${part}`, `operation="ShardInfo"`)}[5m])`;
    return `histogram_quantile(0.99, sum by (le) (${rate("bucket")})) > 0.3 and sum(${rate("count")}) > ${leastPerSecond}`;
  };
  return {
    name: "temporal-shards",
    rules: [
      {
        alert: "TemporalRingSplit",
        expr: `${owned} > ${shards}`,
        for: "5m",
        severity: "critical",
        summary: `History processes hold {{ $value }} of ${shards} shards: some are held twice`,
        description:
          "Some processes do not see each other in the ring, and each part takes all shards for its own. They take them from each other, and calls fail meanwhile.",
      },
      {
        alert: "TemporalShardsUnowned",
        expr: `${owned} < ${shards}`,
        for: "5m",
        severity: "critical",
        summary: `History processes hold {{ $value }} of ${shards} shards: the others' workflows stand still`,
        description:
          "No history process has taken over some shards. Calls to their workflows fail, and their timers do not fire.",
      },
      {
        alert: "TemporalShardsMoving",
        expr: `sum(increase(${select("sharditem_created_count")}[5m])) > 0`,
        for: "15m",
        severity: "warning",
        summary: "Shards have been moving between history processes for a quarter of an hour",
        description:
          "A rollout moves shards for minutes only. Processes that come and go, or that do not see each other, move them again and again, and each move delays calls.",
      },
      {
        alert: "TemporalShardLockSlow",
        expr: p99("lock_latency"),
        for: "5m",
        severity: "warning",
        summary:
          "The 99th percentile of waiting for a shard's lock is {{ $value | humanizeDuration }}",
        description:
          "Everything that changes a workflow waits for the lock of its shard. History has too little processor time, or the database is slow.",
      },
      {
        alert: "TemporalShardWritesQueue",
        expr: p99("semaphore_latency"),
        for: "5m",
        severity: "warning",
        summary:
          "The 99th percentile of waiting for a shard's turn to write is {{ $value | humanizeDuration }}",
        description:
          "A shard writes one thing at a time. The database is slow, or the cluster has too few shards for its load.",
      },
      {
        alert: "TemporalHistoryQueueLag",
        expr: `histogram_quantile(0.99, sum by (le) (rate(${select("task_latency_load_bucket")}[5m]))) > 10 and sum(rate(${select("task_latency_load_count")}[5m])) > ${leastPerSecond}`,
        for: "10m",
        severity: "warning",
        summary:
          "The 99th percentile of history's tasks is {{ $value | humanizeDuration }} old when it is loaded",
        description:
          "Timers fire late, and workflow and activity tasks reach their task queues late. History is overloaded, or the database is slow.",
      },
    ],
  };
}

/** The rules of limits that are reached, and of what should never be. */
export function serverRules(select: Selector): RuleGroup {
  const exhausted = (scope: string): string =>
    `sum by (resource_exhausted_cause) (rate(${select("service_errors_resource_exhausted", `resource_exhausted_scope="${scope}"`)}[5m])) > ${leastPerSecond}`;
  return {
    name: "temporal-server",
    rules: [
      {
        alert: "TemporalOverloaded",
        expr: exhausted("System"),
        for: "5m",
        severity: "critical",
        summary: "The server turns calls away: {{ $labels.resource_exhausted_cause }}",
        description:
          "A limit of the whole cluster is reached, and callers of every namespace are asked to come again later.",
      },
      {
        alert: "TemporalNamespaceLimited",
        expr: exhausted("Namespace"),
        for: "10m",
        severity: "warning",
        summary: "A namespace is at its limit: {{ $labels.resource_exhausted_cause }}",
        description: "Callers of the namespace are asked to come again later; others are not.",
      },
      {
        alert: "TemporalDeadlock",
        expr: `sum by (service_name) (${select("dd_current_suspected_deadlocks")}) > 0`,
        for: "1m",
        severity: "critical",
        summary: "A process of {{ $labels.service_name }} waits for a lock that nobody gives back",
        description:
          "The server's deadlock detector has waited in vain. What needs that lock stands still until the process is restarted.",
      },
      {
        alert: "TemporalPanics",
        expr: `sum by (service_name) (increase(${select("service_panics")}[10m])) > 0`,
        severity: "warning",
        summary: "Calls end in a panic in {{ $labels.service_name }}",
        description: "A fault of the server itself. The call fails, the process goes on.",
      },
      {
        alert: "TemporalTasksGivenUp",
        expr: `sum by (task_type) (increase(${select("task_terminal_failures")}[10m])) > 0`,
        severity: "critical",
        summary: "History gave up tasks of the type {{ $labels.task_type }}",
        description:
          "The tasks are in the dead letter queue. Their workflows stand still until somebody looks.",
      },
      {
        alert: "TemporalDynamicConfigInvalid",
        // The server does not say in this one which of its roles it is.
        expr: `max by (job) (${select("dynamic_config_update_failure")}) > 0`,
        for: "5m",
        severity: "warning",
        summary: "A process of {{ $labels.job }} cannot read its dynamic config",
        description: "It goes on with the values that it read before.",
      },
      {
        alert: "TemporalArchivalFailing",
        expr: archivalFailures
          .map((metric) => `sum(increase(${select(metric)}[1h])) > 0`)
          .join(" or "),
        severity: "warning",
        summary: "Closed workflows cannot be archived",
        description:
          "They are deleted when their retention is over, whether or not they are archived by then.",
      },
      {
        alert: "TemporalCertificateExpiring",
        expr: `sum by (service_name) (${select("certificates_expiring")}) > 0 or sum by (service_name) (${select("certificates_expired")}) > 0`,
        for: "5m",
        severity: "critical",
        summary: "A certificate of {{ $labels.service_name }} ends soon, or has ended",
        description: "Connections with it are refused from its end on.",
      },
    ],
  };
}
