import { beforeEach, expect, it } from "vitest";
import { checkConnectivity } from "../../targets/docker/connectivity.ts";
import { FakeEngine } from "../providers/fake-engine.ts";

let engine: FakeEngine;
beforeEach(async () => {
  const started = await FakeEngine.start();
  engine = started;
  return () => {
    started.stop();
  };
});

it("an engine that answers is within reach", async () => {
  expect(await checkConnectivity(engine.host, {})).toBeUndefined();
});

it("Podman is named, and what to do", async () => {
  engine.components = ["Podman Engine", "Conmon"];
  expect(await checkConnectivity(engine.host, {})).toMatch(
    /^the engine at tcp:\/\/127\.0\.0\.1:\d+ is Podman 1\.2\.3, on which the platform does not run: .*; start a Docker engine, and name it by DOCKER_HOST or clusters\[\]\.target\.host$/,
  );
});

it.each(["unix:///nowhere/docker.sock", "tcp://127.0.0.1:1", "http://nowhere.invalid"])(
  "%s is out of reach, and the error says what to do",
  async (host) => {
    expect(await checkConnectivity(host, {})).toMatch(
      new RegExp(
        `^the Docker engine at ${host} does not answer \\(.+\\): start it, or set target.host to another one$`,
      ),
    );
  },
);
