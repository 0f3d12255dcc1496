import { beforeEach, describe, expect, it } from "vitest";
import type { Properties } from "../../providers/protocol/values.ts";
import { unknown } from "../../providers/protocol/values.ts";
import { network } from "../../providers/temporal/network.ts";
import { callOf } from "../../testkit/call.ts";
import { FakeEngine } from "./fake-engine.ts";

const labels = { "temporal-platform/stack": "dev", "app.kubernetes.io/instance": "dev" };
const name = "temporal-dev-network";
const call = callOf({ name });

let engine: FakeEngine;
let inputs: Properties;
beforeEach(async () => {
  const started = await FakeEngine.start();
  engine = started;
  inputs = { host: engine.host, name, labels };
  return () => {
    started.stop();
  };
});

describe("a network", () => {
  it("is a bridge with its name and labels", async () => {
    await expect(network.create(inputs, call)).resolves.toEqual({ id: "made", outputs: inputs });
    expect(engine.networks.get("made")).toMatchObject({
      Name: name,
      Driver: "bridge",
      Labels: labels,
    });
  });

  it("that a killed deployment has made is taken over", async () => {
    engine.networks.set("left", { Name: name, Labels: { ...labels, more: "x" } });
    await expect(network.create(inputs, call)).resolves.toMatchObject({ id: "left" });
    expect(engine.asked).toEqual([]);
  });

  it("of somebody else is left alone, and the way out is told", async () => {
    engine.networks.set("theirs", { Name: name, Labels: {} });
    await expect(network.create(inputs, call)).rejects.toThrow(
      `a network named ${name} that is not ours exists on ${engine.host}: remove it, or name the cluster otherwise`,
    );
    expect(engine.asked).toEqual([]);
  });

  it("is not one whose name merely contains its own", async () => {
    engine.networks.set("other", { Name: `my-${name}-2`, Labels: {} });
    await expect(network.create(inputs, call)).resolves.toMatchObject({ id: "made" });
  });

  it("is found again, and missed when it is gone", async () => {
    const known = { inputs, outputs: inputs };
    engine.networks.set("n1", { Name: name, Labels: labels });
    await expect(network.read?.("n1", known, call)).resolves.toEqual({ id: "n1", ...known });
    engine.networks.clear();
    await expect(network.read?.("n1", known, call)).resolves.toBeUndefined();
  });

  it("is removed, by whomever", async () => {
    engine.networks.set("n1", { Name: name, Labels: labels });
    await network.delete?.("n1", inputs, call);
    expect([...engine.networks]).toEqual([]);
    await network.delete?.("n1", inputs, call);
  });

  it("stays while others use it, who are named", async () => {
    const Containers = { a: { Name: "my-app" }, b: { Name: "my-cron" } };
    engine.networks.set("n1", { Name: name, Labels: labels, Containers });
    await expect(network.delete?.("n1", inputs, call)).rejects.toThrow(
      `the network ${name} is in use by my-app, my-cron: disconnect (docker network disconnect ${name} my-app) or remove what is not the platform's`,
    );
  });

  it("is another one when anything about it changes", () => {
    expect(network.onChange).toBe("replace");
  });
});

describe("checking a network", () => {
  it.each([
    ["name", { labels }],
    ["labels", { name }],
    ["labels.a", { name, labels: { a: 1 } }],
    ["host", { name, labels, host: 1 }],
  ])("finds what is wrong with its %s", async (property, wrong) => {
    const checked = await network.check?.(wrong, {}, call);
    expect(checked?.failures.map((failure) => failure.property)).toEqual([property]);
  });

  it("waits until all is known", async () => {
    const checked = await network.check?.({ name: unknown }, {}, call);
    expect(checked?.failures).toEqual([]);
  });
});

describe("a preview", () => {
  it("makes nothing, and asks no engine", async () => {
    const nowhere = { ...inputs, host: "unix:///nowhere.sock" };
    await expect(network.create(nowhere, { ...call, preview: true })).resolves.toEqual({
      id: "",
      outputs: nowhere,
    });
  });
});

describe("an engine that is Podman", () => {
  it("is refused before anything is made", async () => {
    engine.components = ["Podman Engine", "Conmon", "OCI Runtime (crun)"];
    await expect(network.create(inputs, call)).rejects.toThrow(
      /^the engine at tcp:\/\/127\.0\.0\.1:\d+ is Podman 1\.2\.3, on which the platform does not run: /,
    );
    expect(engine.asked).toEqual([]);
  });
});

describe("an engine that does not answer", () => {
  const message = /^the Docker engine at unix:\/\/\/nowhere.sock does not answer /;
  it("is named, whatever is asked of it", async () => {
    const nowhere = { ...inputs, host: "unix:///nowhere.sock" };
    const known = { inputs: nowhere, outputs: nowhere };
    await expect(network.create(nowhere, call)).rejects.toThrow(message);
    await expect(network.read?.("n1", known, call)).rejects.toThrow(message);
    await expect(network.delete?.("n1", nowhere, call)).rejects.toThrow(message);
  });
});
