/**
 * A dashboard as data, whatever draws it.
 */
import type { Figure } from "../figures/figure.ts";

/** Figures below one heading. */
export interface Row {
  readonly title: string;
  readonly figures: readonly Figure[];
}

/** A choice among the values of a label, all of them by default. */
export interface Choice {
  /** The label, by which the dashboard's expressions name it as well: `$namespace`. */
  readonly label: string;
  readonly title: string;
  /** A selector of the series that have the label. */
  readonly series: string;
}

/** A dashboard of one cluster. */
export interface Dashboard {
  /** Unique in a cluster, lower case, at most 10 characters, so that Grafana's identifier of it has at most 40 with the cluster's name. */
  readonly name: string;
  readonly title: string;
  readonly choices: readonly Choice[];
  readonly rows: readonly Row[];
}

/** Matcher of what is chosen of a label. */
export function chosen(label: string): string {
  return `${label}=~"$${label}"`;
}
