import { createInterface } from "node:readline";
import Docker from "dockerode";
import { describe, expect, it } from "vitest";
import { logsOnDocker, partsOnDocker } from "../../../cli/observe/docker.ts";
import { settledSeconds } from "../../../platform/workload.ts";

const secondsAgo = (seconds: number): string => new Date(Date.now() - seconds * 1000).toISOString();

/** The state of a container that has no health check of its own, as the engine tells it. */
async function stateOf(state: object, policy = "unless-stopped"): Promise<string | undefined> {
  const inspected = {
    ...{ Name: "/temporal-dev-orders-0", RestartCount: 0 },
    State: { Running: true, Restarting: false, StartedAt: secondsAgo(3600), ...state },
    Config: { Healthcheck: { Test: ["NONE"] } },
    HostConfig: { RestartPolicy: { Name: policy } },
  };
  const listed = { Id: "1", Image: "i", Labels: { "app.kubernetes.io/component": "orders" } };
  const engine = {
    listContainers: () => Promise.resolve([listed]),
    getContainer: () => ({ inspect: () => Promise.resolve(inspected) }),
  };
  const parts = await partsOnDocker(engine as unknown as Docker, { stack: "dev", cluster: "dev" });
  return parts[0]?.state;
}

describe("a container that cannot be asked", () => {
  it.each<[what: string, state: object, is: string]>([
    ["runs for some time", {}, "healthy"],
    ["has only begun", { StartedAt: secondsAgo(settledSeconds - 4) }, "starting"],
    ["ends again and again", { Restarting: true }, "unhealthy"],
    ["does not run", { Running: false }, "stopped"],
  ])("that %s", async (_what, state, is) => {
    expect(await stateOf(state)).toBe(is);
  });

  it("is no part when it runs only once, as a task does", async () => {
    expect(await stateOf({}, "no")).toBeUndefined();
  });
});

describe("the log of a container", () => {
  it("is read to its end, however many lines it has", async () => {
    const lines = Array.from({ length: 20_000 }, (_, index) => `line ${index}`);
    const frames = lines.map((line) => {
      const text = Buffer.from(`${line}\n`);
      const header = Buffer.alloc(8);
      header.writeUInt8(1, 0);
      header.writeUInt32BE(text.length, 4);
      return Buffer.concat([header, text]);
    });
    const listed = { Id: "1", Names: ["/a"], Labels: { "app.kubernetes.io/component": "history" } };
    const engine = {
      listContainers: () => Promise.resolve([listed]),
      getContainer: () => ({ logs: () => Promise.resolve(Buffer.concat(frames)) }),
      modem: new Docker().modem as unknown,
    };
    const owner = { stack: "dev", cluster: "dev" };
    const [source] = await logsOnDocker(engine as unknown as Docker, owner);
    const { signal } = new AbortController();
    const input = await source?.open({ tail: lines.length, follow: false, signal });
    if (input === undefined) throw new Error("there is no log");
    const read: string[] = [];
    for await (const line of createInterface({ input })) read.push(line);
    expect(read).toEqual(lines);
  });
});
