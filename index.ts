/**
 * The stack: reads the configuration, and makes one platform for each cluster.
 */
import * as pulumi from "@pulumi/pulumi";
import { type PlatformOutputs, TemporalPlatform } from "./components/platform.ts";
import { loadSettings } from "./config/load.ts";
import { Registry } from "./providers/temporal/sdk.ts";
import { reach } from "./targets/index.ts";

const settings = loadSettings();

// Refuses at preview what would part a cluster from its data; every cluster waits for it.
const registry = new Registry("clusters", {
  clusters: Object.fromEntries(
    settings.clusters.map(({ name, identity, server }) => [
      name,
      { ...identity, serverVersion: server.version },
    ]),
  ),
  retired: [...settings.retired],
});

const platforms = settings.clusters.map((cluster) => {
  const { target, provider } = reach(settings.stack, cluster);
  const { lifecycle, databasePassword } = settings;
  return new TemporalPlatform(
    cluster.name,
    {
      cluster,
      target,
      lifecycle,
      identity: registry,
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
