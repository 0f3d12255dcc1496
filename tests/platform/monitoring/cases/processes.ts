/**
 * Processes that are not there, or do not stay.
 */
import type { Case } from "./case.ts";

/** How often a process has said that it is there. */
const life =
  'persistence_requests{operation="UpsertClusterMembership",service_name="history",instance="a"}';

/** Tests of the processes' rules. */
export const processCases: readonly Case[] = [
  {
    alert: "TemporalRoleDown",
    when: "no frontend answers, and the name of history leads nowhere",
    series: {
      'up{job="frontend",instance="a"}': "0x10",
      'up{job="matching",instance="b"}': "1x10",
      'up{job="worker",instance="c"}': "1x10",
      'up{job="gateway",instance="d"}': "1x10",
    },
    at: "5m",
    fires: ["frontend", "history"].map((job) => ({
      labels: { job },
      summary: `No process of ${job} answers`,
    })),
  },
  {
    alert: "TemporalRoleDown",
    when: "each job has a process, and one of history's two is being replaced",
    series: {
      'up{job="history",instance="a"}': "1x10",
      'up{job="history",instance="b"}': "0x10",
      'up{job="frontend",instance="c"}': "1x10",
      'up{job="matching",instance="d"}': "1x10",
      'up{job="worker",instance="e"}': "1x10",
      'up{job="gateway",instance="f"}': "1x10",
    },
    at: "5m",
    fires: [],
  },
  {
    alert: "TemporalReplicasMissing",
    when: "one of two processes of history does not answer for ten minutes",
    series: { 'up{job="history",instance="a"}': "1x20", 'up{job="history",instance="b"}': "0x20" },
    at: "15m",
    fires: [{ labels: { job: "history" }, summary: "1 of 2 processes of history answer" }],
  },
  {
    alert: "TemporalReplicasMissing",
    when: "one of two was away for five minutes",
    series: {
      'up{job="history",instance="a"}': "1x20",
      'up{job="history",instance="b"}': "0x4 1x15",
    },
    at: "15m",
    fires: [],
  },
  {
    alert: "TemporalReplicasMissing",
    when: "none answers, which another alert tells",
    series: { 'up{job="history",instance="a"}': "0x20", 'up{job="history",instance="b"}': "0x20" },
    at: "15m",
    fires: [],
  },
  {
    alert: "TemporalRoleRestarting",
    when: "history begins anew every five minutes",
    series: {
      [life]: "6+6x4 3+6x4 2+6x4 1+6x4",
    },
    at: "20m",
    fires: [
      {
        labels: { service_name: "history" },
        summary: "Processes of history restarted 3 times in half an hour",
      },
    ],
  },
  {
    alert: "TemporalRoleRestarting",
    when: "history is killed three times within two minutes",
    every: "15s",
    series: { [life]: "10+1x10 2 3 1 3 2 3 4 5x20" },
    at: "6m",
    fires: [
      {
        labels: { service_name: "history" },
        summary: "Processes of history restarted 3 times in half an hour",
      },
    ],
  },
  {
    alert: "TemporalRoleRestarting",
    when: "history was restarted once",
    series: { [life]: "6+6x9 3+6x9" },
    at: "20m",
    fires: [],
  },
  {
    alert: "TemporalGatewayWithoutFrontend",
    when: "no gateway has a frontend",
    series: { 'haproxy_backend_active_servers{proxy="frontend",instance="a"}': "0x10" },
    at: "5m",
    fires: [{ summary: "No gateway finds a frontend" }],
  },
  {
    alert: "TemporalGatewayWithoutFrontend",
    when: "one of two gateways has one",
    series: {
      'haproxy_backend_active_servers{proxy="frontend",instance="a"}': "0x10",
      'haproxy_backend_active_servers{proxy="frontend",instance="b"}': "1x10",
    },
    at: "5m",
    fires: [],
  },
];
