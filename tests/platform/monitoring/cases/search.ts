/**
 * OpenSearch or Elasticsearch as it knows itself.
 */
import type { Series } from "../rule-test.ts";
import type { Case } from "./case.ts";

const mib = 2 ** 20;
const gib = 2 ** 30;
const node = 'name="opensearch"';

/** The colour that the search server has, such as `1x20` of each. */
const colors = (all: Readonly<Record<"green" | "yellow" | "red", string>>): Series =>
  Object.fromEntries(
    Object.entries(all).map(([color, values]) => [
      `elasticsearch_cluster_health_status{color="${color}"}`,
      values,
    ]),
  );

const well = { green: "1x60", yellow: "0x60", red: "0x60" };

/** A heap of 1 GiB. */
const heap = (used: string): Series => ({
  [`elasticsearch_jvm_memory_used_bytes{${node},area="heap"}`]: used,
  [`elasticsearch_jvm_memory_used_bytes{${node},area="non-heap"}`]: `${gib}x60`,
  [`elasticsearch_jvm_memory_max_bytes{${node},area="heap"}`]: `${gib}x60`,
});

/** A heap that is nearly full before each collection of garbage, every three minutes, and has so many MiB in use after it. */
const sawtooth = (leastMiB: number): string =>
  Array.from({ length: 20 }, () => `${leastMiB * mib} ${960 * mib} ${992 * mib}`).join(" ");

/** A disk of 20 GiB, of which the flood stage is 1 GiB and the high watermark 2 GiB. */
const disk = (available: string): Series => ({
  [`elasticsearch_filesystem_data_available_bytes{${node}}`]: available,
  [`elasticsearch_filesystem_data_size_bytes{${node}}`]: `${20 * gib}x60`,
});

const unwatched = { summary: "The search server does not tell how it is" };

/** Tests of the rules that go by elasticsearch_exporter. */
export const searchCases: readonly Case[] = [
  {
    alert: "TemporalSearchUnwatched",
    when: "the exporter is gone",
    series: {},
    at: "10m",
    fires: [unwatched],
  },
  {
    alert: "TemporalSearchUnwatched",
    when: "the search server does not answer any more",
    series: {
      ...colors({ green: "1x2 stale", yellow: "0x2 stale", red: "0x2 stale" }),
      [`elasticsearch_jvm_memory_max_bytes{${node},area="heap"}`]: `${gib}x2 stale`,
    },
    at: "12m",
    fires: [unwatched],
  },
  {
    alert: "TemporalSearchUnwatched",
    when: "the user may not ask for the nodes",
    series: colors(well),
    at: "10m",
    fires: [unwatched],
  },
  {
    alert: "TemporalSearchUnwatched",
    when: "it tells all",
    series: { ...colors(well), ...heap(`${512 * mib}x60`) },
    at: "10m",
    fires: [],
  },
  {
    alert: "TemporalSearchRed",
    when: "it is red for three minutes",
    series: colors({ green: "1x2 0x20", yellow: "0x30", red: "0x2 1x20" }),
    at: "6m",
    fires: [{ summary: "Parts of the search server's indexes are with no node" }],
  },
  {
    alert: "TemporalSearchRed",
    when: "it is red only while it starts",
    series: colors({ green: "1x2 0 1x20", yellow: "0x30", red: "0x2 1 0x20" }),
    at: "6m",
    fires: [],
  },
  {
    alert: "TemporalSearchYellow",
    when: "it is yellow for longer than a node takes to come back",
    series: colors({ green: "0x30", yellow: "1x30", red: "0x30" }),
    at: "20m",
    fires: [{ summary: "Copies of the search server's indexes are with no node" }],
  },
  {
    alert: "TemporalSearchYellow",
    when: "a node is back after ten minutes",
    series: colors({ green: "0x10 1x20", yellow: "1x10 0x20", red: "0x30" }),
    at: "20m",
    fires: [],
  },
  {
    alert: "TemporalSearchDiskFilling",
    when: "8 of 20 GiB are left, and three go each day",
    every: "30m",
    series: disk(`${8 * gib}-${gib / 16}x48`),
    at: "10h",
    fires: [
      {
        labels: { name: "opensearch" },
        summary: "The disk of opensearch is full within four days at the present rate",
      },
    ],
  },
  {
    alert: "TemporalSearchDiskFilling",
    when: "8 of 20 GiB are left, and one goes each day",
    every: "30m",
    series: disk(`${8 * gib}-${gib / 48}x48`),
    at: "10h",
    fires: [],
  },
  {
    alert: "TemporalSearchDiskFull",
    when: "there is less than twice what it needs to write",
    series: disk(`${1536 * mib}x20`),
    at: "10m",
    fires: [{ labels: { name: "opensearch" }, summary: "The disk of opensearch has 1.5GiB left" }],
  },
  {
    alert: "TemporalSearchDiskFull",
    when: "there is more than that",
    series: disk(`${3 * gib}x20`),
    at: "10m",
    fires: [],
  },
  {
    alert: "TemporalSearchHeapFull",
    when: "seven eighths of it are in use after every collection of garbage",
    series: heap(sawtooth(896)),
    at: "30m",
    fires: [
      {
        labels: { name: "opensearch" },
        summary: "87.5% of the heap of opensearch stay in use",
      },
    ],
  },
  {
    alert: "TemporalSearchHeapFull",
    when: "collections of garbage bring it down to the half",
    series: heap(sawtooth(512)),
    at: "30m",
    fires: [],
  },
];
