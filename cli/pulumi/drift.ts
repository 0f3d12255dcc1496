/**
 * Whether what a stack has on Docker engines is still there.
 *
 * `pulumi up --refresh` asks the provider about every resource, which takes a second and more. What somebody stopped or removed by hand
 * shows in three lists of the engine's. Only what is missing there needs a refresh, which then says so in the deployment, and what a
 * deployment that was killed has begun.
 */
import { defaultHost, dockerClient } from "../../clients/docker.ts";
import { withLimit } from "../../offline/engine/facts.ts";
import { providerSettings, type StackState, type StateResource } from "./export.ts";

/** What an engine has: ids of containers that run and of networks, names of volumes. */
export type Present = ReadonlySet<string>;

const listed = new Set([
  "docker:index/container:Container",
  "docker:index/volume:Volume",
  "temporal:docker:Network",
]);

/** Other types of which nobody else can change what became of them. */
const unchangeable = /^(temporal:|random:|pulumi:)/;

/**
 * Whether a deployment is to refresh the state first.
 *
 * @param presentOn What an engine has; undefined when it does not answer.
 */
export async function hasDrifted(
  state: StackState,
  presentOn: (host: string | undefined) => Promise<Present | undefined>,
): Promise<boolean> {
  const { resources: all, pending } = state;
  if (pending.length > 0) return true;
  if (!all.every(({ type }) => listed.has(type) || unchangeable.test(type))) return true;
  const byHost = Map.groupBy(
    all.filter(({ type }) => listed.has(type)),
    (one) => hostOf(one) ?? providerSettings(one, state)["host"],
  );
  for (const [host, resources] of byHost) {
    const present = await presentOn(host);
    if (present === undefined || !resources.every(({ id }) => present.has(id))) return true;
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
    const [containers, networks, { Volumes }] = await withLimit(
      Promise.all([engine.listContainers(), engine.listNetworks(), engine.listVolumes()]),
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
