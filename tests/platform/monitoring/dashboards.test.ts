import { describe, expect, it } from "vitest";
import { z } from "zod";
import { dashboardFiles, dashboardsOf } from "../../../platform/monitoring/dashboards/all.ts";
import type { Dashboard } from "../../../platform/monitoring/dashboards/dashboard.ts";
import { rateInterval } from "../../../platform/monitoring/figures/figure.ts";
import { clusterWith } from "../../../testkit/clusters.ts";
import { judge } from "../../../testkit/promtool.ts";
import { figures, shownExpressions } from "./all-figures.ts";
import { askedBy } from "./expressions.ts";
import { watched } from "./rule-test.ts";

const all = dashboardsOf(watched.name, new Set(["gateway", "postgres", "search"]));

/** What is looked at of a dashboard as Grafana reads it (grafana.com, "Dashboard JSON model"). */
const grafanaJson = z.object({
  uid: z.string(),
  title: z.string(),
  tags: z.array(z.string()),
  templating: z.object({
    list: z.array(z.object({ name: z.string(), type: z.string(), query: z.unknown() })),
  }),
  panels: z.array(
    z.object({
      type: z.string(),
      title: z.string(),
      datasource: z.object({ type: z.string(), uid: z.string() }).optional(),
      gridPos: z.object({ x: z.number(), y: z.number(), w: z.number(), h: z.number() }),
      targets: z.array(z.object({ expr: z.string(), refId: z.string() })).optional(),
    }),
  ),
});

const names = (more: object): readonly string[] =>
  dashboardFiles(clusterWith(more)).map(({ fileName }) => fileName);

describe("a figure", () => {
  it.each(figures)("$title ($place) says what it tells, in words", ({ description, lines }) => {
    expect(description).toMatch(/^\S.*\.$/);
    expect(lines.length).toBeGreaterThan(0);
  });

  it.each(figures)("$title ($place) calls its series by labels that they have", ({ lines }) => {
    for (const { expr, legend } of lines) {
      const named = [...legend.matchAll(/\{\{(\w+)\}\}/g)].map(([, label = ""]) => label);
      const [, outermost = ""] = /\bby \(([^)]*)\)/.exec(expr) ?? [];
      const kept = outermost.split(/,\s*/).filter((label) => label !== "" && label !== "le");
      // No label that tells series apart is left out either: two of them would have one name.
      expect(named.toSorted(), expr).toEqual(kept.toSorted());
    }
  });

  it("is of this cluster's series alone", () => {
    for (const expr of shownExpressions) {
      const selectors = [...expr.matchAll(/\{[^}]*\}/g)].map(([selector]) => selector);
      expect(selectors.length, expr).toBeGreaterThan(0);
      for (const selector of selectors) expect(selector).toMatch(/^\{temporal_cluster="dev"/);
    }
  });

  it("has an expression that Prometheus's own tool takes", async () => {
    const rules = shownExpressions.map((expr, index) => ({
      record: `shown:${index}`,
      expr: expr.replaceAll(rateInterval, "5m"),
    }));
    const { exitCode, output } = await judge(["check", "rules", "rules.yml"], {
      "rules.yml": { groups: [{ name: "shown", rules }] },
    });
    expect(exitCode, output).toBe(0);
  });
});

describe("the dashboards of a cluster", () => {
  it("are of the server, namespaces, workers, the database and the gateway", () => {
    expect(names({})).toEqual(
      ["server", "namespaces", "workers", "database", "gateway"].map(
        (name) => `temporal-dev-${name}.json`,
      ),
    );
  });

  it("have one of PostgreSQL where it is asked itself", () => {
    const asked = { kind: "managed", postgresExporter: { kind: "managed" } };
    const silent = { kind: "managed", postgresExporter: { kind: "none" } };
    expect(names({ monitoring: asked })).toContain("temporal-dev-postgres.json");
    expect(names({ monitoring: silent })).not.toContain("temporal-dev-postgres.json");
  });

  it("have one of the search server where it is asked itself", () => {
    const visibility = { kind: "managed" };
    const silent = { kind: "managed", elasticsearchExporter: { kind: "none" } };
    const file = "temporal-dev-search.json";
    expect(names({ visibility, monitoring: { kind: "managed" } })).toContain(file);
    expect(names({ visibility, monitoring: silent })).not.toContain(file);
    expect(names({ monitoring: { kind: "managed" } })).not.toContain(file);
  });

  it("of two clusters are different files with different identifiers, so that one Grafana has both", () => {
    const files = ["east", "west"].flatMap((name) => dashboardFiles(clusterWith({ name })));
    const uids = files.map(({ content }) => grafanaJson.parse(JSON.parse(content)).uid);
    expect(new Set(uids).size).toBe(files.length);
    expect(new Set(files.map(({ fileName }) => fileName)).size).toBe(files.length);
  });
});

describe.each(all)(
  "the dashboard $name in Grafana",
  ({ name, title, rows, choices }: Dashboard) => {
    const longest = clusterWith({
      ...{ name: "c".repeat(20), visibility: { kind: "managed" }, monitoring: { kind: "managed" } },
    });
    const written = (cluster: typeof longest): z.output<typeof grafanaJson> => {
      const file = dashboardFiles(cluster).find((one) => one.name === name);
      if (file === undefined) throw new Error(`there is no ${name}`);
      return grafanaJson.parse(JSON.parse(file.content));
    };
    const read = written(watched);

    it("has an identifier that Grafana takes, of the longest name of a cluster as well", () => {
      expect(written(longest).uid).toMatch(/^[a-z0-9-]{8,40}$/);
    });

    it("is called by its cluster, and is found by it", () => {
      expect(read.title).toBe(`Temporal dev: ${title}`);
      expect(read.tags).toEqual(["temporal", "temporal-dev"]);
    });

    it("lets its reader choose the source of the data, and what it says besides", () => {
      expect(read.templating.list.map(({ name: variable }) => variable)).toEqual([
        "datasource",
        ...choices.map(({ label }) => label),
      ]);
      expect(read.templating.list[0]).toMatchObject({ type: "datasource", query: "prometheus" });
      const used = [...JSON.stringify(rows).matchAll(/\$(?!__)(\w+)/g)].map(([, label]) => label);
      expect(new Set(used)).toEqual(new Set(choices.map(({ label }) => label)));
    });

    it("has a panel for each figure, in rows, with its expressions, and none over another", () => {
      const panels = read.panels.filter(({ type }) => type === "timeseries");
      expect(read.panels.filter(({ type }) => type === "row").map((row) => row.title)).toEqual(
        rows.map((row) => row.title),
      );
      expect(panels.map((panel) => [panel.title, panel.targets?.map(({ expr }) => expr)])).toEqual(
        rows.flatMap((row) =>
          row.figures.map((figure) => [figure.title, figure.lines.map(({ expr }) => expr)]),
        ),
      );
      for (const { datasource } of panels) expect(datasource?.uid).toBe("${datasource}");
      const cells = read.panels.flatMap(({ gridPos: { x, y, w, h } }) =>
        Array.from({ length: w * h }, (_, cell) => `${x + (cell % w)} ${y + Math.floor(cell / w)}`),
      );
      expect(new Set(cells).size).toBe(cells.length);
    });

    it("tells the queries of a panel apart", () => {
      for (const { targets = [] } of read.panels) {
        expect(new Set(targets.map(({ refId }) => refId)).size).toBe(targets.length);
      }
    });
  },
);

it("an expression that asks for no metric would be noticed", () => {
  for (const expr of shownExpressions) expect(askedBy([expr]).size, expr).toBeGreaterThan(0);
});
