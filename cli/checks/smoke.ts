/**
 * `resource-temporal test smoke`: a cluster answers those who use it.
 */
import type { Connection } from "@temporalio/client";
import { UserError } from "../../offline/user-error.ts";
import { healthService } from "../../platform/roles.ts";
import { type ClusterChoice, type ReachedGateway, withFrontend, withGateway } from "../gateway.ts";
import { type ClusterState, type Part } from "../observe/part.ts";
import type { Check } from "./check.ts";

/** How long the web UI may take to answer, in milliseconds. */
const answerMs = 10_000;

/** SERVING in the answer of the standard health service (grpc/health/v1/health.proto). */
const serving = 1;

/** What a smoke test knows of a cluster. */
export interface SmokedCluster {
  readonly choice: ClusterChoice;
  readonly state: ClusterState;
  readonly parts: readonly Part[];
  /** The namespaces that it is configured with. */
  readonly namespaces: readonly string[];
  /** Version of the server that it is configured with. */
  readonly serverVersion: string;
}

/** All parts are healthy, the frontend serves and has its namespaces, and the web UI opens to its password alone. */
export function smokeChecks(cluster: SmokedCluster): readonly Check[] {
  const { choice, state, parts, namespaces, serverVersion } = cluster;
  const frontend = (ask: (connection: Connection) => Promise<void>): Promise<void> =>
    withFrontend(choice, ({ connection }) => ask(connection));
  return [
    {
      name: "every part is healthy",
      run: () => {
        const bad = parts.filter((part) => part.state !== "healthy");
        return state === "healthy"
          ? Promise.resolve()
          : Promise.reject(
              new Error(bad.map((part) => `${part.component} is ${part.state}`).join(", ")),
            );
      },
    },
    {
      name: "the frontend serves gRPC",
      run: () =>
        frontend(async ({ healthService: health }) => {
          const answer = await health.check({ service: healthService.frontend });
          const status: number = answer.status;
          if (status !== serving) throw new Error(`its health service says ${status}`);
        }),
    },
    {
      name: `the server is ${serverVersion}`,
      run: () =>
        frontend(async ({ workflowService }) => {
          const { serverVersion: actual } = await workflowService.getSystemInfo({});
          if (actual !== serverVersion) throw new Error(`it is ${actual}: npm run up changes it`);
        }),
    },
    ...namespaces.map((namespace) => ({
      name: `namespace ${namespace} is there`,
      run: () =>
        frontend(async ({ workflowService }) => {
          await workflowService.describeNamespace({ namespace });
        }),
    })),
    { name: "the web UI refuses those without its password", run: () => page(choice, false, 401) },
    { name: "the web UI opens to its password", run: () => page(choice, true, 200) },
  ];
}

async function page(choice: ClusterChoice, known: boolean, expected: number): Promise<void> {
  await withGateway(choice, async (gateway) => {
    const headers = known ? { authorization: `Basic ${basic(gateway)}` } : {};
    const signal = AbortSignal.timeout(answerMs);
    const { localUiUrl: url } = gateway;
    const { status } = await fetch(url, { headers, signal }).catch((error: unknown) => {
      const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
      throw new UserError(
        `nobody answers at ${url} (${cause instanceof Error ? cause.message : String(cause)})`,
      );
    });
    if (status !== expected) throw new UserError(`${url} answers ${status} and not ${expected}`);
  });
}

function basic({ outputs, uiPassword }: ReachedGateway): string {
  return Buffer.from(`${outputs.uiUser}:${uiPassword}`).toString("base64");
}
