/**
 * Figures of workflows: how many start, and how they end.
 */
import { type Figure, type Line, rateBy, type Scope } from "./figure.ts";

/** Counters of how workflows end, in history, and the word for it. */
const ends = {
  workflow_success: "completed",
  workflow_failed: "failed",
  workflow_timeout: "timed out",
  workflow_terminate: "terminated",
  workflow_cancel: "cancelled",
  workflow_continued_as_new: "continued as new",
} as const;

const starts = `operation=~"StartWorkflowExecution|SignalWithStartWorkflowExecution"`;

/** Starts and ends of workflows in a second, over all namespaces. */
export function workflowRates(scope: Scope): Figure {
  return {
    title: "Workflows",
    description:
      "Calls that start workflows in a second, and workflows that end, by how. History starts child workflows without a call to a frontend.",
    unit: "perSecond",
    lines: [
      {
        expr: rateBy(scope, [], "service_requests", `service_name="frontend"`, starts),
        legend: "start calls",
      },
      ...endLines(scope, []),
    ],
  };
}

/** Starts of workflows by namespace. */
export function startsByNamespace(scope: Scope, ...matchers: readonly string[]): Figure {
  const frontend = `service_name="frontend"`;
  return {
    title: "Starts",
    description: "Calls that start workflows in a second.",
    unit: "perSecond",
    lines: [
      {
        expr: rateBy(scope, ["namespace"], "service_requests", frontend, starts, ...matchers),
        legend: "{{namespace}}",
      },
    ],
  };
}

/** Ends of workflows by namespace. */
export function endsByNamespace(scope: Scope, ...matchers: readonly string[]): Figure {
  return {
    title: "Ends",
    description: "Workflows that end in a second, by how they end.",
    unit: "perSecond",
    lines: endLines(scope, ["namespace"], ...matchers),
  };
}

function endLines(
  scope: Scope,
  by: readonly string[],
  ...matchers: readonly string[]
): readonly Line[] {
  const name = by.map((label) => `{{${label}}} `).join("");
  return Object.entries(ends).map(([metric, word]) => ({
    expr: rateBy(scope, by, metric, ...matchers),
    legend: `${name}${word}`,
  }));
}
