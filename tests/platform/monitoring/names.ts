/**
 * The metrics that the rules go by, and where they come from. tests/e2e/monitoring.e2e.release.test.ts asks the pinned versions for them.
 */

/** Those that a cluster has as soon as it has served a call. */
export const alwaysThere = {
  server: [
    "approximate_backlog_age_seconds",
    "approximate_backlog_count",
    "dynamic_config_update_failure",
    "lock_latency_bucket",
    "lock_latency_count",
    "memory_mallocs",
    "numshards_gauge",
    "pending_polls",
    "persistence_latency_bucket",
    "persistence_latency_count",
    "persistence_requests",
    "persistence_sql_in_use",
    "persistence_sql_max_open_conn",
    "persistence_sql_open_conn",
    "semaphore_latency_bucket",
    "semaphore_latency_count",
    "service_latency_nouserlatency_bucket",
    "service_latency_nouserlatency_count",
    "service_requests",
    "sharditem_created_count",
    "task_latency_load_bucket",
    "task_latency_load_count",
    "visibility_persistence_requests",
  ],
  gateway: ["haproxy_backend_active_servers"],
  prometheus: [
    "prometheus_notifications_dropped_total",
    "prometheus_rule_evaluation_failures_total",
    "prometheus_tsdb_storage_blocks_bytes",
    "up",
  ],
} as const;

/** Those that are there only once something has gone wrong, or what they count is in use: the programs have the names in them. */
export const inFailures = {
  server: [
    "certificates_expired",
    "certificates_expiring",
    "dd_current_suspected_deadlocks",
    "history_archiver_archive_non_retryable_error",
    "history_archiver_archive_transient_error",
    "no_poller_tasks",
    "persistence_errors",
    "service_errors",
    "service_errors_resource_exhausted",
    "service_panics",
    "task_terminal_failures",
    "visibility_archiver_archive_non_retryable_error",
    "visibility_archiver_archive_transient_error",
    "visibility_persistence_errors",
  ],
  prometheus: [
    "prometheus_notifications_errors_total",
    "prometheus_remote_storage_samples_failed_total",
    "prometheus_remote_storage_samples_retried_total",
  ],
} as const;

/** Those of Kubernetes itself, which an operator's Prometheus reads (kubernetes.io, "Kubernetes Metrics Reference"). */
export const ofKubernetes: readonly string[] = [
  "kubelet_volume_stats_available_bytes",
  "kubelet_volume_stats_capacity_bytes",
];

/** Labels by which the rules choose and tell series apart, by metric. */
export const labelsOf: Readonly<Record<string, readonly string[]>> = {
  approximate_backlog_age_seconds: ["namespace", "taskqueue", "task_type", "partition"],
  approximate_backlog_count: ["namespace", "taskqueue", "task_type", "partition"],
  haproxy_backend_active_servers: ["proxy"],
  lock_latency_count: ["operation"],
  memory_mallocs: ["service_name"],
  pending_polls: ["namespace", "taskqueue", "task_type"],
  persistence_latency_bucket: ["le", "operation"],
  persistence_requests: ["service_name"],
  persistence_sql_in_use: ["service_name", "db_kind"],
  persistence_sql_max_open_conn: ["service_name", "db_kind"],
  semaphore_latency_count: ["operation"],
  service_latency_nouserlatency_bucket: ["le", "operation", "service_name"],
  service_requests: ["operation", "service_name"],
  visibility_persistence_requests: ["service_name"],
};

/** Names of the metrics in an expression of a rule. */
export function namesIn(expr: string): readonly string[] {
  return [...expr.matchAll(/([a-z_:][a-zA-Z0-9_:]*)\{(?:temporal_cluster|namespace)="/g)].map(
    ([, name = ""]) => name,
  );
}
