import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { InitializationError } from "../../../../providers/protocol/errors.ts";
import type { ResourceType } from "../../../../providers/protocol/provider.ts";
import { type Properties, unknown } from "../../../../providers/protocol/values.ts";
import { KubernetesApi, type Settings } from "../../../../offline/plugins/kubernetes/cluster.ts";
import { objectType } from "../../../../offline/plugins/kubernetes/object-type.ts";
import { callOf } from "../../../../testkit/call.ts";
import { FakeApiServer } from "../../../../testkit/fake-api-server.ts";

let server: FakeApiServer;

beforeEach(async () => {
  server = await FakeApiServer.start();
});

afterEach(async () => {
  vi.unstubAllEnvs();
  await server.stop();
});

const type = async (settings: Settings = {}): Promise<ResourceType> =>
  objectType(await KubernetesApi.connect({ kubeconfig: server.kubeconfig, ...settings }));

const map = (data: object = { a: "b" }): Properties => ({
  ...{ apiVersion: "v1", kind: "ConfigMap" },
  ...{ metadata: { name: "m", namespace: "n" }, data },
});
const mapPath = "api/v1/namespaces/n/configmaps/m";

const job: Properties = {
  ...{ apiVersion: "batch/v1", kind: "Job", metadata: { name: "j", namespace: "n" } },
  spec: { selector: { matchLabels: { app: "j" } } },
};

describe("checking an object", () => {
  const unnamed = { apiVersion: "v1", kind: "Secret" };

  it("names what has no name, by the engine's seed, and marks it", async () => {
    const seed = Uint8Array.from([1, 2, 3, 4, 5]);
    const checked = await (await type()).check?.(unnamed, {}, callOf({ name: "db", seed }));
    expect(checked?.inputs["metadata"]).toEqual({
      name: "db-01020304",
      namespace: "default",
      annotations: { "pulumi.com/autonamed": "true" },
    });
  });

  it("keeps the name that it gave before", async () => {
    const before = { metadata: { name: "x-1", annotations: { "pulumi.com/autonamed": "true" } } };
    const checked = await (await type()).check?.(unnamed, before, callOf());
    expect(checked?.inputs["metadata"]).toMatchObject({ name: "x-1" });
  });

  it("gives a namespace only to kinds that have one", async () => {
    const namespace = { apiVersion: "v1", kind: "Namespace", metadata: { name: "n" } };
    const checked = await (await type({ namespace: "other" })).check?.(namespace, {}, callOf());
    expect(checked?.inputs["metadata"]).toEqual({ name: "n" });
  });

  it("wants to know what the object is", async () => {
    const checked = await (await type()).check?.({}, {}, callOf());
    expect(checked?.failures.map(({ property }) => property)).toEqual(["apiVersion", "kind"]);
  });

  it.each([
    ["condition=Ready", []],
    ["jsonpath={.status.phase}=Running", ["metadata"]],
    ['["condition=Ready"]', ["metadata"]],
  ])("refuses to wait for what it does not know: %s", async (waitFor, refused) => {
    const annotations = { "pulumi.com/waitFor": waitFor };
    const object = { ...unnamed, metadata: { name: "s", namespace: "n", annotations } };
    const checked = await (await type()).check?.(object, {}, callOf());
    expect(checked?.failures.map(({ property }) => property)).toEqual(refused);
  });
});

