/**
 * Whether a Kubernetes cluster has the objects of a stack as the state knows them.
 */
import type { KubernetesObject } from "@kubernetes/client-node";
import { z } from "zod";
import { kubernetesAccess } from "../../clients/kubernetes/kubeconfig.ts";
import { pathsOf } from "../../offline/paths.ts";
import { providerSettings, type StackState, type StateResource } from "../pulumi/export.ts";
import { stackLabel } from "../../platform/labels.ts";

/**
 * What changes with an object when somebody changes it. A generation counts changes of the spec. Kinds without one have a resourceVersion, which changes
 * with the status as well. Kubernetes itself goes on changing namespaces and claims, of which only the removal shows.
 */
const marks: Readonly<Record<string, "generation" | "resourceVersion" | "uid">> = {
  "kubernetes:apps/v1:Deployment": "generation",
  "kubernetes:apps/v1:StatefulSet": "generation",
  "kubernetes:batch/v1:Job": "generation",
  "kubernetes:networking.k8s.io/v1:Ingress": "generation",
  "kubernetes:networking.k8s.io/v1:NetworkPolicy": "generation",
  "kubernetes:policy/v1:PodDisruptionBudget": "generation",
  "kubernetes:core/v1:ConfigMap": "resourceVersion",
  "kubernetes:core/v1:Secret": "resourceVersion",
  "kubernetes:core/v1:Service": "resourceVersion",
  "kubernetes:core/v1:ServiceAccount": "resourceVersion",
  "kubernetes:core/v1:Namespace": "uid",
  "kubernetes:core/v1:PersistentVolumeClaim": "uid",
};

/** Whether the lists of a cluster show a resource and its changes. */
export function isInCluster({ type }: StateResource): boolean {
  return type in marks;
}

const remembered = z.looseObject({
  apiVersion: z.string(),
  kind: z.string(),
  metadata: z.looseObject({
    uid: z.string(),
    generation: z.number().exactOptional(),
    resourceVersion: z.string().exactOptional(),
    namespace: z.string().exactOptional(),
    labels: z.record(z.string(), z.string()),
  }),
});

/** Objects of one kind that one list shows. */
export interface ObjectList {
  readonly apiVersion: string;
  readonly kind: string;
  readonly namespace: string | undefined;
  readonly labelSelector: string;
}

/** The way to an API server, as the settings of its provider name it. */
export type Settings = Readonly<Record<string, string>>;

/** Gives the objects of a list as they are now. */
export type Lister = (list: ObjectList) => Promise<readonly KubernetesObject[]>;

/**
 * Whether one of the resources is missing, or is no longer what the state knows.
 *
 * @param listerOf How a cluster is asked; one that cannot be asked rejects.
 */
export async function isChangedInCluster(
  resources: readonly StateResource[],
  state: StackState,
  listerOf: (settings: Settings) => Promise<Lister>,
): Promise<boolean> {
  const known = resources.map((resource) => ({
    settings: JSON.stringify(providerSettings(resource, state)),
    mark: markOf(resource.type, remembered.safeParse(resource.outputs).data),
    list: listOf(remembered.safeParse(resource.outputs).data),
  }));
  if (known.some(({ mark, list }) => mark === undefined || list === undefined)) return true;
  try {
    for (const [settings, some] of Map.groupBy(known, (one) => one.settings)) {
      const lister = await listerOf(JSON.parse(settings) as Settings);
      const present = await presentMarks(
        some.flatMap(({ list }) => list ?? []),
        lister,
      );
      if (some.some(({ mark }) => !present.has(mark))) return true;
    }
    return false;
  } catch {
    // The deployment tells what is wrong with the cluster.
    return true;
  }
}

async function presentMarks(
  lists: readonly ObjectList[],
  lister: Lister,
): Promise<ReadonlySet<string | undefined>> {
  const once = new Map(lists.map((list) => [JSON.stringify(list), list]));
  const found = await Promise.all(
    [...once.values()].map(async (list) => {
      const type = typeOf(list);
      return (await lister(list)).map(({ metadata }) => markOf(type, { metadata: metadata ?? {} }));
    }),
  );
  return new Set(found.flat());
}

/** What the resource's type is called in the state, see {@link marks}. */
function typeOf({ apiVersion, kind }: ObjectList): string {
  return `kubernetes:${apiVersion.includes("/") ? apiVersion : `core/${apiVersion}`}:${kind}`;
}

function markOf(
  type: string,
  object:
    | {
        readonly metadata: {
          readonly uid?: string;
          readonly generation?: number;
          readonly resourceVersion?: string;
        };
      }
    | undefined,
): string | undefined {
  const kind = marks[type];
  const uid = object?.metadata.uid;
  const value = kind === undefined ? undefined : object?.metadata[kind];
  return uid === undefined || value === undefined ? undefined : `${uid} ${value}`;
}

function listOf(object: z.output<typeof remembered> | undefined): ObjectList | undefined {
  const stack = object?.metadata.labels[stackLabel];
  if (object === undefined || stack === undefined) return undefined;
  const { apiVersion, kind, metadata } = object;
  const labelSelector = `${stackLabel}=${stack}`;
  return { apiVersion, kind, namespace: metadata.namespace, labelSelector };
}

/** Asks the cluster that the settings of a provider lead to. */
export async function listerOf({ context, kubeconfig }: Settings): Promise<Lister> {
  if (context === undefined) throw new Error("the provider names no context");
  const { config } = await kubernetesAccess(
    { context, kubeconfig },
    { environment: process.env, directory: pathsOf(process.env).project },
  );
  const { KubernetesObjectApi } = await import("@kubernetes/client-node");
  const api = KubernetesObjectApi.makeApiClient(config);
  return async ({ apiVersion, kind, namespace, labelSelector }) => {
    const no = undefined;
    const { items } = await api.list(apiVersion, kind, namespace, no, no, no, no, labelSelector);
    return items;
  };
}
