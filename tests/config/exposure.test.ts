import { describe, expect, it } from "vitest";
import { verdictOnDocker, verdictOnKubernetes } from "./verdict.ts";

/** What is said of a cluster on Kubernetes whose endpoints are reached in these ways. */
const fault = (exposure: object): string => verdictOnKubernetes({ target: { exposure } });
const unknownKey = (name: string): string =>
  `unknown key ${name}; see docs/config-reference.md for the keys there are`;

const nodes = { kind: "node-port", address: "10.0.0.1" };
const balancer = { kind: "load-balancer", sourceRanges: ["10.0.0.0/8"] };
const ingress = { kind: "ingress", host: "a.b" };
const route = { kind: "route", host: "a.b", gateway: { name: "g", namespace: "n" } };
const accepted = { authorization: "none" };

describe("what is wrong with an exposure on Kubernetes is told with the key and what to do", () => {
  it.each([
    [
      "another kind",
      { ui: { kind: "magic" } },
      ".ui.kind: must be none or node-port or load-balancer or ingress or route",
    ],
    ["an endpoint that there is not", { metrics: nodes }, `: ${unknownKey("metrics")}`],
    ["a key of another kind", { ui: { ...nodes, host: "a.b" } }, `.ui: ${unknownKey("host")}`],
    ["more than none", { ui: { kind: "none", host: "a.b" } }, `.ui: ${unknownKey("host")}`],
    [
      "nodes without an address",
      { ui: { kind: "node-port" } },
      ".ui.address: must be the address or host name of a node",
    ],
    [
      "an address that is none",
      { ui: { ...nodes, address: "10.0.0.1 http-request deny" } },
      ".ui.address: must be the address or host name of a node",
    ],
    [
      "a port that nodes do not give",
      { ui: { ...nodes, port: 80 } },
      ".ui.port: must be at least 30000",
    ],
    [
      "one port of the nodes for two endpoints",
      { ui: { ...nodes, port: 30_001 }, grpc: { ...nodes, ...accepted, port: 30_001 } },
      ".grpc.port: the same as [0].target.exposure.ui.port; a port of the nodes leads to one service only",
    ],
    [
      "another traffic policy",
      { ui: { ...nodes, externalTrafficPolicy: "local" } },
      ".ui.externalTrafficPolicy: must be Local or Cluster",
    ],
    [
      "a balancer for nobody knows whom",
      { ui: { kind: "load-balancer" } },
      ".ui.sourceRanges: must be all, or a list of address ranges such as 10.0.0.0/8",
    ],
    [
      "a balancer for nobody",
      { ui: { ...balancer, sourceRanges: [] } },
      ".ui.sourceRanges: must be all, or name a range",
    ],
    [
      "a range that is none",
      { ui: { ...balancer, sourceRanges: ["10.0.0.0"] } },
      ".ui.sourceRanges: must be all, or a list of address ranges such as 10.0.0.0/8",
    ],
    [
      "a balancer's TLS for a name that nobody knows",
      { ui: { ...balancer, tls: "terminate" } },
      ".ui.host: is missing; with tls, set it to the name in the load balancer's certificate",
    ],
    [
      "a URL for a host name",
      { ui: { ...ingress, host: "https://x" } },
      ".ui.host: must be a host name such as temporal.example.com",
    ],
    [
      "one host name for two endpoints of an ingress controller",
      { ui: ingress, frontend: { ...ingress, ...accepted } },
      ".frontend.host: the same as [0].target.exposure.ui.host; a host name leads to one service only",
    ],
    [
      "one host name for two balancers",
      { ui: { ...balancer, host: "a.b" }, grpc: { ...balancer, ...accepted, host: "a.b" } },
      ".grpc.host: the same as [0].target.exposure.ui.host; a host name leads to one service only",
    ],
    [
      "a certificate for no TLS",
      { ui: { ...ingress, tls: "none", tlsSecret: "s" } },
      ".ui.tls: must be terminate, or left out, where tlsSecret has a certificate",
    ],
    [
      "a route without a gateway",
      { ui: { kind: "route", host: "a.b" } },
      ".ui.gateway: is missing; it must be an object",
    ],
    [
      "words about who calls where a password is asked for",
      { ui: { ...nodes, ...accepted } },
      `.ui: ${unknownKey("authorization")}`,
    ],
    [
      "other words about who calls",
      { grpc: { ...nodes, authorization: "yes" } },
      ".grpc.authorization: must be none",
    ],
  ])("%s", (_what, exposure, expected) => {
    expect(fault(exposure)).toBe(`[0].target.exposure${expected}`);
  });

  it.each([
    [
      "a port",
      { ui: nodes },
      "[1].target.exposure.ui.port: the same as [0].target.exposure.ui.port; a port of the nodes leads to one service only",
    ],
    [
      "a host name",
      { ui: ingress },
      "[1].target.exposure.ui.host: the same as [0].target.exposure.ui.host; a host name leads to one service only",
    ],
  ])("two clusters with %s in common", (_what, exposure, expected) => {
    const target = { exposure };
    expect(verdictOnKubernetes({ target }, { target })).toBe(expected);
    expect(verdictOnKubernetes({ target }, { target: { ...target, context: "y" } })).toBe(
      "accepted",
    );
  });
});

