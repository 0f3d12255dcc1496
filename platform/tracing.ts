/**
 * Traces of the server's calls, by OpenTelemetry's own variables of the environment.
 */
import type { Cluster } from "./cluster.ts";

/**
 * The variables of a role that sends its spans; none where nothing is traced. The server reads the first (temporal/common/telemetry/env.go), its
 * OpenTelemetry SDK the others. It names each role `io.temporal.<role>`; the cluster is an attribute of the resource.
 *
 * A collector that is away costs spans and nothing else: the exporter drops what its queue does not hold, and the server warns of it in its log.
 */
export function tracingEnvironment({ name, tracing }: Cluster): Readonly<Record<string, string>> {
  if (tracing.kind === "none") return {};
  return {
    OTEL_TRACES_EXPORTER: "otlp",
    OTEL_EXPORTER_OTLP_TRACES_PROTOCOL: "grpc",
    OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: tracing.endpoint,
    OTEL_TRACES_SAMPLER: "parentbased_traceidratio",
    OTEL_TRACES_SAMPLER_ARG: String(tracing.sampleRatio),
    OTEL_RESOURCE_ATTRIBUTES: `temporal.cluster=${name}`,
  };
}
