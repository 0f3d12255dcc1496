/**
 * What our provider does on a real engine besides tasks: waits for containers, stops them together, and makes the network they are in.
 */
import { randomBytes } from "node:crypto";
import Docker from "dockerode";
import { afterEach, describe, expect, it } from "vitest";
import { imageCatalogue } from "../../platform/images.ts";
import { defaultServerVersion } from "../../platform/versions.ts";
import { dockerGroup } from "../../providers/temporal/docker-group.ts";
import { network } from "../../providers/temporal/network.ts";
import { readiness } from "../../providers/temporal/readiness.ts";
import { readinessCommand } from "../../targets/docker/health.ts";
import { callOf } from "../../testkit/call.ts";

const docker = new Docker();
const id = `containers-e2e-${randomBytes(3).toString("hex")}`;
const labels = { [id]: "yes" };
const filters = { label: [`${id}=yes`] };
/** Any image with a shell does. */
const image = imageCatalogue(defaultServerVersion).server.reference;
const call = callOf({ name: "test" });

afterEach(async () => {
  for (const { Id } of await docker.listContainers({ all: true, filters })) {
    await docker.getContainer(Id).remove({ force: true });
  }
  for (const { Id } of await docker.listNetworks({ filters })) await docker.getNetwork(Id).remove();
});

/** Starts a container that runs a script, and whose health the engine itself asks for in an hour. */
async function start(name: string, script: string, more: object = {}): Promise<Docker.Container> {
  const hour = 3600 * 1e9;
  const container = await docker.createContainer({
    name: `${id}-${name}`,
    Image: image,
    Entrypoint: ["/bin/sh", "-c", script],
    Labels: labels,
    Healthcheck: { Test: ["CMD", "true"], Interval: hour },
    ...more,
  });
  await container.start();
  return container;
}

function wait(
  container: Docker.Container,
  timeoutSeconds = 30,
  signal = new AbortController().signal,
): Promise<unknown> {
  const check = { kind: "exec", command: ["test", "-f", "/tmp/it is ready"] } as const;
  const inputs = {
    container: container.id,
    name: id,
    command: readinessCommand(check, timeoutSeconds + 5),
    timeoutSeconds,
  };
  return readiness.create(inputs, callOf({ name: "test", signal }));
}

describe("waiting for a container", () => {
  it("ends when it is ready, and not when the engine looks", async () => {
    const container = await start("late", 'sleep 1; touch "/tmp/it is ready"; sleep 100');
    await wait(container);
    const { State } = await container.inspect();
    expect(State.Health).toMatchObject({ Status: "starting", Log: [] });
  });

  it("ends at once when the container does, with the end of its log", async () => {
    const container = await start("broken", "echo no such database; sleep 1; exit 3");
    await expect(wait(container)).rejects.toThrow(
      new RegExp(`^${id} ended before it was ready \\(exit code 3\\).*no such database$`, "s"),
    );
  });

  it("ends when its time is over, with the end of the log", async () => {
    const container = await start("slow", "echo still loading; sleep 100");
    await expect(wait(container, 1)).rejects.toThrow(
      new RegExp(`^${id} was not ready within 1 s.*still loading$`, "s"),
    );
  });

  it("ends when the user interrupts", async () => {
    const abort = new AbortController();
    const waiting = wait(await start("slow", "sleep 100"), 30, abort.signal);
    abort.abort();
    await expect(waiting).rejects.toThrow(`${id} was interrupted before it was ready`);
  });
});

describe("a group of containers", () => {
  it("is told to stop at the same time, and removed", async () => {
    // Each takes a second to end, so that one after the other would be seen.
    const script =
      'trap "sleep 1; exit 0" TERM; touch "/tmp/it is ready"; while :; do sleep 0.1; done';
    const members = [await start("one", script), await start("two", script)];
    await Promise.all(members.map((member) => wait(member)));
    const since = Math.floor(Date.now() / 1000) - 1;
    await dockerGroup.delete?.("group", { name: "group", labels }, call);
    expect(await docker.listContainers({ all: true, filters })).toEqual([]);
    const actions = await eventsOf(members, since);
    expect(actions.filter((action) => ["kill", "die"].includes(action))).toEqual([
      "kill",
      "kill",
      "die",
      "die",
    ]);
  });

  it("that is gone already is no fault", async () => {
    await expect(
      dockerGroup.delete?.("group", { name: "group", labels }, call),
    ).resolves.toBeUndefined();
  });
});

describe("a network", () => {
  const inputs = { name: id, labels };

  it("is made once, is found, and goes", async () => {
    const made = await network.create(inputs, call);
    expect(await network.create(inputs, call)).toEqual(made);
    expect(await network.read?.(made.id, { inputs, outputs: inputs }, call)).toMatchObject(made);
    await network.delete?.(made.id, inputs, call);
    expect(await network.read?.(made.id, { inputs, outputs: inputs }, call)).toBeUndefined();
    await network.delete?.(made.id, inputs, call);
  });

  it("of that name that is somebody else's is not taken", async () => {
    const { id: other } = await network.create(inputs, call);
    const ours = { name: id, labels: { ...labels, mine: "yes" } };
    await expect(network.create(ours, call)).rejects.toThrow(
      `a network named ${id} that is not ours exists on`,
    );
    await network.delete?.(other, inputs, call);
  });

  it("that somebody's container is attached to stays, and the container is named", async () => {
    const made = await network.create(inputs, call);
    await start("guest", "sleep 100", { HostConfig: { NetworkMode: id } });
    await expect(network.delete?.(made.id, inputs, call)).rejects.toThrow(
      `the network ${id} is in use by ${id}-guest: disconnect`,
    );
  });
});

/** What happened to containers, in its order. */
async function eventsOf(
  containers: readonly Docker.Container[],
  since: number,
): Promise<readonly string[]> {
  const until = Math.ceil(Date.now() / 1000);
  const ids = { container: containers.map((container) => container.id) };
  const stream = await docker.getEvents({ since, until, filters: JSON.stringify(ids) });
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk as Buffer);
  const lines = Buffer.concat(chunks).toString("utf8").trim().split("\n");
  return lines.map((line) => (JSON.parse(line) as { Action: string }).Action);
}
