/**
 * A worker of a test, as Pulumi would deploy it.
 */
import type { Client, Connection } from "@temporalio/client";
import { expect } from "vitest";
import { InitializationError } from "../../../providers/protocol/errors.ts";
import type { Call, ResourceType } from "../../../providers/protocol/provider.ts";
import type { Properties } from "../../../providers/protocol/values.ts";
import { DeploymentServer } from "../../../providers/temporal/worker-deployment/server.ts";
import { workerDeploymentType } from "../../../providers/temporal/worker-deployment/type.ts";
import { callOf } from "../../../testkit/call.ts";
import { uniqueName } from "../../../testkit/leftovers.ts";
import { type Image, InProcessRunner, type Workers } from "./in-process-runner.ts";
import { build, goSignal, waits } from "./workflows.ts";

/** Where all of them are. */
export const namespace = "default";

/** What workers are tried with. */
export interface Site {
  readonly connection: Connection;
  readonly client: Client;
  readonly workers: Workers;
}

/** What a test says of its inputs. */
export interface Wish {
  readonly buildId: string;
  readonly image?: Image;
  readonly more?: Properties;
}

/** A worker of a test, with its state as Pulumi would keep it. */
export class Deployment {
  readonly name = uniqueName("orders");
  readonly runner: InProcessRunner;
  readonly said: string[] = [];
  readonly server: DeploymentServer;
  readonly type: ResourceType;
  state: Properties = {};
  #inputs: Properties | undefined;
  readonly #client: Client;

  constructor({ connection, client, workers }: Site) {
    this.#client = client;
    this.runner = new InProcessRunner(workers, this.name);
    const names = { namespace, deploymentName: this.name, managerIdentity: "tests" };
    this.server = new DeploymentServer(connection, names);
    this.type = workerDeploymentType(() => Promise.resolve(connection), {
      runnerOf: () => this.runner,
      say: (line) => {
        this.said.push(line.replace(`${this.name}: `, ""));
      },
    });
  }

  inputs({ buildId, image = "works", more = {} }: Wish): Properties {
    return {
      ...{ deploymentName: this.name, namespace, name: this.name, managerIdentity: "tests" },
      taskQueues: { [this.name]: ["workflow", "activity"] },
      runner: { kind: "docker", network: "none" },
      replicas: 1,
      version: { buildId, spec: { image, memoryMiB: 1, stopGraceSeconds: 1 } },
      pollersTimeoutSeconds: 30,
      lifecycle: "running",
      ...more,
    };
  }

  /** What an `up` does; gives what was said meanwhile. */
  async up(wish: Wish, call: Partial<Call> = {}): Promise<readonly string[]> {
    const inputs = this.inputs(wish);
    const { failures } = (await this.type.check?.(inputs, {}, callOf())) ?? { failures: [] };
    expect(failures).toEqual([]);
    this.said.splice(0);
    try {
      this.state =
        this.#inputs === undefined
          ? (await this.type.create(inputs, callOf(call))).outputs
          : ((await this.type.update?.(this.state, inputs, callOf(call))) ?? {});
      this.#inputs = inputs;
    } catch (error) {
      if (error instanceof InitializationError) {
        this.state = error.outputs;
        this.#inputs = error.inputs;
      }
      throw error;
    }
    return [...this.said];
  }

  /** Whether the next `up` of the same program has something to do. */
  async isDue(): Promise<boolean> {
    const inputs = this.#inputs ?? {};
    const due = await this.type.due?.({ inputs, outputs: this.state }, inputs);
    return due !== undefined && due.length > 0;
  }

  /** The versions of the state, such as `v1 Current`. */
  get versions(): readonly string[] {
    const all = this.state["versions"] as readonly { buildId: string; status: string }[];
    return all.map(({ buildId, status }) => `${buildId} ${status}`).sort();
  }

  /** Starts a workflow, and waits until a version has it. */
  async waiting(): Promise<string> {
    const workflowId = uniqueName(this.name);
    await this.#client.workflow.start(waits, { workflowId, taskQueue: this.name });
    const handle = this.#client.workflow.getHandle(workflowId);
    await expect
      .poll(async () => (await handle.fetchHistory()).events?.length ?? 0, { timeout: 30_000 })
      .toBeGreaterThan(3);
    return workflowId;
  }

  /** Lets it end; gives the build that ran it last. */
  async end(workflowId: string): Promise<string> {
    const handle = this.#client.workflow.getHandle<typeof waits>(workflowId);
    await handle.signal(goSignal);
    return handle.result();
  }

  /** The build that new work goes to. */
  newWork(): Promise<string> {
    const workflowId = uniqueName(this.name);
    return this.#client.workflow.execute(build, { workflowId, taskQueue: this.name });
  }

  /** Gate workflows so far. */
  async gates(): Promise<number> {
    const query = `TaskQueue = '${this.name}' AND WorkflowType = 'smoke'`;
    return (await this.#client.workflow.count(query)).count;
  }
}
