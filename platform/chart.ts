/**
 * Third-party Helm charts that a Kubernetes cluster may bring along. Their values live in helm-values/, one file per chart; what depends
 * on a cluster's own config comes on top as an overlay. No secret is ever a value.
 */

/** Charts that the platform knows; helm-values/ has a file of that name for each. */
export const chartNames = ["cloudnative-pg", "cloudnative-pg-cluster"] as const;
export type ChartName = (typeof chartNames)[number];

/** A chart as it is published. */
export interface PublishedChart {
  /** Name in its repository. */
  readonly chart: string;
  /** Exact version. */
  readonly version: string;
}

/** The charts and their exact versions (cloudnative-pg.io, "Helm charts"). */
export const publishedCharts: Readonly<Record<ChartName, PublishedChart>> = {
  "cloudnative-pg": { chart: "cloudnative-pg", version: "0.29.0" },
  "cloudnative-pg-cluster": { chart: "cluster", version: "0.8.1" },
};

/** Where CloudNativePG publishes its charts; a mirror of it may be given instead. */
export const defaultChartRepository = "https://cloudnative-pg.github.io/charts";

/** A chart to install. */
export interface Chart {
  readonly name: ChartName;
  /** Name of the release. */
  readonly release: string;
  /** Address of the repository. */
  readonly repository: string;
  /** Namespace of its own, made with it; undefined for the cluster's. */
  readonly namespace?: string;
  /** What comes on top of the values in helm-values/. */
  readonly overlay: ChartValues;
}

/** Values of a chart. */
export interface ChartValues {
  readonly [key: string]: ChartValue;
}
type ChartValue = string | number | boolean | ChartValues | readonly ChartValue[];
