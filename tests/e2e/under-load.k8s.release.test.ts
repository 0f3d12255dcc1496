/**
 * What a cluster on Kubernetes survives while it works: pods that go, rolling restarts, other numbers of replicas, evictions.
 * Nothing may be lost; what clients notice is reported.
 */
import { PolicyV1Api, V1Eviction, V1ObjectMeta } from "@kubernetes/client-node";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { serviceRoles } from "../../platform/roles.ts";
import { arrangeOnKubernetes, type KubernetesSubject } from "../../testkit/kubernetes-subject.ts";
import { type Figures, type Load, underLoad, type Verdict } from "../../testkit/load.ts";
import { writeResults } from "../../testkit/results.ts";
import { rolled } from "../../testkit/subject.ts";

/** Workflows started in a second; each has two activities, a timer, a signal and a query. */
const startsPerSecond = 5;

/** Workflows that are completed before and after each event, so that there is something to compare. */
const some = 20;

let subject: KubernetesSubject;
let grpc: string;
let gateway: string;
const report: object[] = [];

const roles = (more: object = {}): object => ({
  ...{ frontend: { replicas: 2 }, history: { replicas: 2 } },
  ...{ matching: { replicas: 2 }, worker: { replicas: 2 } },
  ...more,
});
const configure = (server: object, more: object = {}): Promise<void> =>
  subject.stack.configure({
    clusters: [{ name: subject.name, target: subject.target, server, ...more }],
  });

beforeAll(async () => {
  subject = await arrangeOnKubernetes("load");
  await configure({ roles: roles() });
  await subject.stack.up();
  const { clusters } = (await subject.stack.outputs()) as {
    clusters: Record<string, { grpcAddress: string; gatewayAddress: string }>;
  };
  grpc = clusters[subject.name]?.grpcAddress ?? "";
  gateway = clusters[subject.name]?.gatewayAddress ?? "";
});

afterAll(async () => {
  await subject.dispose();
  console.table(report);
  await writeResults("under-load", report);
});

/** Does something under load, notes what was seen of it, and gives that. */
async function seen(
  event: string,
  happen: (load: Load) => Promise<void>,
  address = grpc,
): Promise<Figures & Verdict> {
  const [figures, verdict] = await underLoad(address, startsPerSecond, async (load) => {
    await load.completes(some);
    const moment = load.now();
    await happen(load);
    const healthyAfter = Math.round((load.now() - moment) / 100) / 10;
    await load.completes(some);
    return { healthyAfter, ...load.since(moment) };
  });
  report.push({ event, ...figures, lost: verdict.faults.length });
  return { ...figures, ...verdict };
}

/** Waits until every workload has as many ready pods as before. */
async function whole(before: Readonly<Record<string, readonly string[]>>): Promise<void> {
  const counts = async (): Promise<object> => count(await subject.running());
  await expect.poll(counts, { timeout: 180_000, interval: 250 }).toEqual(count(before));
}

function count(running: Readonly<Record<string, readonly string[]>>): object {
  return Object.fromEntries(
    Object.entries(running).map(([workload, replicas]) => [workload, replicas.length]),
  );
}

describe("a pod that goes", () => {
  it.each([...serviceRoles, "postgres"])("of %s loses nothing", async (workload) => {
    const before = await subject.running();
    const { faults } = await seen(`pod of ${workload} deleted`, async () => {
      const [pod] = await subject.pods(workload);
      await subject.core.deleteNamespacedPod({
        name: pod?.metadata?.name ?? "",
        namespace: subject.namespace,
      });
      const others = async (): Promise<string[]> => rolled(before, await subject.running());
      await expect.poll(others, { timeout: 120_000, interval: 250 }).toEqual([workload]);
      await whole(before);
    });
    expect(faults).toEqual([]);
  });
});

