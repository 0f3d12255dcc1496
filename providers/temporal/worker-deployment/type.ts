/**
 * The resource `temporal:worker:Deployment`: all versions of one worker, since Pulumi would delete those that a program no longer names.
 */
import type { Connection } from "@temporalio/client";
import { InitializationError } from "../../protocol/errors.ts";
import { changes } from "../../protocol/diff.ts";
import type { Call, Difference, Known, ResourceType } from "../../protocol/provider.ts";
import { schemaFailures } from "../../protocol/schema.ts";
import { holdsUnknown, type Properties } from "../../protocol/values.ts";
import type { Frontend } from "../objects/frontend.ts";
import { sentenceOf } from "./actions.ts";
import { Interrupted } from "./executor.ts";
import { type DeploymentInputs, deploymentSchema, type Spec, type Specs } from "./inputs.ts";
import { type Plan, planOf, stoppedPlan } from "./planner.ts";
import { remove } from "./removal.ts";
import type { Runner } from "./runner.ts";
import { runnerOf } from "./runners.ts";
import { wantedBy } from "./wanted.ts";
import { VersionedWorker } from "./worker.ts";

/** What a type's parts are; tests have others. */
export interface Parts {
  readonly runnerOf: (place: DeploymentInputs["runner"], name: string) => Runner;
  /** Tells people what happens while it does. Pulumi shows what its plugins write to standard error. */
  readonly say: (line: string) => void;
}

const usual: Parts = {
  runnerOf,
  say: (line) => {
    console.error(line);
  },
};

/** Inputs that another resource has, since its containers are elsewhere or are another deployment's. */
const identity = [
  "deploymentName",
  "namespace",
  "name",
  "runner.kind",
  "runner.host",
  "runner.context",
  "runner.namespace",
];

/** The type, for deployments at a frontend. */
export function workerDeploymentType(frontend: Frontend, parts: Parts = usual): ResourceType {
  const worker = (inputs: DeploymentInputs, specs: Specs, connection?: Connection) =>
    new VersionedWorker({
      ...{ inputs, specs, say: parts.say },
      runner: parts.runnerOf(inputs.runner, inputs.name),
      ...(connection === undefined ? {} : { connection }),
    });

  /** Plans without changing anything; undefined where somebody who must be asked does not answer. */
  const foreseen = async (properties: Properties, specs: Specs): Promise<Plan | undefined> => {
    const inputs = deploymentSchema.parse(properties);
    try {
      if (inputs.lifecycle === "stopped") {
        return stoppedPlan(await parts.runnerOf(inputs.runner, inputs.name).observe());
      }
      const one = worker(inputs, specs, await frontend());
      return planOf(wantedBy(inputs), await one.situation());
    } catch {
      return undefined;
    }
  };

  const preview = async (properties: Properties, state: Properties): Promise<Properties> => {
    if (holdsUnknown(properties)) return properties;
    const plan = await foreseen(properties, specsOf(state));
    if (plan?.refusal !== undefined) throw new Error(plan.refusal);
    const sentences = plan === undefined ? [unforeseen] : sentencesOf(plan);
    for (const sentence of sentences) parts.say(`${nameOf(properties)}: will ${sentence}`);
    for (const note of plan?.notes ?? []) parts.say(`${nameOf(properties)}: ${note}`);
    return { ...properties, plan: sentences, versions: state["versions"] ?? [] };
  };

  const perform = async (
    properties: Properties,
    { specs: before, versions }: { readonly specs: Specs; readonly versions: unknown },
    call: Call,
  ): Promise<Properties> => {
    const inputs = deploymentSchema.parse(properties);
    if (inputs.lifecycle === "stopped") {
      const plan = await worker(inputs, before).stopAll(call.signal);
      return { ...properties, plan: sentencesOf(plan), versions, specs: before };
    }
    const one = worker(inputs, before, await frontend());
    let plan: Plan = { actions: [], notes: [] };
    try {
      const situation = await one.situation();
      plan = planOf(wantedBy(inputs), situation);
      await one.roll(plan, situation, call.signal);
      return { ...properties, plan: sentencesOf(plan), ...(await one.state()) };
    } catch (error) {
      // What runs on must be remembered with what it was started from; else the state before is the better one.
      if (!(error instanceof Interrupted) && !(await one.hasStarted())) throw error;
      const last = await one.state().catch(() => ({ versions, specs: one.specs }));
      const outputs = { ...properties, plan: sentencesOf(plan), ...last };
      const message = error instanceof Error ? error.message : String(error);
      throw new InitializationError(message, { id: idOf(inputs), inputs: properties, outputs });
    }
  };

  return {
    check: (news) => ({ inputs: news, failures: schemaFailures(deploymentSchema, news) }),
    onChange: (known, inputs) => ({
      properties: changes(known.inputs, inputs).map((change) => ({
        ...change,
        by: identity.includes(change.path) ? "replace" : "update",
        seen: "inputs",
      })),
      replacement: "delete before create",
    }),
    due: async (known, inputs) => {
      if (holdsUnknown(inputs)) return [];
      const plan = await foreseen(inputs, specsOf(known.outputs));
      return plan !== undefined && (plan.actions.length > 0 || plan.refusal !== undefined)
        ? [planDiffers]
        : [];
    },
    create: async (properties, call) => {
      if (call.preview) return { id: "", outputs: await preview(properties, {}) };
      const outputs = await perform(properties, { specs: {}, versions: [] }, call);
      return { id: idOf(deploymentSchema.parse(properties)), outputs };
    },
    update: (state, properties, call) =>
      call.preview
        ? preview(properties, state)
        : perform(properties, { specs: specsOf(state), versions: state["versions"] ?? [] }, call),
    read: async (id, known) => ({ id, ...(await seen(known)) }),
    delete: async (_id, state, call) => {
      const inputs = deploymentSchema.parse(state);
      const runner = parts.runnerOf(inputs.runner, inputs.name);
      await remove(inputs, { frontend, runner, say: parts.say, signal: call.signal });
    },
  };

  /** What became of it, as far as it can be seen. */
  async function seen(known: Known): Promise<Known> {
    const inputs = deploymentSchema.parse(known.inputs);
    if (inputs.lifecycle === "stopped") return known;
    const one = worker(inputs, specsOf(known.outputs), await frontend());
    return { ...known, outputs: { ...known.outputs, versions: (await one.state()).versions } };
  }
}

/** There is something to do although no input has changed, such as a version that has drained. */
const planDiffers: Difference = { path: "plan", kind: "update", by: "update", seen: "state" };

/** What stands in place of a plan when nobody can be asked. */
const unforeseen = "be planned when Temporal, and what runs the worker, can be asked";

function sentencesOf({ actions }: Plan): readonly string[] {
  return actions.map(sentenceOf);
}

function specsOf(state: Properties): Specs {
  return (state["specs"] ?? {}) as Readonly<Record<string, Spec>>;
}

function idOf({ namespace, deploymentName }: DeploymentInputs): string {
  return `${namespace}/${deploymentName}`;
}

function nameOf({ deploymentName }: Properties): string {
  return String(deploymentName);
}
