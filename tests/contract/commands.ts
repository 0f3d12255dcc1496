/**
 * The contract of `resource-temporal` on a cluster that is up: what it says of it, and its exit codes.
 */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { load } from "js-yaml";
import { describe, expect, it } from "vitest";
import type { Subject } from "../../testkit/subject.ts";
import { temporal } from "../../testkit/temporal-cli.ts";

interface Status {
  readonly clusters: readonly {
    readonly name: string;
    readonly state: string;
    readonly endpoints: { readonly gatewayAddress?: string };
    readonly parts: readonly { readonly component: string; readonly state: string }[];
  }[];
}

/** What the tests need of the contract, once it is up. */
export interface Commanded {
  readonly subject: Subject;
  readonly gateway: string;
  readonly password: string;
  readonly workloads: readonly string[];
}

/** Defines the tests. */
export function commandsContract(commanded: () => Commanded): void {
  const run = (...args: readonly string[]): ReturnType<Subject["stack"]["command"]> =>
    commanded().subject.stack.command(args);

  describe("resource-temporal", () => {
    it.each([
      ["json", (text: string) => JSON.parse(text) as Status],
      ["yaml", (text: string) => load(text) as Status],
    ] as const)("status says in %s what runs, and where", async (format, parse) => {
      const { subject, gateway, workloads } = commanded();
      // History says that it serves some seconds after it can be used.
      const healthy = async (): Promise<number> => (await run("status")).exitCode;
      await expect.poll(healthy, { timeout: 60_000 }).toBe(0);
      const { exitCode, output } = await run("status", "--format", format);
      expect(exitCode).toBe(0);
      const [cluster] = parse(output).clusters;
      expect(cluster).toMatchObject({ name: subject.name, state: "healthy" });
      expect(cluster?.endpoints.gatewayAddress).toBe(gateway);
      expect(new Set(cluster?.parts.map(({ component }) => component))).toEqual(new Set(workloads));
      expect(new Set(cluster?.parts.map(({ state }) => state))).toEqual(new Set(["healthy"]));
    });

    it("status is a table for people, with images when they are wanted", async () => {
      const { exitCode, output } = await run("status", "--verbose");
      expect(exitCode).toBe(0);
      expect(output).toMatch(
        /^ +history +healthy +\S*history\S* +0 +20\S+Z +temporalio\/server:\S+$/m,
      );
    });

    it("status refuses a cluster that the stack does not have", async () => {
      const { exitCode, output } = await run("status", "--cluster", "nobody");
      expect(exitCode).toBe(1);
      expect(output).toContain(`has no cluster nobody; there are: ${commanded().subject.name}`);
    });

    it("logs of a role are its own, and no more than are wanted", async () => {
      const { exitCode, output } = await run("logs", "--role", "history", "--tail", "3");
      expect(exitCode).toBe(0);
      const lines = output.trim().split("\n");
      expect(lines).toHaveLength(3);
      for (const line of lines) expect(line).toMatch(/^\{"level":/);
    });

    it("logs of all roles say whose each line is", async () => {
      const { output } = await run("logs", "--tail", "1");
      for (const role of ["history", "gateway", "postgres"]) {
        expect(output).toMatch(new RegExp(`^\\S*${role}\\S* \\| `, "m"));
      }
    });

    it("logs of a role that there is not are refused, with those that there are", async () => {
      const { exitCode, output } = await run("logs", "--role", "nobody");
      expect(exitCode).toBe(1);
      expect(output).toContain("nothing runs as nobody: name one of frontend, gateway, history");
    });

    it("logs of a workflow are the lines that mention it, and none of another's", async () => {
      const directory = await mkdtemp(join(tmpdir(), "temporal-platform-input-"));
      const input = join(directory, "input.json");
      // History writes a line of a larger one than limit.blobSize.warn, which is 512 KiB.
      await writeFile(input, JSON.stringify("x".repeat(600 * 1024)));
      const start = ["workflow", "start", "--workflow-id", "large", "--input-file", input];
      const nothing = ["--type", "nothing", "--task-queue", "nobody"];
      await temporal(commanded().gateway, ...start, ...nothing);
      await rm(directory, { recursive: true });
      const about = (id: string): ReturnType<typeof run> =>
        run("logs", "--role", "history", "--since", "5m", "--workflow-id", id);
      const found = async (): Promise<string> => (await about("large")).output;
      await expect.poll(found, { timeout: 30_000 }).toMatch(/^\{.*"wf-id":"large"/m);
      expect(await about("larg")).toEqual({ exitCode: 2, output: "there is no such line" });
      await run("workflow", "terminate", "-w", "large", "--reason", "done");
    });

    it("credentials have the password only when it is asked for", async () => {
      const { password } = commanded();
      expect((await run("credentials", "--format", "json")).output).not.toContain(password);
      expect((await run("credentials", "--show-secrets")).output).toContain(password);
    });

    it("info says how it is configured, and in which order it starts", async () => {
      const { exitCode, output } = await run("info", "--format", "json");
      expect(exitCode).toBe(0);
      const [cluster] = (
        JSON.parse(output) as { clusters: { name: string; startup: { name: string }[] }[] }
      ).clusters;
      expect(cluster?.name).toBe(commanded().subject.name);
      const parts = new Set(cluster?.startup.map(({ name }) => name));
      expect(commanded().workloads.filter((name) => !parts.has(name))).toEqual([]);
    });

    it("test finds that each part is as it is configured, answers and does its work", async () => {
      const { exitCode, output } = await run("test", "all", "--format", "json");
      const results = JSON.parse(output) as { check: string; result: string; detail?: string }[];
      expect(results.filter(({ result }) => result !== "passed")).toEqual([]);
      expect(exitCode).toBe(0);
      expect(results.length).toBeGreaterThan(15);
    });

    it.each<[command: string, exitCode: number, says: RegExp]>([
      ["workflow start --type nothing --task-queue nobody --workflow-id w", 0, /^ +run id +\S+/m],
      ["workflow start --type nothing --task-queue nobody -w w", 1, /^error: .*w/m],
      ["workflow describe -w w", 0, /task queue +nobody/],
      ["workflow history -w w --format json", 0, /EVENT_TYPE_WORKFLOW_EXECUTION_STARTED/],
      ["task-queue describe --task-queue nobody", 0, /nobody has polled it/],
      ["workflow describe -w another", 1, /^error: /m],
      ["namespace describe --name default", 0, /retention +\d+d/],
      ["namespace describe --name nobody", 1, /there is no namespace nobody/],
      ["schedule list", 0, /There is no schedule/],
      ["schedule describe -i nobody", 1, /^error: .*nobody/m],
      ['workflow list --query "a = \'b"', 1, /position 5 is not closed/],
    ])("%s ends with %i", async (command, exitCode, says) => {
      const args = command.match(/"[^"]*"|\S+/g) ?? [];
      const answer = await run(...args.map((arg) => arg.replace(/^"(.*)"$/, "$1")));
      expect(answer.output).toMatch(says);
      expect(answer.exitCode).toBe(exitCode);
    });

    it("workflow list has it, and workflow terminate ends it", async () => {
      const row = async (): Promise<string> => (await run("workflow", "list")).output;
      // Visibility follows in the background.
      await expect.poll(row, { timeout: 30_000 }).toMatch(/^Running +w +\S+ +nothing/m);
      const { exitCode } = await run("workflow", "terminate", "-w", "w", "--reason", "done");
      expect(exitCode).toBe(0);
      await expect.poll(row, { timeout: 30_000 }).toMatch(/^Terminated +w +\S+ +nothing/m);
    });

    it("manage has nothing to do where everything runs", async () => {
      expect((await run("manage", "install")).exitCode).toBe(2);
      expect((await run("manage", "start")).exitCode).toBe(2);
    });
  });
}
