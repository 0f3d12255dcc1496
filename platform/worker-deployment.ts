/**
 * What a Worker Deployment may be called, and how its versions may be rolled out.
 */

/**
 * What the name of a Worker Deployment is made of. The server refuses `.` and `:` in it, and `__` at its beginning (`ValidateDeploymentVersionFields`
 * in temporal/common/worker_versioning).
 */
export const deploymentNamePattern = /^[A-Za-z0-9][A-Za-z0-9_-]*$/;

/** Longest name of a Worker Deployment: a little less than half of the server's `limit.maxIDLength`, which name and build id share. */
export const maxDeploymentName = 100;

/** What a build id is made of; it is the value of a label as well. */
export const buildIdPattern = /^[A-Za-z0-9]([A-Za-z0-9._-]*[A-Za-z0-9])?$/;

/** Longest build id: the longest value that a label has on Kubernetes. */
export const maxBuildId = 63;

/** Whether each step of a rollout gives a version more than the one before. */
export function stepsRise(steps: readonly { readonly percent: number }[]): boolean {
  return steps.every(({ percent }, index) => percent > (steps[index - 1]?.percent ?? -Infinity));
}
