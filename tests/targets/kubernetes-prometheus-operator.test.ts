import type { RequestListener } from "node:http";
import { expect, it } from "vitest";
import type { Lifecycle } from "../../platform/cluster.ts";
import { checkConnectivity } from "../../targets/index.ts";
import { clusterWith } from "../../testkit/clusters.ts";
import { kubeconfig, withServer } from "../../testkit/kubeconfig.ts";

/** An API server that has some of the operator's kinds, or answers the question for them with a status. */
function serverWith(kinds: readonly string[] | number): RequestListener {
  const [status, resources] =
    typeof kinds === "number" ? [kinds, []] : [200, kinds.map((kind) => ({ kind }))];
  const answers: Readonly<Record<string, readonly [status: number, body: object]>> = {
    "/version": [200, { gitVersion: "v1.34.0" }],
    "/apis/monitoring.coreos.com/v1": [status, { kind: "APIResourceList", resources }],
  };
  return ({ url = "" }, response) => {
    const [code, body] = answers[url] ?? [403, {}];
    response.writeHead(code, { "content-type": "application/json" });
    response.end(JSON.stringify(body));
  };
}

function why(
  kinds: readonly string[] | number,
  monitoring: string,
  lifecycle: Lifecycle = "running",
): Promise<string | undefined> {
  return withServer(serverWith(kinds), async (url) => {
    const target = { kind: "kubernetes", context: "x", kubeconfig: kubeconfig(url, ["x"]) };
    const cluster = clusterWith({ target, monitoring: { kind: monitoring } });
    return checkConnectivity(cluster, lifecycle, {});
  });
}

it("a cluster that an operator is to watch is refused where there is none, with the key and what to do", async () => {
  expect(await why(404, "operator")).toBe(
    'monitoring.kind operator needs a Prometheus operator, whose PodMonitor and PrometheusRule (monitoring.coreos.com/v1) the API server does not have: install one, such as by the chart kube-prometheus-stack, or set monitoring.kind to managed (runbooks/monitoring.md, "An operator\'s Prometheus")',
  );
});

it("names the one kind that is missing where somebody has installed only some", async () => {
  expect(await why(["ServiceMonitor", "PodMonitor"], "operator")).toMatch(
    /whose PrometheusRule \(monitoring/,
  );
});

it.each([
  ["both kinds are there", ["PodMonitor", "PrometheusRule"], "operator", "running"],
  ["the server does not say", 403, "operator", "running"],
  ["the platform runs Prometheus itself", 404, "managed", "running"],
  ["nothing runs", 404, "operator", "stopped"],
] as const)("nothing is refused where %s", async (_why, kinds, monitoring, lifecycle) => {
  expect(await why(kinds, monitoring, lifecycle)).toBeUndefined();
});
