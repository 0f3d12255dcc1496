/**
 * The database, as the server sees it.
 */
import type { Series } from "../rule-test.ts";
import { type Case, calls } from "./case.ts";

const history = 'service_name="history",operation="UpdateWorkflowExecution"';

const failing = (prefix: string, requests: string, errors: string): Series => ({
  [`${prefix}_requests{${history}}`]: requests,
  [`${prefix}_errors{${history}}`]: errors,
});

const pool = (inUse: string): Series => ({
  'persistence_sql_in_use{service_name="history",db_kind="main",instance="a"}': inUse,
  'persistence_sql_max_open_conn{service_name="history",db_kind="main",instance="a"}': "20x20",
});

/** Tests of the database's rules. */
export const databaseCases: readonly Case[] = [
  {
    alert: "TemporalDatabaseFailing",
    when: "a tenth of history's requests fails",
    series: failing("persistence", "0+6000x20", "0+600x20"),
    at: "10m",
    fires: [
      {
        labels: { service_name: "history" },
        summary: "10% of the requests of history to the database fail",
      },
    ],
  },
  {
    alert: "TemporalDatabaseFailing",
    when: "one of a thousand fails",
    series: failing("persistence", "0+60000x20", "0+60x20"),
    at: "10m",
    fires: [],
  },
  {
    alert: "TemporalDatabaseFailing",
    when: "one of ten fails, and nearly nobody asks",
    series: failing("persistence", "0+10x20", "0+1x20"),
    at: "10m",
    fires: [],
  },
  {
    alert: "TemporalVisibilityFailing",
    when: "a tenth of history's requests fails",
    series: failing("visibility_persistence", "0+6000x20", "0+600x20"),
    at: "15m",
    fires: [
      {
        labels: { service_name: "history" },
        summary: "10% of the requests of history to the visibility store fail",
      },
    ],
  },
  {
    alert: "TemporalVisibilityFailing",
    when: "one of a thousand fails",
    series: failing("visibility_persistence", "0+60000x20", "0+60x20"),
    at: "15m",
    fires: [],
  },
  {
    alert: "TemporalDatabaseSlow",
    when: "updates take between one and two seconds",
    series: calls("persistence_latency", history, ["1", "2"], 600),
    at: "15m",
    fires: [
      {
        labels: { operation: "UpdateWorkflowExecution" },
        summary: "The 99th percentile of UpdateWorkflowExecution in the database is 1.99s",
      },
    ],
  },
  {
    alert: "TemporalDatabaseSlow",
    when: "updates take up to 200 ms",
    series: calls("persistence_latency", history, ["0.1", "0.2"], 600),
    at: "15m",
    fires: [],
  },
  {
    alert: "TemporalDatabasePoolFull",
    when: "19 of 20 connections are in use",
    series: pool("19x20"),
    at: "10m",
    fires: [
      {
        labels: { service_name: "history", db_kind: "main" },
        summary: "A process of history uses 95% of its connections to the main store",
      },
    ],
  },
  {
    alert: "TemporalDatabasePoolFull",
    when: "half of them are",
    series: pool("10x20"),
    at: "10m",
    fires: [],
  },
  {
    alert: "TemporalDatabaseConnectionsScarce",
    when: "the servers have 224 of 256 connections open",
    series: {
      'persistence_sql_open_conn{service_name="history",db_kind="main",instance="a"}': "200x20",
      'persistence_sql_open_conn{service_name="matching",db_kind="main",instance="b"}': "24x20",
    },
    at: "10m",
    fires: [{ summary: "The servers have 87.5% of the 256 connections that PostgreSQL takes" }],
  },
  {
    alert: "TemporalDatabaseConnectionsScarce",
    when: "they have half of them",
    series: {
      'persistence_sql_open_conn{service_name="history",db_kind="main",instance="a"}': "128x20",
    },
    at: "10m",
    fires: [],
  },
];
