import { describe, expect, it } from "vitest";
import { contentOf, documentOf } from "../../cli/content/document.ts";
import { type Plan, planOf } from "../../cli/content/plan.ts";

function plan(definition: object, options: unknown): Plan {
  return planOf(contentOf(documentOf("x.yaml", Buffer.from(JSON.stringify(definition)))), options);
}

const called = { workflowType: "order", taskQueue: "orders" };
const workflow = { type: "workflow", ...called, workflowId: "order", input: [1], memo: { a: 1 } };
const namespace = { type: "namespace", name: "orders" };
const spec = { cronExpressions: ["@daily"] };
const schedule = { type: "schedule", scheduleId: "nightly", spec, action: called };
const template = {
  type: "template",
  parameters: { id: {} },
  workflow: { ...called, input: ["{{id}}"] },
};

describe("what execute is to do", () => {
  it("is what the definition says", () => {
    expect(plan(workflow, {})).toEqual({ kind: "workflow", workflow, wait: false });
    expect(plan(namespace, {})).toEqual({ kind: "namespace", definition: namespace });
    expect(plan(schedule, {})).toEqual({ kind: "schedule", definition: schedule });
  });

  it("of a workflow is changed by its options", () => {
    const over = { input: [{ orderId: 7 }], workflowId: "order-7", namespace: "orders" };
    expect(plan(workflow, { ...over, wait: true })).toEqual({
      ...{ kind: "workflow", wait: true },
      workflow: { ...workflow, ...over },
    });
  });

  it("of a template is the workflow that it becomes", () => {
    expect(plan(template, { id: 7, wait: true })).toEqual({
      ...{ kind: "workflow", wait: true },
      workflow: { ...called, input: [7] },
    });
  });

  it("of a schedule may be in another namespace", () => {
    expect(plan(schedule, { namespace: "orders" })).toEqual({
      kind: "schedule",
      definition: { ...schedule, namespace: "orders" },
    });
  });

  it.each<[string, object, unknown, string]>([
    ["options that are a list", workflow, [], "--options: must be an object"],
    [
      "an unknown option",
      workflow,
      { memo: {} },
      "--options: unknown key memo; there are: input, workflowId, namespace, wait",
    ],
    ["input that is no list", workflow, { input: 7 }, "--options.input: must be an array"],
    ["an empty id", workflow, { workflowId: "" }, "--options.workflowId: must not be empty"],
    ["a wait for how long", workflow, { wait: "5m" }, "--options.wait: must be a boolean"],
    [
      "options of a namespace",
      namespace,
      { name: "a" },
      "--options: unknown key name; there is none",
    ],
    [
      "an option that a schedule has not",
      schedule,
      { paused: true },
      "--options: unknown key paused; there are: namespace",
    ],
    [
      "a number that would become another",
      template,
      { id: 2 ** 53 },
      "--options.id: is a number that JSON does not keep as it is; put it in quotes",
    ],
    ["a missing parameter", template, {}, "parameters of the template: id is missing"],
    ["a template's wrong wait", template, { id: 7, wait: 1 }, "--options.wait: must be a boolean"],
  ])("is nothing with %s", (_, definition, options, line) => {
    expect(() => plan(definition, options)).toThrow(line);
  });
});
