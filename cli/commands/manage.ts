/**
 * `resource-temporal manage`: a stack's life, with exit codes that say whether there was anything to do.
 */
import { setTimeout as sleep } from "node:timers/promises";
import { pathsOf } from "../../offline/paths.ts";
import { type ObservedCluster, observedClusters } from "../observe/index.ts";
import { type ClusterState, clusterState } from "../observe/part.ts";
import { findPlace } from "../place.ts";
import { stackOutputs } from "../pulumi/run.ts";
import { readStackFile } from "../pulumi/stack-file.ts";
import { destroy } from "./destroy.ts";
import { down } from "./down.ts";
import { outputsOf } from "../outputs.ts";
import { up } from "./up.ts";

/** Exit code of a command that finds the stack in the state that it would bring about. */
const nothingToDo = 2;

/** Time between two looks at what starts, in milliseconds. */
const pauseMs = 500;

/**
 * Brings a stack up that has not been brought up, or is brought up to date with `force`. Gives 0 when all its clusters are healthy, 1 when it failed,
 * 2 when the stack is installed already.
 */
export async function install(
  stack: string,
  { force = false, skipValidation = false }: { force?: boolean; skipValidation?: boolean },
): Promise<number> {
  if (!force && (await isInstalled(stack))) {
    return nothing(`stack ${stack} is installed already: --force brings it up to date`);
  }
  const exitCode = await up(stack, []);
  if (exitCode !== 0) return 1;
  return skipValidation || (await becomesHealthy(stack, installTimeoutSeconds)) ? 0 : 1;
}

/** History says that it serves some seconds after `up` has ended. */
const installTimeoutSeconds = 60;

/** Removes a stack; with `keepData` only what runs. Gives 2 when it is not installed. */
export async function uninstall(
  stack: string,
  { force = false, keepData = false }: { force?: boolean; keepData?: boolean },
): Promise<number> {
  if (!(await isInstalled(stack))) return nothing(`stack ${stack} is not installed`);
  const exitCode = keepData
    ? await down(stack, [])
    : await destroy(stack, { yes: force, withoutAsking: "--force" }, []);
  return exitCode === 0 ? 0 : 1;
}

/** Starts a stack's clusters; with `wait` until they are healthy. Gives 2 when they run. */
export async function start(
  stack: string,
  { wait = false, timeout }: { wait?: boolean; timeout: number },
): Promise<number> {
  if ((await stateOf(stack)) !== "not running") return nothing(`stack ${stack} runs already`);
  if ((await up(stack, [])) !== 0) return 1;
  return !wait || (await becomesHealthy(stack, timeout)) ? 0 : 1;
}

/** How `stop` goes about it. */
export interface StopOptions {
  /** Kills what has not ended by then. */
  readonly force?: boolean;
  /** Time that it may take, in seconds. */
  readonly timeout: number;
}

/**
 * Stops a stack's clusters; data stays. Gives 2 when none runs, and 1 when something still runs after the time; what is under way then is finished,
 * and nothing more is begun.
 */
export async function stop(stack: string, options: StopOptions): Promise<number> {
  if ((await stateOf(stack)) === "not running") return nothing(`stack ${stack} does not run`);
  return stopWithin(stack, options);
}

/** Stops and starts a stack's clusters. Gives 0 when they are healthy in the end. */
export async function restart(
  stack: string,
  { force = false }: { force?: boolean },
): Promise<number> {
  const running = (await stateOf(stack)) !== "not running";
  const timeout = restartTimeoutSeconds;
  if (running && (await stopWithin(stack, { force, timeout })) !== 0) return 1;
  if ((await up(stack, [])) !== 0) return 1;
  return (await becomesHealthy(stack, installTimeoutSeconds)) ? 0 : 1;
}

/** PostgreSQL may take so long to write its last checkpoint (its grace period in platform/postgres.ts). */
const restartTimeoutSeconds = 300;

async function stopWithin(stack: string, { force = false, timeout }: StopOptions): Promise<number> {
  const late = new AbortController();
  let killing: NodeJS.Timeout | undefined;
  const timer = setTimeout(() => {
    if (!force) {
      late.abort();
      return;
    }
    console.error(`not stopped after ${timeout} s: killing what still runs …`);
    killing = setInterval(() => void killAll(stack), pauseMs);
  }, timeout * 1000);
  try {
    const exitCode = await down(stack, [], late.signal);
    if (late.signal.aborted) {
      console.error(
        `stack ${stack} did not stop within ${timeout} s: give it more time by --timeout, or kill it by --force`,
      );
      return 1;
    }
    return exitCode === 0 ? 0 : 1;
  } finally {
    clearTimeout(timer);
    clearInterval(killing);
  }
}

/** What has ended meanwhile cannot be killed, and what cannot be reached the deployment tells of. */
async function killAll(stack: string): Promise<void> {
  await Promise.allSettled((await clustersOf(stack)).map((cluster) => cluster.kill()));
}

function nothing(why: string): number {
  console.error(why);
  return nothingToDo;
}

/** Whether `up` has been here and came to its end; `down` keeps a stack installed. */
async function isInstalled(stack: string): Promise<boolean> {
  const parts = (await Promise.all((await clustersOf(stack)).map((one) => one.parts()))).flat();
  // An `up` that was interrupted has left some out.
  if (parts.some(({ state }) => state === "missing")) return false;
  if (parts.some(({ state }) => state !== "stopped")) return true;
  // A machine without a Pulumi CLI has brought nothing up.
  const place = await findPlace(stack).catch(() => undefined);
  if (place === undefined) return false;
  return Object.keys(outputsOf(await stackOutputs(place)).clusters).length > 0;
}

/** The worst state of a stack's clusters; `not running` only when none runs. */
async function stateOf(stack: string): Promise<ClusterState> {
  const clusters = await clustersOf(stack);
  const states = await Promise.all(clusters.map(async (one) => clusterState(await one.parts())));
  if (states.every((state) => state === "not running")) return "not running";
  return states.every((state) => state === "healthy") ? "healthy" : "unhealthy";
}

async function clustersOf(stack: string): Promise<readonly ObservedCluster[]> {
  const text = await readStackFile(pathsOf(process.env).project, stack);
  return observedClusters(stack, text, process.env);
}

async function becomesHealthy(stack: string, timeoutSeconds: number): Promise<boolean> {
  const deadline = Date.now() + timeoutSeconds * 1000;
  while ((await stateOf(stack)) !== "healthy") {
    if (Date.now() > deadline) {
      console.error(
        `stack ${stack} is not healthy after ${timeoutSeconds} s: resource-temporal status says what is not`,
      );
      return false;
    }
    await sleep(pauseMs);
  }
  return true;
}
