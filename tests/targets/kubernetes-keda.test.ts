import type { RequestListener } from "node:http";
import { expect, it } from "vitest";
import type { Lifecycle } from "../../platform/cluster.ts";
import { checkConnectivity } from "../../targets/index.ts";
import { resolveSettings } from "../../config/load.ts";
import { kubeconfig, withServer } from "../../testkit/kubeconfig.ts";

const worker = {
  image: "registry.example.com/team/orders:1.4.2",
  namespace: "default",
  taskQueues: { orders: ["activity"] },
};
const scaled = { ...worker, scaling: { max: 4 } };

/** An API server that answers a question for KEDA's API with a status. */
function serverWith(keda: number): RequestListener {
  return ({ url = "" }, response) => {
    const answers: Readonly<Record<string, readonly [status: number, body: object]>> = {
      "/version": [200, { gitVersion: "v1.34.0" }],
      "/apis/keda.sh/v1alpha1": [keda, { kind: "APIResourceList", resources: [] }],
    };
    const [status, body] = answers[url] ?? [403, {}];
    response.writeHead(status, { "content-type": "application/json" });
    response.end(JSON.stringify(body));
  };
}

function why(
  keda: number,
  workers: object,
  lifecycle: Lifecycle = "running",
): Promise<string | undefined> {
  return withServer(serverWith(keda), async (url) => {
    const target = { kind: "kubernetes", context: "x", kubeconfig: kubeconfig(url, ["x"]) };
    const [cluster] = resolveSettings({ clusters: [{ name: "c", target, workers }] }, {}).clusters;
    if (cluster === undefined) throw new Error("no cluster");
    return checkConnectivity(cluster, lifecycle, {});
  });
}

it("a worker's scaling is refused where KEDA is not there, with the key and what to do", async () => {
  expect(await why(404, { orders: scaled, idle: worker })).toBe(
    'workers.orders.scaling needs KEDA, whose API keda.sh/v1alpha1 the API server does not have: install KEDA 2.17 or newer by its chart (runbooks/workers.md, "Scaling")',
  );
  expect(await why(404, { orders: scaled, parcels: scaled })).toMatch(
    /^workers\.orders\.scaling, workers\.parcels\.scaling need KEDA/,
  );
});

it.each([
  ["KEDA is there", 200, { orders: scaled }, "running"],
  ["the server does not say", 403, { orders: scaled }, "running"],
  ["no worker is scaled", 404, { orders: worker }, "running"],
  ["nothing runs", 404, { orders: scaled }, "stopped"],
] as const)("nothing is refused where %s", async (_why, keda, workers, lifecycle) => {
  expect(await why(keda, workers, lifecycle)).toBeUndefined();
});
