import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { dashboards } from "../../cli/commands/dashboards.ts";

let directory: string;
let said: string[];
let warned: string[];

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "dashboards-"));
  said = [];
  warned = [];
  vi.spyOn(console, "log").mockImplementation((line: string) => said.push(line));
  vi.spyOn(console, "error").mockImplementation((line: string) => warned.push(line));
});

afterEach(() => {
  vi.restoreAllMocks();
  rmSync(directory, { recursive: true });
});

describe("resource-temporal dashboards", () => {
  it("writes a file for each into a directory that it makes, and says which", async () => {
    const output = join(directory, "made", "here");
    expect(await dashboards("dev", { output })).toBe(0);
    const files = readdirSync(output);
    expect(files).toContain("temporal-dev-server.json");
    expect(said.toSorted()).toEqual(files.map((file) => join(output, file)).toSorted());
    for (const file of files) {
      const text = readFileSync(join(output, file), "utf8");
      expect(JSON.parse(text)).toMatchObject({ tags: ["temporal", "temporal-dev"] });
    }
  });

  it("writes over its own files, and leaves others as they are", async () => {
    writeFileSync(join(directory, "temporal-dev-server.json"), "old");
    writeFileSync(join(directory, "mine.json"), "mine");
    await dashboards("dev", { output: directory });
    expect(readFileSync(join(directory, "temporal-dev-server.json"), "utf8")).not.toBe("old");
    expect(readFileSync(join(directory, "mine.json"), "utf8")).toBe("mine");
  });

  it("says what a Prometheus must do that the platform does not tell what to scrape", async () => {
    await dashboards("dev", { output: directory });
    expect(warned).toEqual([
      'cluster dev: its dashboards are empty unless your Prometheus gives its series the label temporal_cluster="dev", which monitoring.kind managed and operator do',
    ]);
  });

  it("knows the stack's clusters only", async () => {
    await expect(dashboards("dev", { output: directory, cluster: "west" })).rejects.toThrow(
      "stack dev has no cluster west; there are: dev",
    );
  });
});
