/**
 * A replica of a workload as a Docker container.
 */
import type * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";
import { labels } from "../../platform/labels.ts";
import { type Command, portsOf, type Workload } from "../../platform/workload.ts";
import { prefixed } from "../names.ts";
import type { GroupLabels } from "../stop-groups.ts";
import type { Secrets } from "../target.ts";
import { startWithFiles, tmpfsOptions } from "./files.ts";
import { engineCheck } from "./health.ts";
import { dockerLabels, environmentValue, type TargetContext } from "./context.ts";

/**
 * Time between two health checks. Each is a process that the engine starts, and costs processor time for as long as the container runs.
 * Nothing waits for them: a deployment asks by itself (readiness.ts).
 */
const healthInterval = "30s";

/**
 * Arguments of the container.
 *
 * What Docker would fill in by itself is said here in full, because the provider takes any difference for a change.
 *
 * @param index Number of the replica; only the first publishes ports, since a port of the host can be bound once.
 * @param group Labels of what it is stopped with; none when that is nothing.
 */
export function containerArgs(
  workload: Workload,
  index: number,
  context: TargetContext,
  secrets: Secrets,
  group: GroupLabels,
): docker.ContainerArgs {
  const name = prefixed(context.owner, workload.name, String(index));
  const published = index === 0 ? portsOf(workload) : [];
  const start = startWithFiles(workload);
  return {
    name,
    hostname: name,
    image: workload.image.reference,
    ...startOf(start.command),
    user: `${workload.image.user.uid}:${workload.image.user.gid}`,
    envs: Object.entries(workload.environment).map(
      ([key, value]) => pulumi.interpolate`${key}=${environmentValue(value, secrets)}`,
    ),
    labels: dockerLabels({
      ...labels(context.owner, workload.name),
      ...group,
    }),

    networkMode: "bridge",
    networksAdvanced: [
      {
        name: context.network.name,
        // Either name stands for the addresses of all replicas.
        aliases: [
          workload.name,
          ...(workload.headlessName === undefined ? [] : [workload.headlessName]),
        ],
      },
    ],
    hosts: [engineHost],
    ports: published.flatMap(({ port, exposed }) =>
      exposed?.kind === "host"
        ? [{ internal: port, external: exposed.port, ip: exposed.address, protocol: "tcp" }]
        : [],
    ),

    readOnly: true,
    tmpfs: Object.fromEntries(
      start.tmpfs.map((path) => [path, tmpfsOptions(workload.image.user, workload.scratchHolds)]),
    ),
    mounts: [
      ...workload.mounts.map(({ volume, path }) => ({
        type: "volume",
        source: prefixed(context.owner, volume.name),
        target: path,
      })),
      ...(workload.liveDirectories ?? []).map((directory) => ({
        type: "volume",
        source: prefixed(context.owner, directory.name),
        target: directory.path,
        readOnly: true,
      })),
    ],

    securityOpts: ["no-new-privileges:true"],
    capabilities: { drops: ["ALL"], adds: [] },

    memory: workload.resources.memoryMiB,
    memorySwap: workload.resources.memoryMiB,
    ...(workload.resources.cpus === undefined ? {} : { cpus: String(workload.resources.cpus) }),
    logDriver: "json-file",
    logOpts: { "max-size": "10m", "max-file": "3" },

    restart: "unless-stopped",
    stopSignal: workload.stopSignal,
    stopTimeout: workload.stopGraceSeconds,
    destroyGraceSeconds: workload.stopGraceSeconds,
    mustRun: true,
    init: false,

    healthcheck: {
      tests: engineCheck(workload),
      interval: healthInterval,
      timeout: "10s",
      startPeriod: duration(workload.startTimeoutSeconds),
      retries: 3,
    },
  };
}

/** What takes the place of the image's own entry point and arguments; nothing where they are kept, which the engine fills in. */
function startOf(command: Command): Pick<docker.ContainerArgs, "entrypoints" | "command"> {
  if (!("kind" in command)) return { entrypoints: [...command] };
  return command.args.length === 0 ? {} : { command: [...command.args] };
}

/** The machine that the engine runs on, by the name that Docker Desktop has for it; a database may be there. */
const engineHost = { host: "host.docker.internal", ip: "host-gateway" } as const;

/** A duration as Docker gives it back, such as `3m0s`. */
function duration(seconds: number): string {
  const rest = `${seconds % 60}s`;
  return seconds < 60 ? rest : `${Math.floor(seconds / 60)}m${rest}`;
}
