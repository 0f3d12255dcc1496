import { randomBytes } from "node:crypto";
import Docker from "dockerode";
import { afterEach, describe, expect, it } from "vitest";
import { imageCatalogue } from "../../platform/images.ts";
import { defaultServerVersion } from "../../platform/versions.ts";
import { callOf } from "../../testkit/call.ts";
import { task, type TaskInputs } from "../../providers/temporal/task.ts";

const docker = new Docker();
const name = `task-e2e-${randomBytes(3).toString("hex")}`;
/** Any image with a shell does. */
const image = imageCatalogue(defaultServerVersion).server.reference;

/** A task that runs a script. */
function script(text: string, more: Partial<TaskInputs> = {}): TaskInputs {
  return {
    name,
    image,
    command: ["/bin/sh", "-c", text],
    environment: {},
    mounts: [],
    tmpfs: [],
    network: "none",
    user: "1000:1000",
    capabilitiesAdd: [],
    memoryMiB: 32,
    labels: {},
    timeoutSeconds: 60,
    interruption: "stop",
    ...more,
  };
}

function run(inputs: TaskInputs, signal = new AbortController().signal): Promise<unknown> {
  return task.create({ ...inputs }, callOf({ name: "task", signal }));
}

/** The container of this test, if there is one. */
async function containers(): Promise<readonly Docker.ContainerInfo[]> {
  return docker.listContainers({ all: true, filters: { name: [name] } });
}

afterEach(async () => {
  await Promise.all(
    (await containers()).map(({ Id }) => docker.getContainer(Id).remove({ force: true, v: true })),
  );
});

describe("a task on the engine", () => {
  it("leaves nothing behind when it succeeds", async () => {
    const inputs = script("exit 0");
    await expect(run(inputs)).resolves.toEqual({ id: name, outputs: inputs });
    expect(await containers()).toEqual([]);
  });

  it("fails with the end of what it said, without secrets", async () => {
    const text = 'echo "connecting as $USER_NAME with $DB_PASSWORD" >&2; exit 7';
    const environment = { DB_PASSWORD: "hunter2", USER_NAME: "temporal" };
    await expect(run(script(text, { environment }))).rejects.toThrow(
      `task ${name} failed with exit code 7:\nconnecting as temporal with ***`,
    );
    expect(await containers()).toEqual([]);
  });

  it("fails when its program is not in the image", async () => {
    await expect(run(script("", { command: ["/nothing"] }))).rejects.toThrow("/nothing");
    expect(await containers()).toEqual([]);
  });

  it("is ended when its time is over", async () => {
    const stubborn = script('trap "" TERM; echo begun; sleep 100', { timeoutSeconds: 1 });
    await expect(run(stubborn)).rejects.toThrow(`task ${name} did not end within 1 s:\nbegun`);
    expect(await containers()).toEqual([]);
  });

  it("is ended when the user interrupts", async () => {
    const abort = new AbortController();
    const interrupted = expect(run(script("sleep 100"), abort.signal)).rejects.toThrow(
      `task ${name} was interrupted`,
    );
    await expect.poll(containers, { timeout: 30_000 }).toMatchObject([{ State: "running" }]);
    abort.abort();
    await interrupted;
    expect(await containers()).toEqual([]);
  });

  it("runs to its end when the user interrupts and it must not be cut", async () => {
    const abort = new AbortController();
    const finishing = script("sleep 2", { interruption: "finish" });
    const ended = run(finishing, abort.signal);
    await expect.poll(containers, { timeout: 30_000 }).toMatchObject([{ State: "running" }]);
    abort.abort();
    await expect(ended).resolves.toMatchObject({ id: name });
    expect(await containers()).toEqual([]);
  });

  it("runs on when its time is over and it must not be cut, and the next run waits for its end", async () => {
    const mounts = [{ volume: name, path: "/data" }];
    const finish = { mounts, user: "0:0", interruption: "finish" } as const;
    try {
      const long = script("sleep 4; touch /data/ended", { ...finish, timeoutSeconds: 1 });
      await expect(run(long)).rejects.toThrow("did not end within 1 s and runs on");
      expect(await containers()).toMatchObject([{ State: "running" }]);
      await expect(run(script("sleep 0", { ...finish, timeoutSeconds: 1 }))).rejects.toThrow(
        `${name} of an earlier deployment still runs after another 1 s on`,
      );
      await run(script("test -f /data/ended", finish));
      expect(await containers()).toEqual([]);
    } finally {
      for (const { Id } of await containers()) {
        await docker.getContainer(Id).remove({ force: true });
      }
      await docker.getVolume(name).remove();
    }
  });

  it("may do nothing but its work", async () => {
    const text = [
      "id -u",
      "touch /tmp/scratch && echo scratch",
      "touch /root-file 2>/dev/null || echo read-only",
      "grep -E '^(CapPrm|CapEff|NoNewPrivs):' /proc/self/status",
      "cat /sys/fs/cgroup/memory.max /sys/fs/cgroup/memory/memory.limit_in_bytes 2>/dev/null",
      "exit 1",
    ].join("\n");
    const none = "0".repeat(16);
    await expect(run(script(text, { tmpfs: ["/tmp"] }))).rejects.toThrow(
      [
        `task ${name} failed with exit code 1:`,
        "1000",
        "scratch",
        "read-only",
        `CapPrm:\t${none}`,
        `CapEff:\t${none}`,
        "NoNewPrivs:\t1",
        String(32 * 1024 * 1024),
      ].join("\n"),
    );
  });

  it("takes the place of what an interrupted run left", async () => {
    const label = { "temporal-platform/task": name };
    await docker.createContainer({ name, Image: image, Cmd: ["true"], Labels: label });
    await run(script("exit 0"));
    expect(await containers()).toEqual([]);
  });

  it("does not touch a container of that name that is not ours", async () => {
    await docker.createContainer({ name, Image: image, Cmd: ["true"] });
    await expect(run(script("exit 0"))).rejects.toThrow(
      `a container named ${name} that is not ours exists on`,
    );
    expect(await containers()).toHaveLength(1);
  });

  it("says what to do about an image that is nowhere", async () => {
    const nowhere = "localhost:1/nothing:1.2.3";
    await expect(run(script("exit 0", { image: nowhere }))).rejects.toThrow(
      new RegExp(
        `^the image ${nowhere} is not on .* cannot be pulled from localhost:1.*npm run bootstrap`,
      ),
    );
  });

  it("sees a volume, and root may give it away", async () => {
    const mounts = [{ volume: name, path: "/data" }];
    try {
      await expect(run(script("touch /data/file", { mounts }))).rejects.toThrow("denied");
      const chown = { command: ["chown", "1000:1000", "/data"], user: "0:0" };
      await expect(run(script("", { ...chown, mounts }))).rejects.toThrow("not permitted");
      await run(script("", { ...chown, mounts, capabilitiesAdd: ["CHOWN"] }));
      await run(script("touch /data/file", { mounts }));
    } finally {
      await docker.getVolume(name).remove();
    }
  });
});
