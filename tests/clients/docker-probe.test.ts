import { once } from "node:events";
import { type AddressInfo, createServer } from "node:net";
import { expect, it, onTestFinished } from "vitest";
import { probeEngine } from "../../clients/docker-probe.ts";
import { FakeEngine } from "../providers/fake-engine.ts";

async function engineOf(components?: readonly string[]): Promise<string> {
  const engine = await FakeEngine.start();
  onTestFinished(() => {
    engine.stop();
  });
  if (components !== undefined) engine.components = components;
  return engine.host;
}

it("an engine that answers tells its version", async () => {
  const answer = { kind: "answers", version: "1.2.3" };
  expect(await probeEngine(await engineOf(), { environment: {} })).toEqual(answer);
});

it("one that is not Docker answers, with why it is of no use", async () => {
  const host = await engineOf(["Podman Engine"]);
  expect(await probeEngine(host, { environment: {} })).toMatchObject({
    kind: "answers",
    unsupported: expect.stringContaining(`the engine at ${host} is Podman`) as string,
  });
});

it.each([
  ["unix:///nowhere/docker.sock", "connect ENOENT /nowhere/docker.sock"],
  ["http://nowhere.invalid", "http://nowhere.invalid is no address of a Docker engine"],
])("one that is not there, or has no address, is silent: %s", async (host, reason) => {
  expect(await probeEngine(host, { environment: {} })).toEqual({
    kind: "silent",
    reason: expect.stringContaining(reason) as string,
  });
});

it("one that hangs is given up", async () => {
  const server = createServer((socket) => socket.on("error", () => undefined));
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => void server.close());
  const { port } = server.address() as AddressInfo;
  const options = { environment: {}, timeoutMs: 50 };
  expect(await probeEngine(`tcp://127.0.0.1:${port}`, options)).toEqual({
    kind: "silent",
    reason: "no answer in 0.05 s",
  });
});
