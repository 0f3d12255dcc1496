/**
 * The runner of a place.
 */
import { DockerRunner } from "./docker-runner.ts";
import type { DeploymentInputs } from "./inputs.ts";
import { KubernetesRunner } from "./kubernetes-runner.ts";
import type { Runner } from "./runner.ts";

/** Runs the versions of the worker of a name at a place. */
export function runnerOf(place: DeploymentInputs["runner"], name: string): Runner {
  return place.kind === "docker"
    ? new DockerRunner(place, name)
    : new KubernetesRunner(place, name);
}
