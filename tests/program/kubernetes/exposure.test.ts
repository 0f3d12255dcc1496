import { describe, expect, it } from "vitest";
import { type Recording, runOnKubernetes as run } from "../../../testkit/harness.ts";

const service = "kubernetes:core/v1:Service";
const spec = (program: Recording, name: string): Readonly<Record<string, unknown>> =>
  program.named(name).inputs["spec"] as Record<string, unknown>;

const outputs = (program: Recording): unknown =>
  (program.outputs["clusters"] as Record<string, unknown>)["c"];

const gateway = { name: "edge", namespace: "infra" };
const nodes = { kind: "node-port", address: "10.0.0.1" };
const balancer = { kind: "load-balancer", sourceRanges: ["10.0.0.0/8"] };
const accepted = { authorization: "none" };

/** Every endpoint in the same way, with a host name of its own where there is one. */
function all(exposure: object, hosts = false): object {
  const at = (name: string): object => ({
    ...exposure,
    ...(hosts ? { host: `${name}.example.com` } : {}),
  });
  return {
    ui: at("ui"),
    grpc: { ...at("grpc"), ...accepted },
    frontend: { ...at("frontend"), ...accepted },
  };
}

/** The Services that lead to the outside, or to a controller that does. */
const exposing = (program: Recording): readonly string[] =>
  program
    .ofType(service)
    .map(({ name }) => name.replace("temporal-c-", ""))
    .filter((name) => /^(gateway|frontend)-(?!headless)/.test(name))
    .sort();

