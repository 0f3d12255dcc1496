/**
 * The resource type of all kinds: an object is applied by the server itself ("server-side apply"), and waited for.
 */
import type { Difference, Known, ResourceType } from "../../../providers/protocol/provider.ts";
import { holdsUnknown, type Properties, unknown } from "../../../providers/protocol/values.ts";
import { untilGone, untilReady } from "./await/wait.ts";
import { check } from "./check.ts";
import { alreadyThere, type KubernetesApi } from "./cluster.ts";
import { differences, replacementIfUnready } from "./diff/differences.ts";
import { faultOf } from "./fault.ts";
import { withIgnored } from "./ignored.ts";
import {
  annotation,
  idOf,
  type Manifest,
  metadataOf,
  omit,
  referenceTo,
  withId,
} from "./manifest.ts";
import { stateOf } from "./state.ts";

/** Objects of a cluster. */
export function objectType(cluster: KubernetesApi): ResourceType {
  return {
    check: (news, olds, call) => check(cluster, news, olds, call),
    onChange: (known, inputs) =>
      differences(known, inputs, cluster.settings.enableConfigMapMutable === "true"),
    due: (known, inputs) => ifUnready(cluster, known, inputs as Manifest),
    create: async (properties, call) => {
      const inputs = properties as Manifest;
      if (call.preview) {
        await rehearse(cluster, inputs);
        return { id: "", outputs: { ...inputs, ...filledByServer(inputs) } };
      }
      const reference = referenceTo(inputs);
      const takesOver = cluster.settings.upsertExistingObjects === "true";
      if (!takesOver && (await cluster.read(reference)) !== undefined) {
        throw alreadyThere(reference);
      }
      const applied = await cluster.apply(inputs, applying(inputs));
      const ready = await untilReady(cluster, applied, inputs, call);
      return { id: idOf(reference), outputs: stateOf(ready) };
    },
    read: (id, known) => read(cluster, id, known),
    update: async (state, properties, call) => {
      const inputs = await withIgnored(cluster, properties as Manifest, call.ignored);
      if (call.preview) return (await rehearse(cluster, inputs)) ?? { ...state, ...inputs };
      const applied = await cluster.apply(inputs, applying(inputs));
      return stateOf(await untilReady(cluster, applied, inputs, call));
    },
    delete: async (_id, state, call) => {
      const object = state as Manifest;
      try {
        await cluster.remove(
          referenceTo(object),
          capitalized(annotation(object, "deletionPropagation") ?? "Foreground"),
        );
        await untilGone(cluster, object, call);
      } catch (error) {
        if (!isForgotten(cluster, error)) throw error;
      }
    },
  };
}

/** What is to be done about an object that did not become ready, by what it is now, as the vendor's plugin does; nothing where nobody answers. */
async function ifUnready(
  cluster: KubernetesApi,
  { outputs }: Known,
  inputs: Manifest,
): Promise<readonly Difference[]> {
  if (annotation(inputs, "replaceUnready") !== "true") return [];
  const live = await cluster.read(referenceTo(outputs as Manifest)).catch(() => undefined);
  return live === undefined ? [] : replacementIfUnready(live);
}

/** Asks the server whether it would take an object, where it can be asked; gives what it would make of it. */
async function rehearse(cluster: KubernetesApi, inputs: Manifest): Promise<Properties | undefined> {
  if (holdsUnknown(inputs)) return undefined;
  try {
    return stateOf(await cluster.apply(inputs, { ...applying(inputs), dryRun: true }));
  } catch (error) {
    const fault = faultOf(error);
    // What it needs, its namespace or its kind, may be made by the same deployment.
    if (fault === "not found" || fault === "no such kind") return undefined;
    throw error;
  }
}

/** What the server alone decides. */
function filledByServer(inputs: Manifest): Properties {
  const spec = inputs["spec"] as Properties | undefined;
  return {
    metadata: { ...metadataOf(inputs), uid: unknown },
    ...(inputs.kind === "Service" ? { spec: { clusterIP: unknown, ...spec } } : {}),
    ...(inputs["status"] === undefined ? { status: unknown } : {}),
  };
}

async function read(
  cluster: KubernetesApi,
  id: string,
  { inputs, outputs }: Known,
): Promise<(Known & { readonly id: string }) | undefined> {
  const like = ("kind" in outputs ? outputs : inputs) as Manifest;
  const reference = withId(like, id);
  try {
    const object = await cluster.read(reference);
    if (object === undefined) return undefined;
    const known = Object.keys(inputs).length > 0 ? inputs : importable(object);
    return { id, inputs: known, outputs: stateOf(object) };
  } catch (error) {
    if (isForgotten(cluster, error)) return undefined;
    throw error;
  }
}

/** An object as a program would write it: without what the server adds to all. */
function importable(object: Manifest): Properties {
  const { name, namespace, annotations: noted, labels } = metadataOf(object);
  return {
    ...omit(object, ["status"]),
    metadata: { name, namespace, annotations: noted, labels },
  };
}

function applying(inputs: Manifest): { readonly dryRun: false; readonly force: boolean } {
  return { dryRun: false, force: annotation(inputs, "patchForce") === "true" };
}

/** Whether the user has said that what is in a cluster that does not answer is to be forgotten. */
function isForgotten(cluster: KubernetesApi, error: unknown): boolean {
  return faultOf(error) === "unreachable" && cluster.settings.deleteUnreachable === "true";
}

function capitalized(word: string): string {
  return word.slice(0, 1).toUpperCase() + word.slice(1);
}
