/**
 * `npm run hello`.
 */
import { join } from "node:path";
import { pathsOf } from "../../offline/paths.ts";
import { type ClusterChoice, withGateway } from "../gateway.ts";
import { runAttached } from "../pulumi/run.ts";

/**
 * Runs examples/hello against a cluster of the stack, or against TEMPORAL_ADDRESS. Gives the exit code.
 *
 * What is only inside a Kubernetes cluster is reached by a port-forward for as long as it takes.
 *
 * @throws UserError when the stack has no such cluster, or none at all, or it cannot be reached.
 */
export async function hello(choice: ClusterChoice): Promise<number> {
  if ((process.env["TEMPORAL_ADDRESS"] ?? "") !== "") return runExample({});
  return withGateway(choice, async ({ address, transport, uiUrl, hint, outputs }) => {
    const exitCode = await runExample({
      TEMPORAL_NAMESPACE: process.env["TEMPORAL_NAMESPACE"] ?? outputs.namespaces[0],
      TEMPORAL_ADDRESS: address,
      TEMPORAL_TLS: String(transport === "tls"),
      TEMPORAL_UI_URL: uiUrl,
    });
    if (exitCode === 0 && hint !== undefined) console.log(`          (while this runs: ${hint})`);
    return exitCode;
  });
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
