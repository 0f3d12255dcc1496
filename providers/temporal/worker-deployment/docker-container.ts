/**
 * A replica of a worker's version as a Docker container.
 */
import type { ContainerCreateOptions } from "dockerode";
import { defined } from "../../../platform/defined.ts";
import type { DockerPlace, DockerSpec } from "./docker-inputs.ts";

/** Labels by which a worker's containers are known. */
export const workerLabel = "temporal-platform/worker";
export const buildIdLabel = "temporal-platform/build-id";
export const fingerprintLabel = "temporal-platform/fingerprint";

/** Size of a MiB in bytes. */
const mib = 1024 * 1024;

/** Nanoseconds of a second, which Docker counts in. */
const second = 1e9;

/** What a container is made from. */
export interface Replica {
  /** Of the worker. */
  readonly name: string;
  readonly buildId: string;
  /** Number of the replica, from 0. */
  readonly index: number;
  readonly spec: DockerSpec;
  /** Variables of all versions, over the version's own. */
  readonly environment: Readonly<Record<string, string>>;
  readonly place: DockerPlace;
  readonly fingerprint: string;
}

/** Name of a container. */
export function containerName({
  name,
  buildId,
  index,
}: Pick<Replica, "name" | "buildId" | "index">): string {
  return `${name}-${buildId}-${index}`;
}

/** Arguments of the engine's call that creates the container: as confined as the platform's own (targets/docker/container.ts). */
export function containerOptions(replica: Replica): ContainerCreateOptions {
  const { spec, place } = replica;
  const memory = Math.round(spec.memoryMiB * mib);
  const containers = containerName(replica);
  return {
    name: containers,
    // A host name has at most 64 characters (Linux, HOST_NAME_MAX).
    Hostname: containers.slice(0, 63).replace(/[^A-Za-z0-9]+$/, ""),
    Image: spec.image,
    ...defined({ Entrypoint: spec.command, Cmd: spec.args, User: spec.user }),
    // Arguments of the image are none of a command that takes its program's place.
    ...(spec.command !== undefined && spec.args === undefined ? { Cmd: [] } : {}),
    Env: Object.entries({ ...spec.environment, ...replica.environment }).map(
      ([key, value]) => `${key}=${value}`,
    ),
    Labels: {
      ...place.labels,
      [workerLabel]: replica.name,
      [buildIdLabel]: replica.buildId,
      [fingerprintLabel]: replica.fingerprint,
    },
    StopSignal: spec.stopSignal,
    StopTimeout: spec.stopGraceSeconds,
    Healthcheck:
      spec.healthCommand === undefined
        ? { Test: ["NONE"] }
        : {
            Test: ["CMD", ...spec.healthCommand],
            // Each check is a process; what waits for the worker asks the server.
            ...{ Interval: 30 * second, Timeout: 10 * second, Retries: 3 },
          },
    NetworkingConfig: { EndpointsConfig: { [place.network]: { Aliases: [replica.name] } } },
    HostConfig: {
      NetworkMode: place.network,
      ExtraHosts: ["host.docker.internal:host-gateway"],
      ReadonlyRootfs: true,
      CapDrop: ["ALL"],
      SecurityOpt: ["no-new-privileges:true"],
      Memory: memory,
      MemorySwap: memory,
      ...(spec.cpus === undefined ? {} : { NanoCpus: Math.round(spec.cpus * second) }),
      Tmpfs: Object.fromEntries(spec.tmpfs.map((path) => [path, tmpfsOptions(spec)])),
      Mounts: spec.mounts.map(({ volume, path }) => ({
        ...{ Type: "volume", Source: volume, Target: path, ReadOnly: true },
      })),
      RestartPolicy: { Name: "unless-stopped" },
      LogConfig: { Type: "json-file", Config: { "max-size": "10m", "max-file": "3" } },
    },
  };
}

/** Who may write to a directory in memory: the container's user, or everybody where the image alone knows that one. */
function tmpfsOptions({ user, tmpfsHolds }: Pick<DockerSpec, "user" | "tmpfsHolds">): string {
  const [, uid, gid] = /^(\d+):(\d+)$/.exec(user ?? "") ?? [];
  // The engine's own default is noexec.
  const may = tmpfsHolds === "programs" ? "exec," : "";
  return uid === undefined || gid === undefined
    ? `${may}mode=1777`
    : `${may}uid=${uid},gid=${gid},mode=0755`;
}
