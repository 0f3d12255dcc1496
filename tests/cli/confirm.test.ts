import { PassThrough } from "node:stream";
import { describe, expect, it } from "vitest";
import { confirm } from "../../cli/confirm.ts";

const undertaking = {
  warning: "This deletes schedule nightly.",
  what: "the schedule's id",
  answer: "nightly",
};

/** A terminal at which somebody types a line. */
function terminal(line: string) {
  const stdin = Object.assign(new PassThrough(), { isTTY: true });
  stdin.end(`${line}\n`);
  return { stdin, stdout: new PassThrough() };
}

describe("what cannot be undone", () => {
  it("is done when its name is typed, after a warning", async () => {
    const { stdin, stdout } = terminal(" nightly ");
    await confirm(undertaking, { stdin, stdout });
    expect(String(stdout.read())).toContain(
      "This deletes schedule nightly.\nType the schedule's id to go on: ",
    );
  });

  it("is not done when something else is typed", async () => {
    await expect(confirm(undertaking, terminal("yes"))).rejects.toThrow(
      "nothing was done: that is not nightly",
    );
  });

  it("is not done when there is nobody to ask", async () => {
    const streams = { stdin: new PassThrough(), stdout: new PassThrough() };
    await expect(confirm(undertaking, streams)).rejects.toThrow(
      "nothing was done, because there is no terminal to confirm it on: add --yes. This deletes schedule nightly.",
    );
  });
});
