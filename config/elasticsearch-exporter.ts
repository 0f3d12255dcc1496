/**
 * The keys of elasticsearch_exporter, and what does not fit them.
 */
import { z } from "zod";
import type { Cluster } from "../platform/cluster.ts";
import { managedElasticsearchExporter } from "../platform/elasticsearch-exporter.ts";
import type { Key } from "./keys.ts";
import { secretSource } from "./secret-source.ts";
import { resources } from "./units.ts";

const choice = z.discriminatedUnion("kind", [
  z.strictObject({
    kind: z.literal("none").describe("The search server is seen as the servers see it"),
  }),
  z.strictObject({
    kind: z
      .literal("managed")
      .describe(
        "The platform runs elasticsearch_exporter: health, disk and heap as OpenSearch or Elasticsearch knows them",
      ),
    user: z
      .strictObject({
        username: z
          .string()
          .min(1)
          .describe(
            "Name of the user, who may ask for `cluster:monitor/main`, `cluster:monitor/health` and `cluster:monitor/nodes/stats`",
          ),
        password: secretSource.describe(
          "Where its password is: {env: VARIABLE} of whoever deploys, or on kubernetes {name, key} of a Secret",
        ),
      })
      .exactOptional()
      .describe("User that it asks as where visibility.kind is external, and has credentials"),
    resources: resources("64MiB", 32),
  }),
]);

/** Whether the search server is asked itself. */
export const elasticsearchExporter = choice
  .exactOptional()
  .describe(
    "Whether the search server is asked itself; managed where the platform runs OpenSearch, and none elsewhere, when left out",
  );

/** The choice of a cluster that makes none, by where its lists are. Its types are written down, as in settings.ts. */
export function elasticsearchExporterByDefault({
  kind,
}: {
  readonly kind: string;
}): z.output<typeof choice> {
  return choice.parse({ kind: kind === "managed" ? "managed" : "none" });
}

/** Refuses an exporter that has nobody to ask, that would not be let in, or that could not check a certificate. */
export function checkElasticsearchExporter(cluster: Cluster, key: Key): void {
  const exporter = managedElasticsearchExporter(cluster);
  if (exporter === undefined) return;
  const { visibility } = cluster;
  const own = key.at("elasticsearchExporter");
  switch (visibility.kind) {
    case "postgres":
      own
        .at("kind")
        .refuse("has nobody to ask: visibility.kind is postgres; leave it out, or set it to none");
      break;
    case "managed":
      if (exporter.user === undefined) break;
      own
        .at("user")
        .refuse(
          "is of no use where the platform runs OpenSearch, which makes a user of its own; leave it out",
        );
      break;
    case "external":
      if (visibility.credentials.kind === "basic" && exporter.user === undefined) {
        own
          .at("user")
          .refuse(
            "is missing; visibility.credentials.kind is basic, so make a user there that may only monitor and name it, or set elasticsearchExporter.kind to none",
          );
      }
      if (visibility.tls.serverName !== undefined) {
        own
          .at("kind")
          .refuse(
            "cannot check the certificate: elasticsearch_exporter knows no visibility.tls.serverName; set it to none, or give visibility.url the name that the certificate has",
          );
      }
  }
}
