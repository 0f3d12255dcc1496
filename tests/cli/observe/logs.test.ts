import { PassThrough, Readable } from "node:stream";
import { describe, expect, it } from "vitest";
import {
  type LogOptions,
  type LogSource,
  mentions,
  type ShownLines,
  writeLogs,
} from "../../../cli/observe/logs.ts";

const options: LogOptions = { tail: 50, follow: false, signal: new AbortController().signal };
const source = (name: string, ...chunks: string[]): LogSource => ({
  ...{ name, component: name },
  open: () => Promise.resolve(Readable.from(chunks)),
});

async function written(
  sources: readonly LogSource[],
  more: Partial<ShownLines> = {},
): Promise<[number, string[]]> {
  const lines: string[] = [];
  const count = await writeLogs(sources, { ...options, ...more }, (line) => lines.push(line));
  return [count, lines];
}

describe("logs", () => {
  it("of one container are as it wrote them, however they come", async () => {
    expect(await written([source("a", "on", "e\ntw", "o\n")])).toEqual([2, ["one", "two"]]);
  });

  it("of several containers say whose each line is, and stay together", async () => {
    expect(await written([source("a", "1\n2\n"), source("b", "3\n")])).toEqual([
      3,
      ["a | 1", "a | 2", "b | 3"],
    ]);
  });

  it("may be none", async () => {
    expect(await written([source("a")])).toEqual([0, []]);
    expect(await written([])).toEqual([0, []]);
  });

  it("that are followed come as they are written", async () => {
    const [one, other] = [new PassThrough(), new PassThrough()];
    const lines: string[] = [];
    const following = writeLogs(
      [one, other].map((stream, index) => ({
        ...{ name: `s${index}`, component: "x" },
        open: () => Promise.resolve(stream),
      })),
      { ...options, follow: true },
      (line) => lines.push(line),
    );
    other.write("first\n");
    await expect.poll(() => lines).toEqual(["s1 | first"]);
    one.end("second\n");
    other.end();
    expect(await following).toBe(2);
  });
});

describe("logs of a workflow", () => {
  const lines = ['{"wf-id":"order-1"}', "started", '{"wf-id":"order-2"}', "order-1 is done"];

  it("are the lines that mention it", async () => {
    const sources = [source("a", lines.map((line) => `${line}\n`).join(""))];
    expect(await written(sources, { workflowId: "order-1" })).toEqual([2, [lines[0], lines[3]]]);
    expect(await written(sources, { workflowId: "order-3" })).toEqual([0, []]);
  });

  it("are as many as are wanted of them, not of all lines", async () => {
    const asked: LogOptions[] = [];
    const open = (wanted: LogOptions): Promise<Readable> => {
      asked.push(wanted);
      return Promise.resolve(Readable.from(lines.map((line) => `${line}\n`)));
    };
    const sources = [{ name: "a", component: "a", open }];
    expect(await written(sources, { workflowId: "order-1", tail: 1 })).toEqual([1, [lines[3]]]);
    expect(await written(sources, { workflowId: "order-1", tail: 0 })).toEqual([0, []]);
    expect(asked.map(({ tail }) => tail)).toEqual([undefined, undefined]);
  });

  it("come as they are written when they are followed", async () => {
    const stream = new PassThrough();
    const seen: string[] = [];
    const following = writeLogs(
      [{ name: "a", component: "a", open: () => Promise.resolve(stream) }],
      { ...options, tail: 1, follow: true, workflowId: "order-1" },
      (line) => seen.push(line),
    );
    stream.write(`${lines.join("\n")}\n`);
    await expect.poll(() => seen).toEqual([lines[0], lines[3]]);
    stream.end();
    expect(await following).toBe(2);
  });

  it.each([
    ['{"wf-id":"order-1","msg":"x"}', "order-1", true],
    ['{"error":"no workflow order-1."}', "order-1", true],
    ['{"wf-id":"order-17"}', "order-1", false],
    ['{"wf-id":"reorder-1"}', "order-1", false],
    ['{"wf-id":"order-17","parent":"order-1"}', "order-1", true],
    ["order-1", "order-1", true],
    ['{"wf-id":"say \\"hi\\""}', 'say "hi"', true],
    ['say "hi" now', 'say "hi"', true],
    ['{"wf-id":"a.b"}', "a+b", false],
  ])("%s mentions %s: %s", (line, id, expected) => {
    expect(mentions(line, id)).toBe(expected);
  });
});
