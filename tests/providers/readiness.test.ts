import { beforeEach, describe, expect, it } from "vitest";
import { type Properties, unknown } from "../../providers/protocol/values.ts";
import { readiness } from "../../providers/temporal/readiness.ts";
import { callOf } from "../../testkit/call.ts";
import { FakeEngine } from "./fake-engine.ts";

const name = "temporal-dev-history-0";
const command = ["timeout", "210", "/bin/sh", "-c", "until true; do sleep 0.1; done"];
const call = callOf({ name });
const never = (): Promise<number> => new Promise(() => undefined);

let engine: FakeEngine;
let inputs: Properties;
beforeEach(async () => {
  const started = await FakeEngine.start();
  engine = started;
  engine.containers.set("c1", { labels: {}, running: true, exitCode: 7, log: "cannot bind\n" });
  inputs = { host: engine.host, container: "c1", name, command, timeoutSeconds: 60 };
  return () => {
    started.stop();
  };
});

describe("a container is ready", () => {
  it("when one command in it ends well", async () => {
    await expect(readiness.create(inputs, call)).resolves.toEqual({ id: name, outputs: inputs });
    expect(engine.commands).toEqual([command]);
  });

  it("not before that", async () => {
    let end: (exitCode: number) => void = () => undefined;
    engine.onCommand = () =>
      new Promise((resolve) => {
        end = resolve;
      });
    let done = false;
    const waiting = readiness.create(inputs, call).then(() => {
      done = true;
    });
    await expect.poll(() => engine.commands).toHaveLength(1);
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(done).toBe(false);
    end(0);
    await waiting;
  });

  it("when the engine has started it again and it is well then", async () => {
    engine.containers.set("c1", { labels: {}, running: true, startedAgain: true });
    engine.onCommand = () => (engine.commands.length === 1 ? 137 : 0);
    await readiness.create(inputs, call);
    expect(engine.commands).toEqual([command, command]);
  });

  it("when the engine tells its end, and starts it again nevertheless", async () => {
    engine.containers.set("c1", { labels: {}, running: true, startedAgain: "told", exitCode: 1 });
    engine.onCommand = () => (engine.commands.length === 1 ? 137 : 0);
    await readiness.create(inputs, call);
    expect(engine.commands).toEqual([command, command]);
  });

  it("anew when another one takes its place", async () => {
    expect(readiness.onChange).toBe("update");
    engine.containers.set("c2", { labels: {}, running: true });
    const other = { ...inputs, container: "c2" };
    await expect(readiness.update?.(inputs, other, call)).resolves.toEqual(other);
    expect(engine.asked).toContain("POST containers/c2/exec");
    engine.onCommand = () => 1;
    await expect(readiness.update?.(inputs, other, call)).rejects.toThrow("ended before");
  });
});

describe("a container that is not ready", () => {
  const advice = `see \`docker logs ${name}\`; the next up waits for it again`;
  const lines = "Its last lines:\ncannot bind";

  it("has ended, and its last lines say why", async () => {
    engine.onCommand = () => 137;
    await expect(readiness.create(inputs, call)).rejects.toThrow(
      `${name} ended before it was ready (exit code 7): ${advice}. ${lines}`,
    );
  });

  it("has ended when the engine starts it again and again", async () => {
    engine.containers.set("c1", { labels: {}, running: true, startedAgain: true });
    engine.onCommand = () => 137;
    await expect(readiness.create(inputs, call)).rejects.toThrow(
      `${name} ended before it was ready`,
    );
    expect(engine.commands).toHaveLength(3);
  });

  it("has ended before anything could be run in it", async () => {
    engine.containers.set("c1", { labels: {}, running: false, exitCode: 2 });
    await expect(readiness.create(inputs, call)).rejects.toThrow(
      new Error(`${name} ended before it was ready (exit code 2): ${advice}`),
    );
    expect(engine.commands).toEqual([]);
  });

  it("took too long", async () => {
    engine.onCommand = never;
    await expect(readiness.create({ ...inputs, timeoutSeconds: 0.1 }, call)).rejects.toThrow(
      `${name} was not ready within 0.1 s: ${advice}. ${lines}`,
    );
  });

  it("is no longer waited for when the user interrupts", async () => {
    const controller = new AbortController();
    engine.onCommand = () => {
      controller.abort();
      return never();
    };
    const interrupted = callOf({ name, signal: controller.signal });
    await expect(readiness.create(inputs, interrupted)).rejects.toThrow(
      `${name} was interrupted before it was ready: ${advice}. ${lines}`,
    );
  });

  it("is gone", async () => {
    engine.containers.clear();
    await expect(readiness.create(inputs, call)).rejects.toThrow(
      `${name} ended before it was ready (exit code unknown)`,
    );
  });
});

