import { PassThrough, Readable } from "node:stream";
import { describe, expect, it } from "vitest";
import { type LogOptions, type LogSource, writeLogs } from "../../../cli/observe/logs.ts";

const options: LogOptions = { tail: 50, follow: false, signal: new AbortController().signal };
const source = (name: string, ...chunks: string[]): LogSource => ({
  ...{ name, component: name },
  open: () => Promise.resolve(Readable.from(chunks)),
});

async function written(sources: readonly LogSource[]): Promise<[number, string[]]> {
  const lines: string[] = [];
  const count = await writeLogs(sources, options, (line) => lines.push(line));
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
