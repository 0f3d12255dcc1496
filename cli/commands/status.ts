/**
 * `resource-temporal status`.
 */
import { dump } from "js-yaml";
import { pathsOf } from "../../offline/paths.ts";
import { observedClusters } from "../observe/index.ts";
import { type ClusterState, clusterState, type Part } from "../observe/part.ts";
import { findPlace } from "../place.ts";
import { stackOutputs } from "../pulumi/run.ts";
import { readStackFile } from "../pulumi/stack-file.ts";
import { type ClusterOutputs, type Outputs, outputsOf } from "./outputs.ts";

/** How a status is shown. */
export const statusFormats = ["text", "json", "yaml"] as const;

/** What `status` is asked. */
export interface StatusOptions {
  readonly format: (typeof statusFormats)[number];
  /** Image, restarts and start of each part as well. */
  readonly verbose?: boolean;
  /** One cluster; all by default. */
  readonly cluster?: string;
}

interface ClusterStatus {
  readonly name: string;
  readonly state: ClusterState;
  readonly endpoints: Partial<
    Pick<ClusterOutputs, "uiUrl" | "gatewayAddress" | "grpcAddress" | "namespaces">
  >;
  readonly parts: readonly Part[];
}

/** The exit code for the worst state of a stack's clusters. */
const exitCodes: Readonly<Record<ClusterState, number>> = {
  healthy: 0,
  unhealthy: 1,
  "not running": 2,
};

/** Says how a stack's clusters are. Gives 0 when all are healthy, 1 when one is not, 2 when none runs. */
export async function status(stack: string, options: StatusOptions): Promise<number> {
  const { project } = pathsOf(process.env);
  const text = await readStackFile(project, stack);
  const observed = observedClusters(stack, text, process.env, options.cluster);
  const [outputs, ...parts] = await Promise.all([
    outputsOrWarning(stack),
    ...observed.map((cluster) => cluster.parts()),
  ]);
  const clusters = observed.map(({ name }, index): ClusterStatus => {
    const own = parts[index] ?? [];
    const { uiUrl, gatewayAddress, grpcAddress, namespaces } = outputs.clusters[name] ?? {};
    return {
      name,
      state: clusterState(own),
      endpoints:
        uiUrl === undefined ? {} : ({ uiUrl, gatewayAddress, grpcAddress, namespaces } as object),
      parts: own,
    };
  });
  console.log(shown({ stack, clusters }, options));
  const states = clusters.map(({ state }) => state);
  if (states.every((state) => state === "not running")) return exitCodes["not running"];
  return states.every((state) => state === "healthy") ? exitCodes.healthy : exitCodes.unhealthy;
}

/** The stack's outputs. Where they cannot be had, as without a Pulumi CLI, a warning says why, and the state is shown all the same. */
async function outputsOrWarning(stack: string): Promise<Outputs> {
  try {
    return outputsOf(await stackOutputs(await findPlace(stack)));
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    console.error(`warning: the addresses are not known: ${why}`);
    return outputsOf(undefined);
  }
}

interface StackStatus {
  readonly stack: string;
  readonly clusters: readonly ClusterStatus[];
}

function shown(all: StackStatus, { format, verbose = false }: StatusOptions): string {
  switch (format) {
    case "json":
      return JSON.stringify(all, null, 2);
    case "yaml":
      return dump(all).trimEnd();
    case "text":
      return all.clusters.map((cluster) => asText(cluster, verbose)).join("\n\n");
  }
}

function asText({ name, state, endpoints, parts }: ClusterStatus, verbose: boolean): string {
  const { uiUrl, gatewayAddress, grpcAddress } = endpoints;
  const rows = parts.map(({ component, name: part, state: how, restarts, image, since = "-" }) => [
    ...[component, how, part === "" ? "-" : part],
    ...(verbose ? [String(restarts), since, image] : []),
  ]);
  const header = ["part", "state", "name", ...(verbose ? ["restarts", "since", "image"] : [])];
  return [
    `Temporal cluster ${name}: ${state}`,
    ...(uiUrl === undefined ? [] : [`  web UI  ${uiUrl}`]),
    ...(gatewayAddress === undefined ? [] : [`  gRPC    ${gatewayAddress}, ${grpcAddress ?? ""}`]),
    ...(rows.length === 0 ? [] : ["", ...columns([header, ...rows]).map((line) => `  ${line}`)]),
  ].join("\n");
}

/** Rows with their cells below each other. */
export function columns(rows: readonly (readonly string[])[]): string[] {
  const widths = (rows[0] ?? []).map((_, column) =>
    Math.max(...rows.map((row) => (row[column] ?? "").length)),
  );
  return rows.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join("  ")
      .trimEnd(),
  );
}
