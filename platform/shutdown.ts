/**
 * How roles leave and join a cluster that goes on serving: what they do between being told to end and their end.
 *
 * The server's own defaults are all zero, which is abrupt (temporal/service/{frontend,history,matching}/service.go). Where one process
 * is all there is of a role, waiting only makes the gap longer; where pods replace each other under load, it closes the gap.
 * docs/decisions has what was measured.
 */
import type { Cluster } from "./cluster.ts";
import type { DynamicConfig } from "./dynamic-config.ts";
import type { ServiceRole } from "./roles.ts";

/** Seconds between the steps of leaving and joining. */
const seconds = {
  /** The frontend tells the ring that it drains and goes on serving, until the worker role sends it nothing more. */
  frontendFailHealthCheck: 2,
  /** The frontend lets requests that are under way end, at most. */
  frontendDrain: 10,
  /** Matching lets polls and tasks that are under way end. */
  matchingDrain: 5,
} as const;

/** How members of the ring agree on who owns a shard, in seconds. */
interface Agreement {
  /** Until every member has heard of a change: one that joins or leaves announces it so long before. */
  readonly propagation: number;
  /** Members change the ring at the same multiple of it. */
  readonly align: number;
}

/**
 * Times by the number of shards, which a cluster never changes, so that no scaling replaces its pods. Shorter times raise the latency of a handover
 * under load (decision 0008); a cluster of few shards is made to be up soon.
 */
const agreements = {
  few: { shards: 64, propagation: 1, align: 2 },
  /** `system.ringpopApproximateMaxPropagationTime` is 3 s by default (temporal/common/dynamicconfig/constants.go). */
  many: { propagation: 3, align: 5 },
} as const satisfies Record<string, Agreement & { readonly shards?: number }>;

function agreementOf(cluster: Cluster): Agreement {
  return hasFewShards(cluster) ? agreements.few : agreements.many;
}

function hasFewShards({ identity }: Cluster): boolean {
  return identity.numHistoryShards <= agreements.few.shards;
}

/** Dynamic config for leaving and joining; the user's own keys come on top. */
export function shutdownSettings(cluster: Cluster): DynamicConfig {
  if (!replacesUnderLoad(cluster)) return {};
  const { propagation, align } = agreementOf(cluster);
  const settings: Readonly<Record<string, number>> = {
    // Only where it is another than the server's: the roles read it at their start.
    ...(propagation === agreements.many.propagation
      ? {}
      : { "system.ringpopApproximateMaxPropagationTime": propagation }),
    "frontend.shutdownFailHealthCheckDuration": seconds.frontendFailHealthCheck,
    "frontend.shutdownDrainDuration": seconds.frontendDrain,
    "history.alignMembershipChange": align,
    "matching.alignMembershipChange": align,
    "matching.shutdownDrainDuration": seconds.matchingDrain,
  };
  return Object.fromEntries(
    Object.entries(settings).map(([key, value]) => [key, [{ value: `${value}s` }]]),
  );
}

/**
 * What makes a pod of history ready. History says SERVING `5s` after it has acquired its shards (temporal/service/history/service.go), so that what moved
 * has settled before the next pod of a rollout ends. A cluster of few shards does not wait for that, and is up sooner. What clients notice of a rollout
 * then is in decision 0008.
 */
export function historyReadyBy(cluster: Cluster): "health" | "usable" {
  return hasFewShards(cluster) ? "usable" : "health";
}

/** What the server does at its end beyond the waits above: closes shards, pools and listeners; in seconds. */
const closing = 30;

/**
 * The same where one process is all there is of a role. It ends within 2 to 3 s, except when it waits for what has ended before it: matching tries to
 * write how far its queues are, and the ring asks a member that is gone for up to 6.5 s (`PingTimeout` and `PingRequestTimeout` in
 * ringpop-go/swim/node.go). Nobody gains from waiting for that.
 */
const closingAlone = 3;

/** Time that a role may take to end, in seconds; more than all its waits together. */
export function roleStopGraceSeconds(cluster: Cluster, role: ServiceRole): number {
  if (!replacesUnderLoad(cluster)) return closingAlone;
  const { align } = agreementOf(cluster);
  switch (role) {
    case "frontend":
      return seconds.frontendFailHealthCheck + seconds.frontendDrain + closing;
    case "history":
      return 2 * align + closing;
    case "matching":
      return 2 * align + seconds.matchingDrain + closing;
    case "worker":
      return closing;
  }
}

/**
 * How long a poll may stay open, in seconds: a minute by the server's default (`matching.longPollExpirationInterval` in
 * temporal/common/dynamicconfig/constants.go), and time for the answer.
 */
const longestPoll = 70;

/** How long calls may go on at a gateway that leaves, in seconds. Where it is the only one, whoever waits for it waits in vain. */
export function gatewayDrainSeconds(cluster: Cluster): number {
  return replacesUnderLoad(cluster) ? longestPoll + 5 : 2;
}

/** Whether replicas stand in for each other while one is replaced. */
function replacesUnderLoad({ target }: Cluster): boolean {
  return target.kind === "kubernetes";
}
