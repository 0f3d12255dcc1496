/**
 * Whether the processes are there, and stay.
 */
import type { ScrapedJob } from "./places.ts";
import type { AlertRule, RuleGroup, Selector } from "./rule.ts";

/** Restarts in half an hour that are no accident any more. */
const manyRestarts = 3;

/** The rules of the jobs of a cluster: each is down, has too few replicas, or restarts again and again. */
export function processRules(select: Selector, jobs: readonly ScrapedJob[]): RuleGroup {
  return {
    name: "temporal-processes",
    rules: [
      ...jobs.map((job) => down(select, job)),
      ...jobs.filter(({ replicas }) => replicas > 1).map((job) => fewer(select, job)),
      {
        alert: "TemporalRoleRestarting",
        // Signs of life, of which a process writes one every ten seconds: their number begins anew with the process. The server's own counter of restarts
        // is 1 in every process, and its figures of memory come once in a minute.
        expr: `sum by (service_name) (resets(${select("persistence_requests", `operation="UpsertClusterMembership"`)}[30m])) >= ${manyRestarts}`,
        severity: "warning",
        summary:
          "Processes of {{ $labels.service_name }} restarted {{ $value }} times in half an hour",
        description:
          "They end by a fault, by lack of memory, or because their health check fails, and are started again.",
      },
      {
        alert: "TemporalGatewayWithoutFrontend",
        expr: `max(${select("haproxy_backend_active_servers", `proxy="frontend"`)}) < 1`,
        for: "2m",
        severity: "critical",
        summary: "No gateway finds a frontend",
        description: "Programs that come by the gateway get UNAVAILABLE.",
      },
    ],
  };
}

/** Series of a job's processes that are there. Where its name stands for nobody any more, there are no series at all. */
function running(select: Selector, job: string): string {
  return `(sum(${select("up", `job="${job}"`)}) or vector(0))`;
}

function down(select: Selector, { job }: ScrapedJob): AlertRule {
  return {
    alert: "TemporalRoleDown",
    expr: `${running(select, job)} == 0`,
    for: "1m",
    severity: "critical",
    labels: { job },
    summary: `No process of ${job} answers`,
    description: "Either none runs, or Prometheus does not reach them.",
  };
}

function fewer(select: Selector, { job, replicas }: ScrapedJob): AlertRule {
  return {
    alert: "TemporalReplicasMissing",
    expr: `${running(select, job)} < ${replicas} > 0`,
    for: "10m",
    severity: "warning",
    labels: { job },
    summary: `{{ $value }} of ${replicas} processes of ${job} answer`,
    description: "The others do their work; one more that fails may be one too many.",
  };
}
