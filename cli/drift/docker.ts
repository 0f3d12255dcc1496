/**
 * What a Docker engine has of a stack.
 */
import { defaultHost, dockerClient } from "../../clients/docker.ts";
import { defaultEngineTimeoutMs } from "../../clients/docker-probe.ts";
import { within } from "../../clients/within.ts";
import { providerSettings, type StackState, type StateResource } from "../pulumi/export.ts";

/** What an engine has: ids of containers that run and of networks, names of volumes. */
export type Present = ReadonlySet<string>;

const listed = new Set([
  "docker:index/container:Container",
  "docker:index/volume:Volume",
  "temporal:docker:Network",
]);

/** Whether an engine's lists show a resource. */
export function isOnEngine({ type }: StateResource): boolean {
  return listed.has(type);
}

/**
 * Whether one of the resources is missing on its engine.
 *
 * @param presentOn What an engine has; undefined when it does not answer.
 */
export async function isMissingOnEngine(
  resources: readonly StateResource[],
  state: StackState,
  presentOn: (host: string | undefined) => Promise<Present | undefined>,
): Promise<boolean> {
  const byHost = Map.groupBy(
    resources,
    (one) => hostOf(one) ?? providerSettings(one, state)["host"],
  );
  for (const [host, some] of byHost) {
    const present = await presentOn(host);
    if (present === undefined || !some.every(({ id }) => present.has(id))) return true;
  }
  return false;
}

/** The engine that a resource of our own provider is on. */
function hostOf({ type, inputs }: StateResource): string | undefined {
  return type.startsWith("temporal:") && typeof inputs["host"] === "string"
    ? inputs["host"]
    : undefined;
}

/** What an engine has now. */
export async function presentOnEngine(host: string = defaultHost): Promise<Present | undefined> {
  try {
    const engine = dockerClient(host, process.env);
    const [containers, networks, { Volumes }] = await within(
      defaultEngineTimeoutMs,
      Promise.all([engine.listContainers(), engine.listNetworks(), engine.listVolumes()]),
      "no answer",
    );
    return new Set([
      ...containers.map(({ Id }) => Id),
      ...networks.map(({ Id }) => Id),
      ...Volumes.map(({ Name }) => Name),
    ]);
  } catch {
    return undefined;
  }
}