describe("a container that cannot be asked", () => {
  const settle = (): Properties => ({
    ...{ host: engine.host, container: "c1", name, timeoutSeconds: 60 },
    settleSeconds: 0.05,
  });

  it("is ready when it has run for some time, and nothing is run in it", async () => {
    engine.containers.set("c1", { labels: {}, running: true, startedAgain: true });
    await readiness.create(settle(), call);
    expect(engine.commands).toEqual([]);
    expect(engine.created).toEqual([]);
  });

  it("is not when it ends before, and its last lines say why", async () => {
    await expect(readiness.create({ ...settle(), settleSeconds: 60 }, call)).rejects.toThrow(
      `${name} ended before it was ready (exit code 7)`,
    );
  });

  it("is no longer waited for when the user interrupts", async () => {
    engine.containers.set("c1", { labels: {}, running: true, startedAgain: true });
    const interrupted = callOf({ name, signal: AbortSignal.abort() });
    await expect(readiness.create({ ...settle(), settleSeconds: 60 }, interrupted)).rejects.toThrow(
      `${name} was interrupted before it was ready`,
    );
  });

  it("is asked by another image's programs, in its network, of which nothing stays", async () => {
    engine.containers.set("c1", { labels: {}, running: true, startedAgain: true });
    await readiness.create({ ...inputs, image: "temporalio/server:1.32.2" }, call);
    expect(engine.created).toMatchObject([
      {
        Image: "temporalio/server:1.32.2",
        Entrypoint: command,
        User: "65534:65534",
        HostConfig: { NetworkMode: "container:c1", ReadonlyRootfs: true, CapDrop: ["ALL"] },
      },
    ]);
    expect(engine.commands).toEqual([]);
    expect([...engine.containers.keys()]).toEqual(["c1"]);
  });

  it("leaves nothing either when it ends while it is asked", async () => {
    engine.onCommand = never;
    await expect(
      readiness.create({ ...inputs, image: "temporalio/server:1.32.2" }, call),
    ).rejects.toThrow(`${name} ended before it was ready (exit code 7)`);
    expect([...engine.containers.keys()]).toEqual(["c1"]);
  });
});

describe("checking a readiness", () => {
  it("finds what no engine could wait for", async () => {
    const wrong = { container: "c1", name, command: [], timeoutSeconds: 0 };
    const checked = await readiness.check?.(wrong, {}, call);
    expect(checked?.failures.map(({ property }) => property)).toEqual([
      "command",
      "timeoutSeconds",
    ]);
    const nothing = await readiness.check?.({}, {}, call);
    expect(nothing?.failures).toHaveLength(4);
  });

  it("waits until the container is known", async () => {
    const checked = await readiness.check?.({ ...inputs, container: unknown }, {}, call);
    expect(checked?.failures).toEqual([]);
  });

  it("waits for nobody in a preview", async () => {
    const preview = callOf({ name, preview: true });
    const nowhere = { ...inputs, host: "unix:///nowhere.sock", container: unknown };
    await expect(readiness.create(nowhere, preview)).resolves.toEqual({
      id: name,
      outputs: nowhere,
    });
    await expect(readiness.update?.(inputs, nowhere, preview)).resolves.toEqual(nowhere);
  });

  it("names an engine that does not answer", async () => {
    const nowhere = { ...inputs, host: "unix:///nowhere.sock" };
    const message = /^the Docker engine at unix:\/\/\/nowhere.sock does not answer /;
    await expect(readiness.create(nowhere, call)).rejects.toThrow(message);
    await expect(readiness.update?.(inputs, nowhere, call)).rejects.toThrow(message);
  });
});
