/**
 * The schema of a cluster's configuration: every key, its bounds, its default and what it means. The reference in docs/ is generated
 * from it.
 */
import { z } from "zod";
import { type DataLocation, locationKeys } from "../platform/data-location.ts";
import { dataPolicies } from "../platform/workload.ts";
import { archival } from "./archival.ts";
import { publish } from "./exposure.ts";
import { gateway } from "./gateway.ts";
import { images } from "./images.ts";
import { kubernetesTarget } from "./kubernetes.ts";
import { monitoring } from "./monitoring.ts";
import { namespaces, nexusEndpoints } from "./namespaces.ts";
import { postgres } from "./postgres.ts";
import { server } from "./server.ts";
import { tracing } from "./tracing.ts";
import { dnsLabel, replicas, resources } from "./units.ts";
import { visibility } from "./visibility.ts";
import { workers } from "./workers.ts";

const target = z
  .discriminatedUnion("kind", [
    z.strictObject({
      kind: z.literal("docker").describe("A Docker engine"),
      host: z
        .string()
        .regex(
          /^(unix|tcp|ssh|npipe):\/\/.+/,
          "must be an address such as unix:///var/run/docker.sock",
        )
        .exactOptional()
        .describe("Address of the engine, as in DOCKER_HOST; the user's default when left out"),
      publish,
    }),
    kubernetesTarget,
  ])
  .describe("What the cluster runs on");

/** One cluster, as the user writes it; settings.ts fills in what follows from other keys. */
export const clusterSchema = z.strictObject({
  name: dnsLabel(20).describe("Name of the cluster. For ever: it is in its database"),
  target,
  identity: z
    .strictObject({
      failoverVersionIncrement: z
        .int()
        .min(2)
        .max(1000)
        .default(10)
        .describe("The same in all clusters that may ever replicate. For ever"),
      initialFailoverVersion: z
        .int()
        .min(1)
        .exactOptional()
        .describe(
          "Different in each of them. For ever. The cluster's place in the list when left out",
        ),
    })
    .prefault({})
    .describe("What lets clusters join later"),
  images,
  server,
  postgres,
  visibility,
  archival,
  onDestroy: z
    .enum(dataPolicies)
    .exactOptional()
    .describe(
      "What `destroy` does to the volumes: delete them, keep them, or protect: refuse until this is changed. delete on docker, protect on kubernetes",
    ),
  ui: z.strictObject({ replicas, resources: resources("128MiB", 32) }).prefault({}),
  gateway,
  tasks: z
    .strictObject({ resources: resources("256MiB", 128) })
    .prefault({})
    .describe("What runs once: checks of the config, the schema, namespaces"),
  namespaces,
  nexusEndpoints,
  workers,
  monitoring,
  tracing,
});

/** The stack's list of clusters. */
export const clustersSchema = z
  .array(clusterSchema)
  .min(1, "must name at least one cluster, such as {name: dev, target: {kind: docker}}");

/** Clusters that were removed on purpose. */
export const retiredSchema = z.array(dnsLabel(20)).default([]);

/** Clusters whose data is elsewhere on purpose: the new value by cluster and key. */
export const movedSchema: z.ZodType<Readonly<Record<string, DataLocation>>> = z
  .record(
    dnsLabel(20),
    z.partialRecord(z.enum(locationKeys), z.union([z.string(), z.int()]).transform(String)),
  )
  .default({});
