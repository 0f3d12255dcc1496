/**
 * All dashboards of a cluster, and the files that Grafana reads.
 */
import type { Cluster } from "../../cluster.ts";
import { managedElasticsearchExporter } from "../../elasticsearch-exporter.ts";
import { managedPostgresExporter } from "../../postgres-exporter.ts";
import { rateInterval, type Scope } from "../figures/figure.ts";
import { selectorOf } from "../rule.ts";
import type { Dashboard } from "./dashboard.ts";
import { databaseDashboard, postgresDashboard } from "./database.ts";
import { gatewayDashboard } from "./gateway.ts";
import { grafanaDashboard } from "./grafana.ts";
import { namespacesDashboard } from "./namespaces.ts";
import { searchDashboard } from "./search.ts";
import { serverDashboard } from "./server.ts";
import { workersDashboard } from "./workers.ts";

/** What a cluster's metrics may come from, besides the server. */
export type Source = "gateway" | "postgres" | "search";

/** A file that any Grafana reads. */
export interface DashboardFile {
  /** Name of the dashboard, unique in the cluster. */
  readonly name: string;
  /** Name of the file, unique among all clusters: one Grafana may read those of several from one directory. */
  readonly fileName: string;
  readonly content: string;
}

/**
 * The dashboards of a cluster.
 *
 * @param sources What is scraped besides the server; a dashboard of what nobody scrapes would be empty.
 */
export function dashboardsOf(cluster: string, sources: ReadonlySet<Source>): readonly Dashboard[] {
  const scope: Scope = { select: selectorOf(cluster), window: rateInterval };
  return [
    serverDashboard(scope),
    namespacesDashboard(scope),
    workersDashboard(scope),
    databaseDashboard(scope),
    ...(sources.has("postgres") ? [postgresDashboard(scope)] : []),
    ...(sources.has("search") ? [searchDashboard(scope)] : []),
    ...(sources.has("gateway") ? [gatewayDashboard(scope)] : []),
  ];
}

/** What of a cluster is scraped besides the server. */
export function sourcesOf(cluster: Cluster): ReadonlySet<Source> {
  return new Set<Source>([
    "gateway",
    ...(managedPostgresExporter(cluster) === undefined ? [] : ["postgres" as const]),
    ...(managedElasticsearchExporter(cluster) === undefined ? [] : ["search" as const]),
  ]);
}

/** The dashboards of a cluster as files. */
export function dashboardFiles(cluster: Cluster): readonly DashboardFile[] {
  return dashboardsOf(cluster.name, sourcesOf(cluster)).map((dashboard) => ({
    name: dashboard.name,
    fileName: `temporal-${cluster.name}-${dashboard.name}.json`,
    content: `${JSON.stringify(grafanaDashboard(cluster.name, dashboard), undefined, 2)}\n`,
  }));
}
