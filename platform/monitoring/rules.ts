/**
 * All rules of a cluster. docs/runbooks/alerts.md has what to do about each alert.
 */
import { dump } from "js-yaml";
import type { Cluster } from "../cluster.ts";
import { maxConnections } from "../database.ts";
import { managedElasticsearchExporter } from "../elasticsearch-exporter.ts";
import { managedPostgresExporter } from "../postgres-exporter.ts";
import { alertmanagerRules } from "./alertmanager-rules.ts";
import { archiveRules } from "./archive-rules.ts";
import { databaseRules } from "./database-rules.ts";
import { servingJobs } from "./places.ts";
import { postgresRules } from "./postgres-rules.ts";
import { processRules } from "./process-rules.ts";
import { prometheusRules } from "./prometheus-rules.ts";
import { type RuleGroup, ruleGroupContent, selectorOf } from "./rule.ts";
import { searchFloor, searchRules } from "./search-rules.ts";
import { serverRules, shardRules } from "./server-rules.ts";
import { defaultRunbooks } from "./runbooks.ts";
import { sloRules } from "./slo-rules.ts";
import { taskQueueRules } from "./task-queue-rules.ts";
import { volumeRules } from "./volume-rules.ts";

/** The rules of a cluster that is monitored. */
export function rulesOf(cluster: Cluster): readonly RuleGroup[] {
  const { monitoring, postgres, archival, identity, target } = cluster;
  const select = selectorOf(cluster.name);
  const limit = postgres.kind === "external" ? postgres.maxConnections : maxConnections(cluster);
  return [
    ...sloRules(select),
    processRules(select, servingJobs(cluster)),
    shardRules(select, identity.numHistoryShards),
    serverRules(select),
    databaseRules(select, limit),
    ...(managedPostgresExporter(cluster) === undefined
      ? []
      : [postgresRules(select, postgres.kind === "external" ? undefined : postgres.storageGiB)]),
    ...(managedElasticsearchExporter(cluster) === undefined
      ? []
      : [searchRules(select, searchFloor(cluster))]),
    taskQueueRules(select),
    ...(archival.kind === "managed" ? [archiveRules(select)] : []),
    ...(monitoring.kind === "managed" && monitoring.alertmanager.kind === "managed"
      ? [alertmanagerRules(select)]
      : []),
    ...(monitoring.kind === "managed" ? [prometheusRules(select, monitoring)] : []),
    ...(monitoring.kind === "operator" && target.kind === "kubernetes"
      ? [volumeRules(target.namespace)]
      : []),
  ];
}

/** The rules as the content of a rule file's, or a PrometheusRule's, `groups`. */
export function ruleGroups(cluster: Cluster): readonly object[] {
  const { monitoring } = cluster;
  const runbooks = "runbooks" in monitoring ? monitoring.runbooks : defaultRunbooks;
  return rulesOf(cluster).map((group) => ruleGroupContent(group, cluster.name, runbooks));
}

/** The rule file that Prometheus reads. */
export function renderRules(cluster: Cluster): string {
  return dump({ groups: ruleGroups(cluster) }, { lineWidth: -1, noRefs: true });
}