describe("making an object", () => {
  it("waits for the condition that the user names", async () => {
    const object = {
      ...{ apiVersion: "apps/v1", kind: "Deployment" },
      metadata: {
        ...{ name: "d", namespace: "n" },
        annotations: { "pulumi.com/waitFor": "condition=Ready", "pulumi.com/timeoutSeconds": "1" },
      },
    };
    await expect((await type()).create(object, callOf())).rejects.toThrow(
      "Deployment n/d: timed out waiting for its condition Ready to be True",
    );
  });

  it("applies it as it is written, member by member", async () => {
    const policy = {
      ...{ apiVersion: "networking.k8s.io/v1", kind: "NetworkPolicy" },
      metadata: { name: "p", namespace: "n" },
      spec: { ingress: [{ from: [{ podSelector: {} }] }], ofTomorrow: 1 },
    };
    const { id, outputs } = await (await type()).create(policy, callOf());
    const sent = server.asked.find(({ method }) => method === "PATCH");
    expect([id, sent?.body]).toEqual(["n/p", policy]);
    expect(sent?.query.get("fieldManager")).toBe("pulumi-kubernetes");
    expect(outputs).toMatchObject({ spec: policy.spec, metadata: { uid: "u-1" } });
    expect(JSON.stringify(outputs)).not.toContain("managedFields");
  });

  it("is refused when it is there already and somebody else's", async () => {
    server.objects.set(mapPath, { ...map(), data: { theirs: "yes" } });
    await expect((await type()).create(map(), callOf())).rejects.toThrow(
      "ConfigMap n/m is there already",
    );
    expect(server.objects.get(mapPath)).toMatchObject({ data: { theirs: "yes" } });
  });

  it("takes it over where the user says so", async () => {
    server.objects.set(mapPath, map({ old: "1" }));
    await (await type({ upsertExistingObjects: "true" })).create(map(), callOf());
    expect(server.objects.get(mapPath)).toMatchObject({ data: { a: "b" } });
  });

  it("changes nothing in a preview, and asks the server what it thinks", async () => {
    const { outputs } = await (await type()).create(map(), callOf({ preview: true }));
    expect(server.objects.size).toBe(0);
    expect(server.asked.at(-1)?.query.get("dryRun")).toBe("All");
    expect(outputs).toMatchObject({ data: { a: "b" }, status: unknown });
  });

  it("is previewed although its namespace is still to be made, and not although it is refused", async () => {
    server.refusals.set(mapPath, [404, 'namespaces "n" not found']);
    await (await type()).create(map(), callOf({ preview: true }));
    server.refusals.set(mapPath, [403, "violates PodSecurity"]);
    await expect((await type()).create(map(), callOf({ preview: true }))).rejects.toThrow(
      /^violates PodSecurity$/,
    );
  });

  it("hides what a Secret holds, in the state and in errors", async () => {
    const secret = {
      ...{ apiVersion: "v1", kind: "Secret", metadata: { name: "s", namespace: "n" } },
      data: { password: "aHVudGVyMg==" },
    };
    const { outputs } = await (await type()).create(secret, callOf());
    expect(outputs["data"]).toMatchObject({
      "4dabf18193072939515e22adb298388d": expect.any(String) as string,
    });
    server.refusals.set("api/v1/namespaces/n/secrets/s", [403, "no"]);
    await expect((await type()).update?.({}, secret, callOf())).rejects.toThrow(/^no$/);
  });
});

describe("a field that the program ignores", () => {
  const deployment = (spec: object): Properties => ({
    ...{ apiVersion: "apps/v1", kind: "Deployment" },
    metadata: {
      ...{ name: "d", namespace: "n" },
      annotations: { "pulumi.com/skipAwait": "true", "pulumi.com/patchForce": "true" },
    },
    spec,
  });
  const path = "apis/apps/v1/namespaces/n/deployments/d";
  const applied = async (
    before: object | undefined,
    inputs: object,
    ignored: string[],
  ): Promise<unknown> => {
    if (before !== undefined) server.objects.set(path, deployment(before));
    const call = callOf({ ignored, preview: before === undefined });
    await (await type()).update?.({}, deployment(inputs), call);
    const sent = server.asked.find(({ method }) => method === "PATCH");
    expect(sent?.query.get("force")).toBe("true");
    return sent?.body?.["spec"];
  };

  it.each([
    ["stays as somebody else has set it", { replicas: 5 }, { replicas: 2 }, { replicas: 5 }],
    ["is not taken over where it never was the program's", { replicas: 5 }, { paused: true }, {}],
    ["is made again where it is gone", { paused: true }, { replicas: 2 }, { replicas: 2 }],
    ["is as it was in a preview of an object that is gone", undefined, { replicas: 2 }, {}],
  ])("%s", async (_what, live, inputs, expected) => {
    expect(await applied(live, inputs, ["spec.replicas"])).toEqual({ ...inputs, ...expected });
  });

  it("is the program's again when it no longer is ignored", async () => {
    expect(await applied({ replicas: 5 }, { replicas: 2 }, [])).toEqual({ replicas: 2 });
  });

  it("is left alone where it is no member of an object", async () => {
    const before = { replicas: 5, tags: ["a"] };
    const paths = ["spec.tags[0]", "spec.replicas.none"];
    expect(await applied(before, { replicas: 2, tags: ["b"] }, paths)).toEqual({
      replicas: 2,
      tags: ["b"],
    });
  });
});

