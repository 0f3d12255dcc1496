/**
 * How large a cluster must be for a load, from what a workflow and an activity were measured to cost (bench/costs.json). It is arithmetic on
 * measurements of one small machine, so that it says where to begin and what to look at, not what will be.
 */
import { connectionsOf, powerOfTwo } from "./database.ts";
import { type ServiceRole, serviceRoles } from "./roles.ts";

/** What is known of a workflow's cost: processor milliseconds by role, and what it does to the database. */
export const costKinds = [
  "frontendMs",
  "historyMs",
  "matchingMs",
  "workerMs",
  "postgresMs",
  "transitions",
  "commits",
  "walBytes",
  "storedBytes",
] as const;

/** The cost of one workflow. */
export type Cost = Readonly<Record<(typeof costKinds)[number], number>>;

/** Measured costs, as a line: what a workflow costs without activities, and what each activity adds. */
export interface Costs {
  readonly machine: string;
  readonly date: string;
  readonly costs: Readonly<
    Record<keyof Cost, { readonly perWorkflow: number; readonly perActivity: number }>
  >;
  /** Memory that a task queue takes while somebody polls it, with the server's default of four partitions, in KiB. */
  readonly taskQueueKiB: Readonly<Record<"matching" | "frontend", number>>;
}

/** What is asked of a cluster. */
export interface Demand {
  readonly workflowsPerSecond: number;
  /** Activities of each workflow. */
  readonly activities: number;
  readonly retentionDays: number;
  /** Task queues that are polled within a few minutes. */
  readonly taskQueues: number;
}

/** Replicas of a role and what each may use. */
export interface RoleSize {
  readonly replicas: number;
  /** Processors that it uses at this load, all replicas together. */
  readonly busyCores: number;
  readonly cpuRequest: number;
  readonly memoryMiB: number;
}

/** How large it must be. */
export interface Size {
  readonly transitionsPerSecond: number;
  readonly roles: Readonly<Record<ServiceRole, RoleSize>>;
  readonly numHistoryShards: number;
  readonly postgres: {
    readonly busyCores: number;
    readonly cores: number;
    readonly memoryGiB: number;
    readonly connections: number;
    readonly maxConnections: number;
    readonly commitsPerSecond: number;
    readonly walMBPerSecond: number;
    readonly storageGiB: number;
  };
  /** A rough cluster to rent: nodes for the roles, besides PostgreSQL. */
  readonly nodes: { readonly count: number; readonly cores: number; readonly memoryGiB: number };
}

/** What the arithmetic takes for granted; each is said beside the result. */
export const assumptions = {
  /** Share of a processor that is to be busy at the given load; the rest is for peaks and for a replica that is away. */
  utilisation: 0.6,
  /** No role but these many processors in one replica, so that one that is lost is a small part. */
  coresPerReplica: { frontend: 2, history: 4, matching: 2, worker: 1 },
  memoryMiBPerReplica: { frontend: 1024, history: 8192, matching: 1024, worker: 512 },
  /** Share of a replica's memory that task queues may fill, in matching and the frontend; the rest is the program and what Go leaves to collect. */
  taskQueueMemory: 0.4,
  /**
   * State transitions per second of one shard. A shard writes one at a time (history.shardIOConcurrency is 1), each for some 5 to 10 ms of
   * a commit, so that it could do 100 and more; at this few nobody waits for it.
   */
  transitionsPerShard: 5,
  /** Fewer are never worth it, since their number is for ever. */
  minShards: 512,
  mostShards: 16_384,
  /** Dead rows, free space in pages, and WAL that is kept, on top of what is stored. */
  storageOverhead: 1.5,
  /** What one PostgreSQL is trusted with; beyond it, retention is what to change. */
  mostStorageGiB: 16_384,
  /** Memory of PostgreSQL for each of its processors. */
  memoryGiBPerCore: 4,
  /** A node as every cloud has it. */
  node: { cores: 8, memoryGiB: 32 },
  /** What Kubernetes and the operating system take of a node. */
  nodeOverhead: 0.15,
} as const satisfies {
  coresPerReplica: Record<ServiceRole, number>;
  memoryMiBPerReplica: Record<ServiceRole, number>;
  [key: string]: unknown;
};

/** Sizes a cluster. */
export function sizeFor({ costs, taskQueueKiB }: Costs, demand: Demand): Size {
  const { workflowsPerSecond, activities, retentionDays, taskQueues } = demand;
  const perSecond = (kind: keyof Cost): number =>
    workflowsPerSecond * (costs[kind].perWorkflow + costs[kind].perActivity * activities);
  const transitionsPerSecond = perSecond("transitions");

  /** What task queues take of each replica while one other is away, and its rest beside it. */
  const taskQueueMiB = (role: ServiceRole, replicas: number): number =>
    role === "matching" || role === "frontend"
      ? (taskQueues * taskQueueKiB[role]) / 1024 / (replicas - 1) / assumptions.taskQueueMemory
      : 0;

  const roleSize = (role: ServiceRole): RoleSize => {
    const busyCores = perSecond(`${role}Ms`) / 1000;
    const cores = busyCores / assumptions.utilisation;
    // Two, so that one may go.
    const replicas = Math.max(2, Math.ceil(cores / assumptions.coresPerReplica[role]));
    return {
      replicas,
      busyCores,
      cpuRequest: Math.max(0.1, Math.ceil((10 * cores) / replicas) / 10),
      memoryMiB: Math.max(
        assumptions.memoryMiBPerReplica[role],
        256 * Math.ceil(taskQueueMiB(role, replicas) / 256),
      ),
    };
  };
  const roles = Object.fromEntries(serviceRoles.map((role) => [role, roleSize(role)])) as Readonly<
    Record<ServiceRole, RoleSize>
  >;

  const processes = serviceRoles.reduce((sum, role) => sum + roles[role].replicas + 1, 0);
  const connections = connectionsOf(processes);
  const postgresBusy = perSecond("postgresMs") / 1000;
  const postgresCores = Math.max(2, powerOfTwo(postgresBusy / assumptions.utilisation));
  const storedBytes = perSecond("storedBytes") * 86_400 * retentionDays;

  const requested = serviceRoles.reduce(
    (sum, role) => ({
      cores: sum.cores + roles[role].replicas * roles[role].cpuRequest,
      memoryGiB: sum.memoryGiB + (roles[role].replicas * roles[role].memoryMiB) / 1024,
    }),
    { cores: 0, memoryGiB: 0 },
  );
  const { node, nodeOverhead } = assumptions;
  const usable = 1 - nodeOverhead;
  return {
    transitionsPerSecond,
    roles,
    numHistoryShards: Math.min(
      assumptions.mostShards,
      Math.max(
        assumptions.minShards,
        powerOfTwo(transitionsPerSecond / assumptions.transitionsPerShard),
      ),
    ),
    postgres: {
      busyCores: postgresBusy,
      cores: postgresCores,
      memoryGiB: postgresCores * assumptions.memoryGiBPerCore,
      connections,
      maxConnections: powerOfTwo(connections),
      commitsPerSecond: perSecond("commits"),
      walMBPerSecond: perSecond("walBytes") / 1e6,
      storageGiB: Math.ceil((storedBytes * assumptions.storageOverhead) / 2 ** 30),
    },
    nodes: {
      ...node,
      // Three, so that replicas can be spread.
      count: Math.max(
        3,
        Math.ceil(requested.cores / (node.cores * usable)),
        Math.ceil(requested.memoryGiB / (node.memoryGiB * usable)),
      ),
    },
  };
}
