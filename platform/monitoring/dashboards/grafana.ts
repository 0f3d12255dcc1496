/**
 * A dashboard in the form that Grafana reads, by Grafana's own library for that.
 */
/* eslint-disable @typescript-eslint/no-deprecated -- every Grafana reads this model from files, and the library's newer one only the latest do */
import {
  LegendDisplayMode,
  LegendPlacement,
  SortOrder,
  TooltipDisplayMode,
  VisibilityMode,
  VizLegendOptionsBuilder,
  VizTooltipOptionsBuilder,
} from "@grafana/grafana-foundation-sdk/common";
import {
  type Dashboard as GrafanaDashboard,
  DashboardBuilder,
  DashboardCursorSync,
  DashboardLinkBuilder,
  DashboardLinkType,
  DatasourceVariableBuilder,
  QueryVariableBuilder,
  RowBuilder,
  VariableRefresh,
} from "@grafana/grafana-foundation-sdk/dashboard";
import { DataqueryBuilder } from "@grafana/grafana-foundation-sdk/prometheus";
import { PanelBuilder } from "@grafana/grafana-foundation-sdk/timeseries";
import type { Figure, Unit } from "../figures/figure.ts";
import type { Choice, Dashboard } from "./dashboard.ts";

/** Grafana's names of units (grafana.com, "Standard options definitions"). */
const units: Readonly<Record<Unit, string>> = {
  share: "percentunit",
  seconds: "s",
  perSecond: "ops",
  count: "short",
  bytes: "bytes",
};

/** Grafana's grid is 24 columns wide; a panel takes half of it. */
const panelWidth = 12;
const panelHeight = 8;

/** The source of the data is chosen in Grafana, and is its default one at first. */
const datasource = { type: "prometheus", uid: "${datasource}" } as const;

/** The dashboard of a cluster. */
export function grafanaDashboard(cluster: string, dashboard: Dashboard): GrafanaDashboard {
  const tag = `temporal-${cluster}`;
  const builder = new DashboardBuilder(`Temporal ${cluster}: ${dashboard.title}`)
    .uid(`${tag}-${dashboard.name}`)
    .tags(["temporal", tag])
    .description(
      "Made by the platform. What is changed here is gone after its next deployment: keep changes in a copy.",
    )
    .timezone("browser")
    .time({ from: "now-3h", to: "now" })
    .refresh("30s")
    .tooltip(DashboardCursorSync.Crosshair)
    .link(
      new DashboardLinkBuilder(`Temporal ${cluster}`)
        .type(DashboardLinkType.Dashboards)
        .tags([tag])
        .asDropdown(true)
        .keepTime(true),
    )
    .withVariable(
      new DatasourceVariableBuilder("datasource").label("Prometheus").type(datasource.type),
    );
  for (const choice of dashboard.choices) builder.withVariable(variable(choice));
  for (const { title, figures } of dashboard.rows) {
    builder.withRow(new RowBuilder(title));
    for (const figure of figures) builder.withPanel(panel(figure));
  }
  return builder.build();
}

function variable({ label, title, series }: Choice): QueryVariableBuilder {
  return new QueryVariableBuilder(label)
    .label(title)
    .datasource(datasource)
    .query(`label_values(${series}, ${label})`)
    .refresh(VariableRefresh.OnTimeRangeChanged)
    .multi(true)
    .includeAll(true)
    .allValue(".*");
}

function panel({ title, description, unit, lines }: Figure): PanelBuilder {
  const builder = new PanelBuilder()
    .title(title)
    .description(description)
    .datasource(datasource)
    .unit(units[unit])
    .min(0)
    .span(panelWidth)
    .height(panelHeight)
    .lineWidth(1)
    .fillOpacity(5)
    .showPoints(VisibilityMode.Never)
    .legend(
      new VizLegendOptionsBuilder()
        .showLegend(true)
        .displayMode(LegendDisplayMode.Table)
        .placement(LegendPlacement.Right)
        .calcs(["lastNotNull", "max"]),
    )
    .tooltip(
      new VizTooltipOptionsBuilder().mode(TooltipDisplayMode.Multi).sort(SortOrder.Descending),
    );
  for (const [index, { expr, legend }] of lines.entries()) {
    builder.withTarget(
      new DataqueryBuilder().refId(refId(index)).expr(expr).legendFormat(legend).range(),
    );
  }
  return builder;
}

/** Name of a query in its panel: A, B, C and on. */
function refId(index: number): string {
  return String.fromCodePoint(65 + index);
}