describe("a rolling restart of all roles", () => {
  it("loses nothing, and no request beyond the SDK's retries", async () => {
    const before = await subject.running();
    await configure({ logLevel: "warn", roles: roles() });
    const { faults, failedAfterRetries } = await seen("rolling restart of all roles", async () => {
      await subject.stack.up();
      expect(rolled(before, await subject.running())).toEqual([...serviceRoles].sort());
    });
    expect(faults).toEqual([]);
    expect(failedAfterRetries).toBe(0);
  });
});

describe("other numbers of replicas", () => {
  it.each([1, 3, 2])("%i of history: nothing is lost", async (replicas) => {
    await configure({ logLevel: "warn", roles: roles({ history: { replicas } }) });
    const { faults, failedAfterRetries } = await seen(`history scaled to ${replicas}`, async () => {
      await subject.stack.up();
      expect((await subject.running())["history"]).toHaveLength(replicas);
    });
    expect(faults).toEqual([]);
    expect(failedAfterRetries).toBe(0);
  });
});

describe("the gateway, with everything through it", () => {
  const through = (event: string, happen: () => Promise<void>): Promise<Figures & Verdict> =>
    seen(event, happen, gateway);

  beforeAll(async () => {
    await configure({ logLevel: "warn", roles: roles() });
    await subject.stack.up();
  });

  it("rolls without a failed request", async () => {
    const before = await subject.running();
    await configure({ logLevel: "warn", roles: roles() }, { gateway: { hosts: ["rolled.test"] } });
    const { faults, failedAfterRetries, failedBeforeRetries } = await through(
      "the gateway rolled",
      async () => {
        await subject.stack.up();
        expect(rolled(before, await subject.running())).toEqual(["gateway"]);
      },
    );
    expect([faults, failedAfterRetries, failedBeforeRetries]).toEqual([[], 0, 0]);
  });

  it.each([
    ["deleted", undefined],
    ["killed", 0],
  ])("loses nothing when each of its pods in turn is %s", async (what, gracePeriodSeconds) => {
    const { faults, failedAfterRetries } = await through(`pods of gateway ${what}`, async () => {
      for (const pod of await subject.pods("gateway")) {
        const before = await subject.running();
        await subject.core.deleteNamespacedPod({
          name: pod.metadata?.name ?? "",
          namespace: subject.namespace,
          ...(gracePeriodSeconds === undefined ? {} : { gracePeriodSeconds }),
        });
        const others = async (): Promise<string[]> => rolled(before, await subject.running());
        await expect.poll(others, { timeout: 120_000, interval: 250 }).toEqual(["gateway"]);
        await whole(before);
      }
    });
    expect([faults, failedAfterRetries]).toEqual([[], 0]);
  });
});

describe("draining nodes", () => {
  it("takes one pod of a role at a time, and loses nothing", async () => {
    const policy = subject.cluster.config.makeApiClient(PolicyV1Api);
    const { namespace } = subject;
    const evict = (name: string): Promise<unknown> => {
      const metadata = Object.assign(new V1ObjectMeta(), { name, namespace });
      const body = Object.assign(new V1Eviction(), { metadata });
      return subject.core.createNamespacedPodEviction({ name, namespace, body });
    };
    expect((await policy.listNamespacedPodDisruptionBudget({ namespace })).items).toHaveLength(5);
    const before = await subject.running();
    const { faults, failedAfterRetries } = await seen("all roles' pods evicted", async () => {
      for (const role of [...serviceRoles, "gateway"]) {
        const [first, second] = (await subject.pods(role)).map(({ metadata }) => metadata?.name);
        await evict(first ?? "");
        await expect(evict(second ?? "")).rejects.toThrow(/disruption budget/);
        await whole(before);
        await expect
          .poll(() => evict(second ?? "").then(() => "evicted", String), { timeout: 60_000 })
          .toBe("evicted");
        await whole(before);
      }
    });
    expect(faults).toEqual([]);
    expect(failedAfterRetries).toBe(0);
  });
});
