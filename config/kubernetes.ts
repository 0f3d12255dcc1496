/**
 * The schema of the Kubernetes target's keys.
 */
import { z } from "zod";
import {
  cpuLimits,
  defaultKubernetesNamespace,
  namespacePolicies,
  userIds,
} from "../platform/cluster.ts";
import { defaultCpuLimit } from "../platform/pod-resources.ts";
import { annotations, kubernetesExposure } from "./exposure.ts";
import { dnsLabel } from "./units.ts";

const scheduling = z
  .strictObject({
    nodeSelector: z.record(z.string().min(1), z.string()).default({}).describe("Labels of nodes"),
    tolerations: z
      .array(
        z.strictObject({
          key: z.string().exactOptional(),
          operator: z.enum(["Exists", "Equal"]).exactOptional(),
          value: z.string().exactOptional(),
          effect: z.enum(["NoSchedule", "PreferNoSchedule", "NoExecute"]).exactOptional(),
          tolerationSeconds: z.int().min(0).exactOptional(),
        }),
      )
      .default([])
      .describe("Taints that the pods put up with"),
    priorityClass: z.string().min(1).exactOptional().describe("Priority class of the pods"),
  })
  .prefault({})
  .describe("Where pods may run");

const network = z
  .strictObject({
    clientNamespaces: z
      .union(
        [z.literal("all"), z.array(dnsLabel(63)).min(1, "must be all, or name at least one")],
        "must be all, or a list of Kubernetes namespaces",
      )
      .exactOptional()
      .describe(
        "Namespaces whose pods may connect to gateway and frontend, or `all`; the cluster's own when left out. What target.exposure opens is open to all",
      ),
    monitoringNamespace: dnsLabel(63)
      .default("monitoring")
      .describe("Namespace whose pods may read metrics"),
    kedaNamespace: dnsLabel(63)
      .default("keda")
      .describe("Namespace of KEDA, which asks the frontend where a worker has `scaling`"),
  })
  .prefault({})
  .describe("Who may connect, by NetworkPolicy; enforced where the cluster's network plugin does");

/** A cluster on Kubernetes. */
export const kubernetesTarget = z
  .strictObject({
    kind: z.literal("kubernetes").describe("A Kubernetes cluster"),
    context: z.string().min(1).describe("Context of the kubeconfig"),
    kubeconfig: z
      .string()
      .min(1)
      .exactOptional()
      .describe("Path of the kubeconfig; KUBECONFIG or ~/.kube/config when left out"),
    namespace: dnsLabel(63)
      .default(defaultKubernetesNamespace)
      .describe("Kubernetes namespace; every cluster needs one of its own"),
    namespacePolicy: z
      .enum(namespacePolicies)
      .default("create")
      .describe("`existing`: somebody else makes and keeps the namespace"),
    cpuLimits: z
      .enum(cpuLimits)
      .default("optional")
      .describe(
        `\`required\`: every container has a limit of processor time, as a quota on limits.cpu wants it; where \`cpus\` is left out, ${defaultCpuLimit}, or cpuRequest if that is more`,
      ),
    userIds: z
      .enum(userIds)
      .default("image")
      .describe(
        "`namespace`: pods name no user or group ids, and an admission rule gives them the namespace's, as OpenShift's restricted-v2 does",
      ),
    exposure: kubernetesExposure,
    network,
    scheduling,
    storageClass: z
      .string()
      .min(1)
      .exactOptional()
      .describe("Storage class of the volumes; the cluster's default when left out"),
    imagePullSecrets: z
      .array(z.string().min(1))
      .default([])
      .describe("Secrets in the namespace with which images are pulled"),
    labels: z.record(z.string().min(1), z.string()).default({}).describe("On every object"),
    podAnnotations: annotations.describe("On every pod"),
  })
  .transform(({ network: { clientNamespaces, ...network }, ...target }) => ({
    ...target,
    network: { ...network, clientNamespaces: clientNamespaces ?? [target.namespace] },
  }));
