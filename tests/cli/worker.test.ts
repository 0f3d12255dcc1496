import { describe, expect, it } from "vitest";
import { type Drainage, drained } from "../../cli/commands/worker/drain.ts";
import { refuseForeign } from "../../cli/commands/worker/routing.ts";
import { versionOf } from "../../cli/commands/worker/deployment.ts";
import {
  type DeploymentAnswer,
  deploymentDescription,
  deploymentSummary,
  type DeploymentListAnswer,
  deploymentVersion,
  routingIn,
} from "../../cli/workers/deployment.ts";
import { deploymentsText, deploymentText } from "../../cli/workers/deployment-text.ts";
import type { Polled } from "../../cli/task-queues/pollers.ts";
import { workerDetails, workerText } from "../../cli/workers/details.ts";
import { buildIdOf, deploymentNameOf, percentageOf, waitOf } from "../../cli/workers/input.ts";
import {
  type HeartbeatAnswer,
  withPollers,
  workersText,
  workerSummary,
  type WorkerSummary,
} from "../../cli/workers/worker.ts";

/** A 64-bit integer as the server's answers have it. */
const long = (value: number): object => ({ toNumber: () => value });
const time = (seconds: number): object => ({ seconds: long(seconds) });

/** When the worker below was last heard of. */
const heardAt = 1_700_000_000;
const soon = (heardAt + 1) * 1000;

const heartbeat = {
  workerInstanceKey: "key-1",
  workerIdentity: "7@host",
  hostInfo: {
    hostName: "host",
    processId: "7",
    currentHostCpuUsage: 0.254,
    currentHostMemUsage: 0.5,
  },
  taskQueue: "orders",
  deploymentVersion: { deploymentName: "shop", buildId: "2" },
  sdkName: "temporal-go",
  sdkVersion: "1.50.0",
  status: 1,
  startTime: time(heardAt - 600),
  heartbeatTime: time(heardAt),
  elapsedSinceLastHeartbeat: time(60),
  workflowTaskSlotsInfo: {
    currentUsedSlots: 3,
    currentAvailableSlots: 37,
    slotSupplierKind: "Fixed",
    totalProcessedTasks: 90,
    totalFailedTasks: 1,
  },
  activityTaskSlotsInfo: {
    currentUsedSlots: 2,
    currentAvailableSlots: -1,
    slotSupplierKind: "ResourceBased",
  },
  workflowPollerInfo: {
    currentPollers: 5,
    lastSuccessfulPollTime: time(heardAt - 5),
    isAutoscaling: true,
  },
  nexusTaskSlotsInfo: { currentUsedSlots: 0, currentAvailableSlots: 0, slotSupplierKind: "Fixed" },
  activityPollerInfo: { currentPollers: 2 },
  totalStickyCacheHit: 80,
  totalStickyCacheMiss: 10,
  currentStickyCacheSize: 12,
} as object as HeartbeatAnswer;

const summary: WorkerSummary = {
  workerInstanceKey: "key-1",
  identity: "7@host",
  host: "host",
  taskQueue: "orders",
  version: { deploymentName: "shop", buildId: "2" },
  sdk: { name: "temporal-go", version: "1.50.0" },
  status: "Running",
  lastSeen: "2023-11-14T22:13:20.000Z",
  startTime: "2023-11-14T22:03:20.000Z",
  slots: {
    workflow: { used: 3, available: 37 },
    activity: { used: 2 },
    nexus: { used: 0, available: 0 },
  },
};

