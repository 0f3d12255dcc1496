/**
 * Prometheus itself.
 */
import type { Series } from "../rule-test.ts";
import type { Case } from "./case.ts";

const own = 'instance="localhost:9090",job="prometheus"';
const gib = 2 ** 30;

/** The volume of 10 GiB, of which 8 may be filled: in steps of half an hour. */
const disk = (blocks: string): Series => ({
  [`prometheus_tsdb_storage_blocks_bytes{${own}}`]: blocks,
});

/** Tests of Prometheus's own rules. */
export const prometheusCases: readonly Case[] = [
  {
    alert: "TemporalScrapeFailing",
    when: "one process of history cannot be read for ten minutes",
    series: { 'up{job="history",instance="a"}': "1x20", 'up{job="history",instance="b"}': "0x20" },
    at: "15m",
    fires: [
      { labels: { job: "history" }, summary: "1 processes of history do not give their metrics" },
    ],
  },
  {
    alert: "TemporalScrapeFailing",
    when: "all can",
    series: { 'up{job="history",instance="a"}': "1x20", 'up{job="history",instance="b"}': "1x20" },
    at: "15m",
    fires: [],
  },
  {
    alert: "TemporalRulesFailing",
    when: "a group of rules fails",
    series: {
      [`prometheus_rule_evaluation_failures_total{${own},rule_group="shards"}`]: "0+4x20",
    },
    at: "12m",
    fires: [{ labels: { rule_group: "shards" }, summary: "Rules cannot be evaluated: shards" }],
  },
  {
    alert: "TemporalRulesFailing",
    when: "none does",
    series: { [`prometheus_rule_evaluation_failures_total{${own},rule_group="shards"}`]: "0x20" },
    at: "12m",
    fires: [],
  },
  {
    alert: "TemporalMetricsDiskFilling",
    when: "five of ten GiB are full, and one more each day fills the rest in four days",
    every: "30m",
    series: disk(`${5 * gib}+${gib / 48}x48`),
    at: "10h",
    fires: [
      {
        labels: { instance: "localhost:9090", job: "prometheus" },
        summary: "Prometheus's volume is full within four days at the present rate",
      },
    ],
  },
  {
    alert: "TemporalMetricsDiskFilling",
    when: "five of ten GiB are full, and no more come: the oldest go",
    every: "30m",
    series: disk(`${5 * gib}x48`),
    at: "10h",
    fires: [],
  },
  {
    alert: "TemporalMetricsDiskFilling",
    when: "the volume is new and nearly empty",
    every: "30m",
    series: disk(`0+${gib / 16}x48`),
    at: "10h",
    fires: [],
  },
  {
    alert: "TemporalAlertsNotSent",
    when: "Alertmanager does not take the alerts",
    series: {
      [`prometheus_notifications_errors_total{${own},alertmanager="http://a/"}`]: "0+1x30",
      [`prometheus_notifications_dropped_total{${own}}`]: "0x30",
    },
    at: "15m",
    fires: [{ summary: "Prometheus does not reach Alertmanager" }],
  },
  {
    alert: "TemporalAlertsNotSent",
    when: "it takes them",
    series: {
      [`prometheus_notifications_errors_total{${own},alertmanager="http://a/"}`]: "2x30",
      [`prometheus_notifications_dropped_total{${own}}`]: "0x30",
    },
    at: "15m",
    fires: [],
  },
  {
    alert: "TemporalRemoteWriteFailing",
    when: "samples are refused",
    series: { [`prometheus_remote_storage_samples_failed_total{${own}}`]: "0+100x30" },
    at: "20m",
    fires: [{ summary: "Samples do not reach the remote storage" }],
  },
  {
    alert: "TemporalRemoteWriteFailing",
    when: "all are taken",
    series: {
      [`prometheus_remote_storage_samples_failed_total{${own}}`]: "0x30",
      [`prometheus_remote_storage_samples_retried_total{${own}}`]: "0x30",
    },
    at: "20m",
    fires: [],
  },
];
