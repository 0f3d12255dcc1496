/**
 * The keys that say where images come from, and what does not fit them.
 */
import { z } from "zod";
import type { Cluster } from "../platform/cluster.ts";
import { isExactReference, isRegistryPrefix, versionInTag } from "../platform/image-reference.ts";
import type { ImageName } from "../platform/images.ts";
import type { Key } from "./keys.ts";

/** An image of one's own in the place of the catalogue's. */
const own = (official: string): z.ZodExactOptional<z.ZodString> =>
  z
    .string()
    .refine(
      isExactReference,
      "must be a reference with an exact tag or a digest, such as registry.example.com/team/image:1.2.3@sha256:…",
    )
    .exactOptional()
    .describe(`Reference of the image in the place of ${official}`);

/** Where images come from. */
export const images = z
  .strictObject({
    registry: z
      .string()
      .refine(
        isRegistryPrefix,
        "must be the host of a registry and a path below it, such as registry.example.com/mirror, without a scheme and a slash at its end",
      )
      .exactOptional()
      .describe(
        "Prefix of a mirror of Docker Hub, below which images have their full paths, such as `<registry>/library/postgres`; Docker Hub when left out",
      ),
    server: own("temporalio/server, of the minor version of server.version"),
    adminTools: own("temporalio/admin-tools, of the minor version of server.version"),
    ui: own("temporalio/ui"),
    postgres: own("postgres, where postgres.kind is managed"),
    gateway: own("haproxy, of the same series"),
    prometheus: own("prom/prometheus, where monitoring.kind is managed"),
    postgresExporter: own(
      "prometheuscommunity/postgres-exporter, where monitoring.postgresExporter.kind is managed",
    ),
    elasticsearchExporter: own(
      "prometheuscommunity/elasticsearch-exporter, where monitoring.elasticsearchExporter.kind is managed",
    ),
    alertmanager: own("prom/alertmanager, where monitoring.alertmanager.kind is managed"),
    opensearch: own("opensearchproject/opensearch, of the same series; it needs curl"),
    archive: own("chrislusf/seaweedfs, where archival has one or has keys; it needs curl"),
  } satisfies Record<ImageName | "registry", z.ZodType>)
  .prefault({})
  .describe(
    "Where images come from. One that is named by itself is pulled and never built; it has its programs at the official image's paths, and they run as the same user",
  );

/** Refuses images that do not fit the cluster's other keys. */
export function checkImages({ images: sources, server, postgres }: Cluster, key: Key): void {
  for (const name of ["server", "adminTools"] as const) {
    const version = versionInTag(sources[name] ?? "");
    if (version === undefined || version === server.version) continue;
    key
      .at("images", name)
      .refuse(
        `its tag says ${version}, and server.version is ${server.version}, by which every guard goes: set both to the same`,
      );
  }
  if (sources.postgres !== undefined && postgres.kind === "cloudnative-pg") {
    key
      .at("images", "postgres")
      .refuse("is of no use with cloudnative-pg, whose chart chooses the image; leave it out");
  }
}
