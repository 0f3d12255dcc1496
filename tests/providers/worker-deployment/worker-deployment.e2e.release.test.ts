/**
 * Worker Deployments on a real server, with real workers.
 */
import { Client } from "@temporalio/client";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { connectFrontend } from "../../../clients/temporal.ts";
import type { Properties } from "../../../providers/protocol/values.ts";
import { DeploymentServer } from "../../../providers/temporal/worker-deployment/server.ts";
import { callOf } from "../../../testkit/call.ts";
import { type DevServer, startDevServer } from "../../../testkit/dev-server.ts";
import { Deployment, namespace, type Site } from "./deployment.ts";
import { workersAt } from "./in-process-runner.ts";

let server: DevServer;
let site: Site;
const deployments: Deployment[] = [];

beforeAll(async () => {
  server = await startDevServer({
    dynamicConfig: {
      // The server forgets the pollers of a worker that ends well, instead of 5 minutes later.
      "frontend.enableCancelWorkerPollsOnShutdown": true,
      "frontend.enableMatchingFanOutForPollCancellation": true,
      "matching.wv.VersionDrainageStatusVisibilityGracePeriod": "1s",
      "matching.wv.VersionDrainageStatusRefreshInterval": "1s",
    },
  });
  const connection = await connectFrontend({ address: server.address, transport: "cleartext" });
  const client = new Client({ connection, namespace });
  site = { connection, client, workers: await workersAt(server.address) };
});

afterEach(async () => {
  await Promise.all(deployments.splice(0).map(({ runner }) => runner.stopAll()));
});

afterAll(async () => {
  await site.workers.connection.close();
  await site.connection.close();
  await server.stop();
});

/** A worker that ends with its test. */
function newDeployment(): Deployment {
  const deployment = new Deployment(site);
  deployments.push(deployment);
  return deployment;
}

/** Steps to 20 and 60 percent. */
const slowly = (pauseSeconds: number): Properties => ({
  kind: "progressive",
  steps: [
    { percent: 20, pauseSeconds },
    { percent: 60, pauseSeconds: 0 },
  ],
});

const gateOf = (deployment: Deployment, broken = "none"): Properties => ({
  ...{ workflowType: "smoke", taskQueue: deployment.name, input: broken, timeoutSeconds: 30 },
});

describe("the first version", () => {
  it("gets the work as soon as it polls", async () => {
    const orders = newDeployment();
    expect(await orders.up({ buildId: "v1" })).toEqual([
      "start version v1, 1 replica",
      `wait until version v1 polls ${orders.name} (workflow, activity), for at most 30 s`,
      "become the manager of the deployment, as tests",
      "make version v1 current",
    ]);
    expect(orders.versions).toEqual(["v1 Current"]);
    expect(await orders.newWork()).toBe("v1");
    expect(await orders.isDue()).toBe(false);
    expect(await orders.up({ buildId: "v1" })).toEqual([]);
  });

  it("is foreseen by a preview, which changes nothing", async () => {
    const orders = newDeployment();
    await orders.up({ buildId: "v1" }, { preview: true });
    expect(orders.state["plan"]).toHaveLength(4);
    expect(orders.said[0]).toBe("will start version v1, 1 replica");
    expect(orders.runner.started).toEqual([]);
    expect(await orders.server.describe()).toBeUndefined();
  });
});

describe("a second version", () => {
  it("takes over step by step, while the old one keeps its pinned workflows, drains and goes", async () => {
    const orders = newDeployment();
    await orders.up({ buildId: "v1" });
    const old = await orders.waiting();
    const said = await orders.up({ buildId: "v2", more: { rollout: slowly(1) } });
    expect(said.slice(2)).toEqual([
      "give version v2 20 % of the new work",
      "leave version v2 at 20 % for 1 s",
      "give version v2 60 % of the new work",
      "make version v2 current, instead of v1",
    ]);
    expect(orders.versions).toEqual(["v1 Draining", "v2 Current"]);
    expect(await orders.newWork()).toBe("v2");
    await expect
      .poll(async () =>
        (await orders.server.describe())?.versions.map(({ openPinned }) => openPinned),
      )
      .toContain(1);
    expect(await orders.isDue()).toBe(false);
    expect([...orders.runner.running.keys()].sort()).toEqual(["v1", "v2"]);

    expect(await orders.end(old)).toBe("v1");
    await expect.poll(() => orders.isDue(), { timeout: 60_000, interval: 500 }).toBe(true);
    const again = { buildId: "v2", more: { rollout: slowly(1) } };
    expect(await orders.up(again)).toEqual(["stop version v1: it has drained"]);
    await expect.poll(() => orders.isDue(), { timeout: 60_000, interval: 500 }).toBe(true);
    expect(await orders.up(again)).toEqual(["delete the record of version v1"]);
    expect(orders.versions).toEqual(["v2 Current"]);
    expect(Object.keys(orders.state["specs"] as object)).toEqual(["v2"]);
    expect([...orders.runner.running.keys()]).toEqual(["v2"]);
    expect(await orders.isDue()).toBe(false);
  });

  it("is left to people when the rollout is manual", async () => {
    const orders = newDeployment();
    const more = { rollout: { kind: "manual" }, gate: gateOf(orders) };
    await orders.up({ buildId: "v1", more });
    await orders.up({ buildId: "v2", more });
    expect(orders.versions).toContain("v1 Current");
    expect(await orders.isDue()).toBe(false);
    // Nobody manages the deployment, so that anybody may.
    const person = { namespace, deploymentName: orders.name, managerIdentity: "a person" };
    await new DeploymentServer(site.connection, person).setCurrent("v2");
    expect(await orders.newWork()).toBe("v2");
    expect(await orders.gates()).toBe(2);
  });
});