describe("how users reach a cluster", () => {
  const inside = {
    gateway: "gateway.temporal.svc.cluster.local:7233",
    frontend: "frontend.temporal.svc.cluster.local:7233",
  };

  it.each([
    ["inside only", {}, inside.gateway, inside.gateway, inside.frontend, "cleartext"],
    ["at nodes", all(nodes), "10.0.0.1:30233", "10.0.0.1:30234", "10.0.0.1:30235", "cleartext"],
    ["by balancers", all(balancer), "pending:7233", "pending:7233", "pending:7233", "cleartext"],
    [
      "by balancers that end TLS",
      all({ ...balancer, tls: "terminate", port: 443 }, true),
      "ui.example.com:443",
      "grpc.example.com:443",
      "frontend.example.com:443",
      "tls",
    ],
    [
      "by an ingress",
      all({ kind: "ingress" }, true),
      "ui.example.com:80",
      "grpc.example.com:80",
      "frontend.example.com:80",
      "cleartext",
    ],
    [
      "by an ingress with TLS",
      all({ kind: "ingress", tlsSecret: "cert" }, true),
      "ui.example.com:443",
      "grpc.example.com:443",
      "frontend.example.com:443",
      "tls",
    ],
    [
      "by an ingress with a certificate of its own, at another port",
      all({ kind: "ingress", tls: "terminate", port: 8443 }, true),
      "ui.example.com:8443",
      "grpc.example.com:8443",
      "frontend.example.com:8443",
      "tls",
    ],
    [
      "by a route",
      all({ kind: "route", gateway }, true),
      "ui.example.com:443",
      "grpc.example.com:443",
      "frontend.example.com:443",
      "tls",
    ],
  ])("%s", async (_how, exposure, ui, gatewayAddress, grpcAddress, transport) => {
    expect(outputs(await run({ exposure }))).toMatchObject({
      ...{ gatewayAddress, grpcAddress },
      uiUrl: `${transport === "tls" ? "https" : "http"}://${ui}/`,
      gatewayTransport: transport,
      grpcTransport: transport,
    });
  });

  it("is a choice of its own for each endpoint", async () => {
    const exposure = {
      ui: { kind: "ingress", host: "ui.example.com", tlsSecret: "cert" },
      frontend: { ...nodes, ...accepted },
    };
    const program = await run({ exposure });
    expect(outputs(program)).toMatchObject({
      uiUrl: "https://ui.example.com:443/",
      gatewayAddress: inside.gateway,
      gatewayTransport: "cleartext",
      grpcAddress: "10.0.0.1:30235",
      grpcTransport: "cleartext",
    });
    expect(exposing(program)).toEqual(["frontend-grpc", "gateway-ui"]);
  });

  it.each([
    ["nothing", {}, []],
    ["the web UI", { ui: nodes }, ["gateway-ui"]],
    ["gRPC", { grpc: { ...nodes, ...accepted } }, ["gateway-grpc"]],
    ["the frontend", { frontend: { ...nodes, ...accepted } }, ["frontend-grpc"]],
    ["all", all(nodes), ["frontend-grpc", "gateway-grpc", "gateway-ui"]],
  ])("with %s exposed: the Services %s.%s", async (_what, exposure, names) => {
    const program = await run({ exposure });
    expect(exposing(program)).toEqual(names);
    for (const { name, inputs } of program.ofType(service)) {
      const { type } = inputs["spec"] as { type?: string };
      const open = names.some((one) => name === `temporal-c-${one}`);
      expect(type).toBe(open ? "NodePort" : undefined);
    }
    expect(program.ofType("kubernetes:networking.k8s.io/v1:Ingress")).toEqual([]);
  });

  it.each([
    ["gateway-ui", 30_233, "ui", 8233, "http"],
    ["gateway-grpc", 30_234, "grpc", 9233, "kubernetes.io/h2c"],
    ["frontend-grpc", 30_235, "grpc", 7233, "kubernetes.io/h2c"],
  ])(
    "%s leads from port %d to port %s and no other",
    async (name, nodePort, port, number, protocol) => {
      expect(spec(await run({ exposure: all(nodes) }), `temporal-c-${name}`)).toMatchObject({
        selector: { "app.kubernetes.io/component": name.split("-")[0] },
        ports: [{ name: port, port: number, targetPort: port, nodePort, appProtocol: protocol }],
        externalTrafficPolicy: "Cluster",
      });
    },
  );

  it("nodes hand connections to their own pods where the user says so", async () => {
    const ui = { ...nodes, externalTrafficPolicy: "Local" };
    expect(spec(await run({ exposure: { ui } }), "temporal-c-gateway-ui")).toMatchObject({
      externalTrafficPolicy: "Local",
    });
  });

  it("a balancer takes whom and what the user names, and keeps the clients' addresses", async () => {
    const exposure = all({
      ...balancer,
      className: "internal",
      annotations: { "example.com/scheme": "internal" },
    });
    const program = await run({ exposure });
    for (const name of exposing(program)) {
      expect(spec(program, `temporal-c-${name}`)).toMatchObject({
        type: "LoadBalancer",
        loadBalancerClass: "internal",
        loadBalancerSourceRanges: ["10.0.0.0/8"],
        externalTrafficPolicy: "Local",
      });
      expect(program.named(`temporal-c-${name}`).inputs["metadata"]).toMatchObject({
        annotations: { "example.com/scheme": "internal" },
      });
    }
  });

  it("a balancer for all has no ranges", async () => {
    const ui = { ...balancer, sourceRanges: "all" };
    const open = spec(await run({ exposure: { ui } }), "temporal-c-gateway-ui");
    expect(open).not.toHaveProperty("loadBalancerSourceRanges");
  });

  it("each balancer has annotations and a port of its own", async () => {
    const own = (name: string, port: number): object => ({
      ...balancer,
      ...{ port, annotations: { "example.com/name": name } },
    });
    const exposure = {
      ui: own("ui", 443),
      grpc: { ...own("grpc", 7000), ...accepted },
      frontend: { ...own("frontend", 8443), ...accepted },
    };
    const program = await run({ exposure });
    for (const [service, name, port, targetPort] of [
      ["gateway-ui", "ui", 443, "ui"],
      ["gateway-grpc", "grpc", 7000, "grpc"],
      ["frontend-grpc", "frontend", 8443, "grpc"],
    ] as const) {
      const { inputs } = program.named(`temporal-c-${service}`);
      expect(inputs["metadata"]).toMatchObject({ annotations: { "example.com/name": name } });
      expect(inputs["spec"]).toMatchObject({ ports: [{ port, targetPort }] });
    }
  });

  it.each([
    ["ingress", {}],
    ["route", { gateway }],
  ])(
    "the Services behind an %s have the controller's annotations, and no others",
    async (kind, more) => {
      const h2c = { "traefik.ingress.kubernetes.io/service.serversscheme": "h2c" };
      const always = { "pulumi.com/skipAwait": "true" };
      const exposure = all({ kind, ...more, serviceAnnotations: h2c }, true);
      for (const { name, inputs } of (await run({ exposure })).ofType(service)) {
        const behind = /-(gateway-ui|gateway-grpc|frontend-grpc)$/.test(name);
        expect(inputs["metadata"], name).toMatchObject({
          annotations: behind ? { ...h2c, ...always } : always,
        });
        const { annotations } = inputs["metadata"] as { annotations: object };
        expect(Object.keys(annotations)).toHaveLength(behind ? 2 : 1);
        expect(inputs["spec"]).not.toHaveProperty("type");
      }
    },
  );

  it("an ingress whose controller has the certificate names no Secret", async () => {
    const ui = { kind: "ingress", host: "t.example.com", tls: "terminate" };
    const [ingress] = (await run({ exposure: { ui } })).ofType(
      "kubernetes:networking.k8s.io/v1:Ingress",
    );
    expect(ingress?.inputs["spec"]).not.toHaveProperty("tls");
  });

  it("an ingress has its class and certificate, and leads to the endpoint's own Service", async () => {
    const ui = { kind: "ingress", className: "nginx", host: "t.example.com", tlsSecret: "s" };
    const [ingress, ...others] = (await run({ exposure: { ui } })).ofType(
      "kubernetes:networking.k8s.io/v1:Ingress",
    );
    expect(others).toEqual([]);
    const backend = { service: { name: "gateway-ui", port: { name: "ui" } } };
    expect(ingress?.inputs["spec"]).toMatchObject({
      ingressClassName: "nginx",
      tls: [{ hosts: ["t.example.com"], secretName: "s" }],
      rules: [{ host: "t.example.com", http: { paths: [{ path: "/", backend }] } }],
    });
  });

  it("a route hangs on the user's own gateway, and leads to the endpoint's own Service", async () => {
    const grpc = {
      ...{ kind: "route", host: "t.example.com", ...accepted },
      gateway: { ...gateway, listener: "l" },
    };
    const [route, ...others] = (await run({ exposure: { grpc } })).ofType(
      "kubernetes:gateway.networking.k8s.io/v1:HTTPRoute",
    );
    expect(others).toEqual([]);
    expect(route?.inputs["spec"]).toMatchObject({
      parentRefs: [{ ...gateway, sectionName: "l" }],
      hostnames: ["t.example.com"],
      rules: [{ backendRefs: [{ name: "gateway-grpc", port: 9233 }] }],
    });
  });
});
