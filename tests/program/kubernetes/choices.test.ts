import { homedir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { type Recorded, type Recording, runProgram } from "../../../testkit/harness.ts";
import { podsOf } from "../../../testkit/pods.ts";

const image = "example.com/mirror";
const own = `example.com/team/caddy@sha256:${"0".repeat(64)}`;
const group = "temporal:kubernetes:WorkloadGroup";

/** Runs a stack of one cluster named `c` on Kubernetes. */
function run(target: object = {}, more: object = {}): Promise<Recording> {
  const cluster = { name: "c", target: { kind: "kubernetes", context: "x", ...target }, ...more };
  return runProgram({ stack: "prod", config: { clusters: [cluster] } });
}

const spec = (program: Recording, name: string): Readonly<Record<string, unknown>> =>
  program.named(name).inputs["spec"] as Record<string, unknown>;

const outputs = (program: Recording): unknown =>
  (program.outputs["clusters"] as Record<string, unknown>)["c"];

const gateway = { name: "edge", namespace: "infra" };

describe("how users reach a cluster", () => {
  it.each([
    [
      "inside only",
      {},
      "gateway.temporal.svc.cluster.local:7233",
      "frontend.temporal.svc.cluster.local:7233",
      "cleartext",
    ],
    [
      "at nodes",
      { kind: "node-port", address: "10.0.0.1" },
      "10.0.0.1:30233",
      "10.0.0.1:30234",
      "cleartext",
    ],
    ["by balancers", { kind: "load-balancer" }, "pending:7233", "pending:7233", "cleartext"],
    [
      "by balancers that end TLS",
      {
        ...{ kind: "load-balancer", tls: "terminate", port: 443 },
        ...{ host: "t.example.com", grpcHost: "g.example.com" },
      },
      "t.example.com:443",
      "g.example.com:7233",
      "tls",
    ],
    [
      "by an ingress",
      { kind: "ingress", host: "t.example.com" },
      "t.example.com:80",
      "frontend.temporal.svc.cluster.local:7233",
      "cleartext",
    ],
    [
      "by an ingress with TLS",
      { kind: "ingress", host: "t.example.com", grpcHost: "g.example.com", tlsSecret: "cert" },
      "t.example.com:443",
      "g.example.com:443",
      "tls",
    ],
    [
      "by an ingress with a certificate of its own, at another port",
      {
        ...{ kind: "ingress", host: "t.example.com", grpcHost: "g.example.com" },
        ...{ tls: "terminate", port: 8443 },
      },
      "t.example.com:8443",
      "g.example.com:8443",
      "tls",
    ],
    [
      "by a route",
      { kind: "route", host: "t.example.com", grpcHost: "g.example.com", gateway },
      "t.example.com:443",
      "g.example.com:443",
      "tls",
    ],
  ])("%s", async (_how, exposure, gatewayAddress, grpcAddress, gatewayTransport) => {
    const program = await run("kind" in exposure ? { exposure } : {});
    const scheme = gatewayTransport === "tls" ? "https" : "http";
    expect(outputs(program)).toMatchObject({
      ...{ gatewayAddress, grpcAddress, gatewayTransport },
      uiUrl: `${scheme}://${gatewayAddress}/`,
      grpcTransport: grpcAddress.includes(".svc.") ? "cleartext" : gatewayTransport,
    });
  });

  it("nothing is open to the outside unless the user says so", async () => {
    const program = await run();
    for (const { inputs } of program.ofType("kubernetes:core/v1:Service")) {
      expect((inputs["spec"] as { type?: string }).type ?? "ClusterIP").toBe("ClusterIP");
    }
    expect(program.ofType("kubernetes:networking.k8s.io/v1:Ingress")).toEqual([]);
  });

  it("a balancer takes whom and what the user names", async () => {
    const exposure = {
      kind: "load-balancer",
      className: "internal",
      sourceRanges: ["10.0.0.0/8"],
      annotations: { "example.com/scheme": "internal" },
    };
    const program = await run({ exposure });
    for (const name of ["temporal-c-gateway-external", "temporal-c-frontend-external"]) {
      expect(spec(program, name)).toMatchObject({
        type: "LoadBalancer",
        loadBalancerClass: "internal",
        loadBalancerSourceRanges: ["10.0.0.0/8"],
      });
      expect(program.named(name).inputs["metadata"]).toMatchObject({
        annotations: { "example.com/scheme": "internal" },
      });
    }
  });

  it("each balancer has annotations and a port of its own", async () => {
    const exposure = {
      kind: "load-balancer",
      annotations: { "example.com/scheme": "internal", "example.com/name": "both" },
      gatewayAnnotations: { "example.com/name": "ui" },
      grpcAnnotations: { "example.com/name": "grpc" },
      port: 443,
      grpcPort: 8443,
    };
    const program = await run({ exposure });
    for (const [name, port, own] of [
      ["gateway", 443, "ui"],
      ["frontend", 8443, "grpc"],
    ] as const) {
      const { inputs } = program.named(`temporal-c-${name}-external`);
      expect(inputs["metadata"]).toMatchObject({
        annotations: { "example.com/scheme": "internal", "example.com/name": own },
      });
      expect(inputs["spec"]).toMatchObject({
        ports: [{ port, targetPort: name === "gateway" ? "gateway" : "grpc" }],
      });
    }
  });

  it.each([
    ["ingress", {}],
    ["route", { gateway }],
  ])("the Services behind an %s have the controller's annotations", async (kind, more) => {
    const h2c = { "traefik.ingress.kubernetes.io/service.serversscheme": "h2c" };
    const exposure = {
      ...{ kind, host: "t.example.com", grpcHost: "g.example.com", ...more },
      serviceAnnotations: h2c,
      grpcServiceAnnotations: { ...h2c, "example.com/of": "the frontend" },
    };
    const services = (await run({ exposure })).ofType("kubernetes:core/v1:Service");
    const annotated = services.map(({ name, inputs }) => [
      name,
      (inputs["metadata"] as { annotations: object }).annotations,
    ]);
    const always = { "pulumi.com/skipAwait": "true" };
    expect(Object.fromEntries(annotated)).toMatchObject({
      "temporal-c-gateway": { ...h2c, ...always },
      "temporal-c-frontend": { ...h2c, "example.com/of": "the frontend", ...always },
    });
    const others = services.filter(({ name }) => !/-(gateway|frontend)$/.test(name));
    for (const { inputs } of others) {
      expect(inputs["metadata"]).toMatchObject({ annotations: always });
      expect(JSON.stringify(inputs["metadata"])).not.toContain("serversscheme");
    }
  });

  it("an ingress whose controller has the certificate names no Secret", async () => {
    const exposure = { kind: "ingress", host: "t.example.com", tls: "terminate" };
    const [ingress] = (await run({ exposure })).ofType("kubernetes:networking.k8s.io/v1:Ingress");
    expect(ingress?.inputs["spec"]).not.toHaveProperty("tls");
  });

  it("an ingress has its class and certificate", async () => {
    const exposure = { kind: "ingress", className: "nginx", host: "t.example.com", tlsSecret: "s" };
    const [ingress] = (await run({ exposure })).ofType("kubernetes:networking.k8s.io/v1:Ingress");
    expect(ingress?.inputs["spec"]).toMatchObject({
      ingressClassName: "nginx",
      tls: [{ hosts: ["t.example.com"], secretName: "s" }],
      rules: [{ host: "t.example.com" }],
    });
  });

  it("a route hangs on the user's own gateway", async () => {
    const exposure = {
      kind: "route",
      host: "t.example.com",
      gateway: { ...gateway, listener: "l" },
    };
    const [route] = (await run({ exposure })).ofType(
      "kubernetes:gateway.networking.k8s.io/v1:HTTPRoute",
    );
    expect(route?.inputs["spec"]).toMatchObject({
      parentRefs: [{ ...gateway, sectionName: "l" }],
      hostnames: ["t.example.com"],
    });
  });
});

describe("who may connect when not everyone may", () => {
  it.each([
    ["gateway", 7233, "apps"],
    ["frontend", 7233, "apps frontend gateway history matching namespaces ui worker"],
  ])("to %s at %d", async (workload, port, expected) => {
    const program = await run({ network: { clientNamespaces: ["apps"] } });
    const policy = program
      .ofType("kubernetes:networking.k8s.io/v1:NetworkPolicy")
      .find(({ name }) => name === `temporal-c-${workload}`);
    const { ingress } = policy?.inputs["spec"] as {
      ingress: readonly {
        readonly ports: readonly { readonly port: number }[];
        readonly from: readonly {
          readonly podSelector?: { readonly matchLabels: Readonly<Record<string, string>> };
          readonly namespaceSelector?: {
            readonly matchExpressions: readonly { readonly values: readonly string[] }[];
          };
        }[];
      }[];
    };
    const rule = ingress.find(({ ports }) => ports.some((one) => one.port === port));
    const peers = rule?.from.map(
      ({ podSelector, namespaceSelector }) =>
        podSelector?.matchLabels["app.kubernetes.io/component"] ??
        namespaceSelector?.matchExpressions[0]?.values.join(),
    );
    expect(peers?.sort().join(" ")).toBe(expected);
  });
});

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
          container.name === "gateway" ? own : /^example\.com\/mirror\/(temporalio|library)\//,
        );
      }
    }
  });

  it("is another node soon after the first was lost, but for what has a volume", async () => {
    const soon = { operator: "Exists", effect: "NoExecute", tolerationSeconds: 30 };
    const lost = ["node.kubernetes.io/not-ready", "node.kubernetes.io/unreachable"];
    for (const { component, spec: pod } of podsOf(await run())) {
      const moves = ["frontend", "history", "matching", "worker", "ui"].includes(component);
      expect(pod["tolerations"]).toEqual(moves ? lost.map((key) => ({ key, ...soon })) : undefined);
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
