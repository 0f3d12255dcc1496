/**
 * Alertmanager of the platform's own.
 */
import type { Case } from "./case.ts";

const failed = 'alertmanager_notifications_failed_total{integration="webhook",reason="other"}';

/** Tests of Alertmanager's rules. */
export const alertmanagerCases: readonly Case[] = [
  {
    alert: "TemporalAlertsNotDelivered",
    when: "a webhook does not take alerts",
    series: { [failed]: "0+1x30" },
    at: "25m",
    fires: [
      {
        labels: { integration: "webhook" },
        summary: "Alertmanager cannot tell anybody by webhook",
      },
    ],
  },
  {
    alert: "TemporalAlertsNotDelivered",
    when: "it has not taken one, and takes it later",
    series: { [failed]: "0x3 1x27" },
    at: "20m",
    fires: [],
  },
];
