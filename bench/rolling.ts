/**
 * `npm run bench -- rolling`: what clients notice of a rolling restart of all roles on Kubernetes, with the platform's times for leaving
 * and joining (platform/shutdown.ts), with those of a cluster with few shards and with the server's defaults, in turn, in the same run. On the contexts of
 * TEST_KUBECONFIG, else on a dev cluster.
 */
import { underLoad } from "../testkit/load.ts";
import { arrangeOnKubernetes } from "../testkit/kubernetes-subject.ts";
import setUp from "../testkit/test-cluster.ts";

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

const all = (value: string): Record<string, string> =>
  Object.fromEntries(keys.map((key) => [key, value]));

/** Dynamic config by what it is called. */
const variants: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  "the platform's": {},
  "those of few shards": {
    "system.ringpopApproximateMaxPropagationTime": "1s",
    "history.alignMembershipChange": "2s",
    "matching.alignMembershipChange": "2s",
  },
  "the server's (0 s)": all("0s"),
};

const tearDown = await setUp(undefined, 1);
const subject = await arrangeOnKubernetes("bench");
const two = { replicas: 2 };
const roles = { frontend: two, history: two, matching: two, worker: two };

async function up(dynamicConfig: object, logLevel: string): Promise<void> {
  const server = { roles, dynamicConfig, logLevel };
  const cluster = { name: subject.name, target: subject.target, server };
  await subject.stack.configure({ clusters: [cluster] });
  await subject.stack.up();
}

try {
  const table = [];
  for (let round = 1; round <= rounds; round++) {
    for (const [times, dynamicConfig] of Object.entries(variants)) {
      await up(dynamicConfig, "info");
      const { clusters } = (await subject.stack.outputs()) as {
        clusters: Record<string, { grpcAddress: string }>;
      };
      const address = clusters[subject.name]?.grpcAddress ?? "";
      const [figures, { faults }] = await underLoad(address, startsPerSecond, async (load) => {
        await load.completes(20);
        const moment = load.now();
        await up(dynamicConfig, "warn");
        await load.completes(20);
        return load.since(moment);
      });
      const row = { times, round, ...figures, lost: faults.length };
      console.log(JSON.stringify(row));
      table.push(row);
    }
  }
  console.table(table);
} finally {
  await subject.dispose();
  await tearDown();
}
