/**
 * Half-made things on Docker engines.
 */
import { stackLabel } from "../../platform/labels.ts";
import { connect } from "../engine/facts.ts";
import type { Unfinished } from "./unfinished.ts";

/** Removes a container or network that carries the stack's label and that the stack does not know; gives whether there was one. */
export async function removeFromEngine(
  { kind, name, host }: Extract<Unfinished, { on: "docker" }>,
  stack: string,
  known: ReadonlySet<string>,
  defaultHost = "unix:///var/run/docker.sock",
): Promise<boolean> {
  const engine = connect(host ?? defaultHost);
  if (kind === "network") {
    const network = engine.getNetwork(name);
    const { Id, Labels } = (await network.inspect()) as {
      readonly Id: string;
      readonly Labels: Readonly<Record<string, string>> | null;
    };
    if (known.has(Id) || Labels?.[stackLabel] !== stack) return false;
    await network.remove();
  } else {
    const container = engine.getContainer(name);
    const { Id, Config } = await container.inspect();
    if (known.has(Id) || Config.Labels[stackLabel] !== stack) return false;
    await container.remove({ force: true, v: true });
  }
  return true;
}