describe("a version that fails its checks", () => {
  it("goes when its gate fails, and the old one stays current", async () => {
    const orders = newDeployment();
    await orders.up({ buildId: "v1" });
    const gate = gateOf(orders, "v2");
    await expect(orders.up({ buildId: "v2", more: { gate } })).rejects.toThrow(
      new RegExp(
        `^the gate workflow smoke failed on version v2 \\(workflow id ${orders.name}-gate-v2-[0-9a-f]{8} in namespace default\\): build v2 smokes. Version v2 was removed; version v1 is current as before$`,
      ),
    );
    expect([...orders.runner.running.keys()]).toEqual(["v1"]);
    expect((await orders.server.describe())?.current).toBe("v1");
    expect(await orders.newWork()).toBe("v1");
    // Another attempt is another workflow.
    await orders.up({ buildId: "v2", more: { gate: gateOf(orders) } });
    expect(await orders.newWork()).toBe("v2");
    expect(await orders.gates()).toBe(2);
  });

  it("goes when it never polls, and the old one stays current", async () => {
    const orders = newDeployment();
    await orders.up({ buildId: "v1" });
    const more = { pollersTimeoutSeconds: 2 };
    await expect(orders.up({ buildId: "v2", image: "sleeps", more })).rejects.toThrow(
      `version v2 did not poll ${orders.name} (workflow, activity) within 2 s: nobody polls there. Version v2 was removed; version v1 is current as before\nits image sleeps`,
    );
    expect([...orders.runner.running.keys()]).toEqual(["v1"]);
    expect((await orders.server.describe())?.current).toBe("v1");
  });

  it("is told when its workers have no version", async () => {
    const orders = newDeployment();
    const more = { pollersTimeoutSeconds: 2 };
    await expect(orders.up({ buildId: "v1", image: "is unversioned", more })).rejects.toThrow(
      "unversioned workers poll there; a worker must set its deployment options",
    );
    expect([...orders.runner.running.keys()]).toEqual([]);
  });
});

describe("a rollout that is interrupted", () => {
  it("stops at its percentage, and the next one goes on from there", async () => {
    const orders = newDeployment();
    const gate = gateOf(orders);
    await orders.up({ buildId: "v1", more: { gate } });
    const abort = new AbortController();
    const interrupted = orders.up(
      { buildId: "v2", more: { gate, rollout: slowly(600) } },
      { signal: abort.signal },
    );
    const failure = expect(interrupted).rejects.toThrow(
      "interrupted before the end of: leave version v2 at 20 % for 600 s. The next `up` goes on from there",
    );
    await expect
      .poll(() => orders.said.at(-1), { timeout: 60_000 })
      .toBe("leave version v2 at 20 % for 600 s");
    abort.abort();
    await failure;
    expect(orders.versions).toEqual(["v1 Current", "v2 Ramping"]);
    expect(await orders.isDue()).toBe(true);

    const rest = await orders.up({ buildId: "v2", more: { gate, rollout: slowly(0) } });
    expect(rest).toEqual([
      "give version v2 60 % of the new work",
      "make version v2 current, instead of v1",
    ]);
    expect(await orders.gates()).toBe(2);
    expect(orders.runner.started).toEqual(["v1", "v2"]);
  });
});

