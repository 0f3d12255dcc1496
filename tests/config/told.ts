/**
 * What the user is told of a configuration.
 */
import { type RawSettings, resolveSettings } from "../../config/load.ts";

type Environment = Readonly<Record<string, string>>;

/** The error's message, or `accepted`. */
export function told(raw: RawSettings, environment: Environment = {}): string {
  try {
    resolveSettings(raw, environment);
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
  return "accepted";
}

/** The same of a cluster on Docker, without what every message begins with. */
export function toldOnDocker(
  publish: object,
  more: object = {},
  environment: Environment = {},
): string {
  const raw = { clusters: [{ name: "c", target: { kind: "docker", publish }, ...more }] };
  return short(told(raw, environment));
}

/** The same of clusters on Kubernetes, each with something on top. */
export function toldOnKubernetes(
  ...clusters: readonly (object & { readonly target?: object })[]
): string {
  const raw = clusters.map(({ target, ...more }, index) => ({
    name: `c${String(index)}`,
    identity: { initialFailoverVersion: index + 1 },
    target: { kind: "kubernetes", context: "x", namespace: `n${String(index)}`, ...target },
    ...more,
  }));
  return short(told({ clusters: raw }));
}

function short(message: string): string {
  return message
    .replace("invalid configuration: ", "")
    .replaceAll("temporal-platform:clusters", "");
}
