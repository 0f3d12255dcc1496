/**
 * The stack: reads the configuration, and makes one platform for each cluster.
 */
import * as pulumi from "@pulumi/pulumi";
import { type PlatformOutputs, TemporalPlatform } from "./components/platform.ts";
import { loadSettings } from "./config/load.ts";
import { archivePlace } from "./platform/archive-guard.ts";
import { dataLocation } from "./platform/data-location.ts";
import { defined } from "./platform/defined.ts";
import { heldObjects } from "./platform/held-objects.ts";
import { visibilityPlace } from "./platform/visibility-move.ts";
import { Registry } from "./providers/temporal/sdk.ts";
import {
  checkConnectivity,
  createTarget,
  createTemporalProvider,
  installOperators,
} from "./targets/index.ts";

// Pulumi takes a stack trace for each resource, and its runner has source maps looked up for every frame. Node strips the types in place, so that
// there is nothing to look up (0.5 s of each command).
Reflect.deleteProperty(Error, "prepareStackTrace");

const settings = loadSettings();

const checked = await Promise.all(
  settings.clusters.map(async (cluster) => ({
    cluster,
    fault: await checkConnectivity(cluster, settings.lifecycle, settings.dockerTls),
  })),
);

// Refuses at preview what would part a cluster from its data.
const registry = new Registry("clusters", {
  clusters: Object.fromEntries(
    checked.map(({ cluster, fault }) => [
      cluster.name,
      {
        ...cluster.identity,
        serverVersion: cluster.server.version,
        objects: heldObjects(cluster),
        ...defined({ visibility: visibilityPlace(cluster) }),
        // Nothing is made where nobody answers, so that a wrong address is not remembered.
        ...(fault === undefined
          ? { data: dataLocation(cluster), ...defined({ archive: archivePlace(cluster) }) }
          : {}),
      },
    ]),
  ),
  retired: settings.retired,
  moved: settings.moved,
});
// Nothing is changed before the guard has agreed: also in an `up` without a preview.
await new Promise((agreed) => registry.urn.apply(agreed));
const within = checked.flatMap(({ cluster, fault }) => (fault === undefined ? [cluster] : []));

const operatorsOf = installOperators(within);
const platforms = within.map((cluster) => {
  const { target, provider } = createTarget(settings.stack, cluster);
  const { lifecycle, databasePassword } = settings;
  return new TemporalPlatform(
    cluster.name,
    {
      cluster,
      target,
      lifecycle,
      identity: registry,
      temporal: createTemporalProvider(settings.stack, cluster, lifecycle),
      operators: operatorsOf(cluster),
      given: settings.givenSecrets[cluster.name] ?? {},
      ...(databasePassword === undefined ? {} : { databasePassword }),
    },
    { providers: [provider] },
  );
});

/** How each cluster is reached, by its name. */
export const clusters: Readonly<Record<string, PlatformOutputs>> = Object.fromEntries(
  platforms.map(({ cluster, outputs }) => [cluster, outputs]),
);

/** Passwords of the web UIs by cluster; secret. */
export const uiPasswords: pulumi.Output<Record<string, string>> = pulumi.secret(
  Object.fromEntries(platforms.map(({ cluster, uiPassword }) => [cluster, uiPassword])),
);

// Only now, so that the others are previewed; but thrown, since a program that ends well without a cluster would have it deleted.
const faults = checked.flatMap(({ cluster, fault }) =>
  fault === undefined ? [] : [`clusters[${cluster.name}]: ${fault}`],
);
if (faults.length > 0) throw new pulumi.RunError(faults.join("\n"));
