/**
 * `npm run hello`.
 */
import { join } from "node:path";
import { pathsOf } from "../paths.ts";
import { findPlace } from "../place.ts";
import { runAttached, stackOutputs } from "../pulumi/run.ts";
import { UserError } from "../user-error.ts";
import { type Outputs, outputsOf } from "./outputs.ts";

/**
 * Runs examples/hello against a cluster of the stack, or against TEMPORAL_ADDRESS. Gives the exit code.
 *
 * @param name The cluster; by default the stack's first.
 * @throws UserError when the stack has no such cluster, or none at all.
 */
export async function hello(stack: string, name?: string): Promise<number> {
  const given = process.env["TEMPORAL_ADDRESS"] ?? "";
  const cluster =
    given === ""
      ? clusterOf(outputsOf(await stackOutputs(await findPlace(stack))), stack, name)
      : undefined;
  const { project } = pathsOf(process.env);
  return runAttached(process.execPath, [join(project, "examples", "hello", "main.ts")], {
    cwd: project,
    env: {
      ...process.env,
      ...(cluster === undefined
        ? {}
        : {
            TEMPORAL_ADDRESS: cluster.gatewayAddress,
            TEMPORAL_UI_URL: cluster.uiUrl,
            TEMPORAL_NAMESPACE: process.env["TEMPORAL_NAMESPACE"] ?? cluster.namespaces[0],
          }),
    },
  });
}

function clusterOf(
  { clusters }: Outputs,
  stack: string,
  name: string | undefined,
): Outputs["clusters"][string] {
  const names = Object.keys(clusters);
  if (names.length === 0) {
    throw new UserError(
      `stack ${stack} is not up: run \`npm run up\` first, or set TEMPORAL_ADDRESS`,
    );
  }
  const cluster = clusters[name ?? names[0] ?? ""];
  if (cluster === undefined) {
    throw new UserError(
      `stack ${stack} has no cluster ${String(name)}; there are: ${names.join(", ")}`,
    );
  }
  return cluster;
}
