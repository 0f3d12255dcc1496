/**
 * Third-party Helm charts that a Kubernetes cluster may bring along. Their values live in helm-values/, one file per chart. No secret is ever
 * a value.
 */

/** Charts that the platform knows; helm-values/ has a file of that name for each. */
export const chartNames = ["cloudnative-pg"] as const;
export type ChartName = (typeof chartNames)[number];

/** The charts' exact versions (cloudnative-pg.io, "Helm charts"). */
export const chartVersions: Readonly<Record<ChartName, string>> = { "cloudnative-pg": "0.29.0" };

/** Where CloudNativePG publishes its charts; a mirror of it may be given instead. */
export const defaultChartRepository = "https://cloudnative-pg.github.io/charts";

/** A chart to install. */
export interface Chart {
  readonly name: ChartName;
  /** Name of the release. */
  readonly release: string;
  /** Address of the repository. */
  readonly repository: string;
  /** Kubernetes namespace, made with it when it is not there. */
  readonly namespace: string;
}
