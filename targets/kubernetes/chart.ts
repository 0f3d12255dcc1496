/**
 * Third-party Helm charts.
 */
import { readFileSync } from "node:fs";
import * as kubernetes from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";
import { load } from "js-yaml";
import { type Chart, chartVersions } from "../../platform/chart.ts";

/** Installs a chart at its exact version, with the values of helm-values/. */
export function releaseOf(
  name: string,
  chart: Chart,
  options: pulumi.CustomResourceOptions,
): kubernetes.helm.v3.Release {
  const oci = chart.repository.startsWith("oci://");
  return new kubernetes.helm.v3.Release(
    name,
    {
      name: chart.release,
      chart: oci ? `${chart.repository}/${chart.name}` : chart.name,
      version: chartVersions[chart.name],
      ...(oci ? {} : { repositoryOpts: { repo: chart.repository } }),
      namespace: chart.namespace,
      createNamespace: true,
      // A release that fails is taken back whole, and the next deployment tries again.
      atomic: true,
      timeout: 600,
      values: valuesOf(chart),
    },
    options,
  );
}

function valuesOf({ name }: Chart): Record<string, unknown> {
  const file = new URL(`../../helm-values/${name}.yaml`, import.meta.url);
  return (load(readFileSync(file, "utf8")) ?? {}) as Record<string, unknown>;
}