describe("waiting", () => {
  it("goes on until the object is ready", async () => {
    setTimeout(() => {
      const path = "apis/batch/v1/namespaces/n/jobs/j";
      const complete = { conditions: [{ type: "Complete", status: "True" }] };
      server.objects.set(path, { ...job, status: complete });
    }, 100);
    const { outputs } = await (await type()).create(job, callOf());
    expect(outputs).toMatchObject({ status: { conditions: [{ type: "Complete" }] } });
  });

  it("ends with a failure that says why, with the last that the pod said; what was made is kept", async () => {
    const conditions = [{ type: "Failed", status: "True", reason: "PodFailurePolicy" }];
    server.onApply = (object) => ({ ...object, status: { conditions } });
    server.log = "first\nPostgreSQL refused the password\n";
    const terminated = { exitCode: 3, reason: "Error" };
    server.objects.set("api/v1/namespaces/n/pods/j-1", {
      metadata: { name: "j-1", namespace: "n" },
      status: { phase: "Failed", containerStatuses: [{ name: "schema", state: { terminated } }] },
    });
    const failed = await (await type()).create(job, callOf()).catch((error: unknown) => error);
    expect(failed).toBeInstanceOf(InitializationError);
    expect(failed).toMatchObject({ id: "n/j", outputs: { kind: "Job" } });
    const { message } = failed as Error;
    expect(message).toContain("Job n/j: PodFailurePolicy");
    expect(message).toContain("pod j-1, container schema: Error, exit code 3");
    expect(message).toContain("PostgreSQL refused the password");
  });

  it("is for the condition that the program names, also of a kind that somebody else brings", async () => {
    const scaled: Properties = {
      ...{ apiVersion: "keda.sh/v1alpha1", kind: "ScaledObject" },
      metadata: {
        ...{ name: "orders", namespace: "n" },
        annotations: { "pulumi.com/waitFor": "condition=Ready" },
      },
      spec: { scaleTargetRef: { name: "orders" }, triggers: [] },
    };
    const becomes = (ready: object): void => {
      const status = { conditions: [{ type: "Ready", ...ready }] };
      server.onApply = (object) => ({ ...object, status });
    };
    becomes({ status: "False", message: "no frontend" });
    await expect((await type()).create(scaled, callOf({ timeoutSeconds: 0.1 }))).rejects.toThrow(
      "ScaledObject n/orders: timed out waiting for its condition Ready to be True (no frontend)",
    );
    server.objects.clear();
    becomes({ status: "True" });
    expect(await (await type()).create(scaled, callOf())).toMatchObject({ id: "n/orders" });
  });

  it("is bounded, and ends when the user interrupts it", async () => {
    await expect((await type()).create(job, callOf({ timeoutSeconds: 0.1 }))).rejects.toThrow(
      "Job n/j: timed out waiting for its completion",
    );
    server.objects.clear();
    const signal = AbortSignal.timeout(100);
    await expect((await type()).create(job, callOf({ signal }))).rejects.toThrow(
      "it was interrupted",
    );
  });

  it("is left out where the program says so", async () => {
    const metadata = {
      ...(job["metadata"] as object),
      annotations: { "pulumi.com/skipAwait": "true" },
    };
    await (await type()).create({ ...job, metadata }, callOf());
  });
});

describe("deleting an object", () => {
  it("waits until it is gone; one that is gone already is fine", async () => {
    server.objects.set(mapPath, map());
    await (await type()).delete?.("n/m", map(), callOf());
    expect(server.objects.size).toBe(0);
    await (await type()).delete?.("n/m", map(), callOf());
  });

  it("names what keeps it", async () => {
    const kept = {
      ...map(),
      metadata: { name: "m", namespace: "n", finalizers: ["example.com/x"] },
    };
    server.objects.set(mapPath, kept);
    server.keepsDeleted = true;
    await expect(
      (await type()).delete?.("n/m", map(), callOf({ timeoutSeconds: 0.1 })),
    ).rejects.toThrow("ConfigMap n/m is still being deleted; its finalizers: example.com/x");
  });
});

describe("looking at an object", () => {
  it("finds what became of it, and nothing where it is gone", async () => {
    const known = { inputs: map(), outputs: map() };
    expect(await (await type()).read?.("n/m", known, callOf())).toBeUndefined();
    server.objects.set(mapPath, map({ a: "c" }));
    expect(await (await type()).read?.("n/m", known, callOf())).toMatchObject({
      id: "n/m",
      inputs: { data: { a: "b" } },
      outputs: { data: { a: "c" } },
    });
  });
});

describe("a cluster that does not answer", () => {
  const nowhere = async (settings: Settings = {}): Promise<ResourceType> => {
    const { kubeconfig } = server;
    await server.stop();
    return objectType(await KubernetesApi.connect({ kubeconfig, ...settings }));
  };

  it("is named in one line", async () => {
    const dead = await nowhere();
    await expect(dead.create(map(), callOf())).rejects.toThrow(
      /^configured Kubernetes cluster is unreachable: context fake, http:\/\/127\.0\.0\.1:\d+: \S.*$/,
    );
    server = await FakeApiServer.start();
  });

  it.each([
    ["by the provider's arguments", { deleteUnreachable: "true" }, {}],
    ["for one run", {}, { PULUMI_K8S_DELETE_UNREACHABLE: "true" }],
  ])(
    "is forgotten with all that is in it where the user says so %s",
    async (_how, settings, env) => {
      for (const [name, value] of Object.entries(env)) vi.stubEnv(name, value);
      const gone = await nowhere(settings);
      await gone.delete?.("n/m", map(), callOf());
      const known = { inputs: map(), outputs: map() };
      expect(await gone.read?.("n/m", known, callOf())).toBeUndefined();
      server = await FakeApiServer.start();
    },
  );
});

describe("a kubeconfig", () => {
  it.each([
    [
      "that is not there",
      { kubeconfig: "/nowhere/config" },
      "there is no kubeconfig /nowhere/config",
    ],
    [
      "without the context",
      { context: "prod" },
      "the kubeconfig has no context prod (there are fake)",
    ],
  ])("%s is an error", async (_what, settings, message) => {
    const connected = KubernetesApi.connect({ kubeconfig: server.kubeconfig, ...settings });
    await expect(connected).rejects.toThrow(message);
  });
});
