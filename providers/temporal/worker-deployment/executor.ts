/**
 * Takes the steps of a plan.
 */
import { setTimeout as sleep } from "node:timers/promises";
import type { Connection } from "@temporalio/client";
import { type Action, routes, sentenceOf } from "./actions.ts";
import { runGate } from "./gate.ts";
import { type Plan, foreignManager, recoveryOf } from "./planner.ts";
import type { Pollers } from "./pollers.ts";
import type { Polls } from "./polls.ts";
import type { Runner, WantedVersion } from "./runner.ts";
import type { DeploymentServer } from "./server.ts";
import type { Situation } from "./situation.ts";
import type { Wanted } from "./wanted.ts";

/** What steps are taken with. */
export interface Tools {
  readonly runner: Runner;
  /** What a version is started from. */
  readonly versionOf: (buildId: string) => WantedVersion;
  /** Tells people what happens; one line. */
  readonly say: (line: string) => void;
  readonly signal: AbortSignal;
}

/** What steps need that concern the server. */
export interface ServerTools {
  readonly connection: Connection;
  readonly server: DeploymentServer;
  readonly pollers: Pollers;
}

/** The user has interrupted a plan between two steps, or in one that can be taken again. */
export class Interrupted extends Error {}

/** Takes steps in their order. */
export class Executor {
  readonly #tools: Tools;
  readonly #atServer: ServerTools | undefined;
  /** What was polled before versions were started, which says nothing of those that run now. */
  readonly #before = new Map<string, Polls>();

  /** @param atServer Undefined where the steps are none of the server's. */
  constructor(tools: Tools, atServer?: ServerTools) {
    this.#tools = tools;
    this.#atServer = atServer;
  }

  /**
   * Takes all steps of a plan for a worker that runs; after one that failed, what brings back the state before.
   *
   * @throws Interrupted, or an Error that says in one line what failed and what was done about it.
   */
  async roll({ actions, refusal }: Plan, wanted: Wanted, situation: Situation): Promise<void> {
    if (refusal !== undefined) throw new Error(refusal);
    const done: Action[] = [];
    for (const action of actions) {
      try {
        await this.take(action);
        done.push(action);
      } catch (error) {
        if (error instanceof Interrupted) throw error;
        const recovery = recoveryOf({ failed: action, done }, wanted, situation);
        const complaint = await this.#complaint(action);
        const outcome = await this.#recover(recovery, wanted, situation);
        throw new Error(`${messageOf(error)}. ${outcome}${complaint}`, { cause: error });
      }
    }
  }

  /** Takes one step. */
  async take(action: Action): Promise<void> {
    const { signal, say } = this.#tools;
    throwIfInterrupted(signal, action);
    say(sentenceOf(action));
    try {
      await this.#take(action);
    } catch (error) {
      // Whatever was waited for when the user interrupted.
      throwIfInterrupted(signal, action, error);
      throw error;
    }
  }

  async #take(action: Action): Promise<void> {
    const { runner, versionOf, signal, say } = this.#tools;
    if (routes(action)) await this.#mayRoute();
    switch (action.kind) {
      case "start":
      case "roll":
        if (this.#atServer !== undefined) {
          this.#before.set(action.buildId, await this.#atServer.pollers.look());
        }
        return runner.start(versionOf(action.buildId));
      case "stop":
        return runner.stop(action.buildId);
      case "await-pollers": {
        const before = this.#before.get(action.buildId);
        const { timeoutSeconds } = action;
        return this.#server().pollers.wait(action.buildId, { before, timeoutSeconds, signal });
      }
      case "run-gate": {
        const { connection, server } = this.#server();
        await runGate(connection, server.names, action.buildId, { gate: action.gate, signal });
        return server.remember(action.buildId, action.gate.workflowType);
      }
      case "claim":
        await this.#mayRoute();
        return this.#server().server.setManager(action.managerIdentity);
      case "release":
        return this.#server().server.setManager("");
      case "ramp":
        return this.#server().server.setRamping(action.buildId, action.percent);
      case "clear-ramp":
        return this.#server().server.setRamping(undefined, 0);
      case "set-current":
        return this.#server().server.setCurrent(action.buildId);
      case "pause":
        return sleep(action.seconds * 1000, undefined, { signal });
      case "delete-version": {
        const { buildId, skipDrainage } = action;
        const kept = await this.#server().server.deleteVersion(buildId, skipDrainage);
        if (kept !== undefined) say(kept);
        return;
      }
      case "delete-deployment": {
        const kept = await this.#server().server.deleteDeployment();
        if (kept !== undefined) say(kept);
        return;
      }
    }
  }

  /** Looks again who manages the deployment: minutes may have passed since the plan was made. */
  async #mayRoute(): Promise<void> {
    const { server } = this.#server();
    const { managerIdentity } = server.names;
    const manager = (await server.manager()) ?? managerIdentity;
    if (manager !== managerIdentity) throw new Error(foreignManager(server.names, manager));
  }

  #server(): ServerTools {
    if (this.#atServer === undefined) throw new Error("the server is not to be asked");
    return this.#atServer;
  }

  /** Takes the steps back to the state before; gives a sentence about it. */
  async #recover(
    recovery: readonly Action[],
    { buildId }: Wanted,
    { server }: Situation,
  ): Promise<string> {
    try {
      for (const action of recovery) await this.take(action);
    } catch (error) {
      return `After that, this failed as well: ${messageOf(error)}`;
    }
    const current = server?.current;
    const kept =
      current === undefined || current === buildId
        ? ""
        : `; version ${current} is current as before`;
    return recovery.length === 0
      ? `Version ${buildId} stays as it is${kept}`
      : `Version ${buildId} was removed${kept}`;
  }

  /** What containers say that may be why a step failed; on lines of its own. */
  async #complaint(action: Action): Promise<string> {
    if (action.kind !== "await-pollers") return "";
    const { runner, versionOf } = this.#tools;
    const said = await runner.complaint(versionOf(action.buildId)).catch(() => "");
    return said === "" ? "" : `\n${said}`;
  }
}

function throwIfInterrupted({ aborted }: AbortSignal, action: Action, cause?: unknown): void {
  if (!aborted) return;
  throw new Interrupted(
    `interrupted before the end of: ${sentenceOf(action)}. The next \`up\` goes on from there`,
    { cause },
  );
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
