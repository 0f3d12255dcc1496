/**
 * The database, as the server sees it.
 */
import { type AlertRule, leastPerSecond, type RuleGroup, type Selector } from "./rule.ts";

/**
 * The rules of the database.
 *
 * @param maxConnections Connections that it takes; undefined when nobody knows.
 */
export function databaseRules(select: Selector, maxConnections: number | undefined): RuleGroup {
  const failing = (prefix: string): string => {
    const rate = (what: string): string =>
      `sum by (service_name) (rate(${select(`${prefix}_${what}`)}[5m]))`;
    return `${rate("errors")} / ${rate("requests")} > 0.01 and ${rate("errors")} > ${leastPerSecond}`;
  };
  const slow = (seconds: number): string =>
    `histogram_quantile(0.99, sum by (le, operation) (rate(${select("persistence_latency_bucket")}[5m]))) > ${seconds} and sum by (operation) (rate(${select("persistence_latency_count")}[5m])) > ${leastPerSecond}`;
  const opened = `sum(${select("persistence_sql_open_conn")})`;
  const limit: AlertRule[] =
    maxConnections === undefined
      ? []
      : [
          {
            alert: "TemporalDatabaseConnectionsScarce",
            expr: `${opened} / ${maxConnections} > 0.8`,
            for: "5m",
            severity: "warning",
            summary: `The servers have {{ $value | humanizePercentage }} of the ${maxConnections} connections that PostgreSQL takes`,
            description:
              "When all are taken, PostgreSQL refuses more: new processes do not start, and backups and psql do not connect.",
          },
        ];
  return {
    name: "temporal-database",
    rules: [
      {
        alert: "TemporalDatabaseFailing",
        expr: failing("persistence"),
        for: "2m",
        severity: "critical",
        summary:
          "{{ $value | humanizePercentage }} of the requests of {{ $labels.service_name }} to the database fail",
        description:
          "The database does not answer, is full, or ends connections. Conflicts that the server expects do not count.",
      },
      {
        alert: "TemporalVisibilityFailing",
        expr: failing("visibility_persistence"),
        for: "5m",
        severity: "warning",
        summary:
          "{{ $value | humanizePercentage }} of the requests of {{ $labels.service_name }} to the visibility store fail",
        description: "Lists and counts of workflows fail or are old. Workflows themselves go on.",
      },
      {
        alert: "TemporalDatabaseSlow",
        expr: slow(1),
        for: "5m",
        severity: "critical",
        summary:
          "The 99th percentile of {{ $labels.operation }} in the database is {{ $value | humanizeDuration }}",
        description: "Every call of users takes several of these, one after the other.",
      },
      {
        alert: "TemporalDatabasePoolFull",
        expr: `max by (service_name, db_kind) (${select("persistence_sql_in_use")} / ${select("persistence_sql_max_open_conn")}) > 0.9`,
        for: "5m",
        severity: "warning",
        summary:
          "A process of {{ $labels.service_name }} uses {{ $value | humanizePercentage }} of its connections to the {{ $labels.db_kind }} store",
        description: "Requests wait for a connection before they reach the database.",
      },
      ...limit,
    ],
  };
}
