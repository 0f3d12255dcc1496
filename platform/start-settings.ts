/**
 * The part of the dynamic config that a role reads once, at its start: another value there needs another process.
 */
import { comparedKey, type DynamicConfig, renderDynamicConfig } from "./dynamic-config.ts";
import { type ServiceRole, serviceRoles } from "./roles.ts";

/** Variable that holds a role's part. The server does not read it: another value of it is another container. */
export const startSettingsVariable = "TEMPORAL_DYNAMIC_CONFIG_AT_START";

/**
 * Keys by the roles that read them at their start. The server marks some of them "Requires service restart" (temporal/common/dynamicconfig/constants.go);
 * for the others, the files that read them are named. Every other key is read whenever it is used.
 */
const readAtStart: readonly {
  readonly by: readonly ServiceRole[];
  readonly keys: readonly string[];
}[] = [
  // Marked "Requires service restart".
  {
    by: ["history"],
    keys: [
      "history.businessIDReuseLimiterCacheSize",
      "history.businessIDReuseLimiterCacheTTL",
      "history.cacheBackgroundEvict",
      "history.cacheNonUserContextLockTimeout",
      "history.cacheSizeBasedLimit",
      "history.cacheTTL",
      "history.enableHostLevelEventsCache",
      "history.eventsCacheMaxSizeBytes",
      "history.eventsCacheTTL",
      "history.eventsHostLevelCacheMaxSizeBytes",
      "history.hostLevelCacheMaxSize",
      "history.hostLevelCacheMaxSizeBytes",
    ],
  },
  {
    by: serviceRoles,
    keys: [
      "history.clientOwnershipCachingEnabled",
      "system.nexusReadThroughCacheSize",
      "system.nexusReadThroughCacheTTL",
    ],
  },
  {
    by: ["matching"],
    keys: ["matching.workerRegistryNumBuckets"],
  },
  // common/persistence/client/fx.go
  {
    by: serviceRoles,
    keys: [
      "history.xdcCacheMaxSizeBytes",
      "system.persistenceHealthSignalAggregationEnabled",
      "system.persistenceHealthSignalBufferSize",
      "system.persistenceHealthSignalLatencyWindowCount",
      "system.persistenceHealthSignalLatencyWindowSize",
      "system.persistenceHealthSignalMetricsEnabled",
      "system.persistenceHealthSignalPercentileLatencySettings",
      "system.persistenceHealthSignalPercentilesEnabled",
      "system.persistenceHealthSignalWindowSize",
    ],
  },
  // service/history/fx.go, service/history/replication/progress_cache.go, service/history/*_queue_factory.go
  {
    by: ["history"],
    keys: [
      "history.ReplicationProgressCacheMaxSize",
      "history.ReplicationProgressCacheTTL",
      "history.archivalQueueMaxReaderCount",
      "history.outboundQueueMaxReaderCount",
      "history.routingInfoCacheMaxSize",
      "history.routingInfoCacheTTL",
      "history.timerQueueMaxReaderCount",
      "history.transferQueueMaxReaderCount",
      "history.versionMembershipCacheMaxSize",
      "history.versionMembershipCacheTTL",
      "history.visibilityQueueMaxReaderCount",
    ],
  },
  // common/membership/ringpop/factory.go
  {
    by: serviceRoles,
    keys: [
      "system.enableRingpopTLS",
      "system.ringpopApproximateMaxPropagationTime",
      "system.ringpopReplicaPoints",
    ],
  },
  {
    by: ["history"],
    keys: ["history.alignMembershipChange"],
  },
  {
    by: ["matching"],
    keys: ["matching.alignMembershipChange"],
  },
  // common/resource/fx.go
  {
    by: serviceRoles,
    keys: ["system.enableInternodeClientKeepAlive", "system.enableInternodeServerKeepAlive"],
  },
  // service/matching/matching_engine.go
  {
    by: ["matching"],
    keys: ["matching.wv.reachabilityCacheClosedWFsTTL", "matching.wv.reachabilityCacheOpenWFsTTL"],
  },
  // service/frontend/fx.go
  {
    by: ["frontend"],
    keys: [
      "frontend.contextMetadataSetTrailer",
      "frontend.keepAliveMaxConnectionAge",
      "frontend.keepAliveMaxConnectionAgeGrace",
      "frontend.keepAliveMaxConnectionIdle",
      "frontend.keepAliveMinTime",
      "frontend.keepAlivePermitWithoutStream",
      "frontend.keepAliveTime",
      "frontend.keepAliveTimeout",
    ],
  },
  // service/worker/service.go, scanner/scanner.go, deletenamespace/fx.go, workerdeployment/fx.go
  {
    by: ["worker"],
    keys: [
      "system.enableParentClosePolicyWorker",
      "worker.ParentCloseMaxConcurrentActivityExecutionSize",
      "worker.ParentCloseMaxConcurrentActivityTaskPollers",
      "worker.ParentCloseMaxConcurrentWorkflowTaskExecutionSize",
      "worker.ParentCloseMaxConcurrentWorkflowTaskPollers",
      "worker.ScannerMaxConcurrentActivityExecutionSize",
      "worker.ScannerMaxConcurrentActivityTaskPollers",
      "worker.ScannerMaxConcurrentWorkflowTaskExecutionSize",
      "worker.ScannerMaxConcurrentWorkflowTaskPollers",
      "worker.buildIdScavengerEnabled",
      "worker.deleteNamespaceActivityLimitsConfig",
      "worker.executionsScannerEnabled",
      "worker.historyScannerEnabled",
      "worker.reactivationSignalDedupCacheMaxSize",
      "worker.stickyCacheSize",
      "worker.taskQueueScannerEnabled",
    ],
  },
];

/** The part of the settings that a role reads at its start, as {@link renderDynamicConfig} writes it. */
export function startSettings(settings: DynamicConfig, role: ServiceRole): string {
  const keys = new Set(
    readAtStart.filter(({ by }) => by.includes(role)).flatMap(({ keys }) => keys.map(comparedKey)),
  );
  const own = Object.entries(settings).filter(([key]) => keys.has(comparedKey(key)));
  return renderDynamicConfig(Object.fromEntries(own));
}
