/**
 * The schema of archival: the object store that keeps histories and visibility beyond retention, and what each namespace archives.
 */
import { z } from "zod";
import { archiveKeyVariables } from "../platform/archival.ts";
import type { Cluster } from "../platform/cluster.ts";
import type { Key } from "./keys.ts";
import { secretSource } from "./secret-source.ts";
import { resources, storageGiB } from "./units.ts";

/** Amazon S3's rules for general purpose buckets ("Bucket naming rules"), which every other S3 server keeps to. */
const bucketName = /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/;

const credentials = z
  .discriminatedUnion("kind", [
    z.strictObject({
      kind: z
        .literal("role")
        .describe(
          "No keys: the servers find a role where they run, as of an EC2 instance, or of EKS for their service account",
        ),
    }),
    z.strictObject({
      kind: z.literal("keys").describe("An access key and its secret"),
      accessKeyId: secretSource
        .prefault({ env: archiveKeyVariables.id })
        .describe(
          `Where the access key is; {env: ${archiveKeyVariables.id}} when left out; {name, key} of a Kubernetes Secret on kubernetes`,
        ),
      secretAccessKey: secretSource
        .prefault({ env: archiveKeyVariables.secret })
        .describe(`The same of its secret; {env: ${archiveKeyVariables.secret}} when left out`),
    }),
  ])
  .describe("By what the servers are let in");

/** Where closed workflows are kept beyond their retention. */
export const archival = z
  .discriminatedUnion("kind", [
    z.strictObject({
      kind: z.literal("none").describe("Nowhere: after the retention they are gone"),
    }),
    z.strictObject({
      kind: z
        .literal("external")
        .describe("In a bucket that is there already, of Amazon S3 or of a server that speaks S3"),
      bucket: z
        .string()
        .regex(bucketName, "must be the name of a bucket, such as temporal-archive")
        .describe("Name of the bucket. A namespace keeps the one with which it began, for ever"),
      prefix: z
        .string()
        .regex(
          /^[A-Za-z0-9._-]+(\/[A-Za-z0-9._-]+)*$/,
          "must be a path of letters, digits, dots, hyphens and underscores, such as temporal/prod",
        )
        .exactOptional()
        .describe("Path in the bucket, where others use it as well"),
      region: z
        .string()
        .regex(/^[a-z0-9-]+$/, "must be a region such as eu-central-1")
        .describe("Region of the bucket; other servers mostly take us-east-1"),
      endpoint: z
        .url({
          protocol: /^https?$/,
          error: "must be an address such as https://minio.example.com:9000",
        })
        .refine((text) => new URL(text).pathname === "/", "must have no path")
        .transform((text) => new URL(text).origin)
        .exactOptional()
        .describe("Address of the server, as the containers see it; Amazon's own when left out"),
      pathStyle: z
        .boolean()
        .default(false)
        .describe(
          "Whether the bucket is in the path of addresses and not in their host, as MinIO and most others want it",
        ),
      credentials,
    }),
    z
      .strictObject({
        kind: z
          .literal("managed")
          .describe(
            "The platform runs an S3 server (SeaweedFS) with one volume, and makes the bucket",
          ),
        resources: resources("512MiB", 256),
        storage: storageGiB
          .prefault("20GiB")
          .describe("Size of the volume where the target can bound it"),
      })
      .transform(({ storage, ...rest }) => ({ ...rest, storageGiB: storage })),
  ])
  .prefault({ kind: "none" })
  .describe(
    "Where closed workflows are kept beyond their retention. Temporal calls archival experimental",
  );

const state = z.enum(["enabled", "disabled"]).default("disabled");

/**
 * What a namespace archives. Nothing until it says so: what is archived stays for ever, with everything that is in its payloads, and a namespace
 * never gets rid of the URI with which it began.
 */
export const namespaceArchival = z
  .strictObject({
    history: state.describe("Whether histories of closed workflows go to the object store"),
    visibility: state.describe(
      "Whether what lists show of them does, too; without it nobody finds the histories",
    ),
    uri: z
      .string()
      .regex(
        /^s3:\/\/[a-z0-9][a-z0-9.-]{1,61}[a-z0-9](\/[A-Za-z0-9._-]+)*$/,
        "must be a bucket with a path if any, such as s3://temporal-archive/orders",
      )
      .exactOptional()
      .describe(
        "Another bucket or path of the same object store. Temporal never changes it; the cluster's own when left out",
      ),
  })
  .prefault({})
  .describe("What of its closed workflows is kept in the cluster's object store (archival)");

/** Refuses archival that does not fit the rest of the cluster. */
export function checkArchival({ archival: store, namespaces }: Cluster, key: Key): void {
  if (store.kind !== "none") return;
  for (const [name, { archival: wanted }] of Object.entries(namespaces)) {
    for (const what of ["history", "visibility"] as const) {
      if (wanted[what] !== "enabled") continue;
      key
        .at("namespaces", name, "archival", what)
        .refuse("needs an object store: set the cluster's archival.kind to managed or external");
    }
  }
}
