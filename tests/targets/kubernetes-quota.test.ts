import type { RequestListener } from "node:http";
import { expect, it } from "vitest";
import type { KubernetesTargetChoice, Lifecycle } from "../../platform/cluster.ts";
import { clusterWith } from "../../testkit/clusters.ts";
import { kubeconfig, withServer } from "../../testkit/kubeconfig.ts";
import { checkConnectivity } from "../../targets/kubernetes/connectivity.ts";

/** An API server that has some quotas and ranges, or lets nobody look at them. */
function serverWith(
  quotas: readonly object[] | "hidden",
  ranges: readonly object[],
): RequestListener {
  const lists: Readonly<Record<string, readonly object[] | "hidden" | undefined>> = {
    "/api/v1/namespaces/temporal/resourcequotas": quotas,
    "/api/v1/namespaces/temporal/limitranges": ranges,
  };
  return ({ url = "" }, response) => {
    const items = lists[url];
    const body = url === "/version" ? { gitVersion: "v1.34.0" } : { items };
    response.statusCode =
      items === "hidden" || (items === undefined && url !== "/version") ? 403 : 200;
    response.setHeader("content-type", "application/json");
    response.end(JSON.stringify(body));
  };
}

async function why(
  listener: RequestListener,
  target: object = {},
  lifecycle: Lifecycle = "running",
): Promise<string | undefined> {
  return withServer(listener, async (url) => {
    const kubernetes = { kind: "kubernetes", context: "x", kubeconfig: kubeconfig(url, ["x"]) };
    const cluster = clusterWith({ target: { ...kubernetes, ...target } });
    return checkConnectivity(cluster.target as KubernetesTargetChoice, lifecycle, cluster);
  });
}

const quota = { metadata: { name: "compute" }, spec: { hard: { "limits.cpu": "8" } } };
const range = (more: object): object => ({ spec: { limits: [{ type: "Container", ...more }] } });

it("a quota on limits of processor time wants every container to have one", async () => {
  const told =
    "quota compute of namespace temporal refuses containers without a limit of processor time: set target.cpuLimits to required";
  expect(await why(serverWith([quota], []))).toBe(told);
  expect(await why(serverWith([quota], [range({ max: { memory: "1Gi" } })]))).toBe(told);
});

it.each([
  ["there is none", [], []],
  ["it counts something else", [{ spec: { hard: { "requests.cpu": "8" } } }], []],
  ["it is about some pods only", [{ spec: { ...quota.spec, scopes: ["Terminating"] } }], []],
  ["a range gives the limit to those without", [quota], [range({ default: { cpu: "1" } })]],
  ["it may not be looked at", "hidden", []],
] as const)("a quota lets pods in: %s", async (_why, quotas, ranges) => {
  expect(await why(serverWith(quotas, ranges))).toBeUndefined();
});

it("a quota is nothing to a cluster whose containers have limits, or that does not run", async () => {
  expect(await why(serverWith([quota], []), { cpuLimits: "required" })).toBeUndefined();
  expect(await why(serverWith([quota], []), {}, "stopped")).toBeUndefined();
});
