/**
 * The way from a provider to its frontend, which the provider's own arguments say.
 */
import type { Connection } from "@temporalio/client";
import { z } from "zod";
import { defaultHost, dockerClient } from "../../../clients/docker.ts";
import { forwardToContainer } from "../../../clients/docker-forward.ts";
import type { Forward } from "../../../clients/forward.ts";
import { forwardTo } from "../../../clients/kubernetes/forward.ts";
import { kubernetesAccess } from "../../../clients/kubernetes/kubeconfig.ts";
import { defined } from "../../../platform/defined.ts";
import type { Properties } from "../../protocol/values.ts";
import type { Frontend } from "./frontend.ts";
import { Unreachable } from "./outages.ts";

const frontendSchema = z.discriminatedUnion("kind", [
  z.object({
    kind: z.literal("address"),
    address: z.string(),
    transport: z.enum(["tls", "cleartext"]),
    authority: z.string().exactOptional(),
    client: z.object({ certificate: z.string(), key: z.string() }).exactOptional(),
    serverName: z.string().exactOptional(),
    apiKey: z.string().exactOptional(),
  }),
  z.object({
    kind: z.literal("docker"),
    host: z.string().optional(),
    container: z.string(),
    port: z.int(),
  }),
  z.object({
    kind: z.literal("kubernetes"),
    kubeconfig: z.string().optional(),
    context: z.string(),
    namespace: z.string(),
    service: z.string(),
    port: z.int(),
  }),
  z.object({ kind: z.literal("stopped") }),
]);

type FrontendChoice = z.output<typeof frontendSchema>;

/** How long a frontend may take to answer, in milliseconds: one that has just become ready may have no ring yet. */
const defaultTimeoutMs = 15_000;

/** The provider's frontend: what its arguments say, and the connection, which is made at the first call. */
export interface ConfiguredFrontend {
  /** Takes the provider's arguments. */
  readonly configure: (settings: Properties) => void;
  readonly connect: Frontend;
  /** Whether the cluster is stopped on purpose. */
  readonly stopped: () => boolean;
}

/**
 * A frontend that is not known yet.
 *
 * @param timeoutMs How long it may take to answer, in milliseconds.
 */
export function configuredFrontend(timeoutMs = defaultTimeoutMs): ConfiguredFrontend {
  let choice: FrontendChoice | undefined;
  let connection: Promise<Connection> | undefined;
  const begin = async (): Promise<Connection> => {
    if (choice === undefined) {
      throw new Error(
        "the provider temporal does not know its frontend: give the resource a provider with `frontend`",
      );
    }
    return connectTo(choice, timeoutMs);
  };
  return {
    configure: ({ frontend }) => {
      choice = frontend === undefined ? undefined : frontendSchema.parse(frontend);
    },
    stopped: () => choice?.kind === "stopped",
    connect: () => {
      connection ??= begin().catch((error: unknown) => {
        // The next call tries again.
        connection = undefined;
        throw error;
      });
      return connection;
    },
  };
}

async function connectTo(choice: FrontendChoice, timeoutMs: number): Promise<Connection> {
  const { connectFrontend } = await import("../../../clients/temporal.ts");
  if (choice.kind === "stopped") {
    throw new Error("the cluster is stopped: start it, and run this again");
  }
  try {
    if (choice.kind === "address") {
      return await connectFrontend({ ...choice, timeoutMs });
    }
    // Open for as long as the provider runs.
    const { address } = await forwardOf(choice);
    return await connectFrontend({ address, transport: "cleartext", timeoutMs });
  } catch (error) {
    throw new Unreachable(messageOf(choice, error), { cause: error });
  }
}

function messageOf(choice: Exclude<FrontendChoice, { kind: "stopped" }>, error: unknown): string {
  const reason = error instanceof Error ? error.message : String(error);
  switch (choice.kind) {
    case "address":
      return reason;
    case "docker":
      return `the frontend in container ${choice.container} cannot be reached (${reason}): see that it runs`;
    case "kubernetes": {
      const { context, namespace } = choice;
      return `the frontend in namespace ${namespace} cannot be reached through context ${context} (${reason}): see that it runs, and that the context's user may get services, list pods and create pods/portforward there`;
    }
  }
}

async function forwardOf(
  choice: Extract<FrontendChoice, { kind: "docker" | "kubernetes" }>,
): Promise<Forward> {
  const { port } = choice;
  if (choice.kind === "docker") {
    const host = choice.host ?? process.env["DOCKER_HOST"] ?? defaultHost;
    return forwardToContainer(dockerClient(host, process.env), choice.container, port);
  }
  const { kubeconfig, context, namespace, service } = choice;
  const access = await kubernetesAccess({ context, ...defined({ kubeconfig }) });
  return forwardTo(access, { service, namespace, port });
}
