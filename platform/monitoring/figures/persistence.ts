/**
 * Figures of the database as the server sees it.
 */
import { type Figure, percentileBy, percentiles, rateBy, type Scope, sumBy } from "./figure.ts";

/** How long the database takes, over all operations. */
export function persistenceLatency(scope: Scope): Figure {
  return {
    title: "Latency of the database",
    description: "Time of one operation of the server on the database, over all of them.",
    unit: "seconds",
    lines: percentiles(scope, [], "persistence_latency"),
  };
}

/** Share of the operations that fail, of the main store and of visibility. */
export function persistenceErrors(scope: Scope): Figure {
  const share = (prefix: string): string => {
    const all = rateBy(scope, [], `${prefix}_requests`);
    return `(${rateBy(scope, [], `${prefix}_errors`)} or 0 * ${all}) / (${all} > 0)`;
  };
  return {
    title: "Failed operations",
    description:
      "Share of the operations on each store that fail. Conflicts that the server expects do not count.",
    unit: "share",
    lines: [
      { expr: share("persistence"), legend: "main store" },
      { expr: share("visibility_persistence"), legend: "visibility" },
    ],
  };
}

/** Everything else that the server tells of its stores and of its connections to them. */
export function persistenceFigures(scope: Scope): readonly Figure[] {
  return [
    {
      title: "Operations",
      description: "Operations on the main store in a second.",
      unit: "perSecond",
      lines: [
        { expr: rateBy(scope, ["operation"], "persistence_requests"), legend: "{{operation}}" },
      ],
    },
    {
      title: "Latency by operation",
      description: "The 99th percentile of each operation on the main store.",
      unit: "seconds",
      lines: [
        {
          expr: percentileBy(scope, 0.99, ["operation"], "persistence_latency"),
          legend: "{{operation}}",
        },
      ],
    },
    {
      title: "Errors by kind",
      description: "Operations that end in an error, also in one that the server expects.",
      unit: "perSecond",
      lines: [
        {
          expr: rateBy(scope, ["error_type"], "persistence_error_with_type"),
          legend: "{{error_type}}",
        },
      ],
    },
    {
      title: "Operations on visibility",
      description: "Lists and counts of workflows, and what keeps them up to date, in a second.",
      unit: "perSecond",
      lines: [
        {
          expr: rateBy(scope, ["operation"], "visibility_persistence_requests"),
          legend: "{{operation}}",
        },
      ],
    },
    {
      title: "Latency of visibility",
      description: "The 99th percentile of each operation on the visibility store.",
      unit: "seconds",
      lines: [
        {
          expr: percentileBy(scope, 0.99, ["operation"], "visibility_persistence_latency"),
          legend: "{{operation}}",
        },
      ],
    },
    {
      title: "Connections",
      description: "Connections that the servers have open, and those of them that are in use.",
      unit: "count",
      lines: [
        {
          expr: sumBy(scope, ["service_name", "db_kind"], "persistence_sql_open_conn"),
          legend: "{{service_name}} {{db_kind}} open",
        },
        {
          expr: sumBy(scope, ["service_name", "db_kind"], "persistence_sql_in_use"),
          legend: "{{service_name}} {{db_kind}} in use",
        },
      ],
    },
    poolFigure(scope),
  ];
}

/** How full the servers' pools of connections are. */
export function poolFigure({ select }: Scope): Figure {
  return {
    title: "Use of the pools",
    description:
      "The fullest pool of connections of each part. Where one is full, requests wait for a connection before they reach the database.",
    unit: "share",
    lines: [
      {
        expr: `max by (service_name, db_kind) (${select("persistence_sql_in_use")} / ${select("persistence_sql_max_open_conn")})`,
        legend: "{{service_name}} {{db_kind}}",
      },
    ],
  };
}
