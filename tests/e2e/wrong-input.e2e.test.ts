/**
 * What can go wrong half-way, on the real engine: each fault is told in one clear error, and the next up goes on from where it stopped.
 */
import { randomBytes } from "node:crypto";
import { createServer, type Server } from "node:net";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { imageCatalogue, imageReference } from "../../platform/images.ts";
import { stackLabel } from "../../platform/labels.ts";
import { defaultServerVersion } from "../../platform/versions.ts";
import { removeLeftOvers, testStackName, uniqueName } from "../../testkit/leftovers.ts";
import { freePort, TestStack } from "../../testkit/stack.ts";
import { temporal } from "../../testkit/temporal-cli.ts";

const name = uniqueName("faulty");
const prefix = "e2e.invalid/broken";
const container = (workload: string): string => `temporal-${name}-${workload}-0`;

let stack: TestStack;
let publish: { port: number; grpcPort: number };
let cluster: object;

beforeAll(async () => {
  publish = { port: await freePort(), grpcPort: await freePort() };
  cluster = { name, target: { kind: "docker", publish } };
  stack = await TestStack.create({ clusters: [cluster] });
});

afterAll(async () => {
  await stack.dispose();
});

/** Output without the CLI's line breaks. */
const flat = (output: string): string => output.replace(/\s+/g, " ");

describe("before anything is made", () => {
  it("a bad configuration is told with the key, without a stack trace", async () => {
    await stack.configure({ clusters: [{ ...cluster, server: { version: "1.29.0" } }] });
    const { exitCode, output } = await stack.tryUp();
    expect(exitCode).not.toBe(0);
    expect(output).toContain(
      "temporal-platform:clusters[0].server.version: must be a version of 1.31 or 1.32",
    );
    expect(output).not.toMatch(/ at .*\.ts:\d+/);
    expect(await stack.leftOvers()).toEqual([]);
  });

  it("an unknown key of the stack is refused", async () => {
    await stack.configure({ clusters: [cluster], cluster: {} });
    const { exitCode, output } = await stack.tryUp();
    expect(exitCode).not.toBe(0);
    expect(output).toContain("temporal-platform:cluster: unknown key");
  });

  it("an engine that does not answer is named", async () => {
    const dead = { kind: "docker", publish, host: "unix:///nowhere/docker.sock" };
    await stack.configure({ clusters: [{ ...cluster, target: dead }] });
    const { exitCode, output } = await stack.tryUp();
    expect(exitCode).not.toBe(0);
    expect(output).toContain("unix:///nowhere/docker.sock");
    expect(await stack.leftOvers()).toEqual([]);
  });

  it("a Kubernetes context that nobody knows is named", async () => {
    await stack.configure({
      clusters: [{ name, target: { kind: "kubernetes", context: "nowhere" } }],
    });
    const { exitCode, output } = await stack.preview();
    expect(exitCode).not.toBe(0);
    expect(output).toContain(`clusters[${name}]: the kubeconfig has no context nowhere`);
  });
});

describe("a server image that does not start", () => {
  const catalogue = imageCatalogue(defaultServerVersion);
  const tags = Object.values(catalogue).map((image) => imageReference(image, prefix));

  beforeAll(async () => {
    for (const image of Object.values(catalogue)) {
      // The web UI's image has no temporal-server: what should start is not there.
      const source = image === catalogue.server ? catalogue.ui : image;
      await stack.docker
        .getImage(imageReference(source))
        .tag({ repo: `${prefix}/${image.repository}`, tag: image.tag });
    }
  });

  afterAll(async () => {
    for (const tag of tags) await stack.docker.getImage(tag).remove();
  });

  it("stops the deployment, and with the right one the next up goes on", async () => {
    await stack.configure({ clusters: [{ ...cluster, images: { registry: prefix } }] });
    const { exitCode, output } = await stack.tryUp();
    expect(exitCode).not.toBe(0);
    expect(output).toContain(`task temporal-${name}-config-check failed`);
    expect(await stack.healthy()).not.toContain(container("history"));

    await stack.configure({ clusters: [cluster] });
    await stack.up();
    await expect.poll(() => stack.healthy(), { timeout: 60_000 }).toHaveLength(7);
  });
});