describe("a worker that sends heartbeats", () => {
  it("has one shape for programs", () => {
    expect(workerSummary(heartbeat, soon)).toEqual(summary);
  });

  it("is lost when two heartbeats have not come, whatever it said last", () => {
    const statusAfter = (seconds: number): string =>
      workerSummary(heartbeat, (heardAt + seconds) * 1000).status;
    expect([statusAfter(120), statusAfter(121)]).toEqual(["Running", "Lost"]);
  });

  it("says itself that it is shutting down", () => {
    const ending = { ...(heartbeat as object), status: 2 } as object as HeartbeatAnswer;
    expect(workerSummary(ending, soon).status).toBe("ShuttingDown");
  });

  it("may have no deployment, and says little", () => {
    const bare = { workerIdentity: "8@host", taskQueue: "orders" } as object as HeartbeatAnswer;
    expect(workerSummary(bare, soon)).toEqual({
      workerInstanceKey: "",
      identity: "8@host",
      taskQueue: "orders",
      status: "Lost",
      slots: {},
    });
  });

  it("is one line of a table", () => {
    expect(workersText([summary]).split("\n")).toEqual([
      "status   identity  host  task queue  version  sdk                 last seen                 slots in use",
      "Running  7@host    host  orders      shop 2   temporal-go 1.50.0  2023-11-14T22:13:20.000Z  workflow 3/40, activity 2",
    ]);
    expect(workersText([])).toBe("There is no such worker.");
  });

  it("tells everything about itself", () => {
    const details = workerDetails(heartbeat, soon);
    expect(details).toEqual({
      ...summary,
      slots: {
        workflow: {
          ...{ used: 3, available: 37, supplier: "Fixed" },
          ...{ processedTasks: 90, failedTasks: 1 },
        },
        activity: { used: 2, supplier: "ResourceBased", processedTasks: 0, failedTasks: 0 },
        nexus: {
          ...{ used: 0, available: 0, supplier: "Fixed" },
          ...{ processedTasks: 0, failedTasks: 0 },
        },
      },
      polling: {
        workflow: {
          pollers: 5,
          lastSuccessfulPollTime: "2023-11-14T22:13:15.000Z",
          autoscaling: true,
        },
        activity: { pollers: 2, autoscaling: false },
      },
      process: { id: "7", hostCpuUsage: 0.254, hostMemoryUsage: 0.5 },
      heartbeatIntervalSeconds: 60,
      stickyCache: { size: 12, hits: 80, misses: 10 },
    });
    expect(workerText(details).split("\n")).toEqual([
      "Worker key-1",
      "  status         Running",
      "  last seen      2023-11-14T22:13:20.000Z",
      "  heartbeat      every 1m",
      "  started        2023-11-14T22:03:20.000Z",
      "  identity       7@host",
      "  host           host, process 7",
      "  host's cpu     25%",
      "  host's memory  50%",
      "  task queue     orders",
      "  version        shop 2",
      "  sdk            temporal-go 1.50.0",
      "  sticky cache   12 workflows, 80 hits, 10 misses",
      "",
      "  slots     in use  supplier       processed  failed",
      "  workflow  3/40    Fixed          90         1",
      "  activity  2       ResourceBased  0          0",
      "  nexus     0/0     Fixed          0          0",
      "",
      "  polls     open            last task",
      "  workflow  5, autoscaling  2023-11-14T22:13:15.000Z",
      "  activity  2               -",
    ]);
  });
});

describe("the workers of a task queue", () => {
  const poller = (more: Partial<Polled>): Polled => ({
    identity: "7@host",
    type: "workflow",
    ratePerSecond: 100_000,
    lastAccessTime: "2023-11-14T22:13:00.000Z",
    ...more,
  });
  const at = { taskQueue: "orders", now: soon };
  const mine = { version: { deploymentName: "shop", buildId: "2" } };

  it("are told once, by heartbeats and polls together", () => {
    const polled = [poller(mine), poller({ ...mine, type: "activity" }), poller(mine)];
    expect(withPollers([summary], polled, at)).toEqual([
      { ...summary, polls: ["activity", "workflow"] },
    ]);
  });

  it("are two where one process runs two versions", () => {
    const other = { version: { deploymentName: "shop", buildId: "1" } };
    const [, second, ...more] = withPollers([summary], [poller(mine), poller(other)], at);
    expect([second?.version, second?.status, more]).toEqual([other.version, "Polled", []]);
  });

  it("may have a build id that heartbeats and polls write differently, where there is no deployment", () => {
    const legacy = { ...summary, version: { buildId: "hash" } };
    expect(withPollers([legacy], [poller({ version: { buildId: "sdk+hash" } })], at)).toEqual([
      { ...legacy, polls: ["workflow"] },
    ]);
  });

  it("are seen by their last poll on any partition where they send no heartbeats", () => {
    const polled = [
      poller({ identity: "old@host", lastAccessTime: "2023-11-14T22:13:05.000Z" }),
      poller({ identity: "old@host" }),
    ];
    expect(withPollers([], polled, at)).toEqual([
      {
        identity: "old@host",
        taskQueue: "orders",
        status: "Polled",
        lastSeen: "2023-11-14T22:13:05.000Z",
        slots: {},
        polls: ["workflow"],
      },
    ]);
  });

  it("are lost when they do not poll any more", () => {
    const [gone] = withPollers([], [poller({})], { ...at, now: (heardAt + 101) * 1000 });
    expect(gone?.status).toBe("Lost");
  });
});

