/**
 * The engine's network that all clusters are on, and who is on it.
 */
import { networkInterfaces } from "node:os";
import type Docker from "dockerode";
import { UserError } from "../offline/user-error.ts";
import { addressing, clusterLabel, freeSubnet, networkName, numberLabel } from "./plan.ts";

/** A cluster's container, as the engine lists it. */
export interface NodeContainer {
  /** Of the cluster. */
  readonly name: string;
  readonly number: number;
  readonly id: string;
  /** As the engine names it, such as `running`, `exited`, or `created` when it has never run. */
  readonly state: string;
  /** On the network of all clusters; empty while it does not run. */
  readonly address: string;
}

/** The containers of all clusters, running or not. */
export async function nodeContainers(engine: Docker): Promise<readonly NodeContainer[]> {
  const found = await engine.listContainers({ all: true, filters: { label: [clusterLabel] } });
  return found
    .map(({ Id, Labels, State, NetworkSettings }) => ({
      name: Labels[clusterLabel] ?? "",
      number: Number(Labels[numberLabel]),
      id: Id,
      state: State,
      address: NetworkSettings.Networks[networkName]?.IPAddress ?? "",
    }))
    .sort((one, other) => one.name.localeCompare(other.name));
}

/**
 * Sees to the network.
 *
 * @returns Its subnet.
 * @throws UserError when a network of its name is not ours, or no subnet is free.
 */
export async function ensureNetwork(engine: Docker): Promise<string> {
  const found = await findNetwork(engine);
  const ours = found ?? (await makeNetwork(engine));
  const [subnet] = subnetsOf(ours);
  if (ours.Labels?.[clusterLabel] === undefined || subnet === undefined) {
    throw new UserError(
      `there is a network ${networkName} that npm run cluster did not make: docker network rm ${networkName}`,
    );
  }
  return subnet;
}

async function findNetwork(engine: Docker): Promise<Docker.NetworkInspectInfo | undefined> {
  return (await engine.listNetworks()).find(({ Name }) => Name === networkName);
}

async function makeNetwork(engine: Docker): Promise<Docker.NetworkInspectInfo> {
  const taken = (await engine.listNetworks()).flatMap(subnetsOf);
  const subnet = freeSubnet([...taken, ...machineSubnets()]);
  try {
    const network = await engine.createNetwork({
      Name: networkName,
      Labels: { [clusterLabel]: "" },
      IPAM: { Driver: "default", Config: [addressing(subnet)] },
    });
    return await network.inspect();
  } catch (error) {
    // Another process may have been faster: the engine gives a name, and an address, only once.
    const theirs = await findNetwork(engine);
    if (theirs === undefined) throw error;
    return theirs;
  }
}

/** Removes the network, unless somebody else is still on it. */
export async function removeNetwork(engine: Docker): Promise<void> {
  const filters = { name: [networkName], label: [clusterLabel] };
  for (const { Id } of await engine.listNetworks({ filters })) {
    const network = engine.getNetwork(Id);
    const { Containers: members } = (await network.inspect()) as { Containers?: object };
    if (Object.keys(members ?? {}).length === 0) await network.remove();
  }
}

function subnetsOf({ IPAM: addresses }: Docker.NetworkInspectInfo): string[] {
  return (addresses?.Config ?? []).flatMap(({ Subnet: subnet }) =>
    subnet?.includes(".") === true ? [subnet] : [],
  );
}

function machineSubnets(): string[] {
  return Object.values(networkInterfaces()).flatMap((addresses) =>
    (addresses ?? []).flatMap(({ family, cidr }) =>
      family === "IPv4" && cidr !== null ? [cidr] : [],
    ),
  );
}
