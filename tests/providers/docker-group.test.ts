import { beforeEach, describe, expect, it } from "vitest";
import type { Properties } from "../../providers/protocol/values.ts";
import { dockerGroup } from "../../providers/temporal/docker-group.ts";
import { callOf } from "../../testkit/call.ts";
import { FakeEngine } from "./fake-engine.ts";

const name = "temporal-dev-workloads";
const labels = { "app.kubernetes.io/instance": "dev", "temporal-platform/stopped": "together" };
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

describe("a group of containers", () => {
  it("is nothing on the engine, and asks none, until it goes", async () => {
    const nowhere = { ...inputs, host: "unix:///nowhere.sock" };
    await expect(dockerGroup.create(nowhere, call)).resolves.toEqual({
      id: name,
      outputs: nowhere,
    });
    await expect(dockerGroup.update?.(inputs, nowhere, call)).resolves.toEqual(nowhere);
    expect(dockerGroup.onChange).toBe("update");
  });

  it("goes with its containers, and with no others", async () => {
    engine.containers.set("history", { labels: { ...labels, more: "x" }, running: true });
    engine.containers.set("stopped", { labels, running: false });
    const postgres = { "app.kubernetes.io/instance": "dev" };
    engine.containers.set("postgres", { labels: postgres, running: true });
    const another = { ...labels, "app.kubernetes.io/instance": "other" };
    engine.containers.set("another cluster's", { labels: another, running: true });
    await dockerGroup.delete?.(name, inputs, call);
    expect([...engine.containers.keys()]).toEqual(["postgres", "another cluster's"]);
    expect(engine.containers.get("postgres")?.running).toBe(true);
  });

  it("tells all to stop before the first has stopped, and removes each only then", async () => {
    const ids = ["history", "matching", "gateway"];
    for (const id of ids) engine.containers.set(id, { labels, running: true });
    let told = 0;
    let all: () => void = () => undefined;
    const everyone = new Promise<void>((resolve) => {
      all = resolve;
    });
    engine.onStop = () => {
      told += 1;
      if (told === ids.length) all();
      return everyone;
    };
    await dockerGroup.delete?.(name, inputs, call);
    expect(engine.asked.slice(0, 3).sort()).toEqual(
      ids.map((id) => `POST containers/${id}/stop`).sort(),
    );
    expect(engine.asked.slice(3).sort()).toEqual(ids.map((id) => `DELETE containers/${id}`).sort());
  });

  it("does not mind one that somebody else removes meanwhile", async () => {
    engine.containers.set("history", { labels, running: true });
    engine.onStop = (id) => {
      engine.containers.delete(id);
    };
    await dockerGroup.delete?.(name, inputs, call);
    expect([...engine.containers]).toEqual([]);
  });

  it("says which engine does not answer when it goes", async () => {
    const nowhere = { ...inputs, host: "unix:///nowhere.sock" };
    await expect(dockerGroup.delete?.(name, nowhere, call)).rejects.toThrow(
      /^the Docker engine at unix:\/\/\/nowhere.sock does not answer /,
    );
  });

  it("finds what is wrong with it", async () => {
    const checked = await dockerGroup.check?.({ labels: { a: 1 } }, {}, call);
    expect(checked?.failures.map(({ property }) => property).sort()).toEqual(["labels.a", "name"]);
    const right = await dockerGroup.check?.(inputs, {}, call);
    expect(right).toEqual({ inputs, failures: [] });
  });
});
