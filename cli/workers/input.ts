/**
 * Reads what people say of workers; see ../input.ts.
 */
import { idOf, maxIdBytes, secondsIn } from "../input.ts";

/** What the id of a version's own workflow begins with, in bytes (`WorkerDeploymentVersionWorkflowIDInitialSize`, temporal/common/worker_versioning). */
const prefixBytes = 39;

/** The longest name of a Worker Deployment, and the longest build id, in bytes: both go into the id of the version's own workflow (`ValidateDeploymentVersionFields`, temporal/common/worker_versioning). */
const maxPartBytes = (maxIdBytes - prefixBytes) / 2;

function partOf(text: string): string {
  const part = idOf(text);
  const bytes = Buffer.byteLength(part);
  if (bytes > maxPartBytes) {
    throw new Error(`It has ${bytes} bytes, and Temporal takes ${maxPartBytes}.`);
  }
  if (part.startsWith("__")) throw new Error("It begins with __, which is Temporal's own.");
  return part;
}

/** The name of a Worker Deployment. */
export function deploymentNameOf(text: string): string {
  const name = partOf(text);
  if (!/[.:]/.test(name)) return name;
  throw new Error("It must have no dot and no colon, which part the build id from it.");
}

/** The build id of a Worker Deployment Version. */
export function buildIdOf(text: string): string {
  return partOf(text);
}

/** A share of the new workflows, in percent. */
export function percentageOf(text: string): number {
  const percentage = /^\d+(\.\d+)?$/.test(text) ? Number(text) : Infinity;
  if (percentage <= 100) return percentage;
  throw new Error("It must be a number from 0 to 100, such as 5 or 0.5.");
}

/** How long somebody waits, in seconds: one at least. */
export function waitOf(text: string): number {
  const seconds = secondsIn(text);
  if (seconds > 0) return seconds;
  throw new Error("It must be 1s at least.");
}
