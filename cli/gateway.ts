/**
 * The way from this machine to a cluster's gateway: its published address, or a port-forward into the Kubernetes cluster that it is in.
 */
import { readFile } from "node:fs/promises";
import type { Connection } from "@temporalio/client";
import { defined } from "../platform/defined.ts";
import {
  type InternalAddress,
  internalAddress,
  portForward,
} from "../clients/kubernetes/address.ts";
import { forwardTo } from "../clients/kubernetes/forward.ts";
import { pathsOf } from "../offline/paths.ts";
import { UserError } from "../offline/user-error.ts";
import { fault } from "./kubernetes/access.ts";
import { findKubernetes } from "./kubernetes/index.ts";
import { type ClusterOutputs, type Outputs, outputsOf } from "./outputs.ts";
import { findPlace } from "./place.ts";
import { kubernetesNeeds } from "./pulumi/needs.ts";
import { stackOutputs } from "./pulumi/run.ts";
import { stackFile } from "./pulumi/stack-file.ts";

/** Which cluster is meant. */
export interface ClusterChoice {
  readonly stack: string;
  /** The stack's first when left out. */
  readonly cluster?: string;
  /** The stack's outputs, where they are known already. */
  readonly outputs?: Outputs;
}

/** A gateway that is reached from here. */
export interface ReachedGateway {
  /** gRPC, as host:port. */
  readonly address: string;
  readonly transport: "tls" | "cleartext";
  /** Where a browser finds the web UI while {@link hint}'s command runs. */
  readonly uiUrl: string;
  /** Where this process finds the web UI now. */
  readonly localUiUrl: string;
  /** Password of the web UI. */
  readonly uiPassword: string;
  /** The command that makes the same way for people; undefined where none is needed. */
  readonly hint?: string;
  readonly outputs: ClusterOutputs;
}

/**
 * Does something with a cluster's gateway.
 *
 * @throws UserError when the stack has no such cluster, or none at all, or the gateway cannot be reached from here.
 */
export async function withGateway<T>(
  choice: ClusterChoice,
  work: (gateway: ReachedGateway) => Promise<T>,
): Promise<T> {
  const { stack } = choice;
  const all = choice.outputs ?? outputsOf(await stackOutputs(await findPlace(stack)));
  const [name, outputs] = clusterOf(all, choice);
  const uiPassword = all.uiPasswords[name] ?? "";
  const { gatewayAddress: address, gatewayTransport: transport, uiUrl } = outputs;
  const inside = internalAddress(address);
  if (inside !== undefined) {
    return throughForward({ stack, cluster: name }, inside, (forwarded) =>
      work({ ...forwarded, outputs, uiPassword }),
    );
  }
  if (address.startsWith("gateway:")) {
    throw new UserError(
      `cluster ${name} publishes no gRPC: set target.publish.grpc to a port, or TEMPORAL_ADDRESS to an address`,
    );
  }
  return work({ address, transport, uiUrl, localUiUrl: uiUrl, outputs, uiPassword });
}

async function throughForward<T>(
  { stack, cluster }: { readonly stack: string; readonly cluster: string },
  to: InternalAddress,
  work: (gateway: Omit<ReachedGateway, "outputs" | "uiPassword">) => Promise<T>,
): Promise<T> {
  const file = stackFile(pathsOf(process.env).project, stack);
  const need = kubernetesNeeds(await readFile(file, "utf8")).find((one) => one.name === cluster);
  if (need === undefined) {
    throw new UserError(
      `${file} no longer says in which Kubernetes cluster ${cluster} is: put it back, or set TEMPORAL_ADDRESS`,
    );
  }
  const found = await findKubernetes(need, process.env);
  if (found.kind !== "reached") throw found.fault;
  const forward = await forwardTo(found.access, to).catch((error: unknown) => {
    const what = error instanceof Error ? error.message : String(error);
    throw fault(cluster, what, "npm run up brings it up");
  });
  try {
    return await work({
      address: forward.address,
      transport: "cleartext",
      uiUrl: `http://localhost:${to.port}/`,
      localUiUrl: `http://${forward.address}/`,
      hint: portForward(to, need),
    });
  } finally {
    await forward.close();
  }
}

