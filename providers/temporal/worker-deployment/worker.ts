/**
 * One worker with all its versions, where they run and at the server.
 */
import type { Connection } from "@temporalio/client";
import { Executor } from "./executor.ts";
import type { DeploymentInputs, Specs } from "./inputs.ts";
import { type Plan, stoppedPlan } from "./planner.ts";
import { Pollers } from "./pollers.ts";
import type { Runner, WantedVersion } from "./runner.ts";
import { DeploymentServer } from "./server.ts";
import type { ServerDeployment, Situation, VersionState } from "./situation.ts";
import { wantedBy } from "./wanted.ts";

/** What a worker is made of. */
export interface WorkerParts {
  readonly inputs: DeploymentInputs;
  /** What versions of earlier deployments were started from. */
  readonly specs: Specs;
  readonly runner: Runner;
  readonly say: (line: string) => void;
  /** Undefined when the server is not to be asked. */
  readonly connection?: Connection;
}

/** See {@link WorkerParts}. */
export class VersionedWorker {
  /** What its versions are started from, as far as that is known. */
  readonly specs: Specs;
  readonly #parts: WorkerParts;

  constructor(parts: WorkerParts) {
    this.#parts = parts;
    const { version } = parts.inputs;
    this.specs = { ...parts.specs, [version.buildId]: version.spec };
  }

  /** What is known of it now. */
  async situation(): Promise<Situation> {
    const { inputs, runner } = this.#parts;
    const { server, pollers } = this.#atServer();
    const { buildId } = inputs.version;
    const [described, running, now] = await Promise.all([
      server.describe(),
      runner.observe(),
      pollers.look(),
    ]);
    // What it has never seen, the server cannot be asked about.
    const isKnown = described?.versions.some((version) => version.buildId === buildId) === true;
    const polls = isKnown && Object.keys(await pollers.missing(buildId, now)).length === 0;
    const gatePassed =
      isKnown &&
      inputs.gate !== undefined &&
      (await server.hasPassed(buildId, inputs.gate.workflowType));
    const startable = Object.keys(this.specs).map(
      (one) => [one, runner.fingerprint(this.#versionOf(one))] as const,
    );
    return {
      ...{ server: described, running, desired: { polls, gatePassed } },
      ...{ unversioned: now.unversioned(), polled: now.buildIds() },
      startable: Object.fromEntries(startable),
      now: new Date(),
    };
  }

  /** Does what a plan says. */
  async roll(plan: Plan, situation: Situation, signal: AbortSignal): Promise<void> {
    await this.#executor(signal, "rolling").roll(plan, wantedBy(this.#parts.inputs), situation);
  }

  /** Ends all versions, and asks no server. Gives what was done. */
  async stopAll(signal: AbortSignal): Promise<Plan> {
    const plan = stoppedPlan(await this.#parts.runner.observe());
    const executor = this.#executor(signal, "stopping");
    await Promise.all(plan.actions.map((action) => executor.take(action)));
    return plan;
  }

  /** Whether something of the version that the program names runs. */
  async hasStarted(): Promise<boolean> {
    const { inputs, runner } = this.#parts;
    const running = await runner.observe().catch(() => []);
    return running.some(({ buildId }) => buildId === inputs.version.buildId);
  }

  /** What the state keeps: which versions there are, and what those were started from that may be needed again. */
  async state(): Promise<{ readonly versions: readonly VersionState[]; readonly specs: Specs }> {
    const { server } = this.#atServer();
    const [described, running] = await Promise.all([
      server.describe(),
      this.#parts.runner.observe(),
    ]);
    const needed = new Set([
      this.#parts.inputs.version.buildId,
      ...(described?.versions ?? []).map(({ buildId }) => buildId),
      ...running.map(({ buildId }) => buildId),
    ]);
    const specs = Object.entries(this.specs).filter(([buildId]) => needed.has(buildId));
    return { versions: versionsIn(described), specs: Object.fromEntries(specs) };
  }

  #versionOf(buildId: string): WantedVersion {
    const { environment, replicas } = this.#parts.inputs;
    const spec = this.specs[buildId];
    if (spec === undefined) throw new Error(`what version ${buildId} is started from is not known`);
    return { buildId, spec, environment, replicas };
  }

  #executor(signal: AbortSignal, mode: "rolling" | "stopping"): Executor {
    const { runner, say, inputs } = this.#parts;
    const tools = {
      ...{ runner, signal },
      versionOf: (buildId: string) => this.#versionOf(buildId),
      say: (line: string) => {
        say(`${inputs.deploymentName}: ${line}`);
      },
    };
    return mode === "rolling" ? new Executor(tools, this.#atServer()) : new Executor(tools);
  }

  #atServer(): {
    readonly connection: Connection;
    readonly server: DeploymentServer;
    readonly pollers: Pollers;
  } {
    const { connection, inputs } = this.#parts;
    if (connection === undefined) throw new Error("the server is not to be asked");
    const server = new DeploymentServer(connection, inputs);
    return { connection, server, pollers: new Pollers(connection, server, inputs.taskQueues) };
  }
}

function versionsIn(server: ServerDeployment | undefined): readonly VersionState[] {
  return (server?.versions ?? []).map(({ buildId, status, since }) => ({
    ...{ buildId, status },
    ...(since === undefined ? {} : { since }),
    ...(server?.ramping?.buildId === buildId ? { percent: server.ramping.percent } : {}),
  }));
}
