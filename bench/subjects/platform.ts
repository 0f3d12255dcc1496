/**
 * This platform's stack, as it is by default or with something changed.
 */
import type Docker from "dockerode";
import { metricsPort, serviceRoles } from "../../platform/roles.ts";
import { freePort, TestStack } from "../../tests/support/stack.ts";
import type { Subject } from "./subject.ts";

/** What is changed of the stack, for a comparison. */
export interface Change {
  /** The cluster's config. */
  readonly config?: object;
  /** Environment of the four roles. */
  readonly environment?: Readonly<Record<string, string>>;
  /** PostgreSQL's settings. */
  readonly postgres?: Readonly<Record<string, string>>;
  /** Another image of the server. */
  readonly image?: string;
}

/** The stack, and the addresses that it publishes. */
export interface Platform extends Subject {
  readonly stack: TestStack;
  /** Published ports of the loopback interface: the gateway's, and the frontend's own. */
  readonly published: { readonly gateway: string; readonly frontend: string };
}

/** Brings a stack up. */
export async function platform(name = "platform", change: Change = {}): Promise<Platform> {
  const publish = { port: await freePort(), grpcPort: await freePort() };
  const stack = await TestStack.create({
    clusters: [{ name: "bench", target: { kind: "docker", publish }, ...change.config }],
  });
  const { docker } = stack;
  await stack.up();
  const names = ["postgres", ...serviceRoles, "ui", "gateway"];
  const parts: Record<string, string> = {};
  for (const part of names) {
    const { Id } = await docker.getContainer(`temporal-bench-${part}-0`).inspect();
    parts[part] = Id;
  }
  for (const role of serviceRoles) {
    if (change.environment === undefined && change.image === undefined) break;
    parts[role] = await replaced(docker, parts[role] ?? "", change);
  }
  for (const [setting, value] of Object.entries(change.postgres ?? {})) {
    await psql(docker, parts["postgres"] ?? "", `ALTER SYSTEM SET ${setting} = '${value}'`);
  }
  if (change.postgres !== undefined) await docker.getContainer(parts["postgres"] ?? "").restart();
  return {
    name,
    docker,
    stack,
    parts,
    metrics: { parts: ["history"], port: metricsPort },
    frontend: "frontend",
    published: {
      gateway: `127.0.0.1:${String(publish.port)}`,
      frontend: `127.0.0.1:${String(publish.grpcPort)}`,
    },
    dispose: () => stack.dispose(),
  };
}

/** Puts a container with another environment or image in the place of one. */
async function replaced(docker: Docker, id: string, change: Change): Promise<string> {
  const old = docker.getContainer(id);
  const { Config, HostConfig, Name, NetworkSettings } = await old.inspect();
  await old.stop({ t: 60 });
  await old.remove({ v: true });
  const [network] = Object.entries(NetworkSettings.Networks);
  const [networkName, endpoint] = network ?? ["", undefined];
  const environment = Object.entries(change.environment ?? {}).map(
    ([key, value]) => `${key}=${value}`,
  );
  const fresh = await docker.createContainer({
    name: Name.replace(/^\//, ""),
    Hostname: Config.Hostname,
    Image: change.image ?? Config.Image,
    ...(Config.Entrypoint === undefined ? {} : { Entrypoint: Config.Entrypoint }),
    Cmd: Config.Cmd,
    User: Config.User,
    Env: [...Config.Env, ...environment],
    Labels: Config.Labels,
    ...(Config.Healthcheck === undefined ? {} : { Healthcheck: Config.Healthcheck }),
    HostConfig,
    NetworkingConfig: {
      EndpointsConfig: { [networkName]: { Aliases: endpoint?.Aliases ?? [] } },
    },
  });
  await fresh.start();
  return fresh.id;
}

/** Runs a statement in PostgreSQL's container; gives the rows as text. */
export async function psql(
  docker: Docker,
  id: string,
  statement: string,
  database = "postgres",
): Promise<string> {
  const exec = await docker.getContainer(id).exec({
    Cmd: [
      "psql",
      "-h",
      "/tmp",
      "-U",
      "temporal",
      "-d",
      database,
      "-v",
      "ON_ERROR_STOP=1",
      "-At",
      "-c",
      statement,
    ],
    AttachStdout: true,
    AttachStderr: true,
    Tty: true,
  });
  const chunks: Buffer[] = [];
  for await (const chunk of await exec.start({ Tty: true })) chunks.push(chunk as Buffer);
  const text = Buffer.concat(chunks).toString("utf8").trim();
  const { ExitCode } = await exec.inspect();
  if (ExitCode !== 0) throw new Error(text);
  return text;
}
