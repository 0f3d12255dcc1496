/**
 * What an object is made complete by before it is compared: a name, a namespace.
 */
import { defined } from "../../../platform/defined.ts";
import type { Call, Checked, CheckFailure } from "../../../providers/protocol/provider.ts";
import type { Properties } from "../../../providers/protocol/values.ts";
import { canWaitFor } from "./await/progress.ts";
import type { KubernetesApi } from "./cluster.ts";
import { annotation, annotations, type Manifest, type Metadata, metadataOf } from "./manifest.ts";

/** Completes an object. Names that it gives are kept until the object is replaced. */
export async function check(
  cluster: KubernetesApi,
  news: Properties,
  olds: Properties,
  call: Call,
): Promise<Checked> {
  const failures: CheckFailure[] = ["apiVersion", "kind"]
    .filter((property) => typeof news[property] !== "string")
    .map((property) => ({ property, reason: "is required" }));
  if (failures.length > 0) return { inputs: news, failures };
  const waitFor = annotation(news, "waitFor");
  if (waitFor !== undefined && !canWaitFor(waitFor)) {
    const reason = `${annotations.waitFor}: ${waitFor} is not known here: use condition=<type>, or the vendor's plugin`;
    return { inputs: news, failures: [{ property: "metadata", reason }] };
  }
  const { apiVersion, kind } = news as Manifest;
  const metadata = metadataOf(news);
  const namespace = metadata.namespace ?? (await namespaceFor(cluster, apiVersion, kind));
  const named = metadata.name === undefined ? autonamed(metadataOf(olds), call) : {};
  return {
    inputs: {
      ...news,
      metadata: {
        ...metadata,
        ...named,
        ...(named.annotations === undefined
          ? {}
          : { annotations: { ...metadata.annotations, ...named.annotations } }),
        ...defined({ namespace }),
      },
    },
    failures,
  };
}

/** A name for an object that has none: the one that it was given before, else its logical name and random digits. */
function autonamed(
  { name, annotations: before }: Metadata,
  call: Call,
): { readonly name?: string; readonly annotations?: Readonly<Record<string, string>> } {
  const mark = { [annotations.autonamed]: "true" };
  if (name !== undefined && before?.[annotations.autonamed] === "true") {
    return { name, annotations: mark };
  }
  const seed = call.seed.length > 0 ? call.seed : crypto.getRandomValues(new Uint8Array(4));
  const digits = Buffer.from(seed.subarray(0, 4)).toString("hex");
  return { name: `${call.name}-${digits}`, annotations: mark };
}

async function namespaceFor(
  cluster: KubernetesApi,
  apiVersion: string,
  kind: string,
): Promise<string | undefined> {
  // A cluster that does not answer, or a kind that it is yet to learn: the deployment itself will tell.
  const scope = await cluster.scopeOf(apiVersion, kind).catch(() => undefined);
  return scope === "namespace" ? cluster.defaultNamespace : undefined;
}
