import { describe, expect, it } from "vitest";
import type { TemplateDefinition } from "../../cli/content/definition.ts";
import { contentOf, documentOf } from "../../cli/content/document.ts";
import { fillTemplate } from "../../cli/content/template.ts";

function template(workflow: object, parameters: object): TemplateDefinition {
  const value = { type: "template", parameters, workflow };
  const content = contentOf(documentOf("x.yaml", Buffer.from(JSON.stringify(value))));
  if (content.type !== "template") throw new Error("it is no template");
  return content;
}

const order = template(
  {
    ...{ workflowType: "order", taskQueue: "orders-{{shop}}", workflowId: "order-{{ orderId }}" },
    ...{ executionTimeout: "{{timeout}}", input: [{ orderId: "{{orderId}}", lines: "{{lines}}" }] },
  },
  {
    orderId: { description: "the order's number" },
    shop: { default: "berlin" },
    timeout: { default: "1h" },
    lines: { default: [] },
  },
);

describe("a template", () => {
  it("is filled in with what is given, and with defaults", () => {
    expect(fillTemplate(order, { orderId: 7 })).toEqual({
      ...{ workflowType: "order", taskQueue: "orders-berlin", workflowId: "order-7" },
      ...{ executionTimeout: 3600, input: [{ orderId: 7, lines: [] }] },
    });
  });

  it("takes a value as it is where a placeholder stands alone", () => {
    const lines = [{ article: 4, count: 2 }, null];
    expect(fillTemplate(order, { orderId: "7", lines }).input).toEqual([{ orderId: "7", lines }]);
  });

  it("takes the braces of a value for no placeholder", () => {
    expect(fillTemplate(order, { orderId: "{{shop}}" }).workflowId).toBe("order-{{shop}}");
  });

  it("takes null for a value", () => {
    expect(fillTemplate(order, { orderId: 7, lines: null }).input).toEqual([
      { orderId: 7, lines: null },
    ]);
  });

  it.each<[string, Record<string, unknown>, string]>([
    [
      "a parameter is missing",
      {},
      "parameters of the template: orderId is missing (the order's number)",
    ],
    [
      "one is unknown",
      { orderId: 7, shops: "a" },
      "parameters of the template: there is no shops, only orderId, shop, timeout, lines",
    ],
    [
      "both are wrong",
      { orderNumber: 7 },
      "parameters of the template: orderId is missing (the order's number); there is no orderNumber, only orderId, shop, timeout, lines",
    ],
    [
      "one is not what it is inherited as",
      { constructor: 1, orderId: 7 },
      "there is no constructor, only ",
    ],
    [
      "a list stands within a text",
      { orderId: [7] },
      'parameters of the template: orderId stands within the text "order-{{ orderId }}", and must be a text, a number, true or false',
    ],
    [
      "it becomes no workflow",
      { orderId: 7, timeout: "soon" },
      "the template, filled in, is no workflow: workflow.executionTimeout: must be a time such as 30s, 5m, 2h or 30d",
    ],
    [
      "it becomes a workflow with a wrong type of value",
      { orderId: 7, timeout: 30 },
      "workflow.executionTimeout: must be a string",
    ],
  ])("is refused with one line when %s", (_, values, line) => {
    expect(() => fillTemplate(order, values)).toThrow(line);
  });
});

describe("a template's definition is refused when", () => {
  const workflow = { workflowType: "order", taskQueue: "orders" };

  it.each<[string, object, object, string]>([
    [
      "a placeholder is no parameter",
      { ...workflow, input: ["{{orderId}}"] },
      {},
      "x.yaml: workflow.input[0]: orderId is not in parameters",
    ],
    [
      "a parameter is used nowhere",
      workflow,
      { orderId: {} },
      "x.yaml: parameters.orderId: is used nowhere in workflow",
    ],
    [
      "braces are not closed",
      { ...workflow, workflowId: "order-{{orderId}" },
      {},
      "x.yaml: workflow.workflowId: has a {{ that begins no placeholder such as {{name}}",
    ],
    [
      "what no parameter decides is wrong",
      { ...workflow, workflowId: "{{orderId}}", runTimeout: "soon", retries: 3 },
      { orderId: {} },
      "x.yaml: workflow.runTimeout: must be a time such as 30s, 5m, 2h or 30d; workflow: unknown key retries",
    ],
    [
      "it has no workflow",
      { taskQueue: "orders" },
      {},
      "x.yaml: workflow.workflowType: is missing; it must be a string",
    ],
    [
      "a parameter has an odd name",
      { ...workflow, input: ["{{a}}"] },
      { "a-b": {} },
      "parameters.a-b: a parameter's name is letters, digits and _, a letter first",
    ],
    [
      "a parameter is named as an option of execute is",
      { ...workflow, input: ["{{wait}}"] },
      { wait: {} },
      "parameters.wait: wait is an option of execute, and no parameter",
    ],
  ])("%s", (_, one, parameters, line) => {
    expect(() => template(one, parameters)).toThrow(line);
  });

  it("but not for braces of JSON within a text", () => {
    const text = '{"a": {"b": 1}}';
    const kept = template({ ...workflow, input: [text, "{{a}}"] }, { a: {} });
    expect(fillTemplate(kept, { a: 1 }).input).toEqual([text, 1]);
  });
});
