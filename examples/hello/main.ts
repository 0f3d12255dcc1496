/**
 * Runs the example against TEMPORAL_ADDRESS (localhost:7233) in TEMPORAL_NAMESPACE (default), and says what happened.
 * TEMPORAL_UI_URL is only for the link to the workflow's history.
 */
import { runHello } from "./hello.ts";

const address = process.env["TEMPORAL_ADDRESS"] ?? "localhost:7233";
const namespace = process.env["TEMPORAL_NAMESPACE"] ?? "default";
const uiUrl = process.env["TEMPORAL_UI_URL"] ?? `http://${address}/`;

try {
  const { workflowId, runId, stages, result } = await runHello({ address, namespace }, "Temporal");
  console.log(`workflow  ${workflowId}
query     stage: ${stages[0]}
signal    tellName: Temporal
result    ${result}
query     stage: ${stages[1]}
history   ${uiUrl}namespaces/${namespace}/workflows/${workflowId}/${runId}/history`);
} catch (error) {
  console.error(`error: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
}
