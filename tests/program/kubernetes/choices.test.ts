import { homedir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import {
  type Recorded,
  type Recording,
  runOnKubernetes as run,
  runProgram,
} from "../../../testkit/harness.ts";
import { podsOf } from "../../../testkit/pods.ts";

const image = "example.com/mirror";
const own = `example.com/team/haproxy@sha256:${"0".repeat(64)}`;
const group = "temporal:kubernetes:WorkloadGroup";

const spec = (program: Recording, name: string): Readonly<Record<string, unknown>> =>
  program.named(name).inputs["spec"] as Record<string, unknown>;

describe("the autoscaler", () => {
  const autoscaling = { maxReplicas: 8, cpuPercent: 60 };
  const scaled = (): Promise<Recording> => {
    const roles = { frontend: { replicas: 2, autoscaling, resources: { cpuRequest: 0.5 } } };
    return run({}, { server: { roles } });
  };
  const controllers = (program: Recording): readonly Recorded[] =>
    podsOf(program)
      .map(({ owner }) => owner)
      .filter(({ type }) => !type.endsWith(":Job"));

  it("is the frontend's, from its replicas up", async () => {
    const program = await scaled();
    const [scaler, ...others] = program.ofType("kubernetes:autoscaling/v2:HorizontalPodAutoscaler");
    expect(others).toEqual([]);
    expect(scaler?.inputs["spec"]).toMatchObject({
      scaleTargetRef: { kind: "Deployment", name: "frontend" },
      minReplicas: 2,
      maxReplicas: 8,
    });
  });

  it("takes the number of replicas over as it is, and later ones are its own", async () => {
    for (const { name, inputs, options } of controllers(await scaled())) {
      expect(inputs["spec"]).toHaveProperty("replicas");
      const ignored = name === "temporal-c-frontend" ? ["spec.replicas"] : undefined;
      expect(options.ignoreChanges).toEqual(ignored);
    }
  });

  it("gives it back: what others set of a controller is the program's again", async () => {
    for (const { inputs, options } of controllers(await run())) {
      expect(options.ignoreChanges).toBeUndefined();
      expect(inputs["metadata"]).toMatchObject({
        annotations: { "pulumi.com/patchForce": "true" },
      });
    }
  });
});

describe("where and as what pods run", () => {
  it("is as the user says, for every pod", async () => {
    const toleration = { key: "temporal", operator: "Exists", effect: "NoSchedule" };
    const program = await run(
      {
        scheduling: {
          nodeSelector: { pool: "temporal" },
          tolerations: [toleration],
          priorityClass: "high",
        },
        imagePullSecrets: ["registry"],
        labels: { team: "platform" },
        podAnnotations: { "example.com/scrape": "yes" },
      },
      { images: { registry: image, gateway: own } },
    );
    for (const { spec: pod, annotations, labels } of podsOf(program)) {
      expect(pod).toMatchObject({
        nodeSelector: { pool: "temporal" },
        tolerations: expect.arrayContaining([toleration]) as unknown,
        priorityClassName: "high",
        imagePullSecrets: [{ name: "registry" }],
      });
      expect(annotations).toEqual({ "example.com/scrape": "yes" });
      expect(labels).toMatchObject({ team: "platform" });
      for (const container of pod.containers) {
        expect(container.image).toMatch(
          container.name.startsWith("gateway")
            ? own
            : /^example\.com\/mirror\/(temporalio|library)\//,
        );
      }
    }
  });

  it("is another node soon after the first was lost, but for what has a volume", async () => {
    const soon = { operator: "Exists", effect: "NoExecute", tolerationSeconds: 30 };
    const lost = ["node.kubernetes.io/not-ready", "node.kubernetes.io/unreachable"];
    const always = ["frontend", "history", "matching", "worker", "ui"];
    const [stdout, file] = [{ kind: "stdout" }, { kind: "file", keep: "1d", callsPerSecond: 1 }];
    for (const [auditLog, moving] of [
      [stdout, [...always, "gateway"]],
      [file, always],
    ] as const) {
      for (const { component, spec: pod } of podsOf(await run({}, { gateway: { auditLog } }))) {
        const moves = moving.includes(component);
        expect(pod["tolerations"]).toEqual(
          moves ? lost.map((key) => ({ key, ...soon })) : undefined,
        );
      }
    }
  });

  it("is where the user says when a node is lost", async () => {
    const own = { key: "node.kubernetes.io/unreachable", operator: "Exists", tolerationSeconds: 5 };
    const program = await run({ scheduling: { tolerations: [own] } });
    const frontend = podsOf(program).find(({ component }) => component === "frontend");
    expect(frontend?.spec["tolerations"]).toMatchObject([
      own,
      { key: "node.kubernetes.io/not-ready", tolerationSeconds: 30 },
    ]);
  });

  it("volumes have the class and size that were asked for", async () => {
    const program = await run(
      { storageClass: "fast" },
      { postgres: { kind: "managed", storage: "50GiB" } },
    );
    expect(spec(program, "temporal-c-postgres-data-postgres-0")).toMatchObject({
      storageClassName: "fast",
      resources: { requests: { storage: "50Gi" } },
    });
  });

  it("a namespace that somebody else keeps is used, not made", async () => {
    const program = await run({ namespace: "theirs", namespacePolicy: "existing" });
    expect(program.ofType("kubernetes:core/v1:Namespace")).toEqual([]);
    for (const { owner } of podsOf(program)) {
      expect(owner.inputs["metadata"]).toMatchObject({ namespace: "theirs" });
    }
  });
});

describe("the kubeconfig", () => {
  it.each([
    ["the user's default", undefined],
    ["/etc/kubeconfig", "/etc/kubeconfig"],
    ["~/clusters/x.yaml", join(homedir(), "clusters/x.yaml")],
  ])("is the same for all who talk to the cluster: %s", async (kubeconfig, path) => {
    const program = await run(path === undefined ? {} : { kubeconfig });
    for (const type of ["pulumi:providers:kubernetes", group]) {
      expect(program.ofType(type).map(({ inputs }) => inputs["kubeconfig"])).toEqual([path]);
    }
  });
});

describe("several clusters", () => {
  it("each have a provider and a group of workloads of their own", async () => {
    const clusters = ["one", "two"].map((name, index) => ({
      name,
      identity: { initialFailoverVersion: index + 1 },
      target: { kind: "kubernetes", context: `context-${name}`, namespace: name },
    }));
    const program = await runProgram({ stack: "prod", config: { clusters } });
    expect(
      program
        .ofType("pulumi:providers:kubernetes")
        .map(({ name, inputs }) => [name, inputs["context"]]),
    ).toEqual([
      ["one-kubernetes", "context-one"],
      ["two-kubernetes", "context-two"],
    ]);
    expect(
      program
        .ofType(group)
        .map(({ name, inputs }) => [name, inputs["context"], inputs["namespace"]]),
    ).toEqual([
      ["temporal-one-workloads", "context-one", "one"],
      ["temporal-two-workloads", "context-two", "two"],
    ]);
    const names = new Set(program.resources.map(({ type, name }) => `${type} ${name}`));
    expect(names.size).toBe(program.resources.length);
  });
});
