import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { completion } from "../../providers/temporal/kubernetes-completion.ts";
import { callOf } from "../../testkit/call.ts";
import { FakeApiServer } from "../../testkit/fake-api-server.ts";

const call = callOf({ name: "temporal-prod-schema" });
const jobPath = "apis/batch/v1/namespaces/n/jobs/schema-1";
const podsPath = "api/v1/namespaces/n/pods";

let server: FakeApiServer;
let directory: string;
let inputs: Record<string, unknown>;

beforeEach(async () => {
  server = await FakeApiServer.start();
  directory = mkdtempSync(join(tmpdir(), "completion-"));
  const kubeconfig = join(directory, "kubeconfig");
  writeFileSync(kubeconfig, server.kubeconfig);
  inputs = {
    kubeconfig,
    context: "fake",
    namespace: "n",
    job: "schema-1",
    startTimeoutSeconds: 10,
    timeoutSeconds: 10,
  };
  becomes();
});

afterEach(async () => {
  rmSync(directory, { recursive: true });
  await server.stop();
});

/** Lets the Job have a condition, or none. */
function becomes(type?: string, more: object = {}): void {
  const conditions = type === undefined ? [] : [{ type, status: "True", ...more }];
  const metadata = { name: "schema-1", namespace: "n" };
  server.objects.set(jobPath, {
    apiVersion: "batch/v1",
    kind: "Job",
    metadata,
    status: { conditions },
  });
}

/** Lets the Job have a pod. */
function hasPod(phase: string, state: object): void {
  const metadata = { name: "schema-1-abc", namespace: "n" };
  const containerStatuses = [{ name: "schema", state, restartCount: 0 }];
  const status = { phase, containerStatuses };
  server.objects.set(`${podsPath}/schema-1-abc`, {
    apiVersion: "v1",
    kind: "Pod",
    metadata,
    status,
  });
}

const looks = (): number => server.asked.filter(({ path }) => path === jobPath).length;

describe("the completion of a Job", () => {
  it("asks nobody in a preview", async () => {
    await completion.create(inputs, { ...call, preview: true });
    expect(server.asked).toEqual([]);
  });

  it("is there with the end of its pod, before the Job says so", async () => {
    hasPod("Running", { running: {} });
    const made = completion.create(inputs, call);
    while (looks() < 2) await sleep(20);
    hasPod("Succeeded", { terminated: { exitCode: 0 } });
    await expect(made).resolves.toEqual({ id: "schema-1", outputs: inputs });
    const pods = server.asked.find(({ path }) => path === podsPath);
    expect(pods?.query.get("labelSelector")).toBe("batch.kubernetes.io/job-name=schema-1");
  });

  it("waits again for another Job", async () => {
    becomes("Complete");
    await completion.update?.(inputs, { ...inputs, job: "schema-1" }, call);
    expect(looks()).toBe(1);
  });

  it("goes by the Job alone where pods may not be listed", async () => {
    server.refusals.set(podsPath, [403, "pods is forbidden"]);
    const made = completion.create(inputs, call);
    while (looks() < 2) await sleep(20);
    becomes("Complete");
    await expect(made).resolves.toMatchObject({ id: "schema-1" });
  });

  it("waits on for a pod that was taken away with its node", async () => {
    hasPod("Failed", { terminated: { exitCode: 137 } });
    const made = completion.create(inputs, call);
    while (looks() < 2) await sleep(20);
    hasPod("Succeeded", { terminated: { exitCode: 0 } });
    await expect(made).resolves.toMatchObject({ id: "schema-1" });
  });

  it("fails with what the pod said", async () => {
    hasPod("Failed", { terminated: { exitCode: 1 } });
    becomes("Failed", { reason: "PodFailurePolicy", message: "Container schema failed" });
    server.log = "schema: PostgreSQL refused the password of temporal\n";
    await expect(completion.create(inputs, call)).rejects.toThrow(
      "Job schema-1 failed with exit code 1:\nschema: PostgreSQL refused the password of temporal",
    );
  });

  it("says that its time was over where the Job ended it for that", async () => {
    hasPod("Failed", { terminated: { exitCode: 143 } });
    becomes("Failed", {
      reason: "DeadlineExceeded",
      message: "Job was active longer than specified",
    });
    await expect(completion.create(inputs, call)).rejects.toThrow(
      "Job schema-1 failed (DeadlineExceeded: Job was active longer than specified)",
    );
  });

  it("tells what its pod waits for when it does not start in time, however long it might run", async () => {
    hasPod("Pending", { waiting: { reason: "ImagePullBackOff", message: "no such image" } });
    const patient = { ...inputs, startTimeoutSeconds: 0.5, timeoutSeconds: 7200 };
    await expect(completion.create(patient, call)).rejects.toThrow(
      "Job schema-1 did not start within 0.5 s\nPod schema-1-abc: Pending, ImagePullBackOff, no such image (see `kubectl logs schema-1-abc -n n`)",
    );
  });

  it("tells how its pod is when it does not end in time", async () => {
    hasPod("Running", { running: {} });
    const short = { ...inputs, startTimeoutSeconds: 0.3, timeoutSeconds: 0.4 };
    await expect(completion.create(short, call)).rejects.toThrow(
      "Job schema-1 did not end within 0.7 s\nPod schema-1-abc: Running",
    );
  });

  it("is over at once for a Job that is gone or may not be read", async () => {
    server.refusals.set(jobPath, [403, "jobs is forbidden"]);
    await expect(completion.create(inputs, call)).rejects.toThrow(
      "Job schema-1 is not known to have ended: namespace n in context fake could not be read (jobs is forbidden): let the context's user read Jobs there",
    );
    server.refusals.clear();
    server.objects.delete(jobPath);
    await expect(completion.create(inputs, call)).rejects.toThrow(
      "Job schema-1 was deleted while it was waited for: run the command again",
    );
  });

  it("asks a server again that was away for a moment, and names it when it stays away", async () => {
    server.refusals.set(jobPath, [503, "the server is starting"]);
    const made = completion.create(inputs, call);
    while (looks() < 2) await sleep(20);
    server.refusals.clear();
    becomes("Complete");
    await expect(made).resolves.toMatchObject({ id: "schema-1" });
    server.refusals.set(jobPath, [503, "the server is starting"]);
    const short = { ...inputs, startTimeoutSeconds: 0.3, timeoutSeconds: 0.4 };
    await expect(completion.create(short, call)).rejects.toThrow(
      "Job schema-1 did not end within 0.7 s: namespace n in context fake could not be read (the server is starting): see that the cluster can be reached",
    );
  });

  it("ends when the deployment is interrupted", async () => {
    const abort = new AbortController();
    const made = completion.create(inputs, { ...call, signal: abort.signal });
    while (looks() < 1) await sleep(20);
    abort.abort();
    await expect(made).rejects.toThrow("Job schema-1 was interrupted");
  });
});
