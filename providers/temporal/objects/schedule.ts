/**
 * The resource `temporal:index:Schedule`.
 */
import type { Connection } from "@temporalio/client";
import {
  apiSchedule,
  type ApiSchedule,
  createSchedule,
  deleteSchedule,
  describeSchedule,
  type DescribedSchedule,
  updateSchedule,
} from "../../../clients/schedule.ts";
import { duration } from "../../../clients/wire.ts";
import { defined } from "../../../platform/defined.ts";
import { cronFields } from "../../../platform/schedule/cron.ts";
import { defaultWorkflowId, overlapPolicyNames } from "../../../platform/schedule/spec.ts";
import { changes } from "../../protocol/diff.ts";
import type { Known, ResourceType } from "../../protocol/provider.ts";
import { schemaFailures } from "../../protocol/schema.ts";
import { holdsUnknown, type Properties } from "../../protocol/values.ts";
import { foundBeforehand } from "./beforehand.ts";
import { inWords, until } from "./calls.ts";
import { isDeleted, onRemoveSchema, refusal } from "./existing.ts";
import type { Frontend } from "./frontend.ts";
import { differences, memoFailures, memoFault } from "./schedule/changes.ts";
import { type ScheduleInputs, scheduleDefaults, scheduleSchema } from "./schedule/inputs.ts";
import {
  type Digests,
  digestsOf,
  inputsOfPart,
  partNames,
  partsOf,
  seenSchedule,
  type SeenSchedule,
} from "./schedule/parts.ts";

/**
 * Schedules of namespaces. The id of one is `<namespace>/<scheduleId>`. Its outputs are its inputs and `observed`, which tells whether the server has
 * it as it was after the last deployment: the server keeps cron expressions as calendars.
 */
export function scheduleType(frontend: Frontend): ResourceType {
  return {
    onChange: differences,
    check: (news, olds) => {
      const inputs = { ...scheduleDefaults, ...news };
      const failures = [...schemaFailures(scheduleSchema, inputs), ...memoFailures(olds, news)];
      return { inputs, failures };
    },
    create: async (properties, { preview, signal }) => {
      const id = scheduleId(properties);
      if (!preview) return { id, outputs: await put(frontend, properties, signal) };
      if (!holdsUnknown(properties)) {
        const inputs = scheduleSchema.parse(properties);
        const found = await foundBeforehand(frontend, (connection) =>
          described(connection, inputs),
        );
        if (found !== undefined) acceptedDifferences(inputs, seenSchedule(found));
      }
      return { id, outputs: properties };
    },
    update: async (_state, properties, { preview, signal }) => {
      if (preview) return properties;
      const { observed } = await put(frontend, { ...properties, existing: "adopt" }, signal);
      return { ...properties, observed };
    },
    read: async (id, known) => {
      const found = await described(await frontend(), placeOf(id));
      return found === undefined ? undefined : { id, ...refreshed(id, known, seenSchedule(found)) };
    },
    delete: async (id, { onRemove }) => {
      if (!isDeleted(onRemoveSchema.parse(onRemove), `schedule ${id}`)) return;
      const connection = await frontend();
      await asked(id, () => deleteSchedule({ connection, ...placeOf(id) }));
    },
  };
}

/** The id of a schedule with these inputs. */
export function scheduleId({ namespace, scheduleId: own }: Properties): string {
  return `${String(namespace)}/${String(own)}`;
}

/** Names of namespaces have no `/`, ids of schedules may. */
function placeOf(id: string): Pick<ScheduleInputs, "namespace" | "scheduleId"> {
  const at = id.indexOf("/");
  return { namespace: id.slice(0, Math.max(0, at)), scheduleId: id.slice(at + 1) };
}

/** Tells an error of the server in its own words. */
async function asked<T>(id: string, call: () => Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (error) {
    throw inWords(error, `schedule ${id}`);
  }
}

async function described(
  connection: Connection,
  place: Pick<ScheduleInputs, "namespace" | "scheduleId">,
): Promise<DescribedSchedule | undefined> {
  return asked(scheduleId(place), () => describeSchedule({ connection, ...place }));
}

