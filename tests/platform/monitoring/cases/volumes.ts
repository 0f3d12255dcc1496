/**
 * Volumes on Kubernetes.
 */
import type { Series } from "../rule-test.ts";
import type { Case } from "./case.ts";

const claim = { namespace: "temporal", persistentvolumeclaim: "postgres-data" };
const gib = 2 ** 30;

/** A volume of 20 GiB with so much of it left. */
const volume = (available: string, namespace = claim.namespace): Series => {
  const labels = `namespace="${namespace}",persistentvolumeclaim="${claim.persistentvolumeclaim}"`;
  return {
    [`kubelet_volume_stats_available_bytes{${labels}}`]: available,
    [`kubelet_volume_stats_capacity_bytes{${labels}}`]: `${20 * gib}x60`,
  };
};

/** Tests of the volumes' rules. */
export const volumeCases: readonly Case[] = [
  {
    alert: "TemporalVolumeFilling",
    when: "8 of 20 GiB are left, and three go each day",
    every: "30m",
    series: volume(`${8 * gib}-${gib / 16}x48`),
    at: "10h",
    fires: [
      {
        labels: claim,
        summary: "The volume postgres-data is full within four days at the present rate",
      },
    ],
  },
  {
    alert: "TemporalVolumeFilling",
    when: "8 of 20 GiB are left, and one goes each day",
    every: "30m",
    series: volume(`${8 * gib}-${gib / 48}x48`),
    at: "10h",
    fires: [],
  },
  {
    alert: "TemporalVolumeFilling",
    when: "it is somebody else's volume",
    every: "30m",
    series: volume(`${8 * gib}-${gib / 16}x48`, "another"),
    at: "10h",
    fires: [],
  },
  {
    alert: "TemporalVolumeFull",
    when: "one of 20 GiB is left",
    series: volume(`${gib}x20`),
    at: "10m",
    fires: [{ labels: claim, summary: "The volume postgres-data is 95% full" }],
  },
  {
    alert: "TemporalVolumeFull",
    when: "half of it is left",
    series: volume(`${10 * gib}x20`),
    at: "10m",
    fires: [],
  },
];