describe("a port that someone else has", () => {
  let other: Server | undefined;
  afterEach(() => {
    other?.close();
  });

  it("is named, and when it is free the next up goes on", async () => {
    const taken = await freePort();
    other = createServer().listen(taken, "127.0.0.1");
    const moved = { ...cluster, target: { kind: "docker", publish: { ...publish, port: taken } } };
    await stack.configure({ clusters: [moved] });
    const { exitCode, output } = await stack.tryUp();
    expect(exitCode).not.toBe(0);
    expect(flat(output)).toMatch(
      new RegExp(`(${String(taken)}).*address already in use|port is already allocated`),
    );

    await new Promise((resolve) => other?.close(resolve));
    await stack.up();
    await expect.poll(() => stack.healthy(), { timeout: 60_000 }).toHaveLength(7);
    expect((await fetch(`http://127.0.0.1:${String(taken)}/health`)).status).toBe(200);
    await stack.configure({ clusters: [cluster] });
    await stack.up();
  });
});

describe("two clusters on one engine, one of them on an external PostgreSQL", () => {
  const password = randomBytes(12).toString("hex");
  const external = testStackName();
  const outside = uniqueName("outside");
  let host: string;
  let port: number;
  let second: TestStack;

  /** The host's address on the engine's bridge can be reached from every network. */
  beforeAll(async () => {
    const bridge = (await stack.docker.getNetwork("bridge").inspect()) as {
      IPAM: { Config: { Subnet: string }[] };
    };
    host = bridge.IPAM.Config[0]?.Subnet.replace(/\.0\/\d+$/, ".1") ?? "";
    port = await freePort();
    const image = imageCatalogue(defaultServerVersion).postgres;
    const made = await stack.docker.createContainer({
      name: external,
      Image: imageReference(image),
      Labels: { [stackLabel]: external },
      User: "999:999",
      Entrypoint: ["/bin/sh", "-c"],
      Cmd: [
        [
          'set -e; cd /tmp; umask 077; printf %s "$PASSWORD" > /tmp/password',
          "initdb -D /tmp/data -U team --pwfile=/tmp/password --auth=scram-sha-256 >/dev/null",
          "echo 'host all all all scram-sha-256' >> /tmp/data/pg_hba.conf",
          "exec postgres -D /tmp/data -c listen_addresses='*' -c unix_socket_directories=/tmp -c max_connections=200",
        ].join("; "),
      ],
      Env: [`PASSWORD=${password}`],
      HostConfig: { PortBindings: { "5432/tcp": [{ HostIp: host, HostPort: String(port) }] } },
      ExposedPorts: { "5432/tcp": {} },
    });
    await made.start();
    const publishSecond = { port: await freePort(), grpcPort: await freePort() };
    second = await TestStack.create({
      clusters: [
        {
          name: outside,
          target: { kind: "docker", publish: publishSecond },
          postgres: { kind: "external", host, port, user: "team", maxConnections: 200 },
        },
      ],
    });
  });

  afterAll(async () => {
    await second.dispose();
    await removeLeftOvers(stack.docker, external);
  });

  it("a missing password is asked for at preview", async () => {
    const { exitCode, output } = await second.preview();
    expect(exitCode).not.toBe(0);
    expect(output).toContain("TEMPORAL_DB_PASSWORD: is missing");
  });

  it("a wrong password is told as such, at once", async () => {
    const { exitCode, output } = await second.tryUp({ TEMPORAL_DB_PASSWORD: "a wrong password" });
    expect(exitCode).not.toBe(0);
    expect(flat(output)).toContain(
      `PostgreSQL refused the password of team at ${host}:${String(port)}: set TEMPORAL_DB_PASSWORD`,
    );
    expect(output).not.toContain("a wrong password");
  });

  it("with the right one it goes on, and both clusters serve side by side", async () => {
    await second.up({ TEMPORAL_DB_PASSWORD: password });
    await expect.poll(() => second.healthy(), { timeout: 60_000 }).toHaveLength(6);
    await expect.poll(() => stack.healthy(), { timeout: 60_000 }).toHaveLength(7);
    for (const [of, cluster] of [
      [stack, name],
      [second, outside],
    ] as const) {
      const { clusters } = (await of.outputs()) as {
        clusters: Record<string, { gatewayAddress: string }>;
      };
      const address = clusters[cluster]?.gatewayAddress ?? "";
      const described = await temporal(
        address,
        ...["operator", "cluster", "describe", "--output", "json"],
      );
      expect(JSON.parse(described)).toMatchObject({ clusterName: cluster });
    }
    expect(await second.state()).not.toContain(password);
  });

  it("destroy leaves nothing of either", async () => {
    await second.destroy();
    await stack.destroy();
    expect([...(await second.leftOvers()), ...(await stack.leftOvers())]).toEqual([]);
  });
});
