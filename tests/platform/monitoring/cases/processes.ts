/**
 * Processes that are not there, or do not stay.
 */
import type { Case } from "./case.ts";

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
      'memory_mallocs{service_name="history",instance="a"}':
        "1000+1000x4 500+1000x4 300+1000x4 200+1000x4",
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
    when: "history was restarted once",
    series: { 'memory_mallocs{service_name="history",instance="a"}': "1000+1000x9 500+1000x9" },
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
