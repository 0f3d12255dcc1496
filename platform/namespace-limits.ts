/**
 * What workers and clients of a namespace may use, as the server's dynamic config has it.
 */
import type { Cluster } from "./cluster.ts";
import type { ConstrainedValue, DynamicConfig } from "./dynamic-config.ts";

/** Keys of the dynamic config by the config's own (temporal/common/dynamicconfig/constants.go). */
export const limitKeys = {
  requestsPerSecond: "frontend.globalNamespaceRPS",
  visibilityRequestsPerSecond: "frontend.globalNamespaceRPS.visibility",
  longPolls: "frontend.globalNamespaceCount",
  payloadSize: "limit.blobSize.error",
  historySize: "limit.historySize.error",
  historyEvents: "limit.historyCount.error",
} as const;

/**
 * The server refuses only what it warns of as well (`CheckEventBlobSizeLimit` in temporal/common/util.go): a limit below that of the warning would be
 * none.
 */
export const payloadWarnKey = "limit.blobSize.warn";

/** The default of {@link payloadWarnKey}, in bytes (temporal/common/dynamicconfig/constants.go). */
const payloadWarnBytes = 512 * 1024;

/** Dynamic config of the namespaces' limits, and of those namespaces that nobody may delete. */
export function namespaceSettings({ namespaces }: Cluster): DynamicConfig {
  const limits: [string, ConstrainedValue][] = Object.entries(namespaces).flatMap(
    ([namespace, { limits }]) => {
      const of = (key: string, value: number | undefined): [string, ConstrainedValue][] =>
        value === undefined ? [] : [[key, { value, constraints: { namespace } }]];
      const { payloadSize = payloadWarnBytes } = limits;
      return [
        ...(Object.keys(limitKeys) as (keyof typeof limitKeys)[]).flatMap((limit) =>
          of(limitKeys[limit], limits[limit]),
        ),
        ...of(payloadWarnKey, payloadSize < payloadWarnBytes ? payloadSize : undefined),
      ];
    },
  );
  const byKey = Map.groupBy(limits, ([key]) => key);
  const kept = Object.keys(namespaces).filter((name) => namespaces[name]?.onRemove === "protect");
  return {
    ...Object.fromEntries(
      [...byKey].map(([key, values]) => [key, values.map(([, value]) => value)]),
    ),
    ...(kept.length === 0 ? {} : { "worker.protectedNamespaces": [{ value: kept }] }),
  };
}
