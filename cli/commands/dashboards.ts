/**
 * `resource-temporal dashboards`.
 */
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { pathsOf } from "../../offline/paths.ts";
import { chosenClusters, configuredClusters } from "../configuration.ts";
import { callersPath } from "../input.ts";
import { readStackFile } from "../pulumi/stack-file.ts";

/** What `dashboards` is asked. */
export interface DashboardsOptions {
  /** Path of a directory, which is made. */
  readonly output: string;
  /** One cluster; all by default. */
  readonly cluster?: string;
}

/** Writes the dashboards of a stack's clusters as files for any Grafana; asks nothing that runs. Gives the exit code. */
export async function dashboards(
  stack: string,
  { output, cluster: only }: DashboardsOptions,
): Promise<number> {
  const text = await readStackFile(pathsOf(process.env).project, stack);
  const all = await configuredClusters(text, process.env);
  const { dashboardFiles } = await import("../../platform/monitoring/dashboards/all.ts");
  await mkdir(callersPath(output), { recursive: true });
  for (const cluster of chosenClusters(stack, all, only)) {
    for (const { fileName, content } of dashboardFiles(cluster)) {
      const path = join(output, fileName);
      await writeFile(callersPath(path), content);
      console.log(path);
    }
    const { kind } = cluster.monitoring;
    if (kind === "none" || kind === "annotations") {
      console.error(
        `cluster ${cluster.name}: its dashboards are empty unless your Prometheus gives its series the label temporal_cluster="${cluster.name}", which monitoring.kind managed and operator do`,
      );
    }
  }
  return 0;
}
