import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { TaskQueueConfig } from "../../cli/task-queues/config.ts";
import {
  closedAddress,
  commandAt,
  type DevServer,
  startDevServer,
} from "../../testkit/dev-server.ts";

let server: DevServer;

beforeAll(async () => {
  server = await startDevServer();
});
afterAll(async () => {
  await server.stop();
});

const config = (verb: string, ...args: readonly string[]) =>
  server.command("task-queue", "config", verb, "--task-queue", "orders", ...args);

async function typesOf(...args: readonly string[]): Promise<readonly TaskQueueConfig[]> {
  const { stdout } = await config("get", ...args, "--format", "json");
  return (JSON.parse(stdout) as { types: readonly TaskQueueConfig[] }).types;
}

// Each builds on those before it.
describe("resource-temporal task-queue config", () => {
  it("shows of each type that nobody has set a limit", async () => {
    const type = (name: string): string[] => [
      "",
      name,
      "  queue rate limit                 -",
      "  fairness key rate limit default  -",
      "  in force for the queue           4000/s (System)",
    ];
    const { exitCode, stdout } = await config("get");
    expect([exitCode, ...stdout.split("\n")]).toEqual([
      ...[0, "Task queue orders in namespace default"],
      ...["workflow", "activity", "nexus"].flatMap(type),
    ]);
  });

  it.each(["activity", "nexus"])("sets limits for %s tasks, with a reason", async (type) => {
    const { exitCode, stdout } = await config(
      ...["set", "--type", type, "--queue-rate-limit", "50"],
      ...["--fairness-key-rate-limit-default", "2.5", "--reason", "the bank takes 50/s"],
    );
    expect(exitCode).toBe(0);
    const by = "by resource-temporal@\\S+ at \\d{4}-\\S+Z\n {35}the bank takes 50/s";
    expect(stdout).toMatch(new RegExp(`^ {2}queue rate limit {17}50/s, ${by}$`, "m"));
    expect(stdout).toMatch(
      new RegExp(`^ {2}fairness key rate limit default {2}2\\.5/s, ${by}$`, "m"),
    );
    await expect
      .poll(async () => (await typesOf("--type", type))[0]?.effectiveRateLimit, { timeout: 30_000 })
      .toEqual({ requestsPerSecond: 50, source: "Api" });
  });

  it("changes what is named, and nothing else", async () => {
    await config("set", "--type", "activity", "--queue-rate-limit", "0");
    const [activity] = await typesOf("--type", "activity");
    expect(activity).toMatchObject({
      queueRateLimit: { requestsPerSecond: 0, reason: "" },
      fairnessKeyRateLimitDefault: { requestsPerSecond: 2.5, reason: "the bank takes 50/s" },
    });
    const [nexus] = await typesOf("--type", "nexus");
    expect(nexus?.queueRateLimit?.requestsPerSecond).toBe(50);
  });

  it("removes limits, and tells who did", async () => {
    const { stdout } = await config(
      ...["set", "--type", "activity", "--reason", "the bank is faster now"],
      ...["--unset", "queue-rate-limit", "fairness-key-rate-limit-default"],
    );
    expect(stdout).toMatch(/^ {2}queue rate limit {17}none, by resource-temporal@/m);
    expect(stdout).toContain("the bank is faster now");
    await expect
      .poll(async () => (await typesOf("--type", "activity"))[0]?.effectiveRateLimit, {
        timeout: 30_000,
      })
      .toEqual({ requestsPerSecond: 4000, source: "System" });
  });

  it("knows no queue of a namespace that is not there", async () => {
    expect((await config("get", "--namespace", "nowhere")).stderr).toMatch(
      /^error: there is no namespace nowhere/,
    );
  });
});

describe("resource-temporal task-queue config, of wrong input and before anything is sent,", () => {
  const onOrders = ["--task-queue", "orders"];
  const ofActivities = ["set", ...onOrders, "--type", "activity"];
  it.each<[readonly string[], string]>([
    [["get"], "required option '-t, --task-queue <name>' not specified"],
    [["get", ...onOrders, "--type", "sticky"], "Allowed choices are workflow, activity"],
    [["get", ...onOrders, "--format", "yaml"], "Allowed choices are text, json."],
    [["set", ...onOrders], "required option '--type <type>' not specified"],
    [["set", ...onOrders, "--type", "workflow"], "Allowed choices are activity, nexus."],
    [ofActivities, "nothing of task queue orders would change: name --queue-rate-limit"],
    [[...ofActivities, "--reason", "none"], "nothing of task queue orders would change"],
    [[...ofActivities, "--queue-rate-limit", "-1"], "It must be tasks a second"],
    [[...ofActivities, "--fairness-key-rate-limit-default", "x"], "It must be tasks a second"],
    [[...ofActivities, "--unset", "limit"], "Allowed choices are queue-rate-limit"],
    [
      [...ofActivities, "--queue-rate-limit", "5", "--unset", "queue-rate-limit"],
      "either set --queue-rate-limit or remove it with --unset queue-rate-limit",
    ],
    [
      [...ofActivities, "--queue-rate-limit", "5", "--reason", "x".repeat(1001)],
      "It has 1001 bytes, and Temporal takes 1000.",
    ],
  ])("tells about %j", async (args, message) => {
    const answer = await commandAt(closedAddress, "task-queue", "config", ...args);
    expect([answer.exitCode, answer.stdout]).toEqual([1, ""]);
    expect(answer.stderr.split("\n")[0]).toContain(message);
  });
});
