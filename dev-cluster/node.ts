/**
 * A cluster's node as the container that it is.
 */
import { PassThrough } from "node:stream";
import { buffer, text } from "node:stream/consumers";
import { pipeline } from "node:stream/promises";
import type Docker from "dockerode";
import { pack } from "tar-stream";
import { nodeFiles } from "./config.ts";
import { clusterLabel, networkName, numberLabel, type Plan } from "./plan.ts";

/** Arguments of the engine's call that creates the container. */
export function nodeOptions(plan: Plan, image: string): Docker.ContainerCreateOptions {
  const hostConfig: Docker.HostConfig & { readonly CgroupnsMode: string } = {
    NetworkMode: networkName,
    // As much as --privileged gives, but for one capability that an engine may lack itself and could then not give.
    CapAdd: ["ALL"],
    CapDrop: ["SYS_RESOURCE"],
    SecurityOpt: ["seccomp=unconfined", "apparmor=unconfined"],
    MaskedPaths: [],
    ReadonlyPaths: [],
    CgroupnsMode: "private",
    Devices: [{ PathOnHost: "/dev/kmsg", PathInContainer: "/dev/kmsg", CgroupPermissions: "rwm" }],
    DeviceCgroupRules: ["a *:* rwm"],
    Tmpfs: { "/run": "", "/tmp": "" },
    Mounts: [{ Type: "volume", Source: plan.node, Target: "/var" }],
    RestartPolicy: { Name: "unless-stopped" },
    LogConfig: { Type: "json-file", Config: { "max-size": "10m", "max-file": "3" } },
  };
  return {
    name: plan.node,
    Hostname: plan.node,
    Image: image,
    Labels: { [clusterLabel]: plan.name, [numberLabel]: String(plan.number) },
    HostConfig: hostConfig,
    NetworkingConfig: {
      EndpointsConfig: { [networkName]: { IPAMConfig: { IPv4Address: plan.address } } },
    },
  };
}

/** Makes a node's container, with its files but not yet running. */
export async function createNode(
  engine: Docker,
  plan: Plan,
  image: string,
): Promise<Docker.Container> {
  const container = await engine.createContainer(nodeOptions(plan, image));
  const archive = pack();
  for (const [name, content] of Object.entries(nodeFiles(plan))) archive.entry({ name }, content);
  archive.finalize();
  await container.putArchive(await buffer(archive), { path: "/" });
  return container;
}

/** What dockerode's types leave out. */
interface Demultiplexer {
  demuxStream(
    from: NodeJS.ReadableStream,
    out: NodeJS.WritableStream,
    err: NodeJS.WritableStream,
  ): void;
}

/**
 * Runs a command in a container.
 *
 * @param input What the command reads.
 * @returns What it says.
 * @throws Error with the end of what it said when it fails.
 */
export async function run(
  container: Docker.Container,
  command: readonly string[],
  input?: NodeJS.ReadableStream,
): Promise<string> {
  const exec = await container.exec({
    Cmd: [...command],
    AttachStdin: input !== undefined,
    AttachStdout: true,
    AttachStderr: true,
  });
  const stream = await exec.start({ hijack: true, stdin: input !== undefined });
  const [out, err] = [new PassThrough(), new PassThrough()];
  (container.modem as Demultiplexer).demuxStream(stream, out, err);
  stream.on("end", () => {
    out.end();
    err.end();
  });
  const [output, complaint] = await Promise.all([
    text(out),
    text(err),
    input === undefined ? undefined : pipeline(input, stream),
  ]);
  const { ExitCode } = await exec.inspect();
  if (ExitCode === 0) return output;
  const why = (complaint === "" ? output : complaint).trim().split("\n").slice(-5).join("\n");
  throw new Error(`${command.join(" ")} failed in the cluster's node: ${why}`);
}
