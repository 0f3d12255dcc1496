/**
 * Names and addresses of the clusters that `npm run cluster` makes, side by side on one network of the engine.
 */
import { BlockList } from "node:net";
import { UserError } from "../offline/user-error.ts";

/** The cluster that is meant when none is named. */
export const defaultName = "try";

/** The network that all clusters are on. */
export const networkName = "temporal-platform-clusters";

/** Label of everything that a cluster consists of; its value is the cluster's name. The network has it without one. */
export const clusterLabel = "temporal-platform/kubernetes";

/** Label of a node's container: the number that its addresses come from. */
export const numberLabel = "temporal-platform/kubernetes-number";

/** Numbers of clusters: .1 is the network's gateway, and from .128 on the engine gives addresses to others. */
const numbers: Readonly<Record<"first" | "last", number>> = { first: 2, last: 127 };

/** Everything of a cluster that follows from its name, its number and the network. */
export interface Plan {
  readonly name: string;
  /** Name of the container, of its volume and of the node. */
  readonly node: string;
  readonly number: number;
  /** The node's address: of the API server, port 6443, and of every NodePort. */
  readonly address: string;
  /** Networks of pods and services, different in each cluster so that a log tells where an address belongs. */
  readonly pods: string;
  readonly services: string;
  /** Address of the cluster's DNS service. */
  readonly dns: string;
}

/**
 * The name as given, when it can be one.
 *
 * @throws UserError when it is not a DNS label of at most 20 characters.
 */
export function checkedName(name: string): string {
  if (/^[a-z]([a-z0-9-]{0,18}[a-z0-9])?$/.test(name)) return name;
  throw new UserError(
    `${JSON.stringify(name)} cannot name a cluster: lower-case letters, digits and dashes, at most 20, a letter first, no dash last`,
  );
}

/** The name of a cluster's container, volume and node. */
export function nodeName(name: string): string {
  return `temporal-platform-cluster-${name}`;
}

/** The name of a cluster's context in its kubeconfig. */
export function contextName(name: string): string {
  return `temporal-platform-${name}`;
}

/**
 * The plan of a cluster.
 *
 * @param subnet The network's, such as `172.30.0.0/24`.
 */
export function planOf(name: string, number: number, subnet: string): Plan {
  const services = `10.96.${number}`;
  return {
    name,
    node: nodeName(name),
    number,
    address: addressIn(subnet, number),
    pods: `10.244.${number}.0/24`,
    services: `${services}.0/24`,
    dns: `${services}.10`,
  };
}

/**
 * The first number that is free.
 *
 * @throws UserError when there is none.
 */
export function freeNumber(taken: readonly number[]): number {
  for (let number = numbers.first; number <= numbers.last; number++) {
    if (!taken.includes(number)) return number;
  }
  throw new UserError("there are too many clusters: remove one (npm run cluster down <name>)");
}

/**
 * A subnet for the network.
 *
 * @param taken Subnets, as in `172.17.0.0/16`, of the engine's networks and of the machine.
 * @throws UserError when none is free.
 */
export function freeSubnet(taken: readonly string[]): string {
  for (let third = 0; third < 256; third++) {
    const subnet = `172.30.${third}.0/24`;
    if (!taken.some((other) => overlap(subnet, other))) return subnet;
  }
  throw new UserError("no subnet of 172.30.0.0/16 is free: remove networks (docker network prune)");
}

/** How the network's addresses are given away; arguments of the engine. */
export function addressing(subnet: string): Readonly<Record<string, string>> {
  return { Subnet: subnet, Gateway: addressIn(subnet, 1), IPRange: `${addressIn(subnet, 128)}/25` };
}

function addressIn(subnet: string, last: number): string {
  return subnet.replace(/\d+\/\d+$/, String(last));
}

function overlap(one: string, other: string): boolean {
  return contains(one, baseOf(other)) || contains(other, baseOf(one));
}

function contains(subnet: string, address: string): boolean {
  const list = new BlockList();
  list.addSubnet(baseOf(subnet), Number(subnet.split("/")[1]), "ipv4");
  return list.check(address, "ipv4");
}

function baseOf(subnet: string): string {
  return subnet.split("/")[0] ?? "";
}
