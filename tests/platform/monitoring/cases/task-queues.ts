/**
 * Task queues: what waits there, and who asks.
 */
import type { Case } from "./case.ts";

const labels = { namespace: "orders", taskqueue: "bills", task_type: "Workflow" };
const words = Object.entries(labels).map(([name, value]) => `${name}="${value}"`);
const of = (metric: string, partition = "0"): string =>
  `${metric}{${[...words, `partition="${partition}"`].join(",")}}`;

/** Tests of the task queues' rules. */
export const taskQueueCases: readonly Case[] = [
  {
    alert: "TemporalPollersGone",
    when: "tasks arrive, and nobody has polled",
    series: {
      [of("no_poller_tasks")]: "1+5x30",
      [of("approximate_backlog_count")]: "1+5x30",
      [of("pending_polls")]: "0x30",
    },
    at: "15m",
    fires: [{ labels, summary: "Nobody polls the task queue bills (Workflow) of orders" }],
  },
  {
    alert: "TemporalPollersGone",
    when: "the workers are back, and one of them waits for tasks",
    series: {
      [of("no_poller_tasks")]: "1+5x30",
      [of("approximate_backlog_count")]: "1+5x30",
      [of("pending_polls")]: "0x10 1x20",
    },
    at: "15m",
    fires: [],
  },
  {
    alert: "TemporalPollersGone",
    when: "nothing waits any more",
    series: {
      [of("no_poller_tasks")]: "1+5x10 51x20",
      [of("approximate_backlog_count")]: "1+5x10 0x20",
      [of("pending_polls")]: "0x30",
    },
    at: "15m",
    fires: [],
  },
  {
    alert: "TemporalPollersGone",
    when: "a server that does not tell its open polls has had no such task for ten minutes",
    series: {
      [of("no_poller_tasks")]: "1+5x5 26x30",
      [of("approximate_backlog_count")]: "5x35",
    },
    at: "25m",
    fires: [],
  },
  {
    alert: "TemporalPollersGone",
    when: "a server that does not tell its open polls has such tasks",
    series: {
      [of("no_poller_tasks")]: "1+5x30",
      [of("approximate_backlog_count")]: "1+5x30",
    },
    at: "15m",
    fires: [{ labels, summary: "Nobody polls the task queue bills (Workflow) of orders" }],
  },
  {
    alert: "TemporalBacklogOld",
    when: "the oldest task of a partition waits for ten minutes",
    series: {
      [of("approximate_backlog_age_seconds")]: "10x20",
      [of("approximate_backlog_age_seconds", "1")]: "600x20",
    },
    at: "10m",
    fires: [{ labels, summary: "The oldest task of bills (Workflow) of orders waits for 10m 0s" }],
  },
  {
    alert: "TemporalBacklogOld",
    when: "it waits for a minute",
    series: { [of("approximate_backlog_age_seconds")]: "60x20" },
    at: "10m",
    fires: [],
  },
  {
    alert: "TemporalBacklogGrowing",
    when: "2000 tasks wait, and ten more every minute",
    series: { [of("approximate_backlog_count")]: "2000+10x60" },
    at: "40m",
    fires: [
      {
        labels,
        summary:
          "2400 tasks wait in the task queue bills (Workflow) of orders, and there are more and more",
      },
    ],
  },
  {
    alert: "TemporalBacklogGrowing",
    when: "2000 tasks wait, and ten fewer every minute",
    series: { [of("approximate_backlog_count")]: "2000-10x60" },
    at: "40m",
    fires: [],
  },
  {
    alert: "TemporalBacklogGrowing",
    when: "a hundred wait, and one more every minute",
    series: { [of("approximate_backlog_count")]: "100+1x60" },
    at: "40m",
    fires: [],
  },
];
