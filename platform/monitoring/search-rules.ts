/**
 * OpenSearch or Elasticsearch as it knows itself, by elasticsearch_exporter.
 */
import type { Cluster } from "../cluster.ts";
import { watermarks } from "../opensearch-config.ts";
import type { AlertRule, RuleGroup, Selector } from "./rule.ts";

/**
 * Share of the heap that stays in use whatever is collected, above which it is told of. At 0.95 requests are refused
 * (`indices.breaker.total.limit` in the manuals of both).
 */
const heapShare = 0.85;

/** Free space below which a search server is about to write no more, and below which it does so. */
export type SearchFloor =
  /** In MiB: of the platform's own node, whose config says so. */
  | { readonly kind: "bytes"; readonly highMiB: number; readonly floodStageMiB: number }
  /** Shares of the disk: of somebody else's, of which the defaults are supposed (`cluster.routing.allocation.disk.watermark`). */
  | { readonly kind: "share"; readonly high: number; readonly floodStage: number };

/** The free space that a cluster's search server needs. */
export function searchFloor({ visibility }: Pick<Cluster, "visibility">): SearchFloor {
  return visibility.kind === "managed"
    ? { kind: "bytes", ...watermarks(visibility) }
    : { kind: "share", high: 0.1, floodStage: 0.05 };
}

/** The rules of a search server that is asked itself. */
export function searchRules(select: Selector, floor: SearchFloor): RuleGroup {
  const status = (color: string): string =>
    select("elasticsearch_cluster_health_status", `color="${color}"`);
  const heap = (what: "used" | "max"): string =>
    select(`elasticsearch_jvm_memory_${what}_bytes`, `area="heap"`);
  return {
    name: "temporal-search",
    rules: [
      {
        alert: "TemporalSearchUnwatched",
        // Each is asked for by a right of its own.
        expr: `(count(${status("green")}) * count(${heap("max")}) or vector(0)) == 0`,
        for: "5m",
        severity: "warning",
        summary: "The search server does not tell how it is",
        description:
          "Either elasticsearch_exporter does not run, or the search server does not answer it or let it in. What these rules watch is not watched.",
      },
      {
        alert: "TemporalSearchRed",
        expr: `max(${status("red")}) == 1`,
        for: "2m",
        severity: "critical",
        summary: "Parts of the search server's indexes are with no node",
        description:
          "Lists fail or lack workflows, and what is new is not written there. Workflows go on, and history tries again.",
      },
      {
        alert: "TemporalSearchYellow",
        expr: `max(${status("yellow")}) == 1`,
        for: "15m",
        severity: "warning",
        summary: "Copies of the search server's indexes are with no node",
        description:
          "Lists are whole, and would not be if another node went. A single node is yellow only when somebody wants copies that it has no place for.",
      },
      ...diskRules(select, floor),
      {
        alert: "TemporalSearchHeapFull",
        expr: `min by (name) (min_over_time(${heap("used")}[10m])) / max by (name) (${heap("max")}) > ${heapShare}`,
        for: "5m",
        severity: "warning",
        summary: "{{ $value | humanizePercentage }} of the heap of {{ $labels.name }} stay in use",
        description:
          "The search server spends its time on collecting garbage, and refuses requests at 95 %.",
      },
    ],
  };
}

function diskRules(select: Selector, floor: SearchFloor): readonly AlertRule[] {
  const bytes = (what: "available" | "size"): string =>
    select(`elasticsearch_filesystem_data_${what}_bytes`);
  const full = `1 - min by (name) (${bytes("available")}) / max by (name) (${bytes("size")})`;
  const ahead = `min by (name) (predict_linear(${bytes("available")}[6h], 4 * 86400))`;
  const size = `max by (name) (${bytes("size")})`;
  const mebibyte = 2 ** 20;
  const [soon, near] =
    floor.kind === "bytes"
      ? [
          `${ahead} < ${floor.floodStageMiB * mebibyte}`,
          `min by (name) (${bytes("available")}) < ${floor.highMiB * mebibyte}`,
        ]
      : [
          `${ahead} < ${floor.floodStage} * ${size}`,
          `min by (name) (${bytes("available")}) < ${floor.high} * ${size}`,
        ];
  const description =
    "Below a limit of free space the search server only reads: lists show what was before, workflows go on, and history tries again.";
  return [
    {
      alert: "TemporalSearchDiskFilling",
      expr: `${soon} and ${full} > 0.5`,
      for: "1h",
      severity: "warning",
      summary: "The disk of {{ $labels.name }} is full within four days at the present rate",
      description,
    },
    {
      alert: "TemporalSearchDiskFull",
      expr: near,
      for: "5m",
      severity: "critical",
      summary: "The disk of {{ $labels.name }} has {{ $value | humanize1024 }}B left",
      description,
    },
  ];
}
