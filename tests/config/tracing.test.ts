import { describe, expect, it } from "vitest";
import { roleWorkload } from "../../components/server.ts";
import { serviceRoles } from "../../platform/roles.ts";
import { clusterWith } from "../../testkit/clusters.ts";
import { verdictOnDocker } from "./verdict.ts";

const otlp = { kind: "otlp", endpoint: "http://collector:4317" };

describe("tracing", () => {
  it("is off, and then no role knows of it", () => {
    expect(clusterWith({}).tracing).toEqual({ kind: "none" });
    for (const role of serviceRoles) {
      const { environment } = roleWorkload(clusterWith({}), role);
      expect(Object.keys(environment).filter((name) => name.startsWith("OTEL"))).toEqual([]);
    }
  });

  it("has every role send all spans to the collector", () => {
    for (const role of serviceRoles) {
      expect(roleWorkload(clusterWith({ tracing: otlp }), role).environment).toMatchObject({
        OTEL_TRACES_EXPORTER: "otlp",
        OTEL_EXPORTER_OTLP_TRACES_PROTOCOL: "grpc",
        OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: "http://collector:4317",
        OTEL_TRACES_SAMPLER: "parentbased_traceidratio",
        OTEL_TRACES_SAMPLER_ARG: "1",
        OTEL_RESOURCE_ATTRIBUTES: "temporal.cluster=dev",
      });
    }
  });

  it("takes a share of the traces, and an address with TLS", () => {
    const tracing = { ...otlp, endpoint: "https://otel.example.com/", sampleRatio: 0.05 };
    expect(roleWorkload(clusterWith({ tracing }), "history").environment).toMatchObject({
      OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: "https://otel.example.com",
      OTEL_TRACES_SAMPLER_ARG: "0.05",
    });
  });

  it.each([
    ["no collector", { kind: "otlp" }, "tracing.endpoint: must be an address"],
    ["no scheme", { ...otlp, endpoint: "collector:4317" }, "tracing.endpoint"],
    ["a path", { ...otlp, endpoint: "http://collector:4318/v1/traces" }, "must have no path"],
    ["more than all", { ...otlp, sampleRatio: 2 }, "tracing.sampleRatio"],
    ["an unknown kind", { kind: "jaeger" }, "tracing"],
  ])("is refused with %s", (_what, tracing, message) => {
    expect(verdictOnDocker({}, { tracing })).toContain(message);
  });
});
