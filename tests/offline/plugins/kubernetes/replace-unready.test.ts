import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Properties } from "../../../../providers/protocol/values.ts";
import { KubernetesApi } from "../../../../offline/plugins/kubernetes/cluster.ts";
import { objectType } from "../../../../offline/plugins/kubernetes/object-type.ts";
import { FakeApiServer } from "../../../../testkit/fake-api-server.ts";

let server: FakeApiServer;

beforeEach(async () => {
  server = await FakeApiServer.start();
});

afterEach(async () => {
  await server.stop();
});

const connect = (): Promise<KubernetesApi> =>
  KubernetesApi.connect({ kubeconfig: server.kubeconfig });

const job = { apiVersion: "batch/v1", kind: "Job", metadata: { name: "j", namespace: "n" } };

describe("an object that is to be replaced where it did not become ready", () => {
  const annotations = { "pulumi.com/replaceUnready": "true" };
  const marked = { ...job, metadata: { name: "j", namespace: "n", annotations } };
  const path = "apis/batch/v1/namespaces/n/jobs/j";
  const due = async (inputs: Properties): Promise<readonly string[]> =>
    ((await objectType(await connect()).due?.({ inputs, outputs: inputs }, inputs)) ?? []).map(
      ({ path: at, by }) => `${by} ${at}`,
    );
  const become = (conditionType: string): void => {
    const conditions = [{ type: conditionType, status: "True" }];
    server.objects.set(path, { ...marked, status: { conditions } });
  };

  it("is judged by what it is now, and not by what it was when it was made", async () => {
    become("Failed");
    await expect(due(marked)).resolves.toEqual(["replace status"]);
    become("Complete");
    await expect(due(marked)).resolves.toEqual([]);
  });

  it("is left alone where it is gone, or nobody answers, or the program does not say so", async () => {
    await expect(due(marked)).resolves.toEqual([]);
    server.refusals.set(path, [503, "not now"]);
    await expect(due(marked)).resolves.toEqual([]);
    server.refusals.clear();
    become("Failed");
    await expect(due(job)).resolves.toEqual([]);
  });
});
