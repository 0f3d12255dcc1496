/**
 * This platform's stack, as it is by default or with something changed.
 */
import type Docker from "dockerode";
import { archiveName } from "../../platform/archival.ts";
import { postgresName } from "../../platform/database.ts";
import { defined } from "../../platform/defined.ts";
import { gatewayName } from "../../platform/gateway.ts";
import type { OptionalImageName } from "../../platform/images.ts";
import { stackLabel } from "../../platform/labels.ts";
import { alertmanagerName, prometheusName } from "../../platform/monitoring/places.ts";
import { opensearchName } from "../../platform/opensearch.ts";
import { superuser } from "../../platform/postgres.ts";
import { postgresExporterName } from "../../platform/postgres-exporter.ts";
import { metricsPort, serviceRoles } from "../../platform/roles.ts";
import { uiName } from "../../platform/web-ui.ts";
import { imagesOn } from "../../testkit/images.ts";
import { componentLabel, uniqueName } from "../../testkit/leftovers.ts";
import { freePort, TestStack } from "../../testkit/stack.ts";
import { type Containers, type ContainerSubject, inContainers } from "./containers.ts";

/** What Pulumi.dev.yaml says beyond the defaults. */
export const devStack = {
  numHistoryShards: 16,
  dynamicConfig: {
    "matching.numTaskqueueReadPartitions": 1,
    "matching.numTaskqueueWritePartitions": 1,
  },
};

/** What is changed of the stack, for a comparison. */
export interface Change {
  /** Config of the server. */
  readonly server?: object;
  /** Other keys of the cluster. */
  readonly cluster?: object;
  /** Images that nothing but these keys needs. */
  readonly optionalImages?: readonly OptionalImageName[];
  /** Environment of the four roles. */
  readonly environment?: Readonly<Record<string, string>>;
  /** Image of the four roles. */
  readonly image?: string;
  /** Rewrites what the gateway is started with, its config file included. */
  readonly gateway?: (text: string) => string;
  /** PostgreSQL's settings. */
  readonly postgres?: Readonly<Record<string, string>>;
  /** Rewrites what the four roles are started with, their config files included. */
  readonly edit?: (text: string) => string;
  /** A statement in a database. */
  readonly statement?: {
    readonly database: "temporal" | "temporal_visibility";
    readonly sql: string;
  };
}

/** The stack, and the addresses that it publishes. */
export interface Platform extends ContainerSubject, Containers {
  readonly stack: TestStack;
  /** Published ports of the loopback interface: the gateway's, and the frontend's own. */
  readonly published: { readonly gateway: string; readonly frontend: string };
}

/** Brings a stack up. */
export async function platform(
  name = "platform",
  change: Change = {},
  historyReplicas = 1,
): Promise<Platform> {
  const cluster = uniqueName("bench");
  const publish = { ui: await freePort(), frontend: await freePort() };
  const stack = await TestStack.create({
    clusters: [
      {
        name: cluster,
        target: { kind: "docker", publish },
        server: { ...devStack, ...change.server },
        ...change.cluster,
      },
    ],
  });
  const { docker } = stack;
  if (change.optionalImages !== undefined) await imagesOn(docker, change.optionalImages);
  await stack.up();
  const parts: Record<string, string> = {};
  const add = async (part: string, replica = 0): Promise<void> => {
    const container = `temporal-${cluster}-${part}-${replica}`;
    const { Id } = await docker.getContainer(container).inspect();
    parts[replica === 0 ? part : `${part}-${replica}`] = Id;
  };
  for (const part of await partsOf(stack)) await add(part);
  for (let replica = 1; replica < historyReplicas; replica++) await add("history", replica);
  if (change.environment !== undefined || change.edit !== undefined || change.image !== undefined) {
    for (const role of serviceRoles)
      parts[role] = await replaced(docker, parts[role] ?? "", change);
  }
  if (change.gateway !== undefined)
    parts["gateway"] = await replaced(docker, parts["gateway"] ?? "", { edit: change.gateway });
  const postgres = parts["postgres"] ?? "";
  for (const [setting, value] of Object.entries(change.postgres ?? {})) {
    await psql(docker, postgres, `ALTER SYSTEM SET ${setting} = '${value}'`);
  }
  if (change.postgres !== undefined) await docker.getContainer(postgres).restart();
  if (change.statement !== undefined) {
    const { database, sql } = change.statement;
    await psql(docker, postgres, sql, database);
  }
  return inContainers({
    name,
    docker,
    stack,
    parts,
    metrics: {
      parts: Object.keys(parts).filter((part) => part.startsWith("history")),
      port: metricsPort,
    },
    frontend: "frontend",
    published: {
      gateway: `127.0.0.1:${publish.ui}`,
      frontend: `127.0.0.1:${publish.frontend}`,
    },
    dispose: () => stack.dispose(),
  });
}

/** The workloads that a stack has, in the order of their start: what keeps data first, what only watches last. */
async function partsOf({ name, docker }: TestStack): Promise<readonly string[]> {
  const filters = { label: [`${stackLabel}=${name}`] };
  const found = await docker.listContainers({ filters });
  const running = new Set(found.map(({ Labels }) => Labels[componentLabel]));
  const data = [postgresName, archiveName, opensearchName];
  const serving = [...serviceRoles, uiName, gatewayName];
  const watching = [prometheusName, alertmanagerName, postgresExporterName];
  return [...data, ...serving, ...watching].filter((part) => running.has(part));
}

/** Puts a container with another environment or image in the place of one. */
async function replaced(docker: Docker, id: string, change: Change): Promise<string> {
  const old = docker.getContainer(id);
  const { Config, HostConfig, Name, NetworkSettings } = await old.inspect();
  await old.stop({ t: 60 });
  await old.remove({ v: true });
  const [network] = Object.entries(NetworkSettings.Networks);
  const [networkName, endpoint] = network ?? ["", undefined];
  const aliases = (endpoint?.Aliases ?? []) as string[];
  const edit = change.edit ?? ((text: string) => text);
  const environment = Object.entries(change.environment ?? {}).map(
    ([key, value]) => `${key}=${value}`,
  );
  const fresh = await docker.createContainer({
    name: Name.replace(/^\//, ""),
    Hostname: Config.Hostname,
    Image: change.image ?? Config.Image,
    Entrypoint: [Config.Entrypoint ?? []].flat().map(edit),
    Cmd: Config.Cmd,
    User: Config.User,
    Env: [...Config.Env, ...environment],
    Labels: Config.Labels,
    // The engine publishes only ports that are also said to be exposed.
    ExposedPorts: Config.ExposedPorts,
    ...defined({ Healthcheck: Config.Healthcheck }),
    HostConfig,
    NetworkingConfig: {
      EndpointsConfig: { [networkName]: { Aliases: aliases } },
    },
  });
  await fresh.start();
  return fresh.id;
}

/** Runs a statement as PostgreSQL's superuser, in its container; gives the rows as text. */
export async function psql(
  docker: Docker,
  id: string,
  statement: string,
  database = "postgres",
): Promise<string> {
  const exec = await docker.getContainer(id).exec({
    Cmd: [
      ...["psql", "-h", "/tmp", "-U", superuser, "-d", database],
      ...["-v", "ON_ERROR_STOP=1", "-P", "pager=off", "-At", "-c", statement],
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
