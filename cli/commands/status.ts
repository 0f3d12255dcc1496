/**
 * `resource-temporal status`.
 */
import { pathsOf } from "../../offline/paths.ts";
import { observedClusters } from "../observe/index.ts";
import { type ClusterState, clusterState, type Part } from "../observe/part.ts";
import { columns, type Format, shown } from "../output.ts";
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
  const { format, verbose = false } = options;
  const all: StackStatus = { stack, clusters };
  console.log(shown(all, format, () => clusters.map((one) => asText(one, verbose)).join("\n\n")));
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
