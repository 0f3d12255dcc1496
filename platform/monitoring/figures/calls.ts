/**
 * Figures of the calls that users and workers make.
 */
import { userCalls } from "../slo-rules.ts";
import { type Figure, percentiles, rateBy, type Scope } from "./figure.ts";

const frontend = `service_name="frontend"`;

const noticed = `operation=~"${userCalls.join("|")}"`;

/** Share of the calls that fail by the server's fault, by operation; 0 where none did. */
export function failedShare(scope: Scope): Figure {
  const all = rateBy(scope, ["operation"], "service_requests", frontend, noticed);
  const failed = rateBy(scope, ["operation"], "service_errors", frontend, noticed);
  return {
    title: "Failed calls",
    description:
      "Share of starts, signals, queries and workers' answers that fail by the server's fault. Those that it refuses with reason, such as a workflow that is not found, do not count.",
    unit: "share",
    // Without a failure there is no series of failures.
    lines: [{ expr: `(${failed} or 0 * ${all}) / (${all} > 0)`, legend: "{{operation}}" }],
  };
}

/** Calls of the frontend, by operation. */
export function callRates(scope: Scope): Figure {
  return {
    title: "Calls",
    description: "Calls that the frontends take in a second, long polls of workers among them.",
    unit: "perSecond",
    lines: [
      {
        expr: rateBy(scope, ["operation"], "service_requests", frontend),
        legend: "{{operation}}",
      },
    ],
  };
}

/** How long some of the calls take whose failures users notice. */
export function callLatency(
  scope: Scope,
  operations: readonly string[] = userCalls,
  title = "Latency of calls",
): Figure {
  return {
    title,
    description:
      "Time that the frontend takes to answer, without the time for which calls wait for others of the same workflow.",
    unit: "seconds",
    lines: percentiles(
      scope,
      ["operation"],
      "service_latency_nouserlatency",
      frontend,
      `operation=~"${operations.join("|")}"`,
    ),
  };
}

/** Share of good calls over all operations whose failures users notice. */
export function availability(scope: Scope): Figure {
  const all = rateBy(scope, [], "service_requests", frontend, noticed);
  const failed = rateBy(scope, [], "service_errors", frontend, noticed);
  return {
    title: "Availability",
    description:
      "Share of starts, signals, queries and workers' answers that did not fail by the server's fault; the objective is in docs/runbooks/alerts.md.",
    unit: "share",
    lines: [{ expr: `1 - (${failed} or 0 * ${all}) / (${all} > 0)`, legend: "calls" }],
  };
}

/** Errors of the frontend by their kind, and calls that are turned away by a limit. */
export function callErrors(scope: Scope): readonly Figure[] {
  return [
    {
      title: "Errors by kind",
      description: "Calls that end in an error, also in one that the caller caused.",
      unit: "perSecond",
      lines: [
        {
          expr: rateBy(scope, ["error_type"], "service_error_with_type", frontend),
          legend: "{{error_type}}",
        },
      ],
    },
    {
      title: "Calls that are turned away",
      description: "Calls that a limit of the cluster or of a namespace turns away, by its cause.",
      unit: "perSecond",
      lines: [
        {
          expr: rateBy(
            scope,
            ["resource_exhausted_scope", "resource_exhausted_cause"],
            "service_errors_resource_exhausted",
          ),
          legend: "{{resource_exhausted_scope}} {{resource_exhausted_cause}}",
        },
      ],
    },
  ];
}
