/**
 * Every figure of the dashboards and of the page.
 */
import { dashboardsOf } from "../../../platform/monitoring/dashboards/all.ts";
import type { Figure } from "../../../platform/monitoring/figures/figure.ts";
import { pageContent } from "../../../platform/monitoring/page.ts";
import { watched } from "./rule-test.ts";

const content = pageContent(watched);

/** The figures, with what they stand in. */
export const figures: readonly (Figure & { readonly place: string })[] = [
  ...dashboardsOf(watched.name, new Set(["gateway", "postgres", "search"])).flatMap(
    ({ name, rows }) =>
      rows.flatMap((row) =>
        row.figures.map((figure) => ({ ...figure, place: `dashboard ${name}` })),
      ),
  ),
  ...content.sections.flatMap((section) =>
    section.figures.map((figure) => ({ ...figure, place: "page" })),
  ),
];

/** All of their expressions, and those of the page's tiles. */
export const shownExpressions: readonly string[] = [
  ...figures.flatMap(({ lines }) => lines.map(({ expr }) => expr)),
  ...[content.up, content.shards.expr],
];