/** Makes a schedule, or makes of the one that exists what the inputs say. Gives its outputs. */
async function put(
  frontend: Frontend,
  properties: Properties,
  signal: AbortSignal,
): Promise<Properties> {
  const inputs = scheduleSchema.parse(properties);
  const [connection, id] = [await frontend(), scheduleId(inputs)];
  const place = { connection, namespace: inputs.namespace, scheduleId: inputs.scheduleId };
  let seen = await described(connection, inputs);
  if (seen === undefined) {
    const made = await asked(id, () => createSchedule(place, scheduleOf(inputs), inputs.memo));
    if (!made) throw new Error(`schedule ${id} was made by somebody else just now: run this again`);
  } else {
    const differing = acceptedDifferences(inputs, seenSchedule(seen));
    const { state } = seen.schedule ?? {};
    if (differing.length > 0) {
      await asked(id, () => updateSchedule(place, scheduleOf(inputs, state)));
    }
  }
  // In a namespace that is new, the server's own worker begins after some seconds, and answers for the schedule only then.
  await until(`schedule ${id} does not answer`, signal, async () => {
    seen = await describeSchedule(place);
    if (seen === undefined) throw new Error("it is gone");
  });
  return { ...properties, observed: digestsOf(seenSchedule(seen ?? {}).parts) };
}

/** What of a schedule differs from the inputs. */
function differing(inputs: ScheduleInputs, seen: SeenSchedule): readonly string[] {
  const [wanted, found] = [digestsOf(partsOf(inputs)), digestsOf(seen.parts)];
  const { paused = seen.paused, note = seen.note } = inputs;
  return [
    ...partNames.filter((part) => wanted[part] !== found[part]),
    ...(paused === seen.paused ? [] : ["paused"]),
    ...(note === seen.note ? [] : ["note"]),
  ];
}

/**
 * What of a schedule that exists will change.
 *
 * @throws Error when it may not, or cannot.
 */
function acceptedDifferences(inputs: ScheduleInputs, seen: SeenSchedule): readonly string[] {
  const what = `schedule ${inputs.scheduleId} of namespace ${inputs.namespace}`;
  const { memo = seen.memo } = inputs;
  if (changes(seen.memo, memo).length > 0) {
    throw new Error(`${what} exists already, with another memo: ${memoFault}`);
  }
  const all = differing(inputs, seen);
  if (all.length > 0 && inputs.existing === "refuse") throw new Error(refusal(what, all));
  return all;
}

/**
 * The schedule that inputs ask for.
 *
 * @param state Of the one that exists: what inputs do not name stays.
 */
function scheduleOf(inputs: ScheduleInputs, state: ApiSchedule["state"] = {}): ApiSchedule {
  const { spec, action, paused, note } = inputs;
  const policies = {
    overlapPolicy: overlapPolicyNames.indexOf(inputs.overlapPolicy) + 1,
    catchupWindow: duration(inputs.catchupWindowSeconds),
    pauseOnFailure: inputs.pauseOnFailure,
  };
  return {
    ...apiSchedule(
      defined({ ...spec, except: spec.except?.map(cronFields) }),
      defined({ workflowId: defaultWorkflowId(inputs.scheduleId), ...action }),
    ),
    policies,
    state: { ...state, ...defined({ paused, notes: note }) },
  };
}

/** Inputs and outputs after a look: what somebody else has changed is as the server has it. An imported one has all that the server knows. */
function refreshed(id: string, known: Known, { parts, paused, note, memo }: SeenSchedule): Known {
  const imported = Object.keys(known.inputs).length === 0;
  const now = digestsOf(parts);
  const before = (known.outputs["observed"] ?? {}) as Partial<Digests>;
  const changed = partNames
    .filter((part) => before[part] !== now[part])
    .map((part) => inputsOfPart[part](parts[part]));
  const inputs = {
    ...(imported ? { ...scheduleDefaults, ...placeOf(id) } : known.inputs),
    ...Object.assign({}, ...changed),
    ...(imported || "paused" in known.inputs ? { paused } : {}),
    ...((imported && note !== "") || "note" in known.inputs ? { note } : {}),
    ...(imported && Object.keys(memo).length > 0 ? { memo } : {}),
  } as Properties;
  return { inputs, outputs: { ...inputs, observed: now } };
}
