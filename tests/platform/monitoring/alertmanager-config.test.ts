import { load } from "js-yaml";
import { describe, expect, it } from "vitest";
import { renderAlertmanagerConfig } from "../../../platform/monitoring/alertmanager-config.ts";
import { inhibitions } from "../../../platform/monitoring/inhibition.ts";
import type { ManagedAlertmanager } from "../../../platform/monitoring/places.ts";
import { alertmanagerSecrets } from "../../../platform/monitoring/secrets.ts";
import { judgeAlerting } from "../../../testkit/amtool.ts";
import { clusterWith } from "../../../testkit/clusters.ts";
import { alerts } from "./rule-test.ts";

const receivers = {
  pager: { kind: "pagerduty", routingKey: { env: "PAGERDUTY_KEY" }, severities: ["critical"] },
  chat: { kind: "slack", url: { env: "SLACK_URL" }, channel: "#temporal" },
  mail: {
    ...{ kind: "email", to: "oncall@example.com", from: "temporal@example.com" },
    smarthost: "smtp.example.com:587",
    login: { username: "temporal", password: { env: "SMTP_PASSWORD" } },
  },
  relay: {
    ...{ kind: "email", to: "Ops <ops@example.com>", from: "temporal@example.com" },
    ...{ smarthost: "relay:25", tls: "off", severities: ["warning"] },
  },
  hook: { kind: "webhook", url: { env: "HOOK_URL" } },
};

function monitoringWith(more: object = {}) {
  const alertmanager = { kind: "managed", receivers, ...more };
  const { monitoring } = clusterWith({ monitoring: { kind: "managed", alertmanager } });
  if (monitoring.kind !== "managed") throw new Error("it is not managed");
  return monitoring;
}

function managedWith(more: object = {}): ManagedAlertmanager {
  const { alertmanager } = monitoringWith(more);
  if (alertmanager.kind !== "managed") throw new Error("it is not managed");
  return alertmanager;
}

describe("Alertmanager's config", () => {
  const text = renderAlertmanagerConfig(managedWith());
  const config = load(text) as { readonly receivers: readonly Record<string, unknown>[] };
  const receiver = (name: string): unknown => config.receivers.find((one) => one["name"] === name);

  it("is one that Alertmanager's own tool takes", async () => {
    const { exitCode, output } = await judgeAlerting(["check-config", "config.yml"], {
      "config.yml": text,
    });
    expect(exitCode, output).toBe(0);
  });

  it.each([
    ["critical", "pager,chat,mail,hook"],
    ["warning", "chat,mail,relay,hook"],
    ["none", "temporal-platform/nobody"],
  ])("leads an alert of severity %s to %s", async (severity, told) => {
    const test = ["config", "routes", "test", "--config.file=config.yml", `severity=${severity}`];
    const { output } = await judgeAlerting(test, { "config.yml": text });
    expect(output.trim()).toBe(told);
  });

  it("has no secret, but the file that has it", () => {
    const file = (name: string): string => `/run/monitoring/monitoring.receiver.${name}`;
    expect(receiver("hook")).toMatchObject({ webhook_configs: [{ url_file: file("hook") }] });
    expect(receiver("chat")).toMatchObject({ slack_configs: [{ api_url_file: file("chat") }] });
    expect(receiver("pager")).toMatchObject({
      pagerduty_configs: [{ routing_key_file: file("pager") }],
    });
    expect(receiver("mail")).toMatchObject({
      email_configs: [{ auth_username: "temporal", auth_password_file: file("mail") }],
    });
    expect(alertmanagerSecrets(monitoringWith()).map(({ name }) => name)).toEqual(
      ["pager", "chat", "mail", "hook"].map((name) => `monitoring.receiver.${name}`),
    );
  });

  it("protects mail unless it is told not to, and logs in only where it can", () => {
    expect(receiver("mail")).toMatchObject({ email_configs: [{ require_tls: true }] });
    expect(receiver("relay")).toEqual({
      name: "relay",
      email_configs: [
        {
          ...{ to: "Ops <ops@example.com>", from: "temporal@example.com" },
          ...{ smarthost: "relay:25", require_tls: false, send_resolved: true },
        },
      ],
    });
  });

  it("groups by cluster and alert, with the times that the config says", () => {
    const times = { groupWait: "1s", groupInterval: "1m", repeatInterval: "1d" };
    expect(load(renderAlertmanagerConfig(managedWith(times)))).toMatchObject({
      route: {
        group_by: ["temporal_cluster", "alertname"],
        ...{ group_wait: "1s", group_interval: "60s", repeat_interval: "86400s" },
      },
    });
  });
});

describe("an inhibition", () => {
  const severityOf = (name: string): readonly string[] =>
    alerts.filter(({ alert }) => alert === name).map(({ severity }) => severity);

  it.each(inhibitions.flatMap(({ by }) => by))("is by %s, which is critical", (name) => {
    expect(new Set(severityOf(name))).toEqual(new Set(["critical"]));
  });

  it.each(inhibitions.flatMap(({ of }) => of))("is of %s, which is a warning", (name) => {
    expect(new Set(severityOf(name))).toEqual(new Set(["warning"]));
  });

  it.each(inhibitions)("of $of by $by goes by labels that both have", ({ by, of, equal }) => {
    for (const rule of alerts.filter(({ alert }) => [...by, ...of].includes(alert))) {
      const said = `${rule.expr} ${rule.summary} ${Object.keys(rule.labels ?? {}).join(" ")}`;
      for (const label of equal) expect(said, rule.alert).toMatch(new RegExp(`\\b${label}\\b`));
    }
  });
});
