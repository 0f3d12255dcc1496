/**
 * A task as the container that runs it.
 */
import type { ContainerCreateOptions } from "dockerode";
import type { TaskInputs } from "./task.ts";

/** Label of a task's container, by which one that an interrupted run left behind is known. */
export const taskLabel = "temporal-platform/task";

/** Size of a MiB in bytes. */
const mib = 1024 * 1024;

/** Arguments of the engine's call that creates the container. */
export function containerOptions(inputs: TaskInputs): ContainerCreateOptions {
  const memory = inputs.memoryMiB * mib;
  return {
    name: inputs.name,
    Image: inputs.image,
    Entrypoint: inputs.command,
    Cmd: [],
    Env: Object.entries(inputs.environment).map(([key, value]) => `${key}=${value}`),
    User: inputs.user,
    Labels: { ...inputs.labels, [taskLabel]: inputs.name },
    Healthcheck: { Test: ["NONE"] },
    HostConfig: {
      NetworkMode: inputs.network,
      // As the workloads have it (targets/docker/container.ts).
      ...(inputs.network === "none" ? {} : { ExtraHosts: ["host.docker.internal:host-gateway"] }),
      ReadonlyRootfs: true,
      CapDrop: ["ALL"],
      CapAdd: inputs.capabilitiesAdd,
      SecurityOpt: ["no-new-privileges:true"],
      Memory: memory,
      MemorySwap: memory,
      ...(inputs.cpus === undefined ? {} : { NanoCpus: Math.round(inputs.cpus * 1e9) }),
      Tmpfs: Object.fromEntries(inputs.tmpfs.map((path) => [path, ""])),
      Mounts: inputs.mounts.map(({ volume, path }) => ({
        Type: "volume",
        Source: volume,
        Target: path,
        // Else the engine gives an empty volume the owner that the directory has in the image, at every start.
        VolumeOptions: { NoCopy: true, Labels: {}, DriverConfig: { Name: "", Options: {} } },
      })),
      // The engine's own choice may be one whose output cannot be read back.
      LogConfig: { Type: "json-file", Config: { "max-size": "1m", "max-file": "2" } },
    },
  };
}

/**
 * Output of a container without a terminal, in the order it came: the engine puts before each piece 8 bytes, the last four of which are
 * its length (docs.docker.com/reference/api/engine, ContainerAttach, "Stream format").
 */
export function outputOf(framed: Buffer): string {
  const pieces: Buffer[] = [];
  for (let at = 0; at + 8 <= framed.length;) {
    const end = at + 8 + framed.readUInt32BE(at + 4);
    pieces.push(framed.subarray(at + 8, end));
    at = end;
  }
  return Buffer.concat(pieces).toString("utf8");
}
