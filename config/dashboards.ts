/**
 * The keys that say who draws dashboards, and what does not fit them.
 */
import { z } from "zod";
import type { Cluster } from "../platform/cluster.ts";
import type { Key } from "./keys.ts";

/** Dashboards for somebody's Grafana. */
export const dashboards = z
  .discriminatedUnion("kind", [
    z.strictObject({
      kind: z
        .literal("none")
        .describe("None are put anywhere; `resource-temporal dashboards` writes them as files"),
    }),
    z.strictObject({
      kind: z
        .literal("grafana-sidecar")
        .describe(
          "Kubernetes only: a ConfigMap for each, which the sidecar of a Grafana that is there finds by its labels",
        ),
      labels: z
        .record(z.string().min(1), z.string())
        .default({ grafana_dashboard: "1" })
        .describe(
          "Labels by which the sidecar finds them; those of the charts grafana and kube-prometheus-stack when left out",
        ),
      folder: z
        .string()
        .min(1)
        .default("Temporal")
        .describe(
          "Folder in Grafana, as the annotation grafana_folder; a sidecar reads it where its folderAnnotation names that",
        ),
    }),
  ])
  .prefault({ kind: "none" })
  .describe("Dashboards for a Grafana");

/** Refuses dashboards that nobody would find. */
export function checkDashboards({ target, monitoring }: Cluster, key: Key): void {
  if (!("dashboards" in monitoring) || monitoring.dashboards.kind === "none") return;
  if (target.kind === "docker") {
    key
      .at("dashboards", "kind")
      .refuse(
        "needs a kubernetes target: write them as files by `resource-temporal dashboards --output DIR` on docker",
      );
  }
}
