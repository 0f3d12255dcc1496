import type { RequestListener } from "node:http";
import { describe, expect, it } from "vitest";
import { unknown } from "../../providers/protocol/values.ts";
import { kubernetesGroup } from "../../providers/temporal/kubernetes-group.ts";
import { callOf } from "../../testkit/call.ts";
import { kubeconfig, withServer } from "../../testkit/kubeconfig.ts";

const labels = { "app.kubernetes.io/instance": "prod", "temporal-platform/stopped": "together" };
const call = callOf({ name: "temporal-prod-workloads" });

const selector = "app.kubernetes.io/instance=prod,temporal-platform/stopped=together";

/** An API server on which controllers and pods take so many looks to end, and that refuses what begins with some words. */
class Controllers {
  readonly asked: string[] = [];
  readonly #left: Record<string, number>;
  readonly #refused: string | undefined;

  constructor(left: Readonly<Record<string, number>>, refused?: string) {
    this.#left = { ...left };
    this.#refused = refused;
  }

  readonly listener: RequestListener = (request, response) => {
    const url = new URL(request.url ?? "", "http://fake");
    const kind = url.pathname.replace(/^.*[/]namespaces[/]temporal[/]/, "");
    const { searchParams: query } = url;
    const how = query.get("propagationPolicy") ?? query.get("gracePeriodSeconds") ?? "";
    const asked = [request.method, kind, query.get("labelSelector"), how].join(" ").trim();
    this.asked.push(asked);
    response.setHeader("content-type", "application/json");
    if (this.#refused !== undefined && asked.startsWith(this.#refused)) {
      response.writeHead(403);
      response.end(JSON.stringify({ kind: "Status", message: "may not do that" }));
      return;
    }
    const left = this.#left[kind] ?? 0;
    if (request.method === "GET") this.#left[kind] = left - 1;
    const metadata = { name: "x", namespace: "temporal" };
    const spec = { selector: { matchLabels: { part: kind } } };
    const items = left > 0 ? [{ metadata, spec }] : [];
    response.end(JSON.stringify({ apiVersion: "v1", kind: "List", metadata: {}, items }));
  };
}

/** Lets a group go at an API server. */
function remove(
  listener: RequestListener,
  { signal = call.signal, more = {} }: { signal?: AbortSignal; more?: object } = {},
): Promise<void> {
  return withServer(listener, async (url) => {
    const path = kubeconfig(url, ["other", "there"]);
    const state = { kubeconfig: path, context: "there", namespace: "temporal", labels, ...more };
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
    const controllers = new Controllers({ deployments: 2, statefulsets: 2, pods: 3 });
    await remove(controllers.listener);
    const [first, second, third, ...looks] = controllers.asked;
    expect(first).toBe(`GET deployments ${selector}`);
    expect([second, third].sort()).toEqual([
      `DELETE deployments ${selector} Foreground`,
      `DELETE statefulsets ${selector} Foreground`,
    ]);
    expect(looks.filter((look) => look === "GET pods part=deployments")).toHaveLength(4);
    expect(looks.filter((look) => look === `GET statefulsets ${selector}`)).toHaveLength(4);
    expect(looks.filter((look) => look === `GET deployments ${selector}`)).toHaveLength(4);
  });

  it("gives pods the time to end that it says, and lets no controller make others", async () => {
    const controllers = new Controllers({ deployments: 1 });
    await remove(controllers.listener, { more: { stopGraceSeconds: 3 } });
    expect(controllers.asked.filter((one) => !one.startsWith("GET")).slice(0, 4)).toEqual([
      "PATCH deployments/x",
      "DELETE replicasets part=deployments Orphan",
      "DELETE pods part=deployments 3",
      `DELETE deployments ${selector} Foreground`,
    ]);
  });

  it.each(["PATCH deployments/x", "DELETE replicasets", "DELETE pods"])(
    "lets pods take their own time when the cluster refuses %s",
    async (refused) => {
      const controllers = new Controllers({ deployments: 1 }, refused);
      await remove(controllers.listener, { more: { stopGraceSeconds: 3 } });
      expect(controllers.asked).toContain(`DELETE deployments ${selector} Foreground`);
    },
  );

  it("leaves pods their own time when it says nothing", async () => {
    const controllers = new Controllers({ deployments: 3 });
    await remove(controllers.listener);
    expect(
      controllers.asked.filter((one) => /^(PATCH|DELETE (replicasets|pods))/.test(one)),
    ).toEqual([]);
  });

  it("is no longer waited for when the user interrupts", async () => {
    const controller = new AbortController();
    const { listener } = new Controllers({ deployments: Infinity });
    const removed = remove((request, response) => {
      if (request.method === "GET") controller.abort();
      listener(request, response);
    }, controller);
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
