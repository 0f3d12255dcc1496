/**
 * The addresses of a workload's ports.
 */
import { type NamedPort, type Ports, portsOf, type Workload } from "../platform/workload.ts";
import type { Address, Addresses } from "./target.ts";

/** The address of each port of a workload, by the port's name. */
export function addressesOf<P extends Ports>(
  workload: Workload<P>,
  addressOf: (port: NamedPort) => Address,
): Addresses<P> {
  const addresses = portsOf(workload).map((port) => [port.name, addressOf(port)] as const);
  // The names are those of the ports, which Object.fromEntries does not know.
  return Object.fromEntries(addresses) as Addresses<P>;
}
