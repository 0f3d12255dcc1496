import { describe, expect, it } from "vitest";
import { podResources } from "../../platform/pod-resources.ts";

describe("what a container may use, as Kubernetes writes it", () => {
  it.each([
    ["nothing said", {}, "optional", "100m", undefined],
    ["nothing said, and a limit wanted of all", {}, "required", "100m", "1000m"],
    ["a limit", { cpus: 2 }, "optional", "100m", "2000m"],
    ["a limit that is less than the default request", { cpus: 0.05 }, "required", "50m", "50m"],
    ["a request", { cpuRequest: 0.5 }, "required", "500m", "1000m"],
    [
      "a request that is more than the default limit",
      { cpuRequest: 3 },
      "required",
      "3000m",
      "3000m",
    ],
    ["both", { cpus: 4, cpuRequest: 3 }, "required", "3000m", "4000m"],
  ] as const)("%s", (_what, cpu, cpuLimits, request, limit) => {
    expect(podResources({ memoryMiB: 256, ...cpu }, cpuLimits)).toEqual({
      requests: { memory: "256Mi", cpu: request },
      limits: { memory: "256Mi", ...(limit === undefined ? {} : { cpu: limit }) },
    });
  });
});
