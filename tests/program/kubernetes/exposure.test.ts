import { describe, expect, it } from "vitest";
import { type Recording, runOnKubernetes as run } from "../../../testkit/harness.ts";

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
