import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { severities } from "../../../platform/monitoring/rule.ts";
import { defaultRunbooks } from "../../../platform/monitoring/runbooks.ts";
import { renderRules } from "../../../platform/monitoring/rules.ts";
import { clusterWith } from "../../../testkit/clusters.ts";
import { judge } from "../../../testkit/promtool.ts";
import { shownExpressions } from "./all-figures.ts";
import { alertmanagerCases } from "./cases/alertmanager.ts";
import { archiveCases } from "./cases/archive.ts";
import { callCases } from "./cases/calls.ts";
import { databaseCases } from "./cases/database.ts";
import { postgresCases } from "./cases/postgres.ts";
import { processCases } from "./cases/processes.ts";
import { prometheusCases } from "./cases/prometheus.ts";
import { searchCases } from "./cases/search.ts";
import { serverCases } from "./cases/server.ts";
import { shardCases } from "./cases/shards.ts";
import { taskQueueCases } from "./cases/task-queues.ts";
import { volumeCases } from "./cases/volumes.ts";
import { askedBy } from "./expressions.ts";
import { alwaysThere, inFailures, labelsOf, ofKubernetes } from "./names.ts";
import { alerts, expectAlerts, groups, operated, watched } from "./rule-test.ts";

const runbook = readFileSync(new URL(`../../../${defaultRunbooks}`, import.meta.url), "utf8");

const cases = [
  ...callCases,
  ...processCases,
  ...shardCases,
  ...serverCases,
  ...databaseCases,
  ...postgresCases,
  ...taskQueueCases,
  ...prometheusCases,
  ...volumeCases,
  ...archiveCases,
  ...searchCases,
  ...alertmanagerCases,
];

describe("an alert", () => {
  const names = [...new Set(alerts.map(({ alert }) => alert))];

  it.each(names)("%s has a test in which it fires, and one in which it does not", (name) => {
    const own = cases.filter(({ alert }) => alert === name);
    expect(own.some(({ fires }) => fires.length > 0)).toBe(true);
    expect(own.some(({ fires }) => fires.length === 0)).toBe(true);
  });

  it.each(alerts)("$alert says how urgent it is and what it means, in words", (rule) => {
    expect(severities).toContain(rule.severity);
    expect(rule.summary).toMatch(/^\S.*[^.\s]$/);
    expect(rule.description).toMatch(/^\S.*\.$/);
  });

  it("leads to a heading of the runbook, which has one for each and no others", () => {
    const headings = [...runbook.matchAll(/^## (\S+)$/gm)].map(([, heading]) => heading);
    expect(headings.sort()).toEqual([...names].sort());
  });

  it.each(cases.filter(({ fires }) => fires.length > 0))(
    "$alert fires when $when",
    async ({ alert, fires, ...scene }) => {
      await expectAlerts(alert, scene, fires);
    },
  );

  it.each(cases.filter(({ fires }) => fires.length === 0))(
    "$alert does not fire when $when",
    async ({ alert, ...scene }) => {
      await expectAlerts(alert, scene, []);
    },
  );
});

describe("the rules", () => {
  it.each([
    ["of every kind", watched],
    ["of the user's operator", operated],
  ])("%s are what Prometheus's own tool takes without a complaint", async (_, cluster) => {
    const { exitCode, output } = await judge(["check", "rules", "rules.yml"], {
      "rules.yml": renderRules(cluster),
    });
    expect(exitCode, output).toBe(0);
    expect(output).not.toMatch(/error|duplicate/i);
  });

  const rules = groups.flatMap((group) => group.rules);
  const asked = askedBy([...rules.map(({ expr }) => expr), ...shownExpressions]);

  it("go, as dashboards and the page do, by the metrics that are looked for in the pinned versions, and by no others", () => {
    const recorded = rules.flatMap((rule) => ("record" in rule ? [rule.record] : []));
    const looked: readonly string[] = [
      ...Object.values(alwaysThere),
      ...Object.values(inFailures),
      ofKubernetes,
    ].flat();
    expect([...asked.keys()].sort()).toEqual([...new Set([...looked, ...recorded])].sort());
  });

  it.each(Object.values(alwaysThere).flat())(
    "choose %s and tell it apart by labels that are looked for, too",
    (metric) => {
      const labels = [...(asked.get(metric) ?? [])];
      expect(labelsOf[metric] ?? [], metric).toEqual(expect.arrayContaining(labels));
    },
  );

  it("leave out PostgreSQL's limit of connections where nobody knows it, and have it where the config tells", () => {
    const of = (more: object): string =>
      renderRules(
        clusterWith({
          postgres: { kind: "external", host: "db", ...more },
          monitoring: { kind: "managed" },
        }),
      );
    expect(of({})).not.toContain("TemporalDatabaseConnectionsScarce");
    expect(of({ maxConnections: 400 })).toContain("/ 400 > 0.8");
  });

  it("speak of the search server where it is asked, with its own watermarks or the usual shares", () => {
    const of = (more: object): string => renderRules(clusterWith(more));
    const monitoring = { kind: "managed", elasticsearchExporter: { kind: "managed" } };
    const url = "http://search.example.com";
    const external = { kind: "external", url, credentials: { kind: "none" } };
    expect(of({ monitoring: { kind: "managed" } })).not.toContain("TemporalSearch");
    expect(of({ visibility: external, monitoring: { kind: "managed" } })).not.toContain(
      "TemporalSearch",
    );
    expect(of({ visibility: external, monitoring })).toContain("< 0.1 * max by (name)");
    const managed = of({ visibility: { kind: "managed", storage: "20GiB" }, monitoring });
    expect(managed).toContain(`< ${2 * 1024 * 2 ** 20}`);
  });

  it("speak of Alertmanager and of a remote storage only where there are any", () => {
    const rules = renderRules(clusterWith({ monitoring: { kind: "managed" } }));
    expect(rules).not.toMatch(/TemporalAlertsNotSent|TemporalRemoteWriteFailing/);
    expect(rules).not.toContain("TemporalAlertsNotDelivered");
  });

  it("speak of PostgreSQL from within only where it is asked, and of its volume where its size is known", () => {
    const of = (more: object): string => renderRules(clusterWith(more));
    const role = { user: "watcher", password: { env: "WATCHER_PASSWORD" } };
    const external = { kind: "external", host: "db" };
    const asked = { kind: "managed", postgresExporter: { kind: "managed", role } };
    expect(of({ monitoring: { kind: "managed" } })).toContain("TemporalPostgresFull");
    const unasked = of({ postgres: external, monitoring: { kind: "managed" } });
    expect(unasked).not.toContain("TemporalPostgres");
    const elsewhere = of({ postgres: external, monitoring: asked });
    expect(elsewhere).toContain("TemporalPostgresDeadlocks");
    expect(elsewhere).not.toContain("TemporalPostgresFull");
  });
});