describe("going back", () => {
  it("makes the former version current at once, and starts it where it runs no more", async () => {
    const orders = newDeployment();
    await orders.up({ buildId: "v1" });
    await orders.up({ buildId: "v2" });
    await orders.runner.stop("v1");
    const said = await orders.up({ buildId: "v1", more: { rollout: slowly(600) } });
    expect(said.filter((line) => !line.startsWith("wait"))).toEqual([
      "start version v1, 1 replica",
      "make version v1 current, instead of v2",
    ]);
    expect(await orders.newWork()).toBe("v1");
  });
});

describe("a cluster that is stopped", () => {
  it("has no workers, and each version with work again when it runs", async () => {
    const orders = newDeployment();
    await orders.up({ buildId: "v1" });
    const old = await orders.waiting();
    await orders.up({ buildId: "v2" });
    const stopped = { lifecycle: "stopped" };
    expect((await orders.up({ buildId: "v2", more: stopped })).slice().sort()).toEqual([
      "stop version v1: the cluster is stopped",
      "stop version v2: the cluster is stopped",
    ]);
    expect([...orders.runner.running.keys()]).toEqual([]);
    expect(await orders.isDue()).toBe(false);

    await orders.up({ buildId: "v2" });
    expect([...orders.runner.running.keys()].sort()).toEqual(["v1", "v2"]);
    expect(await orders.end(old)).toBe("v1");
  });
});

describe("a change that is no other build", () => {
  it("reaches living versions in place", async () => {
    const orders = newDeployment();
    await orders.up({ buildId: "v1" });
    const old = await orders.waiting();
    await orders.up({ buildId: "v2" });
    const environment = { TEMPORAL_ADDRESS: "elsewhere:7233" };
    const said = await orders.up({ buildId: "v2", more: { environment } });
    expect(said.slice(0, 2)).toEqual([
      "update version v1 in place, 1 replica",
      "update version v2 in place, 1 replica",
    ]);
    expect(orders.versions).toEqual(["v1 Draining", "v2 Current"]);
    expect(await orders.end(old)).toBe("v1");
  });
});

describe("a deployment that somebody else manages", () => {
  it("is refused in the preview and at the up, before anything is started", async () => {
    const orders = newDeployment();
    await orders.up({ buildId: "v1" });
    const other = { namespace, deploymentName: orders.name, managerIdentity: "a controller" };
    await new DeploymentServer(site.connection, other).setManager("a controller");
    const refusal = `the Worker Deployment ${orders.name} is managed by a controller, and not by tests`;
    await expect(orders.up({ buildId: "v2" }, { preview: true })).rejects.toThrow(refusal);
    await expect(orders.up({ buildId: "v2" })).rejects.toThrow(refusal);
    expect(orders.runner.started).toEqual(["v1"]);
    await expect(orders.server.setCurrent(undefined)).rejects.toThrow("a controller");
  });
});

describe("a worker that is removed", () => {
  it("stays while workflows are pinned to it, and leaves nothing behind afterwards", async () => {
    const orders = newDeployment();
    await orders.up({ buildId: "v1" });
    const old = await orders.waiting();
    await orders.up({ buildId: "v2" });
    await expect(orders.type.delete?.("", orders.state, callOf())).rejects.toThrow(
      `workflows that run are pinned to versions of ${orders.name} (1 to v1)`,
    );
    expect([...orders.runner.running.keys()].sort()).toEqual(["v1", "v2"]);
    await orders.end(old);
    // Visibility follows a moment later.
    await expect.poll(() => orders.server.openPinned("v1"), { timeout: 30_000 }).toBe(0);
    await orders.type.delete?.("", orders.state, callOf());
    expect([...orders.runner.running.keys()]).toEqual([]);
    await expect.poll(() => orders.server.describe(), { timeout: 30_000 }).toBeUndefined();
  });

  it("goes all the same when it is told to", async () => {
    const orders = newDeployment();
    await orders.up({ buildId: "v1", more: { onRemove: "delete" } });
    await orders.waiting();
    await orders.type.delete?.("", orders.state, callOf());
    expect([...orders.runner.running.keys()]).toEqual([]);
  });
});

describe("what became of it", () => {
  it("is read without changing anything", async () => {
    const orders = newDeployment();
    await orders.up({ buildId: "v1" });
    const inputs = orders.inputs({ buildId: "v1" });
    const known = { inputs, outputs: { ...orders.state, versions: [] } };
    const found = await orders.type.read?.("id", known, callOf());
    expect(found?.outputs["versions"]).toMatchObject([{ buildId: "v1", status: "Current" }]);
    expect(found?.inputs).toEqual(inputs);
  });
});
