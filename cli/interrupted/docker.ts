/**
 * What killed deployments leave on Docker engines.
 */
import type { ContainerInspectInfo } from "dockerode";
import { defaultHost, dockerClient } from "../../clients/docker.ts";
import { stackLabel } from "../../platform/labels.ts";
import type { Group } from "./groups.ts";
import type { Unfinished } from "./unfinished.ts";

/** Removes a container that carries the stack's label and that the stack does not know; gives whether there was one. */
export async function removeFromEngine(
  { name, host }: Extract<Unfinished, { on: "docker" }>,
  stack: string,
  known: ReadonlySet<string>,
  ownHost = defaultHost,
): Promise<boolean> {
  const container = dockerClient(host ?? ownHost, process.env).getContainer(name);
  const { Id, Config }: ContainerInspectInfo = await container.inspect();
  if (known.has(Id) || Config.Labels[stackLabel] !== stack) return false;
  await container.remove({ force: true, v: true });
  return true;
}

/** Removes the members of a group that the stack does not know any more; gives their names. */
export async function removeMembersFromEngine(
  { labels, host }: Extract<Group, { on: "docker" }>,
  known: ReadonlySet<string>,
  ownHost = defaultHost,
): Promise<readonly string[]> {
  const engine = dockerClient(host ?? ownHost, process.env);
  const label = Object.entries(labels).map(([key, value]) => `${key}=${value}`);
  const found = await engine.listContainers({ all: true, filters: { label } });
  const forgotten = found.filter(({ Id }) => !known.has(Id));
  await Promise.all(
    forgotten.map(({ Id }) => engine.getContainer(Id).remove({ force: true, v: true })),
  );
  return forgotten.map(({ Names }) => (Names[0] ?? "").replace(/^\//, ""));
}
