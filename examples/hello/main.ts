/**
 * Runs the example against TEMPORAL_ADDRESS (localhost:7233) in TEMPORAL_NAMESPACE (default), and says what happened.
 * With TEMPORAL_TLS=true it speaks TLS, and TEMPORAL_TLS_SERVER_CA_CERT_PATH may name the certificate of an authority of your own; Temporal's
 * CLI knows both by the same names. TEMPORAL_UI_URL is only for the link to the workflow's history.
 */
import { readFileSync } from "node:fs";
import { runHello } from "./hello.ts";

const address = process.env["TEMPORAL_ADDRESS"] ?? "localhost:7233";
const namespace = process.env["TEMPORAL_NAMESPACE"] ?? "default";
const withTls = process.env["TEMPORAL_TLS"] === "true";
const authority = process.env["TEMPORAL_TLS_SERVER_CA_CERT_PATH"] ?? "";
const scheme = withTls ? "https" : "http";
const uiUrl = process.env["TEMPORAL_UI_URL"] ?? `${scheme}://${address}/`;

try {
  const tls =
    withTls && authority !== "" ? { serverRootCACertificate: readFileSync(authority) } : withTls;
  const place = { address, namespace, tls };
  const { workflowId, runId, stages, result } = await runHello(place, "Temporal");
  console.log(`workflow  ${workflowId}
query     stage: ${stages[0]}
signal    tellName: Temporal
result    ${result}
query     stage: ${stages[1]}
history   ${uiUrl}namespaces/${namespace}/workflows/${workflowId}/${runId}/history`);
} catch (error) {
  console.error(`error: ${error instanceof Error ? error.message : String(error)}`);
  // A worker that could not be made, as where there is no such namespace, would keep the process alive.
  process.exit(1);
}
