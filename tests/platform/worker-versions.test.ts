import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { startupSteps } from "../../components/startup.ts";
import { workerWorkload } from "../../components/workers.ts";
import { dynamicConfigOf } from "../../platform/server-settings.ts";
import { buildIdPattern, maxBuildId } from "../../platform/worker-deployment.ts";
import {
  buildIdOf,
  versionOf,
  versionsOf,
  type WorkerVersion,
} from "../../platform/worker-versions.ts";
import { runWorkers } from "../../platform/workers.ts";
import { clusterWith } from "../../testkit/clusters.ts";

const least = {
  ...{ image: "registry.example.com/team/orders:1.4.2", namespace: "default", versioning: {} },
  taskQueues: { orders: ["workflow", "activity"] },
};

/** The version that a worker is, with something on top of it, and of its cluster. */
function version(more: object = {}, cluster: object = {}): WorkerVersion {
  const whole = clusterWith({ workers: { orders: { ...least, ...more } }, ...cluster });
  const [[name, worker] = []] = runWorkers(whole);
  if (name === undefined || worker === undefined) throw new Error("no worker");
  const versions = versionsOf(name, worker);
  if (versions === undefined) throw new Error("no versions");
  return versionOf(workerWorkload(whole, name, worker), versions);
}

describe("the build id of a worker", () => {
  const { buildId } = version();

  it("is what the user says", () => {
    expect(version({ versioning: { buildId: "2026.11" } }).buildId).toBe("2026.11");
  });

  it("begins with the image's tag, or its digest, and is the same for the same worker", () => {
    expect(buildId).toMatch(/^1\.4\.2-[0-9a-f]{10}$/);
    expect(version().buildId).toBe(buildId);
    const digest = `0a1b2c3d4e5f${"0".repeat(52)}`;
    const image = `registry.example.com/team/orders@sha256:${digest}`;
    expect(version({ image }).buildId).toMatch(/^0a1b2c3d4e-[0-9a-f]{10}$/);
  });

  it.each<[string, object]>([
    ["image", { image: "registry.example.com/team/orders:1.4.3" }],
    ["registry", { image: "mirror.example.com/team/orders:1.4.2" }],
    ["command", { command: ["node", "worker.js"] }],
    ["arguments", { args: ["--fast"] }],
    ["variables", { env: { LEVEL: "debug" } }],
    ["secrets", { secrets: { API_KEY: { env: "ORDERS_KEY" } } }],
    ["only task queue", { taskQueues: { bills: ["workflow", "activity"] } }],
  ])("is another one with another %s", (_what, more) => {
    expect(version(more).buildId).not.toBe(buildId);
  });

  it.each<[string, object]>([
    ["replicas", { replicas: 5 }],
    ["limits", { resources: { memory: "2GiB", cpus: 1 } }],
    ["time to stop", { stopGrace: "5m" }],
    ["health and metrics", { health: { port: 8080 }, metrics: {} }],
    ["scratch directories", { scratch: ["/tmp", "/cache"] }],
    ["rollout", { versioning: { rollout: { kind: "manual" }, deleteAfter: "7d" } }],
    ["types of tasks", { taskQueues: { orders: ["workflow"] } }],
  ])("is the same with other %s", (_what, more) => {
    expect(version(more).buildId).toBe(buildId);
  });

  it("is the same at another address", () => {
    const roles = { frontend: { ports: { grpc: 17_233 } } };
    expect(version({}, { server: { roles } }).buildId).toBe(buildId);
  });

  it("is the same wherever a secret comes from", () => {
    const [one, other] = ["A", "B"].map((env) => version({ secrets: { KEY: { env } } }).buildId);
    expect(one).toBe(other);
  });

  const tag = fc.stringMatching(/^\w[\w.-]{0,127}$/).filter((text) => text !== "latest");
  const command = fc.oneof(
    fc.array(fc.string(), { minLength: 1 }),
    fc.array(fc.string()).map((args) => ({ kind: "image" as const, args })),
  );
  const environment = fc.dictionary(
    fc.stringMatching(/^[A-Z]{1,6}$/),
    fc.oneof(fc.string(), fc.constant({ secret: "worker.orders.KEY" as const })),
  );
  const imageOf = (reference: string) => ({
    ...{ reference, version: reference, user: { uid: 1000, gid: 1000 } },
  });
  const built = fc
    .record({ tag, command, environment })
    .map(({ tag: said, ...rest }) => ({ ...rest, image: imageOf(`orders:${said}`) }));

  type Built = typeof built extends fc.Arbitrary<infer T> ? T : never;

  it("is one that the server and Kubernetes take, whatever the image is called", () => {
    fc.assert(
      fc.property(built, (worker) => {
        const id = buildIdOf(worker);
        expect(id).toMatch(buildIdPattern);
        expect(id.length).toBeLessThanOrEqual(maxBuildId);
      }),
    );
  });

  it("does not depend on the order of variables", () => {
    fc.assert(
      fc.property(built, (worker) => {
        const turned = Object.fromEntries(Object.entries(worker.environment).reverse());
        expect(buildIdOf({ ...worker, environment: turned })).toBe(buildIdOf(worker));
      }),
    );
  });

  it("is another one for another image, program, arguments, variable or name of a secret", () => {
    const content = ({ image, command: start, environment: all }: Built): string => {
      const variables = Object.entries(all).sort(([a], [b]) => (a < b ? -1 : 1));
      return JSON.stringify([image.reference, start, variables]);
    };
    fc.assert(
      fc.property(built, built, (one, other) => {
        expect(buildIdOf(one) === buildIdOf(other)).toBe(content(one) === content(other));
      }),
    );
  });
});

