/**
 * A subject in containers of the local Docker engine.
 */
import type Docker from "dockerode";
import { stateTransitions, useOf } from "../meter.ts";
import { serving, type Subject } from "./subject.ts";

/** Containers by their part, such as `history`, in the order of their start; every part that runs is one. */
export type Parts = Readonly<Record<string, string>>;

/** What containers have to be told of to be a subject. */
export interface Containers {
  readonly name: string;
  readonly docker: Docker;
  readonly parts: Parts;
  /** The parts that count state transitions, and the port of their metrics. */
  readonly metrics: { readonly parts: readonly string[]; readonly port: number };
  /** The part that answers clients, at 7233. */
  readonly frontend: string;
  dispose(): Promise<void>;
}

/** A subject in containers. */
export interface ContainerSubject extends Subject {
  /** The metrics of the parts that count, as text. */
  metricsText(): Promise<string>;
}

/** Port of every subject's frontend inside its network. */
const frontendPort = 7233;

/** Makes a subject of containers. */
export function inContainers<T extends Containers>(containers: T): T & ContainerSubject {
  const { docker, parts, metrics, frontend } = containers;
  const ids = Object.values(parts);

  /** The address of a part on its network. This machine reaches it without a published port and its proxy. */
  const addressOf = async (part: string): Promise<string> => {
    const { NetworkSettings } = await docker.getContainer(parts[part] ?? "").inspect();
    const [network] = Object.values(NetworkSettings.Networks);
    return network?.IPAddress ?? "";
  };

  const metricsText = async (): Promise<string> => {
    const texts = await Promise.all(
      metrics.parts.map(async (part) => {
        const address = `${await addressOf(part)}:${metrics.port}`;
        return (await fetch(`http://${address}/metrics`)).text();
      }),
    );
    return texts.join("\n");
  };

  return {
    ...containers,
    metricsText,

    async resume() {
      for (const id of ids) await unlessSo(docker.getContainer(id).start());
      const address = `${await addressOf(frontend)}:${frontendPort}`;
      await serving(address);
      return address;
    },

    async halt() {
      for (const id of ids.toReversed()) await unlessSo(docker.getContainer(id).stop({ t: 60 }));
    },

    async counters() {
      const uses = await Promise.all(
        Object.entries(parts).map(async ([part, id]) => [part, await useOf(docker, id)] as const),
      );
      return {
        containers: Object.fromEntries(uses),
        stateTransitions: stateTransitions(await metricsText()),
      };
    },
  };
}

/** Waits for the engine, which may say that a container is already as wished. */
async function unlessSo(asked: Promise<unknown>): Promise<void> {
  await asked.catch((error: unknown) => {
    if (!(error instanceof Error && "statusCode" in error && error.statusCode === 304)) throw error;
  });
}
