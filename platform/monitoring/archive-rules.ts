/**
 * The platform's own object store, by SeaweedFS's metrics.
 */
import type { RuleGroup, Selector } from "./rule.ts";

/** The rules of the object store's volume. Where a target does not bound volumes, it is the disk that the volume is on. */
export function archiveRules(select: Selector): RuleGroup {
  const bytes = (type: string): string =>
    select("SeaweedFS_volumeServer_resource", `type="${type}"`);
  const total = `max(${bytes("all")})`;
  const free = `max(${bytes("free")})`;
  const full = `1 - ${free} / ${total}`;
  return {
    name: "temporal-archive",
    rules: [
      {
        alert: "TemporalArchiveFilling",
        expr: `max(predict_linear(${bytes("free")}[6h], 4 * 86400)) < 0 and ${full} > 0.5`,
        for: "1h",
        severity: "warning",
        summary: "The archive's volume is full within four days at the present rate",
        description:
          "SeaweedFS takes nothing more when a hundredth is left, and PostgreSQL keeps what cannot be archived.",
      },
      {
        alert: "TemporalArchiveFull",
        expr: `${full} > 0.9`,
        for: "5m",
        severity: "critical",
        summary: "The archive's volume is {{ $value | humanizePercentage }} full",
        description:
          "SeaweedFS takes nothing more when a hundredth is left, and PostgreSQL keeps what cannot be archived.",
      },
    ],
  };
}
