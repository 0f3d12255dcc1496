import { describe, expect, it } from "vitest";
import {
  containerName,
  containerOptions,
  type Replica,
} from "../../../providers/temporal/worker-deployment/docker-container.ts";
import { dockerSpecSchema } from "../../../providers/temporal/worker-deployment/docker-inputs.ts";

const spec = { image: "registry/orders:1.4.2", memoryMiB: 256, stopGraceSeconds: 70 };

function replica(more: object = {}): Replica {
  return {
    ...{ name: "temporal-dev-worker-orders", buildId: "1.4.2-0a1b", index: 1 },
    spec: dockerSpecSchema.parse({ ...spec, ...more }),
    environment: { TEMPORAL_ADDRESS: "frontend:7233", LEVEL: "info" },
    place: { kind: "docker", network: "temporal-dev", labels: { stack: "dev" } },
    fingerprint: "f00d",
  };
}

describe("the container of a version", () => {
  const options = containerOptions(replica());

  it("is named after worker, build id and number", () => {
    expect(containerName(replica())).toBe("temporal-dev-worker-orders-1.4.2-0a1b-1");
    expect(options.name).toBe("temporal-dev-worker-orders-1.4.2-0a1b-1");
    expect(options.Hostname).toBe(options.name);
  });

  it("has a host name that is short enough", () => {
    const buildId = `${"1".repeat(35)}.2`;
    const { Hostname = "" } = containerOptions({ ...replica(), buildId });
    expect(Hostname).toHaveLength(62);
    expect(Hostname).toMatch(/[0-9]$/);
  });

  it("runs the image's own program unless it is told another", () => {
    expect(options).not.toHaveProperty("Entrypoint");
    expect(options).not.toHaveProperty("Cmd");
    const command = containerOptions(replica({ command: ["node", "worker.js"] }));
    expect(command).toMatchObject({ Entrypoint: ["node", "worker.js"], Cmd: [] });
    const args = containerOptions(replica({ args: ["--verbose"] }));
    expect(args).toMatchObject({ Cmd: ["--verbose"] });
    expect(args).not.toHaveProperty("Entrypoint");
  });

  it("is confined", () => {
    expect(options.HostConfig).toMatchObject({
      ReadonlyRootfs: true,
      CapDrop: ["ALL"],
      SecurityOpt: ["no-new-privileges:true"],
      Memory: 256 * 1024 * 1024,
      MemorySwap: 256 * 1024 * 1024,
      RestartPolicy: { Name: "unless-stopped" },
      LogConfig: { Type: "json-file", Config: { "max-size": "10m", "max-file": "3" } },
    });
    expect(options.HostConfig).not.toHaveProperty("NanoCpus");
    expect(containerOptions(replica({ cpus: 0.5 })).HostConfig).toMatchObject({
      NanoCpus: 500_000_000,
    });
  });

  it("has its own variables, below those that all versions have", () => {
    const { Env } = containerOptions(replica({ environment: { LEVEL: "debug", MODE: "fast" } }));
    expect(Env).toEqual(["LEVEL=info", "MODE=fast", "TEMPORAL_ADDRESS=frontend:7233"]);
  });

  it("writes to memory only, as its user", () => {
    const known = containerOptions(replica({ tmpfs: ["/tmp"], user: "1000:2000" }));
    expect(known.User).toBe("1000:2000");
    expect(known.HostConfig?.Tmpfs).toEqual({ "/tmp": "uid=1000,gid=2000,mode=0755" });
    const unknown = containerOptions(replica({ tmpfs: ["/tmp"] }));
    expect(unknown).not.toHaveProperty("User");
    expect(unknown.HostConfig?.Tmpfs).toEqual({ "/tmp": "mode=1777" });
    const programs = containerOptions(replica({ tmpfs: ["/tmp"], tmpfsHolds: "programs" }));
    expect(programs.HostConfig?.Tmpfs).toEqual({ "/tmp": "exec,mode=1777" });
    const mounts = [{ volume: "certificates", path: "/certificates" }];
    expect(containerOptions(replica({ mounts })).HostConfig?.Mounts).toMatchObject([
      { Source: "certificates", Target: "/certificates", ReadOnly: true },
    ]);
  });

  it("is found by its labels, and is in its network", () => {
    expect(options.Labels).toEqual({
      stack: "dev",
      "temporal-platform/worker": "temporal-dev-worker-orders",
      "temporal-platform/build-id": "1.4.2-0a1b",
      "temporal-platform/fingerprint": "f00d",
    });
    expect(options.HostConfig?.NetworkMode).toBe("temporal-dev");
  });

  it("ends in order, and is looked at only as far as its image can", () => {
    expect(options).toMatchObject({ StopSignal: "SIGTERM", StopTimeout: 70 });
    expect(options.Healthcheck).toEqual({ Test: ["NONE"] });
    const healthCommand = ["/healthy"];
    expect(containerOptions(replica({ healthCommand })).Healthcheck).toMatchObject({
      Test: ["CMD", "/healthy"],
    });
  });
});
