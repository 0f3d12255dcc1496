/**
 * Figures of what history does: shards, their locks, tasks, and who is in the ring.
 */
import {
  type Figure,
  maxBy,
  percentileBy,
  percentiles,
  rateBy,
  type Scope,
  sumBy,
} from "./figure.ts";

/** Shards of each history process, and how they move between them. */
export function shardFigures(scope: Scope): readonly Figure[] {
  const ofShard = `operation="ShardInfo"`;
  return [
    {
      title: "Shards",
      description:
        "Shards that each history process holds. Together they are all that the cluster has, but for the moments in which they move.",
      unit: "count",
      lines: [
        { expr: sumBy(scope, ["instance"], "numshards_gauge"), legend: "{{instance}}" },
        { expr: sumBy(scope, [], "numshards_gauge"), legend: "all" },
      ],
    },
    {
      title: "Shards that move",
      description: "Shards that history processes take over and give up in a second.",
      unit: "perSecond",
      lines: [
        { expr: rateBy(scope, [], "sharditem_created_count"), legend: "taken over" },
        { expr: rateBy(scope, [], "sharditem_removed_count"), legend: "given up" },
      ],
    },
    {
      title: "Waiting for a shard's lock",
      description: "Everything that changes a workflow waits for the lock of its shard.",
      unit: "seconds",
      lines: percentiles(scope, [], "lock_latency", ofShard),
    },
    {
      title: "Waiting for a shard's turn to write",
      description: "A shard writes one thing at a time.",
      unit: "seconds",
      lines: percentiles(scope, [], "semaphore_latency", ofShard),
    },
  ];
}

/** History's own tasks: timers, and what it hands to task queues. */
export function taskFigures(scope: Scope): readonly Figure[] {
  return [
    {
      title: "History's tasks",
      description: "Tasks that history works on in a second, by kind, the repeated ones as well.",
      unit: "perSecond",
      lines: [{ expr: rateBy(scope, ["operation"], "task_requests"), legend: "{{operation}}" }],
    },
    {
      title: "Age of history's tasks when they are loaded",
      description: "Timers fire late, and tasks reach their task queues late, by this much.",
      unit: "seconds",
      lines: percentiles(scope, [], "task_latency_load"),
    },
    {
      title: "History's tasks from their making to their end",
      description: "The 99th percentile, all tries and waits included.",
      unit: "seconds",
      lines: [
        {
          expr: percentileBy(scope, 0.99, ["operation"], "task_latency_queue"),
          legend: "{{operation}}",
        },
      ],
    },
    {
      title: "Errors of history's tasks",
      description: "Tries that failed without being expected to, and tasks that were given up.",
      unit: "perSecond",
      lines: [
        { expr: rateBy(scope, ["operation"], "task_errors"), legend: "{{operation}}" },
        {
          expr: rateBy(scope, ["task_type"], "task_terminal_failures"),
          legend: "{{task_type}} given up",
        },
      ],
    },
  ];
}

/** Who is there, and who comes and goes. */
export function memberFigures(scope: Scope): readonly Figure[] {
  return [
    {
      title: "Processes that answer",
      description: "Processes whose metrics Prometheus gets, by part.",
      unit: "count",
      lines: [{ expr: sumBy(scope, ["job"], "up"), legend: "{{job}}" }],
    },
    {
      title: "Changes of the ring",
      description:
        "How often history processes saw others of them come, go or change. Each change moves shards.",
      unit: "perSecond",
      lines: [
        { expr: rateBy(scope, ["instance"], "membership_changed_count"), legend: "{{instance}}" },
      ],
    },
    {
      title: "Memory",
      description: "Memory that Go's heap of each process has in use.",
      unit: "bytes",
      lines: [
        {
          expr: maxBy(scope, ["job", "instance"], "memory_heapinuse"),
          legend: "{{job}} {{instance}}",
        },
      ],
    },
    {
      title: "Goroutines",
      description: "Goroutines of each process. A number that only rises is a leak.",
      unit: "count",
      lines: [
        {
          expr: maxBy(scope, ["job", "instance"], "num_goroutines"),
          legend: "{{job}} {{instance}}",
        },
      ],
    },
  ];
}
