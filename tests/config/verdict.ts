/**
 * What the user learns of a configuration.
 */
import { type RawSettings, resolveSettings } from "../../config/load.ts";

type Environment = Readonly<Record<string, string>>;

/** The error's message, or `accepted`. */
export function verdict(raw: RawSettings, environment: Environment = {}): string {
  try {
    resolveSettings(raw, environment);
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
  return "accepted";
}

/** The same of a cluster on Docker, without what every message begins with. */
export function verdictOnDocker(
  publish: object,
  more: object = {},
  environment: Environment = {},
): string {
  const raw = { clusters: [{ name: "c", target: { kind: "docker", publish }, ...more }] };
  return short(verdict(raw, environment));
}

/** The same of clusters on Kubernetes, each with something on top. */
export function verdictOnKubernetes(
  ...clusters: readonly (object & { readonly target?: object })[]
): string {
  const raw = clusters.map(({ target, ...more }, index) => ({
    name: `c${index}`,
    identity: { initialFailoverVersion: index + 1 },
    target: { kind: "kubernetes", context: "x", namespace: `n${index}`, ...target },
    ...more,
  }));
  return short(verdict({ clusters: raw }));
}

function short(message: string): string {
  return message
    .replace("invalid configuration: ", "")
    .replaceAll("temporal-platform:clusters", "");
}
