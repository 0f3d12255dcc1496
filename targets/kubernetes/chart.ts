/**
 * Third-party Helm charts.
 */
import { readFileSync } from "node:fs";
import * as kubernetes from "@pulumi/kubernetes";
import { load } from "js-yaml";
import { type Chart, type ChartValues, publishedCharts } from "../../platform/chart.ts";
import type { DataPolicy } from "../../platform/workload.ts";
import { prefixed } from "../names.ts";
import { dataOptions, optionsOf } from "../options.ts";
import type { Placement } from "../target.ts";
import type { Place } from "./place.ts";

/** Installs a chart at its exact version, with the values of helm-values/ and the overlay on top. */
export function releaseOf(
  chart: Chart,
  place: Place,
  placement: Placement,
  onDestroy: DataPolicy,
): kubernetes.helm.v3.Release {
  const { chart: published, version } = publishedCharts[chart.name];
  const oci = chart.repository.startsWith("oci://");
  return new kubernetes.helm.v3.Release(
    prefixed(place.owner, chart.release),
    {
      name: chart.release,
      chart: oci ? `${chart.repository}/${published}` : published,
      version,
      ...(oci ? {} : { repositoryOpts: { repo: chart.repository } }),
      namespace: chart.namespace ?? place.namespace,
      createNamespace: chart.namespace !== undefined,
      // A release that fails is taken back whole, and the next deployment tries again.
      atomic: true,
      timeout: 600,
      values: merged(valuesOf(chart.name), chart.overlay),
    },
    // What a chart brings holds data, and what it needs to live: a release that goes takes both along.
    optionsOf(placement, dataOptions(onDestroy)),
  );
}

function valuesOf(name: string): ChartValues {
  const file = new URL(`../../helm-values/${name}.yaml`, import.meta.url);
  return (load(readFileSync(file, "utf8")) ?? {}) as ChartValues;
}

/** Objects merge key by key, everything else is replaced: Helm's own way. */
function merged(below: ChartValues, above: ChartValues): ChartValues {
  const both: Record<string, ChartValues[string]> = { ...below };
  for (const [key, value] of Object.entries(above)) {
    const under = both[key];
    both[key] = isValues(under) && isValues(value) ? merged(under, value) : value;
  }
  return both;
}

function isValues(value: ChartValues[string] | undefined): value is ChartValues {
  return typeof value === "object" && !Array.isArray(value);
}