describe("gRPC that other machines reach", () => {
  it.each([
    ["at nodes", nodes, "travels in clear"],
    ["by a balancer", balancer, "travels in clear"],
    ["by a balancer that ends TLS", { ...balancer, host: "a.b", tls: "terminate" }, "workflows;"],
    ["by an ingress", ingress, "travels in clear"],
    ["by an ingress with TLS", { ...ingress, tlsSecret: "s" }, "workflows;"],
    ["by a route", route, "workflows;"],
  ])("%s is accepted in words only", (_how, exposure, travels) => {
    for (const endpoint of ["grpc", "frontend"]) {
      const message = fault({ [endpoint]: exposure });
      const key = `[0].target.exposure.${endpoint}`;
      expect(message).toContain(`${key}: nobody asks who calls`);
      expect(message).toContain(travels);
      expect(message).toMatch(/or accept this by .*\.authorization: none$/);
      expect(message).toContain(`${key}.authorization: none`);
      expect(fault({ [endpoint]: { ...exposure, ...accepted } })).toBe("accepted");
    }
  });

  it("is accepted for each endpoint by itself", () => {
    const grpc = { ...balancer, ...accepted };
    expect(fault({ grpc, frontend: balancer })).toMatch(/^\[0\]\.target\.exposure\.frontend: /);
  });

  it.each(["0.0.0.0", "::", "192.168.1.2"])("at %s of an engine's machine, too", (address) => {
    const message = verdictOnDocker({ address, frontend: "none" });
    expect(message).toMatch(/^\[0\]\.target\.publish\.grpc: nobody asks who calls, /);
    expect(message).toContain(`whoever reaches ${address} may start, read and end workflows`);
    expect(message).toContain("accept this by [0].target.publish.authorization: none");
    expect(verdictOnDocker({ address, grpc: "none" })).toMatch(
      /^\[0\]\.target\.publish\.frontend: nobody asks who calls, /,
    );
    expect(verdictOnDocker({ address, ...accepted })).toBe("accepted");
    expect(verdictOnDocker({ address, grpc: "none", frontend: "none" })).toBe("accepted");
  });

  it.each(["127.0.0.1", "127.1.2.3", "::1"])("is not what %s leads to", (address) => {
    expect(verdictOnDocker({ address })).toBe("accepted");
  });
});

describe("the web UI, which has a password, is reached", () => {
  it.each([
    ["at nodes", nodes],
    ["by a balancer for some", balancer],
    ["by a balancer for all, in words", { ...balancer, sourceRanges: "all" }],
    ["by a balancer that ends TLS", { ...balancer, host: "a.b", tls: "terminate" }],
    ["by an ingress", ingress],
    ["by a route", route],
  ])("%s without more words", (_how, ui) => {
    expect(fault({ ui })).toBe("accepted");
  });
});

describe("what is wrong with published ports is told with the key and what to do", () => {
  it.each([
    [
      "an address that is none",
      { address: "localhost" },
      ".address: must be an IP address of this host",
    ],
    ["no port", { ui: 0 }, ".ui: must be at least 1"],
    ["another word", { grpc: "off" }, ".grpc: must be a port, or none"],
    ["an endpoint that there is not", { metrics: 9090 }, `: ${unknownKey("metrics")}`],
    ["other words about who calls", { authorization: "yes" }, ".authorization: must be none"],
    [
      "the frontend at the gateway's port",
      { ui: 9000, frontend: 9000 },
      ".frontend: the same as [0].target.publish.ui; every published port must be free",
    ],
    [
      "the frontend at gRPC's port",
      { grpc: 9000, frontend: 9000 },
      ".frontend: the same as [0].target.publish.grpc; every published port must be free",
    ],
    [
      "a port that leaves none for the frontend",
      { ui: 65_535 },
      ".frontend: would be 65536, which is no port; set it, or move the first cluster by TEMPORAL_PORT and TEMPORAL_GRPC_PORT",
    ],
  ])("%s", (_what, publish, expected) => {
    expect(verdictOnDocker(publish)).toBe(`[0].target.publish${expected}`);
  });

  it("the environment's two ports the same", () => {
    const environment = { TEMPORAL_PORT: "9000", TEMPORAL_GRPC_PORT: "9000" };
    expect(verdictOnDocker({}, {}, environment)).toBe(
      "[0].target.publish.frontend: the same as [0].target.publish.ui; every published port must be free",
    );
    expect(verdictOnDocker({ ui: "none", grpc: "none" }, {}, environment)).toBe("accepted");
  });

  it("any of them may be none", () => {
    for (const endpoint of ["ui", "grpc", "frontend"]) {
      expect(verdictOnDocker({ [endpoint]: "none" })).toBe("accepted");
    }
  });
});
