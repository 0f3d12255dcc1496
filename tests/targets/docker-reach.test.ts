import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it, onTestFinished } from "vitest";
import { whyOutOfReach } from "../../targets/docker/reach.ts";

it("an engine that answers is within reach", async () => {
  const directory = mkdtempSync(join(tmpdir(), "reach-"));
  const socket = join(directory, "docker.sock");
  const server = createServer((_request, response) => response.end("OK"));
  await new Promise<void>((listening) => server.listen(socket, listening));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
    rmSync(directory, { recursive: true });
  });
  expect(await whyOutOfReach(`unix://${socket}`, {})).toBeUndefined();
});

it.each(["unix:///nowhere/docker.sock", "tcp://127.0.0.1:1", "http://nowhere.invalid"])(
  "%s is out of reach, and the error says what to do",
  async (host) => {
    expect(await whyOutOfReach(host, {})).toMatch(
      new RegExp(
        `^the Docker engine at ${host} does not answer \\(.+\\): start it, or set target.host to another one$`,
      ),
    );
  },
);
