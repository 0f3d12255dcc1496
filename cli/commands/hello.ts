/**
 * `npm run hello`.
 */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { type InternalAddress, internalAddress, portForward } from "../kubernetes/address.ts";
import { forwardTo } from "../kubernetes/forward.ts";
import { findKubernetes } from "../kubernetes/index.ts";
import { pathsOf } from "../../offline/paths.ts";
import { findPlace } from "../place.ts";
import { kubernetesNeeds } from "../pulumi/needs.ts";
import { runAttached, stackOutputs } from "../pulumi/run.ts";
import { stackFile } from "../pulumi/stack-file.ts";
import { UserError } from "../../offline/user-error.ts";
import { type ClusterOutputs, type Outputs, outputsOf } from "./outputs.ts";

/**
 * Runs examples/hello against a cluster of the stack, or against TEMPORAL_ADDRESS. Gives the exit code.
 *
 * What is only inside a Kubernetes cluster is reached by a port-forward for as long as it takes.
 *
 * @param name The cluster; by default the stack's first.
 * @throws UserError when the stack has no such cluster, or none at all, or it cannot be reached.
 */
export async function hello(stack: string, name?: string): Promise<number> {
  if ((process.env["TEMPORAL_ADDRESS"] ?? "") !== "") return runExample({});
  const [cluster, outputs] = clusterOf(
    outputsOf(await stackOutputs(await findPlace(stack))),
    stack,
    name,
  );
  const inside = internalAddress(outputs.gatewayAddress);
  if (inside !== undefined) return runInside(stack, cluster, outputs, inside);
  if (outputs.gatewayAddress.startsWith("gateway:")) {
    throw new UserError(
      `cluster ${cluster} publishes no gRPC: set target.publish.grpc to a port, or TEMPORAL_ADDRESS to an address`,
    );
  }
  return runExample({
    ...common(outputs),
    TEMPORAL_ADDRESS: outputs.gatewayAddress,
    TEMPORAL_TLS: String(outputs.gatewayTransport === "tls"),
    TEMPORAL_UI_URL: outputs.uiUrl,
  });
}

async function runInside(
  stack: string,
  cluster: string,
  outputs: ClusterOutputs,
  to: InternalAddress,
): Promise<number> {
  const file = stackFile(pathsOf(process.env).project, stack);
  const need = kubernetesNeeds(await readFile(file, "utf8")).find((one) => one.name === cluster);
  if (need === undefined) {
    throw new UserError(
      `${file} no longer says in which Kubernetes cluster ${cluster} is: put it back, or set TEMPORAL_ADDRESS`,
    );
  }
  const found = await findKubernetes(need, process.env);
  if (found.kind !== "reached") throw found.fault;
  const forward = await forwardTo(found.access, to);
  try {
    const exitCode = await runExample({
      ...common(outputs),
      TEMPORAL_ADDRESS: forward.address,
      TEMPORAL_TLS: "false",
      TEMPORAL_UI_URL: `http://localhost:${to.port}/`,
    });
    if (exitCode === 0) console.log(`          (while this runs: ${portForward(to, need)})`);
    return exitCode;
  } finally {
    await forward.close();
  }
}

function common({ namespaces }: ClusterOutputs): Record<string, string | undefined> {
  return { TEMPORAL_NAMESPACE: process.env["TEMPORAL_NAMESPACE"] ?? namespaces[0] };
}

/** @param variables Variables of the environment besides the user's own. */
async function runExample(
  variables: Readonly<Record<string, string | undefined>>,
): Promise<number> {
  const { project } = pathsOf(process.env);
  return runAttached(process.execPath, [join(project, "examples", "hello", "main.ts")], {
    cwd: project,
    env: { ...process.env, ...variables },
  });
}

function clusterOf(
  { clusters }: Outputs,
  stack: string,
  name: string | undefined,
): [name: string, outputs: ClusterOutputs] {
  const names = Object.keys(clusters);
  const [first] = names;
  if (first === undefined) {
    throw new UserError(
      `stack ${stack} is not up: run \`npm run up\` first, or set TEMPORAL_ADDRESS`,
    );
  }
  const chosen = name ?? first;
  const outputs = clusters[chosen];
  if (outputs === undefined) {
    throw new UserError(`stack ${stack} has no cluster ${chosen}; there are: ${names.join(", ")}`);
  }
  return [chosen, outputs];
}