describe("the environment of a version", () => {
  const { own, shared, buildId } = version({
    env: { LEVEL: "info" },
    secrets: { API_KEY: { env: "KEY" } },
    versioning: { deployment: "shop" },
  });

  it("is its own where it is part of the build, and says which version it is", () => {
    expect(own).toEqual({
      ...{ LEVEL: "info", API_KEY: { secret: "worker.orders.API_KEY" } },
      ...{ TEMPORAL_TASK_QUEUE: "orders", TEMPORAL_DEPLOYMENT_NAME: "shop" },
      TEMPORAL_WORKER_BUILD_ID: buildId,
    });
  });

  it("is that of all versions where it may change under them", () => {
    expect(shared).toEqual({
      ...{ TEMPORAL_ADDRESS: "frontend:7233", TEMPORAL_NAMESPACE: "default" },
      API_KEY: { secret: "worker.orders.API_KEY" },
    });
  });
});

describe("a gate", () => {
  it("is on the only task queue with workflows where the user names none", () => {
    const gate = { workflowType: "Smoke" };
    const taskQueues = { heavy: ["activity"], orders: ["workflow"] };
    const workers = { orders: { ...least, taskQueues, versioning: { gate } } };
    const [[name, worker] = []] = runWorkers(clusterWith({ workers }));
    if (name === undefined || worker === undefined) throw new Error("no worker");
    expect(versionsOf(name, worker)?.gate).toEqual({
      ...{ workflowType: "Smoke", taskQueue: "orders", timeoutSeconds: 300 },
    });
  });
});

describe("the dynamic config of a cluster with versioned workers", () => {
  const cancel = "frontend.enableCancelWorkerPollsOnShutdown";
  const fanOut = "frontend.enableMatchingFanOutForPollCancellation";
  const settings = (orders: object, server: object = {}) => {
    const all = dynamicConfigOf(clusterWith({ workers: { orders }, server }));
    return Object.fromEntries(
      [cancel, fanOut].map((key) => [key, all[key]?.map(({ value }) => value)]),
    );
  };

  it("lets the server forget workers that stop, as far as its version can", () => {
    expect(settings(least)).toEqual({ [cancel]: [true], [fanOut]: [true] });
    const older = { version: "1.31.2" };
    expect(settings(least, older)).toEqual({ [cancel]: [true], [fanOut]: undefined });
  });

  it("is the user's own where they say it, and nothing without versions", () => {
    const dynamicConfig = { [cancel]: false };
    expect(settings(least, { dynamicConfig })).toEqual({ [cancel]: [false], [fanOut]: [true] });
    const { image, namespace, taskQueues } = least;
    expect(settings({ image, namespace, taskQueues })).toEqual({
      [cancel]: undefined,
      [fanOut]: undefined,
    });
  });
});

describe("the startup of a cluster", () => {
  it("has a versioned worker with its replicas, and the time until it must poll", () => {
    const versioning = { pollersTimeout: "10m" };
    const cluster = clusterWith({ workers: { orders: { ...least, replicas: 3, versioning } } });
    const [step] = startupSteps(cluster).filter(({ name }) => name === "orders");
    expect(step).toMatchObject({
      ...{ kind: "workload", after: ["frontend"], replicas: 3, timeoutSeconds: 600 },
      stopGraceSeconds: 60,
    });
  });
});
