/**
 * `resource-temporal info`.
 */
import { dump } from "js-yaml";
import type { StartupStep } from "../../components/startup.ts";
import { pathsOf } from "../../offline/paths.ts";
import type { Cluster } from "../../platform/cluster.ts";
import { chosenClusters, configuredClusters } from "../configuration.ts";
import { columns, shown } from "../output.ts";
import { readStackFile } from "../pulumi/stack-file.ts";

/** What `info` is asked. */
export interface InfoOptions {
  readonly format: "text" | "json";
  /** One cluster; all by default. */
  readonly cluster?: string;
}

/** A cluster as it is configured. */
export interface ClusterInfo {
  readonly name: string;
  /** Every key, with its default where the stack file says nothing. */
  readonly configuration: Omit<Cluster, "name">;
  /** Its parts in the order in which they start. */
  readonly startup: readonly StartupStep[];
}

/** Says how a stack is configured, in which order its parts start and how long they may take; asks nothing that runs. Gives the exit code. */
export async function info(stack: string, options: InfoOptions): Promise<number> {
  const text = await readStackFile(pathsOf(process.env).project, stack);
  const all = await configuredClusters(text, process.env);
  const { startupSteps } = await import("../../components/startup.ts");
  const clusters = chosenClusters(stack, all, options.cluster).map((cluster): ClusterInfo => {
    const { name, ...configuration } = cluster;
    return { name, configuration, startup: startupSteps(cluster) };
  });
  console.log(
    shown({ stack, clusters }, options.format, () => clusters.map(infoText).join("\n\n")),
  );
  return 0;
}

/** The information for people. */
export function infoText({ name, configuration, startup }: ClusterInfo): string {
  const rows = startup.map((step) => [
    ...[step.name, step.kind, String(step.replicas), step.after.join(", ") || "-"],
    `${step.timeoutSeconds} s`,
    step.stopGraceSeconds === undefined ? "-" : `${step.stopGraceSeconds} s`,
    step.image,
  ]);
  const header = ["part", "kind", "replicas", "after", "timeout", "stop grace", "image"];
  return [
    `Temporal cluster ${name}`,
    "",
    "Configuration, defaults included",
    ...indented(dump(configuration, { lineWidth: -1, skipInvalid: true }).trimEnd().split("\n")),
    "",
    "Startup order",
    ...indented(columns([header, ...rows])),
  ].join("\n");
}

function indented(lines: readonly string[]): string[] {
  return lines.map((line) => `  ${line}`);
}
