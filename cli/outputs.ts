/**
 * The stack's outputs, and how they are told to people.
 */
import { z } from "zod";
import { internalAddress, portForward } from "../clients/kubernetes/address.ts";
import { taskQueueTypes } from "../platform/task-queues.ts";
import type { DeclaredWorker } from "../platform/workers.ts";
import type { KubernetesChoice } from "./kubernetes/access.ts";

// A stack that an older version of the platform brought up does not say it, and speaks no TLS.
const transport = z.enum(["tls", "cleartext"]).default("cleartext");

const worker: z.ZodType<DeclaredWorker> = z.object({
  namespace: z.string(),
  taskQueues: z.record(z.string(), z.array(z.enum(taskQueueTypes))),
  external: z.boolean(),
});

const outputs = z.object({
  clusters: z
    .record(
      z.string(),
      z.object({
        uiUrl: z.string(),
        grpcAddress: z.string(),
        grpcTransport: transport,
        gatewayAddress: z.string(),
        gatewayTransport: transport,
        namespaces: z.array(z.string()),
        // A stack that an older version of the platform brought up has none.
        workers: z.record(z.string(), worker).default({}),
        uiUser: z.string(),
      }),
    )
    .default({}),
  uiPasswords: z.record(z.string(), z.string()).default({}),
});

/** What index.ts exports. */
export type Outputs = z.output<typeof outputs>;

/** Reads a stack's outputs; a stack that has not been brought up has no clusters. */
export function outputsOf(value: unknown): Outputs {
  return outputs.catch({ clusters: {}, uiPasswords: {} }).parse(value ?? {});
}

/** How one cluster is reached. */
export type ClusterOutputs = Outputs["clusters"][string];

/**
 * What `up` says at its end.
 *
 * @param choices Where the stack's clusters on Kubernetes run.
 */
export function welcome(
  { clusters }: Outputs,
  stack: string,
  choices: readonly KubernetesChoice[] = [],
): string {
  const [first] = Object.values(clusters);
  if (first === undefined) return "The stack has no cluster.";
  const option = stack === "dev" ? "" : ` -- --stack ${stack}`;
  const addresses = Object.entries(clusters).map(([name, cluster]) =>
    [
      `Temporal cluster ${name} is up`,
      `  web UI       ${cluster.uiUrl}  (user ${cluster.uiUser}; password: npm run -s password${option})`,
      `  gRPC         ${cluster.gatewayAddress}  (through the gateway, with an audit log${overTls(cluster.gatewayTransport)})`,
      `               ${cluster.grpcAddress}  (straight to the frontend${overTls(cluster.grpcTransport)})`,
      ...fromHere(
        cluster,
        choices.find((choice) => choice.name === name),
      ),
      `  namespaces   ${cluster.namespaces.join(", ")}`,
    ].join("\n"),
  );
  const inside = internalAddress(first.gatewayAddress);
  const ui = inside === undefined ? first.uiUrl : `http://localhost:${inside.port}/`;
  const workflow = [
    "Run your first workflow",
    `  1. npm run hello${option}             (a TypeScript worker and client; examples/hello has the code)`,
    `  2. npm run -s password${option}       (the web UI's user and password)`,
    `  3. open ${ui}   (the workflow with its history, signal and query${inside === undefined ? "" : "; while the port-forward runs"})`,
  ].join("\n");
  return [...addresses, workflow].join("\n\n");
}

function overTls(spoken: "tls" | "cleartext"): string {
  return spoken === "tls" ? ", over TLS" : "";
}

/** How a gateway inside a Kubernetes cluster is reached from this machine; nothing for others. */
function fromHere({ gatewayAddress }: ClusterOutputs, choice?: KubernetesChoice): string[] {
  const inside = internalAddress(gatewayAddress);
  if (inside === undefined) return [];
  const here = `localhost:${inside.port}`;
  return [
    "               These are addresses inside the Kubernetes cluster. From here, while it runs:",
    `  from here    ${portForward(inside, choice)}`,
    `               makes the gateway ${here}, and the web UI http://${here}/`,
  ];
}
