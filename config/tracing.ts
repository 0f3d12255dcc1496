/**
 * The schema of tracing: the collector that the server's roles send their spans to.
 */
import { z } from "zod";

/** Where traces go. */
export const tracing = z
  .discriminatedUnion("kind", [
    z.strictObject({ kind: z.literal("none").describe("Nowhere") }),
    z.strictObject({
      kind: z
        .literal("otlp")
        .describe("To an OpenTelemetry collector by OTLP over gRPC, the one way the server has"),
      endpoint: z
        .url({
          protocol: /^https?$/,
          error: "must be an address such as http://otel-collector.observability:4317",
        })
        .refine((text) => new URL(text).pathname === "/", "must have no path")
        .transform((text) => new URL(text).origin)
        .describe(
          "Address of the collector, as the containers see it; with https by the certificate authorities of the server's image",
        ),
      sampleRatio: z
        .number()
        .min(0)
        .max(1)
        .default(1)
        .describe(
          "Share of the traces that begin here and are sent. A caller that traces decides for its own calls",
        ),
    }),
  ])
  .prefault({ kind: "none" })
  .describe("Where the spans of the server's calls go");