function clusterOf(
  { clusters }: Outputs,
  { stack, cluster }: ClusterChoice,
): [name: string, outputs: ClusterOutputs] {
  const names = Object.keys(clusters);
  const [first] = names;
  if (first === undefined) {
    throw new UserError(
      `stack ${stack} is not up: run \`npm run up\` first, or set TEMPORAL_ADDRESS`,
    );
  }
  const chosen = cluster ?? first;
  const outputs = clusters[chosen];
  if (outputs === undefined) {
    throw new UserError(`stack ${stack} has no cluster ${chosen}; there are: ${names.join(", ")}`);
  }
  return [chosen, outputs];
}

/** A connection to a cluster's frontend, and the namespace that is meant. */
export interface Frontend {
  readonly connection: Connection;
  readonly namespace: string;
  /** Where a browser finds the web UI. */
  readonly uiUrl: string;
}

/** How the server says that there is no namespace, and how the SDK does. */
const noNamespace = /^Namespace (.+ is not found\.|not found: '.+')$/;

/** There is no namespace of this name. */
export function missingNamespace(name: string): UserError {
  return new UserError(
    `there is no namespace ${name}: \`resource-temporal namespace list\` names those that there are`,
  );
}

/** Which cluster and namespace are meant. */
export interface FrontendChoice extends ClusterChoice {
  /** By default TEMPORAL_NAMESPACE, or the cluster's first. */
  readonly namespace?: string;
}

/**
 * Does something with a cluster's frontend, through its gateway, or with the one at TEMPORAL_ADDRESS, which may need TEMPORAL_TLS and
 * TEMPORAL_TLS_SERVER_CA_CERT_PATH. The connection ends with the work.
 *
 * @throws UserError in the server's words when a call fails; see {@link withGateway}.
 */
export async function withFrontend<T>(
  choice: FrontendChoice,
  work: (frontend: Frontend) => Promise<T>,
): Promise<T> {
  // The SDK takes half a second to load, which commands that need none are spared.
  const { connectFrontend, frontendReason } = await import("../clients/temporal.ts");
  const variable = (name: string): string | undefined => {
    const value = process.env[name] ?? "";
    return value === "" ? undefined : value;
  };
  const named = choice.namespace ?? variable("TEMPORAL_NAMESPACE");
  const authorityPath = variable("TEMPORAL_TLS_SERVER_CA_CERT_PATH");
  const use = async (
    at: Pick<ReachedGateway, "address" | "transport" | "uiUrl">,
    namespace: string,
  ): Promise<T> => {
    const { uiUrl, ...where } = at;
    let connection: Connection;
    try {
      const authority =
        authorityPath === undefined ? undefined : await readFile(authorityPath, "utf8");
      connection = await connectFrontend({
        ...where,
        ...defined({ authority }),
      });
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      throw new UserError(`${why}: \`resource-temporal status\` says whether it runs`);
    }
    try {
      return await work({ connection, namespace, uiUrl });
    } catch (error) {
      if (error instanceof UserError) throw error;
      const reason = frontendReason(error);
      if (noNamespace.test(reason)) throw missingNamespace(namespace);
      throw new UserError(reason, { cause: error });
    } finally {
      await connection.close();
    }
  };
  const address = variable("TEMPORAL_ADDRESS");
  if (address !== undefined) {
    const transport = variable("TEMPORAL_TLS") === "true" ? "tls" : "cleartext";
    const uiUrl = variable("TEMPORAL_UI_URL") ?? `http://${address}/`;
    return use({ address, transport, uiUrl }, named ?? "default");
  }
  return withGateway(choice, (gateway) =>
    use(gateway, named ?? gateway.outputs.namespaces[0] ?? "default"),
  );
}
