/**
 * A cluster in a namespace with rules: a quota on everything that can be asked for, a range for each container, and user ids that no image knows,
 * which OpenShift's `restricted-v2` gives.
 */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { arrangeOnKubernetes, type KubernetesSubject } from "../../testkit/kubernetes-subject.ts";
import { temporal } from "../../testkit/temporal-cli.ts";
import { TestNamespace, until } from "../../testkit/test-namespace.ts";
import { giveUserIds, type UserIdRule } from "../../testkit/user-id-rule.ts";

/** As OpenShift counts them. */
const userId = 1_000_660_000;
const workloads = ["frontend", "gateway", "history", "matching", "postgres", "ui", "worker"];

let subject: KubernetesSubject;
let rule: UserIdRule;

const configure = (target: object = {}, history: object = { cpus: 2 }): Promise<void> => {
  const resources = { memory: "320MiB" };
  const demanded = { cpuLimits: "required", userIds: "namespace", namespacePolicy: "existing" };
  return subject.stack.configure({
    clusters: [
      {
        name: subject.name,
        target: { ...subject.target, ...demanded, ...target },
        server: {
          numHistoryShards: 16,
          roles: { history: { resources: { memory: "512MiB", ...history } } },
        },
        ...{ ui: { resources }, gateway: { resources }, tasks: { resources } },
      },
    ],
  });
};
const grpcAddress = async (): Promise<string> => {
  const { clusters } = (await subject.stack.outputs()) as {
    clusters: Record<string, { grpcAddress: string }>;
  };
  return clusters[subject.name]?.grpcAddress ?? "";
};
const healthy = async (): Promise<void> => {
  const names = async (): Promise<string[]> => Object.keys(await subject.running()).sort();
  await expect.poll(names, { timeout: 120_000, interval: 500 }).toEqual(workloads);
};

beforeAll(async () => {
  subject = await arrangeOnKubernetes("rules");
  const namespace = await TestNamespace.create(subject.cluster.config, subject.namespace);
  await namespace.apply(
    {
      ...{ apiVersion: "v1", kind: "ResourceQuota", metadata: { name: "everything" } },
      spec: {
        hard: {
          ...{ "requests.cpu": "5", "limits.cpu": "20" },
          ...{ "requests.memory": "20Gi", "limits.memory": "20Gi" },
        },
      },
    },
    {
      ...{ apiVersion: "v1", kind: "LimitRange", metadata: { name: "range" } },
      spec: {
        limits: [
          // A greatest of processor time would be the limit of containers without one.
          { type: "Container", min: { cpu: "50m", memory: "300Mi" }, max: { memory: "2Gi" } },
        ],
      },
    },
  );
  rule = await giveUserIds(subject.cluster, subject.namespace, userId);
});

afterAll(async () => {
  await rule.dispose();
  await subject.dispose();
});

describe("a namespace with a quota, a range and user ids of its own", () => {
  it("is told of at once where the config does not know of its quota", async () => {
    await configure({ cpuLimits: "optional" }, {});
    const { exitCode, output } = await subject.stack.preview();
    expect(exitCode).not.toBe(0);
    expect(output.replace(/\s+/g, " ")).toContain(
      `quota everything of namespace ${subject.namespace} refuses containers without a limit of processor time: set target.cpuLimits to required`,
    );
  });

  it("runs everything, and starts no container twice", async () => {
    await configure();
    await subject.stack.up();
    await healthy();
    expect(await subject.restarts()).toBe(0);
    const grpc = await grpcAddress();
    expect(await temporal(grpc, "operator", "cluster", "health")).toContain("SERVING");
  });

  it.each(workloads)("%s runs as a user that its image does not know", async (workload) => {
    expect((await subject.exec(workload, "id", "-u")).trim()).toBe(String(userId));
  });

  it("PostgreSQL comes back with its data, under its user id", async () => {
    const grpc = await grpcAddress();
    const start = ["workflow", "start", "--workflow-id", "kept", "--type", "greet"];
    await temporal(grpc, ...start, "--task-queue", "nobody");
    const [before] = await subject.pods("postgres");
    await subject.removeAll(["postgres"]);
    await until("PostgreSQL has another pod", async () => {
      const [now] = await subject.pods("postgres");
      return now !== undefined && now.metadata?.uid !== before?.metadata?.uid;
    });
    await healthy();
    await expect
      .poll(() => temporal(grpc, "workflow", "describe", "--workflow-id", "kept"), {
        timeout: 60_000,
      })
      .toMatch(/TaskQueue +nobody/);
  });

  it("does not go back to the images' user ids, whose PostgreSQL could not read the data", async () => {
    await configure({ userIds: "image" });
    const { exitCode, output } = await subject.stack.preview();
    expect(exitCode).not.toBe(0);
    expect(output.replace(/\s+/g, " ")).toContain(
      `target.userIds of cluster ${subject.name} is namespace`,
    );
    await configure();
  });
});
