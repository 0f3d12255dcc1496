/**
 * Steps of a rollout as data, and as sentences for people.
 */
import type { Gate, TaskQueues } from "./inputs.ts";

/** A version with what an action needs of it. */
interface OfVersion {
  readonly buildId: string;
}

/** One step. The executor takes them in their order, and may be interrupted between any two. */
export type Action =
  /** Starts a version of which nothing runs. */
  | (OfVersion & { readonly kind: "start"; readonly replicas: number | undefined })
  /** Brings the containers of a version up to date in place. */
  | (OfVersion & { readonly kind: "roll"; readonly replicas: number | undefined })
  /** Waits for pollers of every expected queue and type. */
  | (OfVersion & {
      readonly kind: "await-pollers";
      readonly taskQueues: TaskQueues;
      readonly timeoutSeconds: number;
    })
  /** Runs the gate workflow on a version. */
  | (OfVersion & { readonly kind: "run-gate"; readonly gate: Gate })
  /** Becomes the manager of a deployment that has none. */
  | { readonly kind: "claim"; readonly managerIdentity: string }
  /** Gives that up, so that people may change by hand where tasks go. */
  | { readonly kind: "release" }
  /** Gives a version a share of the tasks. */
  | (OfVersion & { readonly kind: "ramp"; readonly percent: number })
  /** Waits at a percentage. */
  | (OfVersion & { readonly kind: "pause"; readonly percent: number; readonly seconds: number })
  /** Takes the share away from whom it was given to: a version, or unversioned workers. */
  | { readonly kind: "clear-ramp"; readonly from: string | undefined }
  /** Gives a version all tasks; nobody, thus unversioned workers, when undefined. */
  | {
      readonly kind: "set-current";
      readonly buildId: string | undefined;
      readonly instead: string | undefined;
    }
  /** Ends what runs of a version. */
  | (OfVersion & { readonly kind: "stop"; readonly why: string })
  /** Removes the server's record of a version. */
  | (OfVersion & { readonly kind: "delete-version"; readonly skipDrainage: boolean })
  /** Removes the server's record of the deployment, when it has no version any more. */
  | { readonly kind: "delete-deployment" };

/** Actions after which tasks go elsewhere. */
export function routes({ kind }: Action): boolean {
  return kind === "ramp" || kind === "clear-ramp" || kind === "set-current";
}

/** What an action does, in a few words. */
export function sentenceOf(action: Action): string {
  switch (action.kind) {
    case "start":
      return `start version ${action.buildId}${times(action.replicas)}`;
    case "roll":
      return `update version ${action.buildId} in place${times(action.replicas)}`;
    case "await-pollers":
      return `wait until version ${action.buildId} polls ${queuesText(action.taskQueues)}, for at most ${action.timeoutSeconds} s`;
    case "run-gate":
      return `run the gate workflow ${action.gate.workflowType} on version ${action.buildId}, for at most ${action.gate.timeoutSeconds} s`;
    case "claim":
      return `become the manager of the deployment, as ${action.managerIdentity}`;
    case "release":
      return "give up being the manager of the deployment, for changes by hand";
    case "ramp":
      return `give version ${action.buildId} ${action.percent} % of the new work`;
    case "pause":
      return `leave version ${action.buildId} at ${action.percent} % for ${action.seconds} s`;
    case "clear-ramp":
      return `give ${whom(action.from)} no share of the new work any more`;
    case "set-current":
      return action.buildId === undefined
        ? `let no version be current any more, instead of ${action.instead ?? "none"}`
        : `make version ${action.buildId} current${action.instead === undefined ? "" : `, instead of ${action.instead}`}`;
    case "stop":
      return `stop version ${action.buildId}: ${action.why}`;
    case "delete-version":
      return `delete the record of version ${action.buildId}`;
    case "delete-deployment":
      return "delete the record of the deployment";
  }
}

/** Expected pollers in words, such as `orders (workflow, activity)`. */
export function queuesText(taskQueues: TaskQueues): string {
  return Object.entries(taskQueues)
    .map(([queue, types]) => `${queue} (${types.join(", ")})`)
    .join(", ");
}

function times(replicas: number | undefined): string {
  if (replicas === undefined) return "";
  return replicas === 1 ? ", 1 replica" : `, ${replicas} replicas`;
}

function whom(from: string | undefined): string {
  return from === undefined ? "unversioned workers" : `version ${from}`;
}
