/**
 * The Kubernetes clusters that tests run on: those of TEST_KUBECONFIG's contexts, else two dev clusters of their own.
 */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CoreV1Api, KubeConfig } from "@kubernetes/client-node";
import { stackLabel } from "../platform/labels.ts";
import { clusterDown, clusterUp } from "../dev-cluster/index.ts";
import { isAbandoned } from "./leftovers.ts";

/** Names of the tests' own clusters; what a killed run left is used again. */
export const ownNames = ["e2e", "e2e-other"] as const;

/** A real Kubernetes cluster. */
export interface TestCluster {
  readonly config: KubeConfig;
  /** Path of the kubeconfig. */
  readonly kubeconfig: string;
  readonly context: string;
  /** Where NodePorts are reached. */
  readonly nodeAddress: string;
}

/**
 * A cluster of this run.
 *
 * @param which The kubeconfig's current context, or another one; where it has only one, both are the same.
 */
export async function testCluster(which: "current" | "other" = "current"): Promise<TestCluster> {
  const kubeconfig = process.env["TEST_KUBECONFIG"];
  if (kubeconfig === undefined) throw new Error("TEST_KUBECONFIG names no kubeconfig");
  const config = new KubeConfig();
  config.loadFromFile(kubeconfig);
  const current = config.getCurrentContext();
  const other = config.getContexts().find(({ name }) => name !== current)?.name;
  config.setCurrentContext(which === "current" ? current : (other ?? current));
  const { items } = await config.makeApiClient(CoreV1Api).listNode();
  const addresses = items.flatMap(({ status }) => status?.addresses ?? []);
  const address = addresses.find(({ type }) => type === "InternalIP")?.address;
  if (address === undefined) throw new Error("no node of the cluster has an address");
  return { config, kubeconfig, context: config.getCurrentContext(), nodeAddress: address };
}

/**
 * Vitest's global setup: sees to the clusters, and removes what killed runs left in them.
 *
 * @param project The tests that want them: only those for releases want two.
 * @param count How many clusters of the tests' own there are to be.
 */
export default async function setUp(
  project?: { readonly name: string },
  count = project?.name === "k8s-release" ? 2 : 1,
): Promise<() => Promise<void>> {
  const names = ownNames.slice(0, count);
  const directory = await mkdtemp(join(tmpdir(), "temporal-platform-k8s-"));
  const given = process.env["TEST_KUBECONFIG"];
  if (given === undefined) {
    const path = join(directory, "kubeconfig");
    await writeFile(path, await ownClusters(names), { mode: 0o600 });
    process.env["TEST_KUBECONFIG"] = path;
  }
  for (const which of ["current", "other"] as const) {
    const { config } = await testCluster(which);
    const core = config.makeApiClient(CoreV1Api);
    const { items } = await core.listNamespace({ labelSelector: stackLabel });
    for (const { metadata } of items) {
      if (!isAbandoned(metadata?.labels?.[stackLabel] ?? "")) continue;
      await core.deleteNamespace({ name: metadata?.name ?? "" });
    }
  }
  return async () => {
    if (given === undefined) for (const name of names) await clusterDown(name);
    await rm(directory, { recursive: true });
  };
}

/** Brings the tests' own clusters up; gives one kubeconfig for both. */
async function ownClusters(names: readonly string[]): Promise<string> {
  const both = new KubeConfig();
  for (const name of names) {
    const one = new KubeConfig();
    one.loadFromFile((await clusterUp(name)).kubeconfig);
    both.mergeConfig(one, true);
  }
  both.setCurrentContext(both.getContexts()[0]?.name ?? "");
  return both.exportConfig();
}
