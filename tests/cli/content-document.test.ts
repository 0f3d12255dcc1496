import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import type { Content } from "../../cli/content/definition.ts";
import { contentOf, documentOf, storedText } from "../../cli/content/document.ts";
import { type ContentType, contentTypes } from "../../cli/content/input.ts";

const read = (text: string) => documentOf("x.yaml", Buffer.from(text));
const contentIn = (text: string, given?: ContentType): Content => contentOf(read(text), given);

const workflow = "type: workflow\nworkflowType: order\ntaskQueue: orders\n";
const schedule = (rest: string): string =>
  `type: schedule\nscheduleId: nightly\naction: {workflowType: report, taskQueue: reports}\n${rest}`;
const cron = (expression: string): string =>
  schedule(`spec: {cronExpressions: [${JSON.stringify(expression)}]}`);

describe("a definition", () => {
  it("of a workflow has timeouts in seconds", () => {
    expect(
      contentIn(`${workflow}input: [{orderId: 7}, null]
workflowId: order-7
namespace: orders
executionTimeout: 2h
runTimeout: 30m
taskTimeout: 10s
memo: {by: {team: shop}}
searchAttributes: {Shop: berlin, Total: 7.5, Paid: true, Tags: [a, b]}`),
    ).toEqual({
      ...{ type: "workflow", workflowType: "order", taskQueue: "orders" },
      ...{ workflowId: "order-7", namespace: "orders", input: [{ orderId: 7 }, null] },
      ...{ executionTimeout: 7200, runTimeout: 1800, taskTimeout: 10 },
      memo: { by: { team: "shop" } },
      searchAttributes: { Shop: "berlin", Total: 7.5, Paid: true, Tags: ["a", "b"] },
    });
  });

  it("of a namespace may have a name only", () => {
    expect(contentIn("type: namespace\nname: orders")).toEqual({
      ...{ type: "namespace", name: "orders" },
    });
  });

  it("of a schedule has an action that is a workflow", () => {
    expect(
      contentIn(
        schedule(`spec: {intervals: [{every: 1h, offset: 5m}], timezone: Europe/Berlin}
overlapPolicy: BufferOne
paused: true
note: until the report is rebuilt`),
      ),
    ).toEqual({
      ...{ type: "schedule", scheduleId: "nightly" },
      action: { workflowType: "report", taskQueue: "reports" },
      spec: { intervals: [{ every: 3600, offset: 300 }], timezone: "Europe/Berlin" },
      ...{ overlapPolicy: "BufferOne", paused: true, note: "until the report is rebuilt" },
    });
  });

  it.each([
    "0 6 * * MON-FRI",
    "*/5 0-6,8 1 jan * 2030",
    "30 0 6 * * * *",
    "@daily",
    "@every 30m",
    "@every 1h/5m",
    "CRON_TZ=Europe/Berlin 0 6 * * * # when the shop opens",
  ])("of a schedule takes the cron expression %s", (expression) => {
    expect(contentIn(cron(expression))).toMatchObject({ spec: { cronExpressions: [expression] } });
  });

  it("of each type is in docs/content.md as an example", () => {
    const text = readFileSync(new URL("../../docs/content.md", import.meta.url), "utf8");
    const examples = [...text.matchAll(/^```yaml\n(.*?)^```$/gms)].map(([, yaml = ""]) => yaml);
    expect(examples.map((example) => contentIn(example).type)).toEqual(contentTypes);
  });

  it("may be JSON, indented with tabs", () => {
    const text = '{\n\t"type": "namespace",\n\t"name": "orders",\n\t"retention": "90d"\n}';
    expect(contentIn(text)).toMatchObject({ name: "orders", retention: 90 * 86_400 });
  });

  it("may leave its type to --type, or agree with it", () => {
    const { type } = contentIn("workflowType: order\ntaskQueue: orders", "workflow");
    expect(type).toBe("workflow");
    expect(contentIn(workflow, "workflow").type).toBe("workflow");
  });
});

