/**
 * Fields that the program leaves to somebody else by `ignoreChanges`, such as the number of replicas to an autoscaler.
 */
import type { Properties } from "../../../providers/protocol/values.ts";
import type { KubernetesApi } from "./cluster.ts";
import { type Manifest, referenceTo } from "./manifest.ts";

/**
 * An object to apply, with the ignored fields as they are in the cluster. The engine gives them the values of the last deployment, which would
 * undo what somebody else has set since; left out, a field that is still this plugin's own would get the server's default.
 *
 * @param paths Paths of members of objects, such as `spec.replicas`; others are left alone.
 */
export async function withIgnored(
  cluster: KubernetesApi,
  inputs: Manifest,
  paths: readonly string[],
): Promise<Manifest> {
  if (paths.length === 0) return inputs;
  const live = await cluster.read(referenceTo(inputs));
  if (live === undefined) return inputs;
  return paths.reduce<Manifest>(
    (object, path) => ({ ...object, ...taken(object, live, path.split(".")) }),
    inputs,
  );
}

/** An object with one member of another one's, where both have it. */
function taken(
  object: Properties,
  from: Properties,
  [key = "", ...rest]: readonly string[],
): Properties {
  const [own, other] = [object[key], from[key]];
  if (own === undefined || other === undefined) return object;
  if (rest.length === 0) return { ...object, [key]: other };
  if (!isObject(own) || !isObject(other)) return object;
  return { ...object, [key]: taken(own, other, rest) };
}

function isObject(value: unknown): value is Properties {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
