/**
 * What a plan needs of the inputs.
 */
import type { DeploymentInputs } from "./inputs.ts";

/** See {@link DeploymentInputs}. */
export type Wanted = Pick<
  DeploymentInputs,
  | "deploymentName"
  | "managerIdentity"
  | "taskQueues"
  | "replicas"
  | "rollout"
  | "gate"
  | "pollersTimeoutSeconds"
  | "scaleDownAfterSeconds"
  | "deleteAfterSeconds"
> & {
  /** Of the version that is to be current. */
  readonly buildId: string;
};

/** What the inputs want. */
export function wantedBy({ version, ...inputs }: DeploymentInputs): Wanted {
  return { ...inputs, buildId: version.buildId };
}
