/**
 * PostgreSQL as it knows itself, by postgres_exporter.
 */
import type { AlertRule, RuleGroup, Selector } from "./rule.ts";

/**
 * Share of a volume that databases may fill. The write-ahead log comes on top: up to `max_wal_size`, and more while a backup or a standby
 * needs it.
 */
const databaseShare = 0.8;

/**
 * The rules of a PostgreSQL that is asked itself.
 *
 * @param sizeGiB Size of its volume; undefined when nobody knows.
 */
export function postgresRules(select: Selector, sizeGiB: number | undefined): RuleGroup {
  return {
    name: "temporal-postgres",
    rules: [
      {
        alert: "TemporalPostgresUnwatched",
        expr: `(max(${select("pg_up")}) or vector(0)) == 0`,
        for: "5m",
        severity: "warning",
        summary: "PostgreSQL does not tell how it is",
        description:
          "Either postgres_exporter does not run, or PostgreSQL does not let it in. What these rules watch is not watched.",
      },
      {
        alert: "TemporalPostgresConnectionsFull",
        expr: `sum(${select("pg_stat_database_numbackends")}) / max(${select("pg_settings_max_connections")}) > 0.9`,
        for: "2m",
        severity: "critical",
        summary: "{{ $value | humanizePercentage }} of PostgreSQL's connections are taken",
        description:
          "When all are taken, PostgreSQL refuses more: processes that start anew do not come up, and calls fail.",
      },
      {
        alert: "TemporalPostgresDeadlocks",
        expr: `sum by (datname) (increase(${select("pg_stat_database_deadlocks")}[10m])) > 0`,
        severity: "warning",
        summary: "Transactions of the database {{ $labels.datname }} wait for each other",
        description:
          "PostgreSQL ends one of them after a second, and the call that it belongs to is tried again or fails. Temporal's own do not do that to each other.",
      },
      ...(sizeGiB === undefined ? [] : sizes(select, sizeGiB)),
    ],
  };
}

function sizes(select: Selector, sizeGiB: number): AlertRule[] {
  const bytes = select("pg_database_size_bytes");
  const room = Math.floor(sizeGiB * databaseShare * 2 ** 30);
  return [
    {
      alert: "TemporalPostgresFilling",
      expr: `sum(predict_linear(${select("pg_database_size_bytes")}[6h], 4 * 86400)) > ${room} and sum(${bytes}) > ${Math.round(room / 2)}`,
      for: "1h",
      severity: "warning",
      summary: `PostgreSQL's databases fill its ${sizeGiB} GiB within four days at the present rate`,
      description:
        "Where the volume is bounded, a PostgreSQL whose volume is full stops, and the whole cluster with it.",
    },
    {
      alert: "TemporalPostgresFull",
      expr: `sum(${bytes}) > ${room}`,
      for: "5m",
      severity: "critical",
      summary: `PostgreSQL's databases have {{ $value | humanize1024 }}B of its ${sizeGiB} GiB`,
      description:
        "The rest is what its write-ahead log needs. Where the volume is bounded, a PostgreSQL whose volume is full stops, and the whole cluster with it.",
    },
  ];
}
