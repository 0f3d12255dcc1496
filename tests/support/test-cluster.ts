/**
 * The Kubernetes cluster that tests run on: the one of TEST_KUBECONFIG, else a try-out cluster of their own.
 */
import { CoreV1Api, KubeConfig } from "@kubernetes/client-node";
import { stackLabel } from "../../platform/labels.ts";
import { clusterDown, clusterUp } from "../../toolchain/cluster/index.ts";
import { isAbandoned } from "./leftovers.ts";

/** Name of the tests' own cluster; one that a killed run left is used again. */
const ownName = "e2e";

/** A real Kubernetes cluster. */
export interface TestCluster {
  readonly config: KubeConfig;
  /** Path of the kubeconfig. */
  readonly kubeconfig: string;
  readonly context: string;
  /** Where NodePorts are reached. */
  readonly nodeAddress: string;
}

/** The cluster of this run. */
export async function testCluster(): Promise<TestCluster> {
  const kubeconfig = process.env["TEST_KUBECONFIG"];
  if (kubeconfig === undefined) throw new Error("TEST_KUBECONFIG names no kubeconfig");
  const config = new KubeConfig();
  config.loadFromFile(kubeconfig);
  const { items } = await config.makeApiClient(CoreV1Api).listNode();
  const addresses = items.flatMap(({ status }) => status?.addresses ?? []);
  const address = addresses.find(({ type }) => type === "InternalIP")?.address;
  if (address === undefined) throw new Error("no node of the cluster has an address");
  return { config, kubeconfig, context: config.getCurrentContext(), nodeAddress: address };
}

/** Vitest's global setup: sees to the cluster, and removes what killed runs left in it. */
export default async function setUp(): Promise<() => Promise<void>> {
  const given = process.env["TEST_KUBECONFIG"];
  if (given === undefined) process.env["TEST_KUBECONFIG"] = (await clusterUp(ownName)).kubeconfig;
  const { config } = await testCluster();
  const core = config.makeApiClient(CoreV1Api);
  const { items } = await core.listNamespace({ labelSelector: stackLabel });
  for (const { metadata } of items) {
    if (!isAbandoned(metadata?.labels?.[stackLabel] ?? "")) continue;
    await core.deleteNamespace({ name: metadata?.name ?? "" });
  }
  return async () => {
    if (given === undefined) await clusterDown(ownName);
  };
}
