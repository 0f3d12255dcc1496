/**
 * The dashboard of namespaces: who uses the cluster, and how much.
 */
import { percentileBy, rateBy, type Scope } from "../figures/figure.ts";
import { endsByNamespace, startsByNamespace } from "../figures/workflows.ts";
import { chosen, type Dashboard } from "./dashboard.ts";

/** The dashboard of a cluster's namespaces. */
export function namespacesDashboard(scope: Scope): Dashboard {
  const frontend = `service_name="frontend"`;
  const namespace = chosen("namespace");
  return {
    name: "namespaces",
    title: "namespaces",
    choices: [
      {
        label: "namespace",
        title: "Namespace",
        series: scope.select("service_requests", frontend),
      },
    ],
    rows: [
      {
        title: "Workflows",
        figures: [startsByNamespace(scope, namespace), endsByNamespace(scope, namespace)],
      },
      {
        title: "Calls",
        figures: [
          {
            title: "Calls",
            description: "Calls of each namespace in a second, long polls of workers among them.",
            unit: "perSecond",
            lines: [
              {
                expr: rateBy(scope, ["namespace"], "service_requests", frontend, namespace),
                legend: "{{namespace}}",
              },
            ],
          },
          {
            title: "Errors by kind",
            description: "Calls that end in an error, also in one that the caller caused.",
            unit: "perSecond",
            lines: [
              {
                expr: rateBy(
                  scope,
                  ["namespace", "error_type"],
                  "service_error_with_type",
                  frontend,
                  namespace,
                ),
                legend: "{{namespace}} {{error_type}}",
              },
            ],
          },
          {
            title: "Calls that are turned away",
            description: "Calls that a limit turns away, by its cause.",
            unit: "perSecond",
            lines: [
              {
                expr: rateBy(
                  scope,
                  ["namespace", "resource_exhausted_cause"],
                  "service_errors_resource_exhausted",
                  namespace,
                ),
                legend: "{{namespace}} {{resource_exhausted_cause}}",
              },
            ],
          },
          {
            title: "Latency of starts",
            description: "The 99th percentile of the calls that start a workflow.",
            unit: "seconds",
            lines: [
              {
                expr: percentileBy(
                  scope,
                  0.99,
                  ["namespace"],
                  "service_latency_nouserlatency",
                  frontend,
                  `operation="StartWorkflowExecution"`,
                  namespace,
                ),
                legend: "{{namespace}}",
              },
            ],
          },
        ],
      },
    ],
  };
}
