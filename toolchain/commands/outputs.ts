/**
 * The stack's outputs, and how they are told to people.
 */
import { z } from "zod";

const outputs = z.object({
  clusters: z
    .record(
      z.string(),
      z.object({
        uiUrl: z.string(),
        grpcAddress: z.string(),
        gatewayAddress: z.string(),
        namespaces: z.array(z.string()),
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

/** What `up` says at its end. */
export function welcome({ clusters }: Outputs, stack: string): string {
  const [first] = Object.values(clusters);
  if (first === undefined) return "The stack has no cluster.";
  const option = stack === "dev" ? "" : ` -- --stack ${stack}`;
  const addresses = Object.entries(clusters).map(([name, cluster]) =>
    [
      `Temporal cluster ${name} is up`,
      `  web UI       ${cluster.uiUrl}  (user ${cluster.uiUser}; password: npm run -s password${option})`,
      `  gRPC         ${cluster.gatewayAddress}  (through the gateway, with an audit log)`,
      `               ${cluster.grpcAddress}  (straight to the frontend)`,
      `  namespaces   ${cluster.namespaces.join(", ")}`,
    ].join("\n"),
  );
  const workflow = [
    "Run your first workflow",
    `  1. npm run hello${option}             (a TypeScript worker and client; examples/hello has the code)`,
    `  2. npm run -s password${option}       (the web UI's user and password)`,
    `  3. open ${first.uiUrl}   (the workflow with its history, signal and query)`,
  ].join("\n");
  return [...addresses, workflow].join("\n\n");
}

/** What `password` prints. */
export function credentials({ clusters, uiPasswords }: Outputs): string {
  return Object.entries(uiPasswords)
    .map(([name, word]) => {
      const cluster = clusters[name];
      return `${name}  ${cluster?.uiUrl ?? ""}  user: ${cluster?.uiUser ?? ""}  password: ${word}`;
    })
    .join("\n");
}
