/**
 * The number of frontends, when an autoscaler takes it over, has it, and gives it back. The cluster need not measure anything: an autoscaler without
 * figures keeps to its least and its most, and what it would set in between is set here in its way.
 */
import { setTimeout as sleep } from "node:timers/promises";
import { AppsV1Api, AutoscalingV2Api } from "@kubernetes/client-node";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { arrangeOnKubernetes, type KubernetesSubject } from "../../testkit/kubernetes-subject.ts";

const name = "frontend";
const replicas = 2;
const autoscaling = { maxReplicas: 4 };

let subject: KubernetesSubject;
let apps: AppsV1Api;
let scalers: AutoscalingV2Api;

const configure = (more: object = {}, server: object = {}): Promise<void> => {
  const frontend = { replicas, resources: { cpuRequest: 0.1 }, ...more };
  return subject.stack.configure({
    clusters: [
      {
        name: subject.name,
        target: subject.target,
        server: { numHistoryShards: 16, roles: { frontend }, ...server },
      },
    ],
  });
};

/** Sets the number of pods as an autoscaler, or `kubectl scale`, does. */
async function scale(count: number, fieldManager: string): Promise<void> {
  const { namespace } = subject;
  const body = await apps.readNamespacedDeploymentScale({ name, namespace });
  if (body.spec === undefined) throw new Error("the Deployment has no scale");
  body.spec.replicas = count;
  await apps.replaceNamespacedDeploymentScale({ name, namespace, body, fieldManager });
}

/** How many pods the Deployment is to have. */
async function wanted(): Promise<number | undefined> {
  const { namespace } = subject;
  return (await apps.readNamespacedDeployment({ name, namespace })).spec?.replicas;
}

/** Brings the stack up; gives the least that were wanted and that were available meanwhile. */
async function leastDuringUp(): Promise<{ wanted: number; available: number }> {
  const { namespace } = subject;
  const least = { wanted: Infinity, available: Infinity };
  const deployment = new AbortController();
  const watching = (async () => {
    while (!deployment.signal.aborted) {
      const { spec, status } = await apps.readNamespacedDeployment({ name, namespace });
      least.wanted = Math.min(least.wanted, spec?.replicas ?? 0);
      least.available = Math.min(least.available, status?.availableReplicas ?? 0);
      await sleep(100);
    }
  })();
  await subject.stack.up().finally(() => {
    deployment.abort();
  });
  await watching;
  return least;
}

const autoscalers = async (): Promise<number> =>
  (await scalers.listNamespacedHorizontalPodAutoscaler({ namespace: subject.namespace })).items
    .length;

beforeAll(async () => {
  subject = await arrangeOnKubernetes("scaling");
  apps = subject.cluster.config.makeApiClient(AppsV1Api);
  scalers = subject.cluster.config.makeApiClient(AutoscalingV2Api);
  await configure();
  await subject.stack.up();
});

afterAll(async () => {
  await subject.dispose();
});

describe("the number of frontends", () => {
  it("is the program's, whoever has set it by hand", async () => {
    await scale(1, "kubectl");
    await subject.stack.up();
    expect(await wanted()).toBe(replicas);
  });

  it("stays while an autoscaler takes it over, also when the pods change with it", async () => {
    await configure({ autoscaling, resources: { cpuRequest: 0.2 } });
    expect(await leastDuringUp()).toEqual({ wanted: replicas, available: replicas });
    expect(await autoscalers()).toBe(1);
  });

  it("is the autoscaler's from then on", async () => {
    await scale(3, "kube-controller-manager");
    await configure({ autoscaling, resources: { cpuRequest: 0.2 } }, { logLevel: "warn" });
    expect((await leastDuringUp()).wanted).toBe(3);
    expect(await wanted()).toBe(3);
    expect(await subject.stack.up()).toEqual({
      ...{ created: [], updated: [], replaced: [], deleted: [] },
    });
  });

  it("is the program's again without an autoscaler, and never less", async () => {
    await configure({ resources: { cpuRequest: 0.2 } }, { logLevel: "warn" });
    expect(await leastDuringUp()).toMatchObject({ wanted: replicas });
    expect([await wanted(), await autoscalers()]).toEqual([replicas, 0]);
  });
});
