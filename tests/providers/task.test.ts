import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it, onTestFinished, vi } from "vitest";
import { unknown } from "../../providers/protocol/values.ts";
import { containerOptions, outputOf } from "../../providers/temporal/container.ts";
import { callOf } from "../../testkit/call.ts";
import { failure, redact, task, type TaskInputs } from "../../providers/temporal/task.ts";
import { FakeEngine } from "./fake-engine.ts";

const inputs: TaskInputs = {
  name: "temporal-dev-schema",
  image: "temporalio/admin-tools:1.32.2",
  command: ["temporal-sql-tool", "--version"],
  environment: { SQL_PASSWORD: "hunter2", SQL_USER: "temporal" },
  mounts: [{ volume: "data", path: "/data" }],
  tmpfs: ["/tmp"],
  network: "temporal-dev",
  user: "1000:1000",
  capabilitiesAdd: [],
  memoryMiB: 64,
  labels: { a: "b" },
  timeoutSeconds: 30,
  interruption: "stop",
};
const call = callOf({ name: "schema" });

describe("the container of a task", () => {
  const options = containerOptions(inputs);

  it("runs the command in place of the image's entry point", () => {
    expect(options.Entrypoint).toEqual(inputs.command);
    expect(options.Cmd).toEqual([]);
  });

  it("is confined", () => {
    expect(options.User).toBe("1000:1000");
    expect(options.HostConfig).toMatchObject({
      ReadonlyRootfs: true,
      CapDrop: ["ALL"],
      SecurityOpt: ["no-new-privileges:true"],
      Memory: 64 * 1024 * 1024,
      MemorySwap: 64 * 1024 * 1024,
    });
    expect(options.HostConfig).not.toHaveProperty("NanoCpus");
    const limited = containerOptions({ ...inputs, cpus: 0.5 });
    expect(limited.HostConfig).toMatchObject({ NanoCpus: 500_000_000 });
  });

  it("carries the label by which it is known as ours", () => {
    expect(options.Labels).toEqual({ a: "b", "temporal-platform/task": inputs.name });
  });
});

describe("the image of a task", () => {
  it("is pulled with the registry's login, and one that is refused is told with it", async () => {
    const directory = mkdtempSync(join(tmpdir(), "task-"));
    const engine = await FakeEngine.start();
    onTestFinished(() => {
      engine.stop();
      vi.unstubAllEnvs();
      rmSync(directory, { recursive: true });
    });
    const auth = Buffer.from("alice:secret").toString("base64");
    const config = { auths: { "https://index.docker.io/v1/": { auth } } };
    writeFileSync(join(directory, "config.json"), JSON.stringify(config));
    vi.stubEnv("DOCKER_CONFIG", directory);
    engine.onPull = () => [401, { message: "unauthorized: incorrect username or password" }];
    await expect(task.create({ ...inputs, host: engine.host }, call)).rejects.toThrow(
      `the image ${inputs.image} is not on ${engine.host} (docker.io refuses the image ${inputs.image}, asked with the login of alice in ${directory}/config.json: unauthorized: incorrect username or password): run \`npm run bootstrap\``,
    );
    expect(engine.pulls).toMatchObject([{ auth: { username: "alice", password: "secret" } }]);
  });
});

describe("a task that fails", () => {
  it("shows the end of its output", () => {
    const output = Array.from({ length: 50 }, (_, line) => `line ${line + 1}\n`).join("");
    const said = failure(inputs, { exitCode: 3, output });
    expect(said.split("\n")).toHaveLength(21);
    expect(said).toMatch(/^task temporal-dev-schema failed with exit code 3:\nline 31\n/);
  });

  it("tells why it was ended", () => {
    expect(failure(inputs, { exitCode: "timeout", output: "" })).toBe(
      "task temporal-dev-schema did not end within 30 s",
    );
    expect(failure(inputs, { exitCode: "interrupted", output: "" })).toBe(
      "task temporal-dev-schema was interrupted",
    );
    const finishing = { ...inputs, interruption: "finish" } as const;
    expect(failure(finishing, { exitCode: "timeout", output: "" })).toBe(
      "task temporal-dev-schema did not end within 30 s and runs on: the next `up` waits for it",
    );
  });

  it("tells no secret", () => {
    expect(redact("temporal:hunter2@postgres", inputs.environment)).toBe("temporal:***@postgres");
    expect(redact("nothing", { EMPTY_TOKEN: "" })).toBe("nothing");
    expect(redact("ab abc", { A_TOKEN: "ab", B_TOKEN: "abc" })).toBe("*** ***");
  });
});

describe("output", () => {
  it("is what stands between the headers", () => {
    const frame = (stream: number, text: string): Buffer => {
      const header = Buffer.alloc(8);
      header.writeUInt8(stream, 0);
      header.writeUInt32BE(Buffer.byteLength(text), 4);
      return Buffer.concat([header, Buffer.from(text)]);
    };
    expect(outputOf(Buffer.concat([frame(1, "a\n"), frame(2, "ü\n"), frame(1, "c")]))).toBe(
      "a\nü\nc",
    );
    expect(outputOf(Buffer.alloc(0))).toBe("");
  });
});

describe("checking a task", () => {
  it("finds what no engine could run", async () => {
    const wrong = { ...inputs, memoryMiB: 0, command: [] };
    const checked = await task.check?.(wrong, {}, call);
    expect(checked?.failures.map(({ property }) => property).sort()).toEqual([
      "command",
      "memoryMiB",
    ]);
  });

  it("waits until all is known", async () => {
    const checked = await task.check?.({ name: unknown }, {}, call);
    expect(checked?.failures).toEqual([]);
  });

  it("runs nothing in a preview", async () => {
    const preview = { ...call, preview: true };
    const nowhere = { ...inputs, host: "unix:///nowhere.sock" };
    await expect(task.create(nowhere, preview)).resolves.toMatchObject({ id: inputs.name });
    await expect(task.update?.({}, nowhere, preview)).resolves.toEqual(nowhere);
  });

  it("names an engine that does not answer", async () => {
    await expect(task.create({ ...inputs, host: "unix:///nowhere.sock" }, call)).rejects.toThrow(
      /^the Docker engine at unix:\/\/\/nowhere.sock does not answer \(.*\): start it, or set clusters\[\].target.host$/,
    );
  });
});
