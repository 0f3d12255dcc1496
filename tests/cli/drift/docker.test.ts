import { describe, expect, it } from "vitest";
import { presentOnEngine } from "../../../cli/drift/docker.ts";
import { FakeEngine } from "../../providers/fake-engine.ts";

describe("what an engine has", () => {
  it("is containers that run, networks and volumes", async () => {
    const engine = await FakeEngine.start();
    engine.containers.set("runs", { labels: {}, running: true });
    engine.containers.set("stopped", { labels: {}, running: false });
    engine.networks.set("beef", { Name: "temporal-dev-network", Labels: {} });
    engine.volumes.push("data");
    const { host } = engine;
    expect(await presentOnEngine(host)).toEqual(new Set(["runs", "beef", "data"]));
    engine.stop();
    expect(await presentOnEngine(host)).toBeUndefined();
  });

  it.each(["unix:///nowhere.sock", "not an address", ""])(
    "is not known when it does not answer at %j",
    async (host) => {
      expect(await presentOnEngine(host)).toBeUndefined();
    },
  );
});
