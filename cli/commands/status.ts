/**
 * `resource-temporal status`.
 */
import { pathsOf } from "../../offline/paths.ts";
import { defined } from "../../platform/defined.ts";
import {
  type ArchivalFailures,
  archivalFailures,
  archivingClusters,
  watchedMinutes,
} from "../observe/archival.ts";
import { type ObservedCluster, observedClusters } from "../observe/index.ts";
import { withFrontend } from "../gateway.ts";
import { type ClusterState, clusterState, type Part, withMissing } from "../observe/part.ts";
import type { PolledQueue } from "../observe/pollers.ts";
import { cell, columns, type Format, shown } from "../output.ts";
import { type ClusterOutputs, type Outputs, outputsOf } from "../outputs.ts";
import { findPlace } from "../place.ts";
import { stackOutputs } from "../pulumi/run.ts";
import { readStackFile } from "../pulumi/stack-file.ts";

/** What `status` is asked. */
export interface StatusOptions {
  readonly format: Format;
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
  /** What the users' workers are to poll; left out when nobody could be asked. */
  readonly workers?: readonly PolledQueue[];
  /** Left out when no attempt at archiving has failed lately, or nobody could be asked. It does not make a cluster unhealthy, which serves all the same. */
  readonly archivalFailures?: ArchivalFailures;
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
  const archiving = archivingClusters(text);
  const clusters = await Promise.all(
    observed.map(async (cluster, index): Promise<ClusterStatus> => {
      const { name } = cluster;
      const found = await statusOf(stack, name, outputs, parts[index] ?? []);
      if (found.state === "not running" || !archiving.includes(name)) return found;
      return { ...found, ...defined({ archivalFailures: await failuresOrWarning(cluster) }) };
    }),
  );
  const { format, verbose = false } = options;
  const all: StackStatus = { stack, clusters };
  console.log(shown(all, format, () => clusters.map((one) => asText(one, verbose)).join("\n\n")));
  const states = clusters.map(({ state }) => state);
  if (states.every((state) => state === "not running")) return exitCodes["not running"];
  return states.every((state) => state === "healthy") ? exitCodes.healthy : exitCodes.unhealthy;
}

async function statusOf(
  stack: string,
  name: string,
  outputs: Outputs,
  found: readonly Part[],
): Promise<ClusterStatus> {
  const {
    uiUrl,
    gatewayAddress,
    grpcAddress,
    namespaces,
    workers = {},
  } = outputs.clusters[name] ?? {};
  const run = Object.keys(workers).filter((worker) => workers[worker]?.external === false);
  const parts = withMissing(found, run);
  const state = clusterState(parts);
  const polled =
    state === "not running" ? undefined : await polledOrWarning({ stack, cluster: name, outputs });
  const allPolled = polled?.every((queue) => queue.state === "polled") ?? true;
  return {
    name,
    state: state === "healthy" && !allPolled ? "unhealthy" : state,
    endpoints:
      uiUrl === undefined ? {} : ({ uiUrl, gatewayAddress, grpcAddress, namespaces } as object),
    parts,
    ...defined({ workers: polled }),
  };
}

/** Attempts at archiving that have failed lately. Where the log cannot be read, a warning says why. */
async function failuresOrWarning(cluster: ObservedCluster): Promise<ArchivalFailures | undefined> {
  try {
    return await archivalFailures(await cluster.logs());
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    console.error(`warning: whether cluster ${cluster.name} archives is not known: ${why}`);
    return undefined;
  }
}

/** What a cluster's workers are to poll. Where its frontend cannot be asked, a warning says why, and the parts tell the state. */
async function polledOrWarning(choice: {
  readonly stack: string;
  readonly cluster: string;
  readonly outputs: Outputs;
}): Promise<readonly PolledQueue[] | undefined> {
  const { cluster, outputs } = choice;
  const workers = outputs.clusters[cluster]?.workers ?? {};
  if (Object.keys(workers).length === 0) return [];
  try {
    // The client takes half a second to load, which clusters without workers are spared.
    const { polledQueues } = await import("../observe/pollers.ts");
    return await withFrontend(choice, ({ connection }) => polledQueues(connection, workers));
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    console.error(`warning: who polls for the workers of cluster ${cluster} is not known: ${why}`);
    return undefined;
  }
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

function asText(
  { name, state, endpoints, parts, workers = [], archivalFailures: failures }: ClusterStatus,
  verbose: boolean,
): string {
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
    ...(failures === undefined ? [] : [`  ${failuresText(failures)}`]),
    ...(rows.length === 0 ? [] : ["", ...table([header, ...rows])]),
    ...(workers.length === 0 ? [] : ["", ...table(workerRows(workers))]),
  ].join("\n");
}

/** What is said of attempts at archiving that have failed. */
export function failuresText({ attempts, last, reason }: ArchivalFailures): string {
  return `archival fails: ${reason}; ${attempts} ${attempts === 1 ? "attempt" : "attempts"} in the last ${watchedMinutes} minutes, the last at ${last}; see docs/runbooks/archival.md, and resource-temporal logs --role history for the store's words`;
}

function table(rows: readonly (readonly string[])[]): string[] {
  return columns(rows).map((line) => `  ${line}`);
}

/** What the users' workers are to poll, as a table with its header. */
export function workerRows(workers: readonly PolledQueue[]): readonly (readonly string[])[] {
  return [
    ["worker", "state", "namespace", "task queue", "type", "pollers", "last seen"],
    ...workers.map(({ name, state, namespace, taskQueue, type, pollers, lastSeen = "-" }) => [
      ...[name, state, namespace, cell(taskQueue), type, String(pollers), lastSeen],
    ]),
  ];
}
