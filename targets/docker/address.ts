/**
 * Where users reach what an engine publishes.
 */
import { isIPv6 } from "node:net";

/** Addresses that stand for every address of a machine. */
const every: readonly string[] = ["0.0.0.0", "::"];

/**
 * The authority by which users of this machine reach a published port.
 *
 * @param address Address that the port is published on, at the engine's machine.
 * @param engine Address of the engine, as in DOCKER_HOST; undefined for the user's default, which is this machine's.
 */
export function publishedAuthority(address: string, port: number, engine?: string): string {
  const host = every.includes(address) ? machineOf(engine) : address;
  return `${isIPv6(host) ? `[${host}]` : host}:${port}`;
}

/** The name of an engine's machine. */
function machineOf(engine: string | undefined): string {
  const { protocol, hostname } = new URL(engine ?? "unix:///");
  return protocol === "ssh:" || protocol === "tcp:"
    ? hostname.replace(/^\[|\]$/g, "")
    : "127.0.0.1";
}
