import { describe, expect, it } from "vitest";
import { sizeCommand } from "../../bench/size.ts";

function run(...args: readonly string[]): string {
  let said = "";
  const command = sizeCommand((text) => {
    said += text;
  });
  command.exitOverride().configureOutput({ writeErr: () => undefined });
  command.parse([...args], { from: "user" });
  return said;
}

describe("npm run size", () => {
  it("says what to run, what to rent, and what it takes for granted", () => {
    const said = run("--workflows-per-second", "1000", "--activities", "3", "--retention", "30d");
    for (const word of [
      "history",
      "shards",
      "max_connections",
      "WAL",
      "nodes of",
      "Costs measured",
    ])
      expect(said).toContain(word);
  });

  it("says when workflows are kept for longer than one PostgreSQL can hold", () => {
    const rate = ["--workflows-per-second", "1000", "--retention"];
    expect(run(...rate, "3650d")).toContain("more than one PostgreSQL should have");
    expect(run(...rate, "1d")).not.toContain("more than one PostgreSQL should have");
  });

  it.each([
    [["--workflows-per-second", "many"], "must be a number above 0"],
    [["--workflows-per-second", "-3"], "must be a number above 0"],
    [["--workflows-per-second", "1", "--activities", "1.5"], "must be a whole number"],
    [["--workflows-per-second", "1", "--retention", "30"], "must be a number of days such as 30d"],
    [["--retention", "30d"], "--workflows-per-second"],
  ])("%j is refused with a reason", (args, reason) => {
    expect(() => run(...args)).toThrow(reason);
  });
});
