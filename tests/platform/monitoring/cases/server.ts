/**
 * Limits that are reached, and what should never be.
 */
import type { Case } from "./case.ts";

const exhausted = (cause: string, scope: string): string =>
  `service_errors_resource_exhausted{service_name="frontend",resource_exhausted_cause="${cause}",resource_exhausted_scope="${scope}"}`;

/** Tests of the server's rules. */
export const serverCases: readonly Case[] = [
  {
    alert: "TemporalOverloaded",
    when: "calls of all are turned away, ten in a second",
    series: { [exhausted("SystemOverloaded", "System")]: "0+600x20" },
    at: "15m",
    fires: [
      {
        labels: { resource_exhausted_cause: "SystemOverloaded" },
        summary: "The server turns calls away: SystemOverloaded",
      },
    ],
  },
  {
    alert: "TemporalOverloaded",
    when: "calls of one namespace are",
    series: { [exhausted("RpsLimit", "Namespace")]: "0+600x20" },
    at: "15m",
    fires: [],
  },
  {
    alert: "TemporalNamespaceLimited",
    when: "calls of one namespace are turned away, ten in a second",
    series: { [exhausted("RpsLimit", "Namespace")]: "0+600x30" },
    at: "20m",
    fires: [
      {
        labels: { resource_exhausted_cause: "RpsLimit" },
        summary: "A namespace is at its limit: RpsLimit",
      },
    ],
  },
  {
    alert: "TemporalNamespaceLimited",
    when: "it was a burst of a minute",
    series: { [exhausted("RpsLimit", "Namespace")]: "0 600x30" },
    at: "20m",
    fires: [],
  },
  {
    alert: "TemporalDeadlock",
    when: "history waits for a lock",
    series: { 'dd_current_suspected_deadlocks{service_name="history"}': "1x10" },
    at: "5m",
    fires: [
      {
        labels: { service_name: "history" },
        summary: "A process of history waits for a lock that nobody gives back",
      },
    ],
  },
  {
    alert: "TemporalDeadlock",
    when: "it has got it after all",
    series: { 'dd_current_suspected_deadlocks{service_name="history"}': "1x2 0x8" },
    at: "5m",
    fires: [],
  },
  {
    alert: "TemporalPanics",
    when: "a call of the frontend panicked once more",
    series: { 'service_panics{service_name="frontend"}': "1x4 2x6" },
    at: "6m",
    fires: [{ labels: { service_name: "frontend" }, summary: "Calls end in a panic in frontend" }],
  },
  {
    alert: "TemporalPanics",
    when: "the last one is long ago",
    series: { 'service_panics{service_name="frontend"}': "1 2x30" },
    at: "20m",
    fires: [],
  },
  {
    alert: "TemporalTasksGivenUp",
    when: "a task went to the dead letter queue",
    series: {
      'task_terminal_failures{service_name="history",task_type="TransferActiveTaskActivity"}':
        "1x4 2x6",
    },
    at: "6m",
    fires: [
      {
        labels: { task_type: "TransferActiveTaskActivity" },
        summary: "History gave up tasks of the type TransferActiveTaskActivity",
      },
    ],
  },
  {
    alert: "TemporalTasksGivenUp",
    when: "none did lately",
    series: {
      'task_terminal_failures{service_name="history",task_type="TransferActiveTaskActivity"}':
        "2x30",
    },
    at: "20m",
    fires: [],
  },
  {
    alert: "TemporalDynamicConfigInvalid",
    when: "matching cannot read its dynamic config",
    series: { 'dynamic_config_update_failure{job="matching"}': "1x10" },
    at: "8m",
    fires: [
      {
        labels: { job: "matching" },
        summary: "A process of matching cannot read its dynamic config",
      },
    ],
  },
  {
    alert: "TemporalDynamicConfigInvalid",
    when: "it can",
    series: { 'dynamic_config_update_failure{job="matching"}': "0x10" },
    at: "8m",
    fires: [],
  },
  {
    alert: "TemporalArchivalFailing",
    when: "histories cannot be written to the archive",
    series: { history_archiver_archive_non_retryable_error: "1+1x30" },
    at: "20m",
    fires: [{ summary: "Closed workflows cannot be archived" }],
  },
  {
    alert: "TemporalArchivalFailing",
    when: "they could not two hours ago",
    series: { history_archiver_archive_non_retryable_error: "1+1x30 31x150" },
    at: "170m",
    fires: [],
  },
  {
    alert: "TemporalCertificateExpiring",
    when: "a certificate of the frontend ends soon",
    series: {
      'certificates_expiring{service_name="frontend"}': "1x10",
      'certificates_expired{service_name="frontend"}': "0x10",
    },
    at: "8m",
    fires: [
      {
        labels: { service_name: "frontend" },
        summary: "A certificate of frontend ends soon, or has ended",
      },
    ],
  },
  {
    alert: "TemporalCertificateExpiring",
    when: "none does",
    series: {
      'certificates_expiring{service_name="frontend"}': "0x10",
      'certificates_expired{service_name="frontend"}': "0x10",
    },
    at: "8m",
    fires: [],
  },
];
