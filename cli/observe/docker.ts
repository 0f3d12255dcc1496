/**
 * What runs of a cluster on a Docker engine.
 */
import { PassThrough, Readable } from "node:stream";
import { finished } from "node:stream/promises";
import type Docker from "dockerode";
import { defined } from "../../platform/defined.ts";
import { labels, type Owner } from "../../platform/labels.ts";
import { settledSeconds } from "../../platform/workload.ts";
import type { LogOptions, LogSource } from "./logs.ts";
import type { Part, PartState } from "./part.ts";

/** How long a container's own check may take, in milliseconds; it gives up by itself before. */
const checkTimeoutMs = 5000;

const componentLabel = "app.kubernetes.io/component";

/** Restart policy of containers that are started once, as those of tasks. */
const startedOnce: readonly (string | undefined)[] = [undefined, "", "no"];

/** All containers of a cluster but those of tasks, which end. Those that the engine has not seen healthy yet are asked. */
export async function partsOnDocker(engine: Docker, owner: Owner): Promise<readonly Part[]> {
  const containers = await containersOf(engine, owner);
  const parts = await Promise.all(
    containers.map(async ({ Id, Labels, Image }): Promise<Part[]> => {
      const container = engine.getContainer(Id);
      const { Name, State, RestartCount, Config, HostConfig } = await container.inspect();
      if (startedOnce.includes(HostConfig.RestartPolicy?.Name)) return [];
      return [
        {
          component: Labels[componentLabel] ?? "",
          name: Name.replace(/^\//, ""),
          state: await stateOf(container, State, Config.Healthcheck?.Test ?? []),
          restarts: RestartCount,
          image: Image,
          ...(State.Running ? { since: new Date(State.StartedAt).toISOString() } : {}),
        },
      ];
    }),
  );
  return parts.flat();
}

/** What the containers of a cluster have written. */
export async function logsOnDocker(engine: Docker, owner: Owner): Promise<readonly LogSource[]> {
  return (await containersOf(engine, owner)).map(({ Id, Labels, Names }) => ({
    component: Labels[componentLabel] ?? "",
    name: (Names[0] ?? "").replace(/^\//, ""),
    open: (options) => openLog(engine, Id, options),
  }));
}

/** Kills all containers of a cluster that run. */
export async function killOnDocker(engine: Docker, owner: Owner): Promise<void> {
  const running = (await containersOf(engine, owner)).filter(({ State }) => State === "running");
  await Promise.allSettled(running.map(({ Id }) => engine.getContainer(Id).kill()));
}

async function containersOf(
  engine: Docker,
  owner: Owner,
): Promise<readonly Docker.ContainerInfo[]> {
  const label = Object.entries(labels(owner)).map(([key, value]) => `${key}=${value}`);
  const all = await engine.listContainers({ all: true, filters: { label } });
  return all.filter(({ Labels }) => Labels[componentLabel] !== undefined);
}

/** How the engine says that it runs no health check. */
const unasked = "NONE";

type InspectedState = Docker.ContainerInspectInfo["State"];

async function stateOf(
  container: Docker.Container,
  { Running, Restarting, StartedAt, Health }: InspectedState,
  [kind = unasked, ...command]: readonly string[],
): Promise<PartState> {
  if (!Running) return "stopped";
  if (kind === unasked) {
    // It ended by itself, and the engine waits before it starts it again.
    if (Restarting) return "unhealthy";
    const runsFor = Date.now() - Date.parse(StartedAt);
    return runsFor < settledSeconds * 1000 ? "starting" : "healthy";
  }
  switch (Health?.Status) {
    case "healthy":
      return "healthy";
    case "unhealthy":
      return "unhealthy";
    default:
      // The engine asks some seconds after the start at the earliest.
      return kind === "CMD" && (await passes(container, command)) ? "healthy" : "starting";
  }
}

async function passes(container: Docker.Container, command: readonly string[]): Promise<boolean> {
  try {
    const exec = await container.exec({ Cmd: [...command], AttachStdout: true });
    const stream = await exec.start({ abortSignal: AbortSignal.timeout(checkTimeoutMs) });
    await finished(stream.resume());
    return (await exec.inspect()).ExitCode === 0;
  } catch {
    return false;
  }
}

async function openLog(
  engine: Docker,
  id: string,
  { tail, follow, sinceSeconds, signal }: LogOptions,
): Promise<Readable> {
  const container = engine.getContainer(id);
  const since = sinceSeconds === undefined ? 0 : Math.floor(Date.now() / 1000) - sinceSeconds;
  const options = { stdout: true, stderr: true, ...defined({ tail }), since };
  const out = new PassThrough();
  const raw = follow
    ? await container.logs({ ...options, follow: true, abortSignal: signal })
    : Readable.from(pieces(await container.logs({ ...options, follow: false })));
  engine.modem.demuxStream(raw, out, out);
  raw.on("end", () => out.end()).on("error", () => out.end());
  return out;
}

/** Bytes that the client takes apart at once: it calls itself for every line in them, and thousands are too many. */
const pieceBytes = 16 * 1024;

function* pieces(log: Buffer): Generator<Buffer> {
  for (let start = 0; start < log.length; start += pieceBytes) {
    yield log.subarray(start, start + pieceBytes);
  }
}
