/**
 * Docker engines: where they may be, and whether one answers there.
 */
import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { defined } from "../../platform/defined.ts";
import { defaultHost } from "../../clients/docker.ts";
import { dockerConfigDirectory, readDockerConfig } from "../../clients/docker-config.ts";
import { probeEngine } from "../../clients/docker-probe.ts";

/** Variables of the environment. */
type Environment = Readonly<Record<string, string | undefined>>;

/** A Docker engine that answers. */
export interface Engine {
  /** As in DOCKER_HOST. */
  readonly host: string;
  readonly version: string;
  /** Why the platform does not run on it, and what to do; undefined when it does. */
  readonly unsupported?: string;
}

const meta = z.object({ Endpoints: z.object({ docker: z.object({ Host: z.string() }) }) });

/**
 * Addresses at which the user's engine may be, the best first. One that the user names is the only one.
 *
 * @param home The user's home directory, for Docker's contexts and for sockets of engines without root.
 */
export async function candidates(environment: Environment, home: string): Promise<string[]> {
  const named = environment["DOCKER_HOST"] ?? "";
  if (named !== "") return [named];
  const context = await contextHost(environment, home);
  const runtime = environment["XDG_RUNTIME_DIR"] ?? "";
  return [
    ...new Set([
      ...(context === undefined ? [] : [context]),
      defaultHost,
      `unix://${home}/.docker/run/docker.sock`,
      ...(runtime === "" ? [] : [`unix://${runtime}/docker.sock`]),
    ]),
  ];
}

/** The address of Docker's current context; undefined when that is the default one. */
async function contextHost(environment: Environment, home: string): Promise<string | undefined> {
  const directory = dockerConfigDirectory(environment, home);
  try {
    const name =
      environment["DOCKER_CONTEXT"] ??
      (await readDockerConfig(join(directory, "config.json"))).currentContext ??
      "default";
    if (name === "default" || name === "") return undefined;
    const id = createHash("sha256").update(name).digest("hex");
    const text = await readFile(join(directory, "contexts", "meta", id, "meta.json"), "utf8");
    return meta.parse(JSON.parse(text)).Endpoints.docker.Host;
  } catch {
    return undefined;
  }
}

/** Asks an engine for its version; undefined when it does not answer. */
export async function probe(host: string): Promise<Engine | undefined> {
  const answer = await probeEngine(host, { environment: process.env });
  if (answer.kind === "silent") return undefined;
  const { version, unsupported } = answer;
  return { host, version, ...defined({ unsupported }) };
}

/** The first engine that answers, and that the platform runs on where there is one. */
export async function firstAnswering(hosts: readonly string[]): Promise<Engine | undefined> {
  let other: Engine | undefined;
  for (const host of hosts) {
    const engine = await probe(host);
    if (engine !== undefined && engine.unsupported === undefined) return engine;
    other ??= engine;
  }
  return other;
}
