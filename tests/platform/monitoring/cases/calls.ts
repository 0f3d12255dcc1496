/**
 * Calls that fail or are slow.
 */
import type { Series } from "../rule-test.ts";
import type { Case } from "./case.ts";

const labelsOf = (operation: string): string =>
  `namespace="default",operation="${operation}",service_name="frontend"`;

/** Calls of one operation, and those that fail, as values over time. */
const failing = (operation: string, all: string, failed: string): Series => ({
  [`service_requests{${labelsOf(operation)}}`]: all,
  [`service_errors{${labelsOf(operation)}}`]: failed,
});

/** Calls of one operation, and those that are fast. */
const slow = (operation: string, all: string, fast: string, le = "1"): Series => ({
  [`service_requests{${labelsOf(operation)}}`]: all,
  [`service_latency_nouserlatency_count{${labelsOf(operation)}}`]: all,
  [`service_latency_nouserlatency_bucket{${labelsOf(operation)},le="${le}"}`]: fast,
});

const start = { operation: "StartWorkflowExecution" };
const query = { operation: "QueryWorkflow" };

/** Tests of the objectives. */
export const callCases: readonly Case[] = [
  {
    alert: "TemporalCallsFailingFast",
    when: "two of a hundred starts fail for an hour",
    series: failing("StartWorkflowExecution", "0+100x90", "0+2x90"),
    at: "80m",
    fires: [
      {
        labels: start,
        summary: "2% of the StartWorkflowExecution calls of dev fail",
      },
    ],
  },
  {
    alert: "TemporalCallsFailingFast",
    when: "one of a hundred signals fails",
    series: failing("SignalWorkflowExecution", "0+100x90", "0+1x90"),
    at: "80m",
    fires: [],
  },
  {
    alert: "TemporalCallsFailingFast",
    when: "it was so, and is over",
    series: failing("QueryWorkflow", "0+100x90", "0+5x70 350x20"),
    at: "85m",
    fires: [],
  },
  {
    alert: "TemporalCallsFailingFast",
    when: "nearly nobody calls, and one call fails",
    series: failing("RespondWorkflowTaskCompleted", "0+0.1x90", "0+0.05x90"),
    at: "80m",
    fires: [],
  },
  {
    alert: "TemporalCallsFailingFast",
    when: "lists fail, which no objective speaks of",
    series: failing("ListWorkflowExecutions", "0+100x90", "0+50x90"),
    at: "80m",
    fires: [],
  },
  {
    alert: "TemporalCallsFailingSteady",
    when: "one of a hundred completions fails for six hours",
    every: "5m",
    series: failing("RespondWorkflowTaskCompleted", "0+500x80", "0+5x80"),
    at: "390m",
    fires: [
      {
        labels: { operation: "RespondWorkflowTaskCompleted" },
        summary: "1% of the RespondWorkflowTaskCompleted calls of dev fail",
      },
    ],
  },
  {
    alert: "TemporalCallsFailingSteady",
    when: "five of a thousand completions fail",
    every: "5m",
    series: failing("RespondWorkflowTaskCompleted", "0+5000x80", "0+25x80"),
    at: "390m",
    fires: [],
  },
  {
    alert: "TemporalCallsFailingSlow",
    when: "two of a thousand starts fail for three days",
    every: "30m",
    series: failing("StartWorkflowExecution", "0+1000x160", "0+2x160"),
    at: "75h",
    fires: [{ labels: start, summary: "0.2% of the StartWorkflowExecution calls of dev fail" }],
  },
  {
    alert: "TemporalCallsFailingSlow",
    when: "half of one of a thousand starts fails",
    every: "30m",
    series: failing("StartWorkflowExecution", "0+2000x160", "0+1x160"),
    at: "75h",
    fires: [],
  },
  {
    alert: "TemporalCallsSlowFast",
    when: "a fifth of the starts takes longer than a second for an hour",
    series: slow("StartWorkflowExecution", "0+100x90", "0+80x90"),
    at: "80m",
    fires: [{ labels: start, summary: "20% of the StartWorkflowExecution calls of dev are slow" }],
  },
  {
    alert: "TemporalCallsSlowFast",
    when: "a Prometheus of version 3 writes the boundary as 1.0",
    series: slow("StartWorkflowExecution", "0+100x90", "0+80x90", "1.0"),
    at: "80m",
    fires: [{ labels: start, summary: "20% of the StartWorkflowExecution calls of dev are slow" }],
  },
  {
    alert: "TemporalCallsSlowFast",
    when: "a fifth of the queries takes longer than their two seconds",
    series: slow("QueryWorkflow", "0+100x90", "0+80x90", "2"),
    at: "80m",
    fires: [{ labels: query, summary: "20% of the QueryWorkflow calls of dev are slow" }],
  },
  {
    alert: "TemporalCallsSlowFast",
    when: "a tenth is slow",
    series: slow("StartWorkflowExecution", "0+100x90", "0+90x90"),
    at: "80m",
    fires: [],
  },
  {
    alert: "TemporalCallsSlowSteady",
    when: "a tenth of the starts takes longer than a second for six hours",
    every: "5m",
    series: slow("StartWorkflowExecution", "0+500x80", "0+450x80"),
    at: "390m",
    fires: [{ labels: start, summary: "10% of the StartWorkflowExecution calls of dev are slow" }],
  },
  {
    alert: "TemporalCallsSlowSteady",
    when: "a twentieth is slow",
    every: "5m",
    series: slow("StartWorkflowExecution", "0+500x80", "0+475x80"),
    at: "390m",
    fires: [],
  },
  {
    alert: "TemporalCallsSlowSlow",
    when: "the 99th percentile of starts is above a second for three days",
    every: "30m",
    series: slow("StartWorkflowExecution", "0+100x160", "0+98x160"),
    at: "75h",
    fires: [{ labels: start, summary: "2% of the StartWorkflowExecution calls of dev are slow" }],
  },
  {
    alert: "TemporalCallsSlowSlow",
    when: "it is below",
    every: "30m",
    series: slow("StartWorkflowExecution", "0+1000x160", "0+995x160"),
    at: "75h",
    fires: [],
  },
];
