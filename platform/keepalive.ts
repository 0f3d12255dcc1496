/**
 * How soon roles notice that another role or PostgreSQL is out of reach, and that it can be reached again.
 *
 * Left to the kernel, a connection over a network that was cut is tried again after twice the time before, so that work goes on long after
 * the network does (decision 0012).
 */
import type { DynamicConfig } from "./dynamic-config.ts";
import type { ServiceRole } from "./roles.ts";

/** Lets the roles ask each other for a sign of life (temporal/common/dynamicconfig/constants.go; off by default). */
export const keepaliveSettings: DynamicConfig = {
  "system.enableInternodeClientKeepAlive": [{ value: true }],
  "system.enableInternodeServerKeepAlive": [{ value: true }],
};

/** Temporal's `clientConnectionConfig` and `keepAliveServerConfig` (temporal/common/config/config.go, `RPC`). */
interface RpcKeepalive {
  readonly clientConnectionConfig: object;
  readonly keepAliveServerConfig?: object;
}

/**
 * What the switches above turn on, for the `rpc` of a role in the server's config. The client's part stands in the section of the role that is
 * called (temporal/common/rpc/rpc.go, getClientKeepAliveConfig). gRPC also gives up a connection on which nothing that was sent is acknowledged
 * within the timeout (its TCP_USER_TIMEOUT). Ten seconds is the least that gRPC's clients take; servers by default throw out who asks more often
 * than every five minutes.
 *
 * The frontend's server has dynamic config of its own (`frontend.keepAlive*`), which takes a ping every 10 s. The worker's connection to the
 * frontend has no keepalive but TCP's.
 */
export function rpcKeepalive(role: ServiceRole): RpcKeepalive {
  return {
    clientConnectionConfig: {
      keepAliveClientParameters: { keepAliveTime: "10s", keepAliveTimeout: "5s" },
    },
    ...(role === "frontend"
      ? {}
      : { keepAliveServerConfig: { keepAliveEnforcementPolicy: { minTime: "5s" } } }),
  };
}

/** How long a connection to PostgreSQL may take to be made before it is tried anew, in seconds. The driver by itself would wait for the kernel. */
export const databaseConnectSeconds = 5;
