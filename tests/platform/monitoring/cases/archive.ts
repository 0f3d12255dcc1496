/**
 * The volume of the platform's own object store.
 */
import type { Series } from "../rule-test.ts";
import type { Case } from "./case.ts";

const gib = 2 ** 30;

/** A volume of 20 GiB with so much of it left. */
const volume = (free: string): Series => ({
  'SeaweedFS_volumeServer_resource{name="/data",type="free"}': free,
  'SeaweedFS_volumeServer_resource{name="/data",type="all"}': `${20 * gib}x60`,
});

/** Tests of the object store's rules. */
export const archiveCases: readonly Case[] = [
  {
    alert: "TemporalArchiveFilling",
    when: "8 of 20 GiB are left, and three go each day",
    every: "30m",
    series: volume(`${8 * gib}-${gib / 16}x48`),
    at: "10h",
    fires: [{ summary: "The archive's volume is full within four days at the present rate" }],
  },
  {
    alert: "TemporalArchiveFilling",
    when: "8 of 20 GiB are left, and one goes each day",
    every: "30m",
    series: volume(`${8 * gib}-${gib / 48}x48`),
    at: "10h",
    fires: [],
  },
  {
    alert: "TemporalArchiveFull",
    when: "one of 20 GiB is left",
    series: volume(`${gib}x20`),
    at: "10m",
    fires: [{ summary: "The archive's volume is 95% full" }],
  },
  {
    alert: "TemporalArchiveFull",
    when: "half of it is left",
    series: volume(`${10 * gib}x20`),
    at: "10m",
    fires: [],
  },
];
