import type { RequestListener } from "node:http";
import { describe, expect, it } from "vitest";
import { forwardTo } from "../../../clients/kubernetes/forward.ts";
import { kubernetesAccess } from "../../../clients/kubernetes/kubeconfig.ts";
import { kubeconfig, withServer } from "../../../testkit/kubeconfig.ts";

/** Why a service cannot be reached through an API server, which has a quarter of a second. */
async function whyNot(listener: RequestListener): Promise<string> {
  return withServer(listener, async (url) => {
    const choice = { kubeconfig: kubeconfig(url, ["x"]), context: "x" };
    const access = await kubernetesAccess(choice, { environment: {} });
    const to = { service: "gateway", namespace: "temporal", port: 7233 };
    const forward = forwardTo(access, to, 250);
    return forward.then(
      () => "",
      (error: unknown) => (error instanceof Error ? error.message.replaceAll(url, "URL") : ""),
    );
  });
}

/** Answers with an object for each path; with a refusal for others. */
function serving(objects: Readonly<Record<string, object>>): RequestListener {
  return ({ url = "" }, response) => {
    const object = objects[url];
    response.writeHead(object === undefined ? 403 : 200, { "content-type": "application/json" });
    response.end(JSON.stringify(object ?? { kind: "Status", message: "you may not" }));
  };
}

const because = (reason: string): string =>
  `service gateway of namespace temporal cannot be reached through URL (context x) (${reason})`;

const pods = "/api/v1/namespaces/temporal/pods";
const service = {
  "/api/v1/namespaces/temporal/services/gateway": { spec: { selector: { app: "gateway" } } },
};
const conditions = [{ type: "Ready", status: "True" }];
const ready = { metadata: { name: "gateway-0" }, status: { conditions } };

describe("a way to a service is refused in one line", () => {
  it("where the API server refuses to show it", async () => {
    expect(await whyNot(serving({}))).toBe(because("you may not"));
  });

  it("where it has no ready pod", async () => {
    const listed = { ...service, [`${pods}?labelSelector=app%3Dgateway`]: { items: [{}] } };
    expect(await whyNot(serving(listed))).toBe(
      because('No ready pods found with selector "app=gateway" in namespace temporal'),
    );
  });

  it("where the API server does not allow the forward itself", async () => {
    const listed = { ...service, [`${pods}?labelSelector=app%3Dgateway`]: { items: [ready] } };
    expect(await whyNot(serving(listed))).toBe(because("Unexpected server response: 403"));
  });

  it("where the API server does not answer", async () => {
    expect(await whyNot(() => undefined)).toBe(because("no answer in 0.25 s"));
  });
});
