/**
 * How soon roles notice that another role or PostgreSQL is out of reach, and that it can be reached again.
 *
 * Left to the kernel, a connection over a network that was cut is tried again after twice the time before, so that work goes on long after
 * the network does (decision 0012).
 */
import type { DynamicConfig } from "./dynamic-config.ts";

/** Lets the roles ask each other for a sign of life (temporal/common/dynamicconfig/constants.go; off by default). */
export const keepaliveSettings: DynamicConfig = {
  "system.enableInternodeClientKeepAlive": [{ value: true }],
  "system.enableInternodeServerKeepAlive": [{ value: true }],
};

/**
 * What the switches above turn on, for the `rpc` of each role in the server's config. gRPC also gives up a connection on which nothing that was
 * sent is acknowledged within the timeout (its TCP_USER_TIMEOUT). Ten seconds is the least that gRPC's clients take; servers by default throw
 * out who asks more often than every five minutes.
 */
export const rpcKeepalive = {
  clientConnectionConfig: {
    keepAliveClientParameters: { keepAliveTime: "10s", keepAliveTimeout: "5s" },
  },
  keepAliveServerConfig: { keepAliveEnforcementPolicy: { minTime: "5s" } },
} as const;

/** How long a connection to PostgreSQL may take to be made before it is tried anew, in seconds. The driver by itself would wait for the kernel. */
export const databaseConnectSeconds = 5;
