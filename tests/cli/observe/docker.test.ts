import type Docker from "dockerode";
import { describe, expect, it } from "vitest";
import { partsOnDocker } from "../../../cli/observe/docker.ts";
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