const v1 = { deploymentName: "shop", buildId: "1" };
const v2 = { deploymentName: "shop", buildId: "2" };

const shop = {
  name: "shop",
  createTime: time(heardAt),
  lastModifierIdentity: "resource-temporal@laptop",
  managerIdentity: "controller",
  routingConfigUpdateState: 1,
  routingConfig: {
    currentDeploymentVersion: v2,
    currentVersionChangedTime: time(heardAt + 60),
  },
  versionSummaries: [
    { deploymentVersion: v2, status: 2, currentSinceTime: time(heardAt + 60) },
    {
      deploymentVersion: v1,
      status: 4,
      createTime: time(heardAt),
      drainageInfo: {
        status: 1,
        lastChangedTime: time(heardAt + 60),
        lastCheckedTime: time(heardAt + 240),
      },
    },
  ],
} as object as DeploymentAnswer;

const described = () => {
  const [second, first] = shop.versionSummaries ?? [];
  const backlog = {
    ...{ approximateCount: 2, approximateAgeSeconds: 4, tasksAddRate: 1 },
    ...{ tasksDispatchRate: 0.5, rateLimited: false },
  };
  return deploymentDescription(shop, [
    deploymentVersion(second ?? {}, {
      taskQueues: [
        { name: "orders", type: "workflow", backlog },
        { name: "orders", type: "activity" },
      ],
    }),
    deploymentVersion(first ?? {}, { runningPinnedWorkflows: 7, taskQueues: [] }),
  ]);
};

describe("a Worker Deployment", () => {
  it("has its versions in one shape for programs", () => {
    expect(described()).toMatchObject({
      name: "shop",
      createTime: "2023-11-14T22:13:20.000Z",
      managerIdentity: "controller",
      lastModifierIdentity: "resource-temporal@laptop",
      routingConfigUpdateState: "InProgress",
      currentVersion: v2,
      currentVersionChangedTime: "2023-11-14T22:14:20.000Z",
      versions: [
        { ...v2, status: "Current", currentSinceTime: "2023-11-14T22:14:20.000Z" },
        {
          ...v1,
          status: "Draining",
          drainage: {
            status: "Draining",
            lastChangedTime: "2023-11-14T22:14:20.000Z",
            lastCheckedTime: "2023-11-14T22:17:20.000Z",
          },
          runningPinnedWorkflows: 7,
        },
      ],
    });
    expect(described()).not.toHaveProperty("rampingVersion");
  });

  it("is told in tables for people", () => {
    expect(deploymentText(described()).split("\n")).toEqual([
      "Worker Deployment shop",
      "  current version  2, since 2023-11-14T22:14:20.000Z",
      "  ramping version  -",
      "  task queues      are still being told where tasks go",
      "  managed by       controller",
      "  last changed by  resource-temporal@laptop",
      "  created          2023-11-14T22:13:20.000Z",
      "",
      "  build id  status    since                     checked                   pinned workflows  task queues",
      "  2         Current   2023-11-14T22:14:20.000Z  -                         -                 orders (workflow, activity)",
      "  1         Draining  2023-11-14T22:14:20.000Z  2023-11-14T22:17:20.000Z  7                 -",
      "",
      "  build id  task queue  type      backlog                           tasks",
      "  2         orders      workflow  about 2 tasks, the oldest for 4s  1/s added, 0.5/s dispatched",
    ]);
  });

  it("may have no version yet", () => {
    const text = deploymentText(deploymentDescription({ name: "shop" }, []));
    expect(text).toContain("  It has no version: no worker of it has polled yet.");
    expect(text).toContain("  current version  unversioned workers");
  });

  it("names its versions when one is not there", () => {
    expect(() => versionOf(shop, "3")).toThrow(
      "Worker Deployment shop has no version 3; there are: 2, 1",
    );
    expect(versionOf(shop, "1").status).toBe(4);
  });

  it("is changed by its manager only", () => {
    expect(() => {
      refuseForeign(shop, "me");
    }).toThrow(
      "Worker Deployment shop is managed by controller, which alone may change it: let that do it, or add --identity controller to act as it",
    );
    expect(() => {
      refuseForeign(shop, "controller");
      refuseForeign({ name: "shop", managerIdentity: "" }, "me");
    }).not.toThrow();
  });

  it("is one line of a table", () => {
    const listed = {
      name: "shop",
      createTime: time(heardAt),
      routingConfig: { rampingDeploymentVersion: v2, rampingVersionPercentage: 12.5 },
      latestVersionSummary: { deploymentVersion: v2 },
    } as object as DeploymentListAnswer;
    expect(deploymentsText([deploymentSummary(listed)]).split("\n")).toEqual([
      "name  current              ramping   latest  created",
      "shop  unversioned workers  2, 12.5%  2       2023-11-14T22:13:20.000Z",
    ]);
    expect(deploymentsText([])).toBe("There is no Worker Deployment.");
  });
});

