/**
 * What runs of a stack's clusters, on either target.
 */
import type Docker from "dockerode";
import { dockerClient } from "../../clients/docker.ts";
import { type KubernetesAccess, placeOf } from "../../clients/kubernetes/kubeconfig.ts";
import { reasonOf } from "../../clients/kubernetes/reason.ts";
import { decide } from "../../offline/engine/decide.ts";
import { look } from "../../offline/engine/index.ts";
import { UserError } from "../../offline/user-error.ts";
import { type Owner } from "../../platform/labels.ts";
import { fault } from "../kubernetes/access.ts";
import { findKubernetes } from "../kubernetes/index.ts";
import { type ClusterPlace, clusterPlaces } from "../pulumi/needs.ts";
import { killOnDocker, logsOnDocker, partsOnDocker } from "./docker.ts";
import { killOnKubernetes, logsOnKubernetes, partsOnKubernetes } from "./kubernetes.ts";
import type { LogSource } from "./logs.ts";
import { type Part, withMissing } from "./part.ts";

/** Variables of the environment. */
type Environment = Readonly<Record<string, string | undefined>>;

/** A cluster of a stack, to be asked. */
export interface ObservedCluster {
  readonly name: string;
  /** Its containers or pods, and those that are missing. */
  parts(): Promise<readonly Part[]>;
  /** What writes logs. */
  logs(): Promise<readonly LogSource[]>;
  /** Kills, without their grace period, containers that run, or pods that are about to end. */
  kill(): Promise<void>;
}

/**
 * The clusters of a stack.
 *
 * @param text The stack file.
 * @param only The one that is wanted; all by default.
 * @throws UserError when the stack file has none, or not that one.
 */
export function observedClusters(
  stack: string,
  text: string,
  environment: Environment,
  only?: string,
): readonly ObservedCluster[] {
  const places = clusterPlaces(text);
  const names = places.map(({ name }) => name);
  if (places.length === 0)
    throw new UserError(
      `Pulumi.${stack}.yaml has no cluster: name one in temporal-platform:clusters`,
    );
  if (only !== undefined && !names.includes(only)) {
    throw new UserError(`stack ${stack} has no cluster ${only}; there are: ${names.join(", ")}`);
  }
  return places
    .filter(({ name }) => only === undefined || name === only)
    .map((place) => observe(stack, place, environment));
}

function observe(stack: string, place: ClusterPlace, environment: Environment): ObservedCluster {
  const owner = { stack, cluster: place.name };
  switch (place.kind) {
    case "docker": {
      const engine = (): Promise<Docker> => engineOf(place, environment);
      return {
        name: place.name,
        parts: async () => withMissing(await partsOnDocker(await engine(), owner)),
        logs: async () => logsOnDocker(await engine(), owner),
        kill: async () => killOnDocker(await engine(), owner),
      };
    }
    case "kubernetes": {
      const access = async () => {
        const found = await findKubernetes(place.need, environment);
        if (found.kind !== "reached") throw found.fault;
        return found.access;
      };
      const asked = async <T>(
        ask: (access: KubernetesAccess, namespace: string, owner: Owner) => Promise<T>,
      ): Promise<T> => {
        const reached = await access();
        try {
          return await ask(reached, place.namespace, owner);
        } catch (error) {
          throw fault(
            place.name,
            `the pods of namespace ${place.namespace} cannot be read through ${placeOf(reached)} (${reasonOf(error)})`,
            "see that its user may get and list pods",
          );
        }
      };
      return {
        name: place.name,
        parts: async () => withMissing(await asked(partsOnKubernetes)),
        logs: () => asked(logsOnKubernetes),
        kill: () => asked(killOnKubernetes),
      };
    }
  }
}

async function engineOf(
  { name, host }: Extract<ClusterPlace, { kind: "docker" }>,
  environment: Environment,
): Promise<Docker> {
  const { engine, facts } = await look(environment, host);
  if (engine !== undefined) return dockerClient(engine.host, environment);
  const action = decide(facts);
  const what =
    action.kind === "refuse" ? action.reason : "no Docker engine answers: npm run up starts one";
  throw new UserError(`clusters[${name}]: ${what}`);
}
