import type { RequestListener } from "node:http";
import { describe, expect, it } from "vitest";
import { unknown } from "../../providers/protocol/values.ts";
import { kubernetesGroup } from "../../providers/temporal/kubernetes-group.ts";
import { callOf } from "../../testkit/call.ts";
import { kubeconfig, withServer } from "../../testkit/kubeconfig.ts";

const labels = { "app.kubernetes.io/instance": "prod", "temporal-platform/stopped": "together" };
const call = callOf({ name: "temporal-prod-workloads" });

/** An API server on which some Deployments and StatefulSets take so many looks to end. */
class Controllers {
  readonly asked: string[] = [];
  readonly #left: Record<string, number>;

  constructor(deployments: number, statefulsets: number) {
    this.#left = { deployments, statefulsets };
  }

  readonly listener: RequestListener = (request, response) => {
    const url = new URL(request.url ?? "", "http://fake");
    const kind = url.pathname.replace("/apis/apps/v1/namespaces/temporal/", "");
    const { searchParams: query } = url;
    const policy = query.get("propagationPolicy") ?? "";
    this.asked.push([request.method, kind, query.get("labelSelector"), policy].join(" ").trim());
    const left = this.#left[kind] ?? 0;
    if (request.method === "GET") this.#left[kind] = left - 1;
    const items = left > 0 ? [{ metadata: { name: "x" } }] : [];
    response.setHeader("content-type", "application/json");
    response.end(JSON.stringify({ apiVersion: "v1", kind: "List", metadata: {}, items }));
  };
}

/** Lets a group go at an API server. */
function remove(listener: RequestListener, signal = call.signal): Promise<void> {
  return withServer(listener, async (url) => {
    const path = kubeconfig(url, ["other", "there"]);
    const state = { kubeconfig: path, context: "there", namespace: "temporal", labels };
    await kubernetesGroup.delete?.("temporal", state, { ...call, signal });
  });
}

describe("a group of controllers", () => {
  const inputs = { kubeconfig: "/nowhere", context: "x", namespace: "temporal", labels };

  it("is nothing in the cluster, and asks none, until it goes", async () => {
    await expect(kubernetesGroup.create(inputs, call)).resolves.toEqual({
      id: "temporal",
      outputs: inputs,
    });
    await expect(kubernetesGroup.update?.({}, inputs, call)).resolves.toEqual(inputs);
    expect(kubernetesGroup.onChange).toBe("update");
  });

  it("goes with its Deployments and StatefulSets, all at once, and is gone with their last pod", async () => {
    const selector = "app.kubernetes.io/instance=prod,temporal-platform/stopped=together";
    const controllers = new Controllers(1, 2);
    await remove(controllers.listener);
    const [first, second, ...looks] = controllers.asked;
    expect([first, second].sort()).toEqual([
      `DELETE deployments ${selector} Foreground`,
      `DELETE statefulsets ${selector} Foreground`,
    ]);
    expect(looks.filter((look) => look === `GET statefulsets ${selector}`)).toHaveLength(3);
    expect(looks.filter((look) => look === `GET deployments ${selector}`)).toHaveLength(3);
  });

  it("is no longer waited for when the user interrupts", async () => {
    const controller = new AbortController();
    const { listener } = new Controllers(Infinity, 0);
    const removed = remove((request, response) => {
      if (request.method === "GET") controller.abort();
      listener(request, response);
    }, controller.signal);
    await expect(removed).rejects.toThrow("abort");
  });

  it("fails when the cluster refuses", async () => {
    const removed = remove((_request, response) => {
      response.writeHead(403, { "content-type": "application/json" });
      response.end(JSON.stringify({ kind: "Status", message: "may not delete deployments" }));
    });
    await expect(removed).rejects.toThrow("may not delete deployments");
  });

  it("finds what is wrong with it, once all is known", async () => {
    const wrong = await kubernetesGroup.check?.({ labels: { a: 1 } }, {}, call);
    expect(wrong?.failures.map(({ property }) => property).sort()).toEqual([
      ...["context", "labels.a", "namespace"],
    ]);
    const early = { labels, namespace: unknown };
    expect(await kubernetesGroup.check?.(early, {}, call)).toEqual({ inputs: early, failures: [] });
  });
});