describe("a file that is no definition is refused with one line:", () => {
  it.each<[string, string, string]>([
    [
      "YAML that goes wrong",
      "type: workflow\n  bad: [1",
      "x.yaml:2:6: bad indentation of a mapping entry",
    ],
    [
      "JSON that ends too early",
      '{"type": "workflow",\n "input": [',
      "x.yaml:2:12: unexpected end of the stream within a flow collection",
    ],
    ["a key twice", `${workflow}taskQueue: others`, "x.yaml:4:1: duplicated mapping key"],
    ["nothing", "", "x.yaml: expected a document, but the input is empty"],
    ["two documents", `${workflow}---\n${workflow}`, "x.yaml: expected a single document"],
    ["an alias", "a: &a [*a]", "x.yaml:1:9: a definition takes no aliases (*name)"],
    [
      "a placeholder without quotes",
      `${workflow}input: [{id: {{id}}}]`,
      'an object cannot be a key; a placeholder stands in quotes, as in "{{name}}"',
    ],
    ["a list", "- a", "x.yaml: must have keys and values, such as type: workflow"],
    ["no type", "taskQueue: orders", "x.yaml: type: is missing; it must be one of workflow,"],
    [
      "a type that there is not",
      "type: order\ntaskQueue: orders",
      "x.yaml: type: must be one of workflow, namespace, schedule, template; the type of a workflow itself is its workflowType",
    ],
    [
      "a missing key",
      "type: workflow\nworkflowType: order",
      "x.yaml: taskQueue: is missing; it must be a string",
    ],
    [
      "an unknown key",
      `${workflow}retries: 3`,
      "x.yaml: unknown key retries; there are: type, workflowType, taskQueue, workflowId, input, ",
    ],
    [
      "several faults",
      "type: workflow\nworkflowType: ''\ninput: 7",
      "x.yaml: workflowType: must not be empty; taskQueue: is missing; it must be a string; input: must be an array",
    ],
    [
      "an id that is too long",
      `${workflow}workflowId: ${"x".repeat(256)}`,
      "workflowId: has 256 bytes, and Temporal takes 255",
    ],
    [
      "a time that is none",
      `${workflow}runTimeout: soon`,
      "runTimeout: must be a time such as 30s, 5m, 2h or 30d",
    ],
    ["a time of nothing", `${workflow}runTimeout: 0s`, "runTimeout: must be from 1s to 36500d"],
    [
      "a search attribute that cannot be one",
      `${workflow}searchAttributes: {Shop: {city: berlin}}`,
      "searchAttributes.Shop: must be a text, a number, true, false or a list of texts",
    ],
    [
      "a number that JSON does not have",
      `${workflow}input: [{total: .inf}]`,
      "input[0].total: is a number that JSON does not keep as it is; put it in quotes",
    ],
    [
      "a number that would become another",
      `${workflow}input: [{id: 9007199254740993}]`,
      "input[0].id: is a number that JSON does not keep as it is; put it in quotes",
    ],
    [
      "a namespace that keeps nothing",
      "type: namespace\nname: orders\nretention: 59m",
      "retention: must be from 1h to 36500d",
    ],
    ["a namespace's odd name", "type: namespace\nname: a b", "name: must be letters, digits, dots"],
    ["the server's namespace", "type: namespace\nname: temporal-system", "name: is Temporal's own"],
    [
      "data that is no text",
      "type: namespace\nname: a\ndata: {tier: 1}",
      "data.tier: must be a string",
    ],
    ["a schedule without times", schedule("spec: {}"), "spec: must have cronExpressions or"],
    [
      "a cron expression that is none",
      cron("6 * *"),
      "spec.cronExpressions[0]: must be a cron expression such as 0 6 * * MON-FRI",
    ],
    [
      "an interval that begins after its end",
      schedule("spec: {intervals: [{every: 1h, offset: 1h}]}"),
      "spec.intervals[0].offset: must be less than every",
    ],
    [
      "a place that is no time zone",
      schedule("spec: {cronExpressions: ['@daily'], timezone: Berlin}"),
      "spec.timezone: must be an IANA time zone such as Europe/Berlin",
    ],
    [
      "a policy that there is not",
      schedule("spec: {cronExpressions: ['@daily']}\noverlapPolicy: Queue"),
      "overlapPolicy: must be Skip or BufferOne or BufferAll or CancelOther or TerminateOther or AllowAll",
    ],
    [
      "an action in another namespace",
      "type: schedule\nscheduleId: a\nspec: {cronExpressions: ['@daily']}\naction: {workflowType: a, taskQueue: b, namespace: c}",
      "action: unknown key namespace; there are: workflowType, taskQueue,",
    ],
  ])("%s", (_, text, line) => {
    let said = "";
    try {
      contentIn(text);
    } catch (error) {
      said = String(error);
    }
    expect(said).toContain(line);
    expect(said).not.toContain("\n");
  });

  it("a type that --type denies", () => {
    expect(() => contentIn(workflow, "schedule")).toThrow(
      "x.yaml: type: is workflow, and --type says schedule; they must agree",
    );
  });

  it("bytes that are no text", () => {
    expect(() => documentOf("x.yaml", Buffer.from([0xff, 0xfe]))).toThrow("is no text in UTF-8");
  });

  it("more than Temporal takes", () => {
    const large = Buffer.alloc(2 * 1024 * 1024 + 1, " ");
    expect(() => documentOf("x.yaml", large)).toThrow(
      "x.yaml: has 2097153 bytes, and a definition has 2097152 at most",
    );
  });
});

describe("what is kept", () => {
  const kept = (text: string, type: ContentType): string => storedText(read(text), type);

  it("is YAML as it was written, with its comments", () => {
    const text = `# The shop's.\n${workflow}`;
    expect(kept(text.trimEnd(), "workflow")).toBe(text);
  });

  it("is YAML of what was written as JSON, or without its type", () => {
    const definition = { workflowType: "order", taskQueue: "orders", input: ["yes", "{{x}}", "7"] };
    for (const text of [
      JSON.stringify({ type: "workflow", ...definition }),
      JSON.stringify(definition),
      "workflowType: order\ntaskQueue: orders\ninput: ['yes', '{{x}}', '7']",
    ]) {
      const yaml = kept(text, "workflow");
      expect(yaml.split("\n")[0]).toBe("type: workflow");
      expect(contentIn(yaml)).toEqual({ type: "workflow", ...definition });
    }
  });
});
