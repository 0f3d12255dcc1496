/**
 * Dashboards as the sidecar of a Grafana finds them (the chart `grafana` of Grafana's community, `sidecar.dashboards` in its values).
 */
import type { Cluster } from "../cluster.ts";
import type { LabelledTexts } from "../custom-resource.ts";
import { dashboardFiles } from "./dashboards/all.ts";

/** Annotation that names the folder of a dashboard, where the sidecar is told so. */
const folderAnnotation = "grafana_folder";

/** The dashboards that a cluster puts where a sidecar finds them; none where its config does not say so. */
export function sidecarDashboards(cluster: Cluster): readonly LabelledTexts[] {
  const { monitoring } = cluster;
  if (!("dashboards" in monitoring) || monitoring.dashboards.kind === "none") return [];
  const { labels, folder } = monitoring.dashboards;
  // A file of each: a ConfigMap holds 1 MiB.
  return dashboardFiles(cluster).map(({ name, fileName, content }) => ({
    name: `dashboard-${name}`,
    labels,
    annotations: { [folderAnnotation]: folder },
    texts: { [fileName]: content },
  }));
}
