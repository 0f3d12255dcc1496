/**
 * Shards: who has them, and what waits for them.
 */
import { type Case, calls } from "./case.ts";

const labels = 'service_name="history",instance="a",operation="ShardInfo"';
const held = (values: Readonly<Record<string, string>>): Record<string, string> =>
  Object.fromEntries(
    Object.entries(values).map(([instance, value]) => [
      `numshards_gauge{service_name="history",instance="${instance}"}`,
      value,
    ]),
  );

/** Tests of the shards' rules. */
export const shardCases: readonly Case[] = [
  {
    alert: "TemporalRingSplit",
    when: "two processes that do not see each other take all 512 shards each",
    series: held({ a: "512x20", b: "512x20" }),
    at: "10m",
    fires: [{ summary: "History processes hold 1024 of 512 shards: some are held twice" }],
  },
  {
    alert: "TemporalRingSplit",
    when: "a new process has taken its half, and the other one lets go of it a minute later",
    series: held({ a: "512x5 256x15", b: "_x4 256x15" }),
    at: "10m",
    fires: [],
  },
  {
    alert: "TemporalShardsUnowned",
    when: "nobody has the shards of a process that is gone",
    series: held({ a: "256x20" }),
    at: "10m",
    fires: [
      { summary: "History processes hold 256 of 512 shards: the others' workflows stand still" },
    ],
  },
  {
    alert: "TemporalShardsUnowned",
    when: "every shard is with somebody",
    series: held({ a: "300x20", b: "212x20" }),
    at: "10m",
    fires: [],
  },
  {
    alert: "TemporalShardsMoving",
    when: "shards come anew minute by minute",
    series: { 'sharditem_created_count{service_name="history",instance="a"}': "512+20x40" },
    at: "30m",
    fires: [
      {
        summary: "Shards have been moving between history processes for a quarter of an hour",
      },
    ],
  },
  {
    alert: "TemporalShardsMoving",
    when: "a rollout moves them for five minutes",
    series: { 'sharditem_created_count{service_name="history",instance="a"}': "0+100x5 500x35" },
    at: "30m",
    fires: [],
  },
  {
    alert: "TemporalShardLockSlow",
    when: "callers wait between half a second and a second",
    series: calls("lock_latency", labels, ["0.5", "1"], 600),
    at: "20m",
    fires: [{ summary: "The 99th percentile of waiting for a shard's lock is 995ms" }],
  },
  {
    alert: "TemporalShardLockSlow",
    when: "callers wait up to 100 ms",
    series: calls("lock_latency", labels, ["0.05", "0.1"], 600),
    at: "20m",
    fires: [],
  },
  {
    alert: "TemporalShardLockSlow",
    when: "it was one slow caller in a minute",
    series: calls("lock_latency", labels, ["0.5", "1"], 1),
    at: "20m",
    fires: [],
  },
  {
    alert: "TemporalShardWritesQueue",
    when: "writes wait between half a second and a second",
    series: calls("semaphore_latency", labels, ["0.5", "1"], 600),
    at: "20m",
    fires: [{ summary: "The 99th percentile of waiting for a shard's turn to write is 995ms" }],
  },
  {
    alert: "TemporalShardWritesQueue",
    when: "writes wait up to 100 ms",
    series: calls("semaphore_latency", labels, ["0.05", "0.1"], 600),
    at: "20m",
    fires: [],
  },
  {
    alert: "TemporalHistoryQueueLag",
    when: "tasks are between 20 and 50 s old when they are loaded",
    series: calls("task_latency_load", 'service_name="history"', ["20", "50"], 600),
    at: "30m",
    fires: [{ summary: "The 99th percentile of history's tasks is 49.7s old when it is loaded" }],
  },
  {
    alert: "TemporalHistoryQueueLag",
    when: "tasks are loaded within 50 ms",
    series: calls("task_latency_load", 'service_name="history"', ["0.02", "0.05"], 600),
    at: "30m",
    fires: [],
  },
];
