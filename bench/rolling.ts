/**
 * `npm run bench -- rolling`: what clients notice of a rolling restart of all roles on Kubernetes, by how roles leave and join (platform/shutdown.ts): a
 * cluster of few shards as the platform runs it, the same times where history is ready only when it says SERVING, the times of a cluster of many
 * shards, and the server's own; with one replica of each role and with two, in turn, in the same run. On the contexts of TEST_KUBECONFIG, else on a dev
 * cluster.
 */
import { serviceRoles } from "../platform/roles.ts";
import { underLoad } from "../testkit/load.ts";
import { arrangeOnKubernetes } from "../testkit/kubernetes-subject.ts";
import setUp, { testCluster, type TestCluster } from "../testkit/test-cluster.ts";

/** Workflows started in a second; each has two activities, a timer, a signal and a query. */
const startsPerSecond = 5;

const rounds = 2;

const keys = [
  "frontend.shutdownFailHealthCheckDuration",
  "frontend.shutdownDrainDuration",
  "history.alignMembershipChange",
  "matching.alignMembershipChange",
  "matching.shutdownDrainDuration",
];

/** A cluster's server, by what it is called. With 64 shards history is ready by its port, with 128 by its health. */
const variants: Readonly<Record<string, object>> = {
  "few shards": { numHistoryShards: 64 },
  "their times, until SERVING": {
    numHistoryShards: 128,
    dynamicConfig: {
      "system.ringpopApproximateMaxPropagationTime": "1s",
      "history.alignMembershipChange": "2s",
      "matching.alignMembershipChange": "2s",
    },
  },
  "many shards": { numHistoryShards: 128 },
  "the server's times (0 s)": {
    numHistoryShards: 128,
    dynamicConfig: Object.fromEntries(keys.map((key) => [key, "0s"])),
  },
};

/** Measures one rolling restart of a cluster of its own. */
async function roll(server: object, replicas: number, cluster: TestCluster): Promise<object> {
  const subject = await arrangeOnKubernetes("bench", { cluster });
  const roles = Object.fromEntries(serviceRoles.map((role) => [role, { replicas }]));
  const up = async (logLevel: string): Promise<void> => {
    const { name, target } = subject;
    await subject.stack.configure({
      clusters: [{ name, target, server: { ...server, roles, logLevel } }],
    });
    await subject.stack.up();
  };
  try {
    await up("info");
    const { clusters } = (await subject.stack.outputs()) as {
      clusters: Record<string, { grpcAddress: string }>;
    };
    const address = clusters[subject.name]?.grpcAddress ?? "";
    const [figures, { faults }] = await underLoad(address, startsPerSecond, async (load) => {
      await load.completes(20);
      const moment = load.now();
      const start = performance.now();
      await up("warn");
      const upSeconds = Math.round((performance.now() - start) / 1000);
      await load.completes(20);
      return { ...load.since(moment), upSeconds };
    });
    return { ...figures, lost: faults.length };
  } finally {
    await subject.dispose();
  }
}

/** Prints a table; decision 0008 has what it said. */
export async function measureRolling(words: readonly string[]): Promise<void> {
  const tearDown = await setUp(undefined, 1);
  try {
    const cluster = await testCluster();
    const table: object[] = [];
    for (let round = 1; round <= rounds; round++) {
      for (const replicas of [1, 2]) {
        for (const [variant, server] of Object.entries(variants)) {
          if (words.length > 0 && !words.some((word) => variant.includes(word))) continue;
          const row = { variant, replicas, round, ...(await roll(server, replicas, cluster)) };
          console.log(JSON.stringify(row));
          table.push(row);
        }
      }
    }
    console.table(table);
  } finally {
    await tearDown();
  }
}
