import { load } from "js-yaml";
import { describe, expect, it } from "vitest";
import { renderUiConfig } from "../../platform/web-ui.ts";
import { clusterWith } from "../../testkit/clusters.ts";

const onKubernetes = (exposure: object): object => ({
  target: { kind: "kubernetes", context: "x", exposure },
});
const balancer = { kind: "load-balancer", sourceRanges: "all" };
const ingress = { kind: "ingress", host: "a.b" };
const route = { kind: "route", host: "a.b", gateway: { name: "g", namespace: "n" } };

describe("the web UI's cookies", () => {
  it.each<[string, string, object]>([
    ["in clear", "on Docker", {}],
    ["in clear", "inside a Kubernetes cluster", onKubernetes({})],
    ["in clear", "at nodes", onKubernetes({ ui: { kind: "node-port", address: "10.0.0.1" } })],
    ["in clear", "by a balancer", onKubernetes({ ui: balancer })],
    [
      "over TLS",
      "by a balancer that ends it",
      onKubernetes({ ui: { ...balancer, host: "a.b", tls: "terminate" } }),
    ],
    ["in clear", "by an ingress", onKubernetes({ ui: ingress })],
    [
      "over TLS",
      "by an ingress with a certificate",
      onKubernetes({ ui: { ...ingress, tlsSecret: "s" } }),
    ],
    [
      "over TLS",
      "by an ingress that ends it",
      onKubernetes({ ui: { ...ingress, tls: "terminate" } }),
    ],
    ["over TLS", "by a route", onKubernetes({ ui: route })],
    [
      "in clear",
      "by a route to a listener without it",
      onKubernetes({ ui: { ...route, gateway: { ...route.gateway, tls: "none" } } }),
    ],
    [
      "in clear",
      "where only gRPC has it",
      onKubernetes({ grpc: { ...route, authorization: "none" } }),
    ],
  ])("travel %s %s", (travels, _how, more) => {
    expect(load(renderUiConfig(clusterWith(more)))).toMatchObject({
      cors: { cookieInsecure: travels === "in clear" },
    });
  });
});
