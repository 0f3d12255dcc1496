/**
 * PostgreSQL as it knows itself.
 */
import type { Series } from "../rule-test.ts";
import type { Case } from "./case.ts";

const server = 'server="postgres:5432"';
const gib = 2 ** 30;

/** So many connections of 256, in Temporal's two databases. */
const connections = (temporal: string, visibility: string): Series => ({
  'pg_stat_database_numbackends{datid="1",datname="temporal"}': temporal,
  'pg_stat_database_numbackends{datid="2",datname="temporal_visibility"}': visibility,
  [`pg_settings_max_connections{${server}}`]: "256x20",
});

const deadlocks = (count: string): Series => ({
  'pg_stat_database_deadlocks{datid="1",datname="temporal"}': count,
});

/** Databases in a volume of 20 GiB, of which they may have 16: in steps of half an hour. */
const sizes = (temporal: string, visibility = `${gib}x60`): Series => ({
  'pg_database_size_bytes{datname="temporal"}': temporal,
  'pg_database_size_bytes{datname="temporal_visibility"}': visibility,
});

/** Tests of the rules that go by postgres_exporter. */
export const postgresCases: readonly Case[] = [
  {
    alert: "TemporalPostgresUnwatched",
    when: "PostgreSQL does not let the exporter in",
    series: { [`pg_up{${server}}`]: "0x20" },
    at: "10m",
    fires: [{ summary: "PostgreSQL does not tell how it is" }],
  },
  {
    alert: "TemporalPostgresUnwatched",
    when: "the exporter is gone",
    series: { [`pg_up{${server}}`]: "1x2 stale" },
    at: "12m",
    fires: [{ summary: "PostgreSQL does not tell how it is" }],
  },
  {
    alert: "TemporalPostgresUnwatched",
    when: "PostgreSQL was started again",
    series: { [`pg_up{${server}}`]: "1x5 0x2 1x15" },
    at: "10m",
    fires: [],
  },
  {
    alert: "TemporalPostgresConnectionsFull",
    when: "240 of 256 connections are taken",
    series: connections("200x20", "40x20"),
    at: "5m",
    fires: [{ summary: "93.75% of PostgreSQL's connections are taken" }],
  },
  {
    alert: "TemporalPostgresConnectionsFull",
    when: "three quarters of them are",
    series: connections("152x20", "40x20"),
    at: "5m",
    fires: [],
  },
  {
    alert: "TemporalPostgresDeadlocks",
    when: "two transactions waited for each other",
    series: deadlocks("0x5 1x15"),
    at: "8m",
    fires: [
      {
        labels: { datname: "temporal" },
        summary: "Transactions of the database temporal wait for each other",
      },
    ],
  },
  {
    alert: "TemporalPostgresDeadlocks",
    when: "that is long ago",
    series: deadlocks("0 1x30"),
    at: "20m",
    fires: [],
  },
  {
    alert: "TemporalPostgresFilling",
    when: "13 of 20 GiB are full, and three more come each day",
    every: "30m",
    series: sizes(`${12 * gib}+${gib / 16}x48`),
    at: "10h",
    fires: [
      { summary: "PostgreSQL's databases fill its 20 GiB within four days at the present rate" },
    ],
  },
  {
    alert: "TemporalPostgresFilling",
    when: "13 of 20 GiB are full, and half a one more comes each day",
    every: "30m",
    series: sizes(`${12 * gib}+${gib / 96}x48`),
    at: "10h",
    fires: [],
  },
  {
    alert: "TemporalPostgresFilling",
    when: "the databases are new",
    every: "30m",
    series: sizes(`0+${gib / 16}x48`),
    at: "10h",
    fires: [],
  },
  {
    alert: "TemporalPostgresFull",
    when: "they have 17 of 20 GiB",
    series: sizes(`${16 * gib}x20`, `${gib}x20`),
    at: "10m",
    fires: [{ summary: "PostgreSQL's databases have 17GiB of its 20 GiB" }],
  },
  {
    alert: "TemporalPostgresFull",
    when: "they have ten",
    series: sizes(`${9 * gib}x20`, `${gib}x20`),
    at: "10m",
    fires: [],
  },
];