describe("where new workflows go", () => {
  it.each<[string, object, object]>([
    ["to unversioned workers", {}, {}],
    ["to the current version", { currentDeploymentVersion: v1 }, { currentVersion: v1 }],
    [
      "to the ramping version, of which none may be chosen yet",
      { rampingDeploymentVersion: v2 },
      { rampingVersion: { ...v2, percentage: 0 } },
    ],
    [
      "back to unversioned workers, step by step",
      { currentDeploymentVersion: v1, rampingVersionPercentage: 30 },
      { currentVersion: v1, unversionedPercentage: 30 },
    ],
  ])("%s", (_, answer, routing) => {
    expect(routingIn(answer)).toEqual(routing);
  });
});

describe("waiting until a version has drained", () => {
  /** Looks of which each finds the next. */
  const waiting = async (seconds: number, ...found: readonly Drainage[]) => {
    const log: unknown[] = [];
    const looks = found[Symbol.iterator]();
    const last = await drained(
      () => {
        const { value } = looks.next();
        return value === undefined ? Promise.reject(new Error("no more")) : Promise.resolve(value);
      },
      {
        seconds,
        wait: (pause) => {
          log.push(pause);
          return Promise.resolve();
        },
        tell: ({ pinned }) => {
          log.push(`${pinned} pinned`);
        },
      },
    );
    return { last, log };
  };
  const draining = (pinned: number): Drainage => ({ status: "Draining", pinned });
  const done: Drainage = { status: "Drained", pinned: 0 };

  it("takes one look where it is drained", async () => {
    expect(await waiting(60, done)).toEqual({ last: done, log: [] });
  });

  it("tells what keeps it when that changes", async () => {
    expect(await waiting(60, draining(2), draining(2), draining(1), done)).toEqual({
      last: done,
      log: ["2 pinned", 5, 5, "1 pinned", 5],
    });
  });

  it("ends when the time is over, and not later", async () => {
    expect(await waiting(7, draining(2), draining(2), draining(2))).toEqual({
      last: draining(2),
      log: ["2 pinned", 5, 2],
    });
  });
});

describe("input", () => {
  it.each<[(text: string) => unknown, string, unknown]>([
    [deploymentNameOf, "shop/eu-1", "shop/eu-1"],
    [deploymentNameOf, "x".repeat(108), "x".repeat(108)],
    [buildIdOf, "1.4.2:a", "1.4.2:a"],
    [percentageOf, "0", 0],
    [percentageOf, "0.5", 0.5],
    [percentageOf, "100", 100],
    [waitOf, "90s", 90],
  ])("%o takes %s", (of, text, value) => {
    expect(of(text)).toBe(value);
  });

  it.each<[(text: string) => unknown, string, string]>([
    [deploymentNameOf, "", "It must not be empty."],
    [deploymentNameOf, "shop.eu", "It must have no dot and no colon"],
    [deploymentNameOf, "shop:eu", "It must have no dot and no colon"],
    [deploymentNameOf, "__shop", "It begins with __, which is Temporal's own."],
    [deploymentNameOf, "x".repeat(109), "It has 109 bytes, and Temporal takes 108."],
    [buildIdOf, "__unversioned__", "It begins with __, which is Temporal's own."],
    [buildIdOf, "ü".repeat(55), "It has 110 bytes, and Temporal takes 108."],
    [percentageOf, "101", "It must be a number from 0 to 100"],
    [percentageOf, "-1", "It must be a number from 0 to 100"],
    [percentageOf, "5%", "It must be a number from 0 to 100"],
    [percentageOf, "1e1", "It must be a number from 0 to 100"],
    [waitOf, "0s", "It must be 1s at least."],
    [waitOf, "soon", "It must be a time such as 30s"],
  ])("%o refuses %s", (of, text, message) => {
    expect(() => of(text)).toThrow(message);
  });
});
