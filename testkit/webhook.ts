/**
 * A receiver of alerts: a server of the test's own that containers reach by the host's address on the engine's bridge.
 */
import { createServer } from "node:http";
import type Docker from "dockerode";
import { z } from "zod";
import { hostAddress } from "./external-postgres.ts";
import { freePort } from "./stack.ts";

/** What Alertmanager sends of an alert (prometheus.io, "webhook_config"). */
const message = z.object({
  alerts: z.array(
    z.object({
      status: z.string(),
      labels: z.record(z.string(), z.string()),
      annotations: z.record(z.string(), z.string()),
    }),
  ),
});

/** An alert, and when it came. */
export type Told = z.output<typeof message>["alerts"][number] & { readonly at: number };

/** See {@link startWebhook}. */
export interface Webhook {
  /** Its address, as containers see it. */
  readonly url: string;
  /** All alerts that have come, in their order. */
  readonly told: readonly Told[];
  close(): Promise<void>;
}

/** Starts one. */
export async function startWebhook(docker: Docker): Promise<Webhook> {
  const told: Told[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const at = Date.now();
      const { alerts } = message.parse(JSON.parse(Buffer.concat(chunks).toString("utf8")));
      told.push(...alerts.map((alert) => ({ ...alert, at })));
      response.end();
    });
  });
  const host = await hostAddress(docker);
  const port = await freePort();
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject).listen(port, host, resolve);
  });
  return {
    url: `http://${host}:${port}/`,
    told,
    close: () =>
      new Promise((resolve) => {
        server.close(() => {
          resolve();
        });
        server.closeAllConnections();
      }),
  };
}
