import { describe, expect, it } from "vitest";
import { scheduleType } from "../../../providers/temporal/objects/schedule.ts";
import { unknown } from "../../../providers/protocol/values.ts";
import { callOf } from "../../../testkit/call.ts";

/** A schedule whose frontend nobody may ask, or that does not answer. */
const type = scheduleType(() => Promise.reject(new Error("no Temporal answers at here")));

const inputs = {
  namespace: "default",
  scheduleId: "nightly",
  spec: { cronExpressions: ["0 6 * * MON-FRI"], timezone: "Europe/Berlin" },
  action: { workflowType: "report", taskQueue: "reports" },
};

const defaults = {
  overlapPolicy: "Skip",
  catchupWindowSeconds: 365 * 86_400,
  pauseOnFailure: false,
  existing: "refuse",
  onRemove: "keep",
  store: {},
};

async function failures(news: object, olds: object = {}): Promise<readonly string[]> {
  const checked = await type.check?.({ ...inputs, ...news }, { ...olds }, callOf());
  return checked?.failures.map(({ property, reason }) => `${property}: ${reason}`) ?? [];
}

/** The paths of what differs, with how it reaches the schedule. */
function differing(before: object, after: object): readonly string[] {
  if (typeof type.onChange !== "function") throw new Error("it tells no differences");
  const known = { inputs: { ...inputs, ...defaults, ...before }, outputs: {} };
  const { properties } = type.onChange(known, { ...inputs, ...defaults, ...after });
  return properties.map(({ path, by }) => `${by} ${path}`);
}

describe("a schedule's inputs", () => {
  it("get defaults", async () => {
    const checked = await type.check?.(inputs, {}, callOf());
    expect(checked).toEqual({ inputs: { ...inputs, ...defaults }, failures: [] });
  });

  it.each([
    [{ schedule: 1 }, ': Unrecognized key: "schedule"'],
    [
      { spec: { cronExpressions: ["0 25 * * *"] } },
      "spec.cronExpressions.0: must be a cron expression such as 0 6 * * MON-FRI, @daily or @every 30m: Hour is not in range [0-23]",
    ],
    [
      { scheduleId: "x".repeat(233), action: { ...inputs.action, workflowId: "x" } },
      "scheduleId: must have at most 232 bytes",
    ],
    [{ note: " " }, "note: must not be empty"],
    [{ onRemove: "forget" }, 'onRemove: Invalid option: expected one of "keep"|"delete"|"protect"'],
  ])("%j is refused", async (more, failure) => {
    expect(await failures(more)).toEqual([failure]);
  });

  it("are not judged as long as a part of them is not known", async () => {
    expect(await failures({ action: { ...inputs.action, taskQueue: unknown }, note: "" })).toEqual(
      [],
    );
  });

  it("keep the memo that the schedule was made with", async () => {
    const olds = { ...inputs, ...defaults, memo: { team: "shop" } };
    expect(await failures({ ...defaults, memo: { team: "shop" } }, olds)).toEqual([]);
    expect(await failures(defaults, olds)).toEqual([]);
    expect(await failures({ ...defaults, memo: { team: "post" } }, olds)).toEqual([
      expect.stringMatching(/^memo: Temporal never changes the memo of a schedule: put it back/),
    ]);
    const another = { ...defaults, scheduleId: "weekly", memo: { team: "post" } };
    expect(await failures(another, olds)).toEqual([]);
  });
});

describe("a schedule differs", () => {
  it.each<[string, object, object, readonly string[]]>([
    ["in no other spelling of its spec", {}, { spec: spelled() }, []],
    [
      "in no default that is written out",
      {},
      { action: { ...inputs.action, workflowId: "nightly-workflow", input: [], memo: {} } },
      [],
    ],
    [
      "in no list of one value of a search attribute",
      { action: { ...inputs.action, searchAttributes: { Shop: "berlin" } } },
      { action: { ...inputs.action, searchAttributes: { Shop: ["berlin"] } } },
      [],
    ],
    ["in no pause that is no longer the program's business", { paused: true, note: "x" }, {}, []],
    ["in nothing that matters only when it is made", {}, { existing: "adopt" }, []],
    [
      "in its spec",
      {},
      { spec: { cronExpressions: ["@daily"] } },
      ["update spec.cronExpressions[0]", "update spec.timezone"],
    ],
    [
      "in an argument that is null",
      {},
      { action: { ...inputs.action, input: [null] } },
      ["update action.input"],
    ],
    [
      "in a second argument that is null",
      { action: { ...inputs.action, input: [1] } },
      { action: { ...inputs.action, input: [1, null] } },
      ["update action"],
    ],
    ["in its pause", { paused: true }, { paused: false }, ["update paused"]],
    ["in what becomes of it", {}, { onRemove: "delete" }, ["update onRemove"]],
    ["as another one", {}, { scheduleId: "weekly" }, ["replace scheduleId"]],
    ["as one of another namespace", {}, { namespace: "other" }, ["replace namespace"]],
    [
      "where its data lives elsewhere",
      { store: { a: "1" } },
      { store: { a: "2" } },
      ["update store.a"],
    ],
    ["from an import, which knows no place of its data, in nothing", {}, { store: { a: "2" } }, []],
  ])("%s", (_what, before, after, expected) => {
    expect(differing(before, after)).toEqual(expected);
  });

  it("as long as a value is not known", () => {
    expect(differing({}, { spec: { cronExpressions: [unknown] } })).toContain(
      "update spec.cronExpressions[0]",
    );
  });
});

function spelled(): object {
  return { cronExpressions: ["TZ=Europe/Berlin 0 6 * * 1-5 "], jitterSeconds: 0 };
}

describe("a preview", () => {
  const call = callOf({ preview: true });

  it("asks for nothing when the frontend does not answer", async () => {
    const made = await type.create({ ...inputs, ...defaults }, call);
    expect(made).toEqual({ id: "default/nightly", outputs: { ...inputs, ...defaults } });
  });

  it("updates nothing", async () => {
    await expect(type.update?.({}, { ...inputs, note: "x" }, call)).resolves.toEqual({
      ...inputs,
      note: "x",
    });
  });
});

describe("a schedule that the program no longer names", () => {
  it("stays, without a frontend", async () => {
    await type.delete?.("default/nightly", { ...inputs, ...defaults }, callOf());
  });

  it("keeps the program from leaving it out when it is protected", async () => {
    await expect(
      type.delete?.("default/nightly", { ...inputs, onRemove: "protect" }, callOf()),
    ).rejects.toThrow(
      "schedule default/nightly is protected: set onRemove to keep or delete first",
    );
  });
});
