/**
 * Figures of PostgreSQL itself, as postgres_exporter has them (github.com/prometheus-community/postgres_exporter, its collectors).
 */
import { type Figure, maxBy, rateBy, type Scope, sumBy } from "./figure.ts";

/** Without the databases that PostgreSQL makes others of: nobody connects to them. */
const used = `datname!~"template.*"`;

/** What one looks at first. */
export function postgresFigures(scope: Scope): readonly Figure[] {
  return [
    {
      title: "Connections by state",
      description: "Connections of everybody, and how many PostgreSQL takes.",
      unit: "count",
      lines: [
        { expr: sumBy(scope, ["state"], "pg_stat_activity_count"), legend: "{{state}}" },
        { expr: maxBy(scope, [], "pg_settings_max_connections"), legend: "limit" },
      ],
    },
    {
      title: "Transactions",
      description: "Transactions that end in a second.",
      unit: "perSecond",
      lines: [
        { expr: ofDatabase(scope, "xact_commit"), legend: "{{datname}} committed" },
        { expr: ofDatabase(scope, "xact_rollback"), legend: "{{datname}} rolled back" },
      ],
    },
    {
      title: "Longest transaction",
      description:
        "The oldest open transaction. While it is open, vacuum does not remove what it may still see.",
      unit: "seconds",
      lines: [
        {
          expr: maxBy(scope, ["datname"], "pg_stat_activity_max_tx_duration", used),
          legend: "{{datname}}",
        },
      ],
    },
    {
      title: "Size",
      description: "Size of each database on its disk.",
      unit: "bytes",
      lines: [
        { expr: maxBy(scope, ["datname"], "pg_database_size_bytes", used), legend: "{{datname}}" },
      ],
    },
  ];
}

/** What one looks at when something is odd. */
export function morePostgresFigures(scope: Scope): readonly Figure[] {
  return [
    {
      title: "PostgreSQL answers",
      description: "1 while the exporter reaches PostgreSQL.",
      unit: "count",
      lines: [{ expr: maxBy(scope, [], "pg_up"), legend: "up" }],
    },
    {
      title: "Reads from PostgreSQL's memory",
      description: "Share of the blocks that were in PostgreSQL's own memory.",
      unit: "share",
      lines: [
        {
          expr: `${ofDatabase(scope, "blks_hit")} / (${ofDatabase(scope, "blks_hit")} + ${ofDatabase(scope, "blks_read")} > 0)`,
          legend: "{{datname}}",
        },
      ],
    },
    {
      title: "Locks",
      description: "Locks that are held or waited for, by their mode.",
      unit: "count",
      lines: [{ expr: sumBy(scope, ["mode"], "pg_locks_count"), legend: "{{mode}}" }],
    },
    {
      title: "Deadlocks",
      description: "Transactions that PostgreSQL ended since they waited for each other.",
      unit: "perSecond",
      lines: [{ expr: ofDatabase(scope, "deadlocks"), legend: "{{datname}}" }],
    },
  ];
}

function ofDatabase(scope: Scope, what: string): string {
  return rateBy(scope, ["datname"], `pg_stat_database_${what}`, used);
}
