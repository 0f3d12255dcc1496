import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { connect } from "node:net";
import type Docker from "dockerode";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { defaultHost, dockerClient } from "../../clients/docker.ts";
import { forwardToContainer } from "../../clients/docker-forward.ts";
import { imageCatalogue } from "../../platform/images.ts";
import { listenerPorts, readyPath } from "../../platform/gateway.ts";
import { defaultServerVersion } from "../../platform/versions.ts";

const docker = dockerClient(process.env["DOCKER_HOST"] ?? defaultHost, process.env);
const name = `temporal-test-forward-${randomUUID()}`;
let container: Docker.Container;

/** A server that answers every request, in an image that has `nc`. */
const config = `global
  nbthread 1
defaults
  mode http
  timeout connect 5s
  timeout client 60s
  timeout server 60s
frontend one
  bind *:${listenerPorts.all}
  http-request return status 200 content-type text/plain string here
`;

beforeAll(async () => {
  const { gateway } = imageCatalogue(defaultServerVersion);
  container = await docker.createContainer({
    name,
    Image: gateway.reference,
    Entrypoint: [
      "/bin/sh",
      "-c",
      'printf "%s" "$CONFIG" >/tmp/one.cfg && exec haproxy -f /tmp/one.cfg',
    ],
    Env: [`CONFIG=${config}`],
    HostConfig: { NetworkMode: "none" },
  });
  await container.start();
});
afterAll(async () => {
  await container.remove({ force: true });
});

describe("a way to a port of a container that has no network", () => {
  it("carries bytes in both directions, on several connections at a time", async () => {
    await expect
      .poll(() => forwardToContainer(docker, name, listenerPorts.all).then((way) => way.close()))
      .toBeUndefined();
    const way = await forwardToContainer(docker, name, listenerPorts.all);
    const ask = async (): Promise<string> => {
      const answer = await fetch(`http://${way.address}${readyPath}`);
      return answer.text();
    };
    expect(await Promise.all([ask(), ask(), ask()])).toEqual(["here", "here", "here"]);
    await way.close();
  });

  it("leaves no program in the container when it is closed", async () => {
    const way = await forwardToContainer(docker, name, listenerPorts.all);
    const [host = "", port = ""] = way.address.split(":");
    const socket = connect(Number(port), host);
    await once(socket, "connect");
    const programs = async (): Promise<readonly string[]> => {
      const { Processes } = (await container.top()) as { readonly Processes: string[][] };
      return Processes.flatMap((process) => process.filter((word) => word.startsWith("nc ")));
    };
    await expect.poll(programs).toHaveLength(1);
    await way.close();
    await expect.poll(programs).toEqual([]);
  });

  it("is refused in one line when nobody listens, or there is no such container", async () => {
    await expect(forwardToContainer(docker, name, 7001)).rejects.toThrow(
      `port 7001 of container ${name} takes no connection`,
    );
    await expect(forwardToContainer(docker, `${name}-none`, 7001)).rejects.toThrow(
      "No such container",
    );
  });
});
