import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PassThrough } from "node:stream";
import { Command, CommanderError } from "commander";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { removeContent } from "../../cli/commands/content.ts";
import { declareContent } from "../../cli/program/content.ts";
import { describeError } from "../../offline/user-error.ts";

let place: string;
const stored = (name = ""): string => join(place, "content", "dev", name);

/** Writes a file that may be added. */
function file(name: string, text: string): string {
  const path = join(place, name);
  writeFileSync(path, text);
  return path;
}

beforeEach(() => {
  place = mkdtempSync(join(tmpdir(), "content-"));
  vi.stubEnv("TEMPORAL_PLATFORM_CONTENT", join(place, "content"));
  vi.stubEnv("PULUMI_STACK", undefined);
});

interface Answer {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs `resource-temporal content` in this process. */
async function content(...args: readonly string[]): Promise<Answer> {
  const [out, err] = [[] as string[], [] as string[]];
  const before = process.exitCode;
  const spies = [
    vi.spyOn(console, "log").mockImplementation((text: string) => void out.push(`${text}\n`)),
    vi.spyOn(console, "error").mockImplementation((text: string) => void err.push(`${text}\n`)),
    vi.spyOn(process.stdout, "write").mockImplementation((text) => {
      out.push(String(text));
      return true;
    }),
  ];
  const program = new Command("resource-temporal").exitOverride().configureOutput({
    writeErr: (text) => void err.push(text),
  });
  declareContent(program);
  try {
    await program.parseAsync(["content", ...args], { from: "user" });
    return {
      exitCode: Number(process.exitCode ?? 0),
      stdout: out.join(""),
      stderr: err.join(""),
    };
  } catch (error) {
    if (!(error instanceof CommanderError)) err.push(`${describeError(error)}\n`);
    return { exitCode: 1, stdout: out.join(""), stderr: err.join("") };
  } finally {
    process.exitCode = before;
    for (const spy of spies) spy.mockRestore();
  }
}

const workflow = "# The shop's.\ntype: workflow\nworkflowType: order\ntaskQueue: orders\n";

describe("content add", () => {
  it("keeps a file under its own name, as it is", async () => {
    const answer = await content("add", "--file", file("order.yml", workflow));
    expect(answer).toEqual({
      exitCode: 0,
      stdout: `workflow order is added as ${stored("order.yaml")}: commit it\n`,
      stderr: "",
    });
    expect(readFileSync(stored("order.yaml"), "utf8")).toBe(workflow);
    expect(readdirSync(stored())).toEqual(["order.yaml"]);
  });

  it("keeps JSON as YAML, with the type and the name that are named", async () => {
    const path = file("Orders.json", '{"name": "orders", "retention": "30d"}');
    const args = ["--file", path, "--type", "namespace", "--name", "the-orders"];
    expect((await content("add", ...args)).exitCode).toBe(0);
    expect(readFileSync(stored("the-orders.yaml"), "utf8")).toBe(
      "type: namespace\nname: orders\nretention: 30d\n",
    );
  });

  it("exits with 2 when the name is taken, and changes nothing", async () => {
    await content("add", "--file", file("order.yaml", workflow));
    const other = file("other.yaml", "type: namespace\nname: orders");
    expect(await content("add", "--file", other, "--name", "order")).toEqual({
      exitCode: 2,
      stdout: "",
      stderr: "stack dev has content order already: remove it, or name this one by --name\n",
    });
    expect(readFileSync(stored("order.yaml"), "utf8")).toBe(workflow);
    expect(readdirSync(stored())).toEqual(["order.yaml"]);
  });

  it.each<[string, readonly string[], string]>([
    ["without a file", [], "error: required option '--file <path>' not specified"],
    [
      "a file that is not there",
      ["--file", "nowhere.yaml"],
      "error: there is no file nowhere.yaml",
    ],
    ["a folder", ["--file", ".", "--name", "a"], "error: . is a folder: name a file in it"],
    [
      "a file whose name cannot be one",
      ["--file", "My Order.yaml"],
      'error: My Order.yaml: "My Order" cannot name content. It must be at most 63 lower-case letters',
    ],
    [
      "a name that cannot be one",
      ["--file", "a.yaml", "--name", "../a"],
      "error: option '--name <name>' argument '../a' is invalid. It must be at most 63",
    ],
    [
      "an unknown type",
      ["--file", "a.yaml", "--type", "activity"],
      "error: option '--type <type>' argument 'activity' is invalid. Allowed choices are workflow, namespace, schedule, template.",
    ],
    ["an unknown stack", ["--file", "a.yaml", "-s", "nope"], "error: there is no Pulumi.nope.yaml"],
    ["an unknown option", ["--file", "a.yaml", "--force"], "error: unknown option '--force'"],
  ])("fails in one line for %s, and keeps nothing", async (_, args, line) => {
    const { exitCode, stdout, stderr } = await content("add", ...args);
    expect([exitCode, stdout]).toEqual([1, ""]);
    expect(stderr.split("\n")[0]).toContain(line);
    expect(existsSync(stored())).toBe(false);
  });

  it("names the file, the line and the column of a fault, and keeps nothing", async () => {
    const path = file("order.yaml", `${workflow}taskQueue: [`);
    const { exitCode, stderr } = await content("add", "--file", path);
    expect(exitCode).toBe(1);
    expect(stderr).toBe(
      `error: ${path}:5:13: unexpected end of the stream within a flow collection\n`,
    );
    expect(existsSync(stored())).toBe(false);
  });
});

/** Keeps one of each type, changed at the same time. */
function keepAll(): void {
  const called = "workflowType: order, taskQueue: orders";
  const all = {
    order: workflow,
    orders: "type: namespace\nname: shop-orders\n",
    nightly: `type: schedule\nscheduleId: nightly\nspec: {cronExpressions: ['@daily']}\naction: {${called}}\n`,
    "order-of": `type: template\nparameters: {id: {}}\nworkflow: {${called}, workflowId: 'order-{{id}}'}\n`,
  };
  mkdirSync(stored(), { recursive: true });
  const time = new Date("2026-01-02T03:04:05Z");
  for (const [name, text] of Object.entries(all)) {
    writeFileSync(stored(`${name}.yaml`), text);
    utimesSync(stored(`${name}.yaml`), time, time);
  }
}

describe("content list", () => {
  it("says what there is, and what each defines", async () => {
    keepAll();
    writeFileSync(stored("README.md"), "Not content.");
    expect(await content("list")).toEqual({
      exitCode: 0,
      stdout: `name      type       what             changed at
nightly   schedule   nightly          2026-01-02T03:04:05.000Z
order     workflow   order on orders  2026-01-02T03:04:05.000Z
order-of  template   order on orders  2026-01-02T03:04:05.000Z
orders    namespace  shop-orders      2026-01-02T03:04:05.000Z
`,
      stderr: "",
    });
  });

  it("gives programs the same, with the keys of definitions", async () => {
    keepAll();
    const changedAt = "2026-01-02T03:04:05.000Z";
    const called = { workflowType: "order", taskQueue: "orders", changedAt };
    const { stdout } = await content("list", "--format", "json");
    expect(JSON.parse(stdout)).toEqual([
      { name: "nightly", type: "schedule", scheduleId: "nightly", changedAt },
      { name: "order", type: "workflow", ...called },
      { name: "order-of", type: "template", ...called },
      { name: "orders", type: "namespace", namespace: "shop-orders", changedAt },
    ]);
    const yaml = await content("list", "-f", "yaml", "--filter", "type=schedule");
    expect(yaml.stdout).toBe(
      `- name: nightly\n  type: schedule\n  scheduleId: nightly\n  changedAt: '${changedAt}'\n`,
    );
  });

  it("lists what a filter lets pass", async () => {
    keepAll();
    const { stdout } = await content("list", "--filter", "type=template AND name=order*");
    expect(stdout.split("\n")[1]).toMatch(/^order-of /);
    expect(stdout.split("\n")).toHaveLength(3);
  });

  it("is empty where nothing was added", async () => {
    expect(await content("list")).toEqual({
      exitCode: 0,
      stdout: "There is no content.\n",
      stderr: "",
    });
    expect((await content("list", "--format", "json")).stdout).toBe("[]\n");
  });

  it("tells of damaged files, lists the others, and exits with 1", async () => {
    keepAll();
    writeFileSync(stored("broken.yaml"), "type: workflow\n<<<<<<< HEAD\n");
    writeFileSync(stored("Old.yaml"), workflow);
    const { exitCode, stdout, stderr } = await content("list", "--filter", "type=namespace");
    expect(exitCode).toBe(1);
    expect(stdout.split("\n")[1]).toMatch(/^orders /);
    expect(stderr).toContain(`error: ${stored("broken.yaml")}:`);
    expect(stderr).toContain(`error: ${stored("Old.yaml")}: "Old" cannot name content.`);
    expect(stderr.trimEnd().split("\n")).toHaveLength(2);
  });

  it.each<[string, readonly string[], string]>([
    [
      "a filter that is none",
      ["--filter", "name=a OR name=b"],
      "error: option '--filter <query>' argument 'name=a OR name=b' is invalid. At position 8 there must be AND.",
    ],
    ["an unknown format", ["--format", "xml"], "Allowed choices are text, json, yaml."],
    ["an unknown stack", ["-s", "nope"], "error: there is no Pulumi.nope.yaml"],
    ["an argument too many", ["order"], "error: too many arguments"],
  ])("fails in one line for %s", async (_, args, line) => {
    const { exitCode, stderr } = await content("list", ...args);
    expect(exitCode).toBe(1);
    expect(stderr.split("\n")[0]).toContain(line);
  });
});

describe("content get", () => {
  it("prints what is kept", async () => {
    keepAll();
    expect(await content("get", "--name", "order")).toEqual({
      exitCode: 0,
      stdout: workflow,
      stderr: "",
    });
  });

  it("writes it to a new file, and to no other", async () => {
    keepAll();
    const output = join(place, "copy.yaml");
    expect((await content("get", "--name", "order", "--output", output)).exitCode).toBe(0);
    expect(readFileSync(output, "utf8")).toBe(workflow);
    expect(await content("get", "--name", "orders", "--output", output)).toEqual({
      exitCode: 1,
      stdout: "",
      stderr: `error: there is a file ${output} already: name another one by --output\n`,
    });
    expect(readFileSync(output, "utf8")).toBe(workflow);
  });

  it("fails in one line where the file cannot be", async () => {
    keepAll();
    const output = join(place, "nowhere", "copy.yaml");
    const { exitCode, stderr } = await content("get", "--name", "order", "--output", output);
    expect(exitCode).toBe(1);
    expect(stderr).toMatch(/^error: ENOENT[^\n]*copy\.yaml'\n$/);
  });
});

/** A terminal at which somebody types a line. */
function terminal(line: string) {
  const stdin = Object.assign(new PassThrough(), { isTTY: true });
  stdin.end(`${line}\n`);
  return { stdin, stdout: new PassThrough() };
}

describe("content remove", () => {
  it("removes the definition when it is told not to ask, and says what stays", async () => {
    keepAll();
    expect(await content("remove", "--name", "order", "--force")).toEqual({
      exitCode: 0,
      stdout: `${stored("order.yaml")} is removed; what was made of it in Temporal stays\n`,
      stderr: "",
    });
    expect(readdirSync(stored())).toEqual(["nightly.yaml", "order-of.yaml", "orders.yaml"]);
  });

  it("refuses where there is no terminal to ask on", async () => {
    keepAll();
    expect(await content("remove", "--name", "order")).toEqual({
      exitCode: 1,
      stdout: "",
      stderr: `error: nothing was done, because there is no terminal to confirm it on: add --force. This removes ${stored("order.yaml")}, and nothing that was made of it in Temporal.\n`,
    });
    expect(existsSync(stored("order.yaml"))).toBe(true);
  });

  it("asks on a terminal for the name", async () => {
    keepAll();
    const log = vi.spyOn(console, "log").mockReturnValue();
    await expect(removeContent("dev", { name: "order" }, terminal("yes"))).rejects.toThrow(
      "nothing was done: that is not order",
    );
    expect(existsSync(stored("order.yaml"))).toBe(true);
    const { stdin, stdout } = terminal("order");
    expect(await removeContent("dev", { name: "order" }, { stdin, stdout })).toBe(0);
    expect(String(stdout.read())).toContain(
      `This removes ${stored("order.yaml")}, and nothing that was made of it in Temporal.\nType the content's name to go on: `,
    );
    expect(existsSync(stored("order.yaml"))).toBe(false);
    log.mockRestore();
  });
});

describe("content execute", () => {
  it.each<[string, readonly string[], string]>([
    ["options that are not JSON", ["--options", "{"], "is invalid. It is not JSON: "],
    ["options that are no object", ["--options", "7"], "error: --options: must be an object"],
    ["an option that does not fit", ["--options", '{"memo": {}}'], "unknown key memo; there are:"],
    ["an empty cluster", ["-c", ""], "It must not be empty."],
  ])("fails in one line for %s, before anything is sent", async (_, args, line) => {
    keepAll();
    vi.stubEnv("TEMPORAL_ADDRESS", "127.0.0.1:1");
    const { exitCode, stdout, stderr } = await content("execute", "--name", "order", ...args);
    expect([exitCode, stdout]).toEqual([1, ""]);
    expect(stderr.split("\n")[0]).toContain(line);
  });

  it("exits with 2 for a definition that was damaged", async () => {
    keepAll();
    writeFileSync(stored("order.yaml"), "type: activity");
    expect(await content("execute", "--name", "order")).toEqual({
      exitCode: 2,
      stdout: "",
      stderr: expect.stringMatching(
        /^error: order is not executable: [^\n]*order\.yaml: type: must be one of [^\n]*\n$/,
      ) as string,
    });
  });
});

describe.each(["get", "remove", "execute"])("content %s", (command) => {
  it("exits with 2 when there is no such content", async () => {
    expect(await content(command, "--name", "order")).toEqual({
      exitCode: 2,
      stdout: "",
      stderr:
        "stack dev has no content order: `resource-temporal content list` names what there is\n",
    });
  });

  it.each<[string, readonly string[], string]>([
    ["no name", [], "error: required option '--name <name>' not specified"],
    ["a name that leads elsewhere", ["--name", "../dev/order"], "It must be at most 63"],
    ["an unknown stack", ["--name", "order", "-s", "nope"], "error: there is no Pulumi.nope.yaml"],
    ["an unknown option", ["--name", "order", "--nonsense"], "error: unknown option '--nonsense'"],
  ])("fails in one line for %s", async (_, args, line) => {
    const { exitCode, stderr } = await content(command, ...args);
    expect(exitCode).toBe(1);
    expect(stderr.split("\n")[0]).toContain(line);
  });
});
