/**
 * The schema of PostgreSQL's keys: of the platform's own, of somebody's, and by an operator.
 */
import { z } from "zod";
import { defaultChartRepository } from "../platform/chart.ts";
import { tlsModes } from "../platform/cluster.ts";
import { defaultDatabases } from "../platform/database.ts";
import { certificates } from "./certificates.ts";
import { dnsLabel, hostPort, resources, storageGiB } from "./units.ts";

/** Parameters of a connection that have keys of their own. */
const taken: readonly string[] = [
  ...["host", "port", "user", "password", "dbname", "database"],
  ...["sslmode", "sslrootcert", "sslcert", "sslkey", "connect_timeout"],
];

const sized = <Keys extends object>({ storage, ...rest }: Keys & { storage: number }) => ({
  ...rest,
  storageGiB: storage,
});

/** Where the data lives. */
export const postgres = z
  .discriminatedUnion("kind", [
    z
      .strictObject({
        kind: z.literal("managed").describe("The platform runs PostgreSQL 15 with a volume"),
        resources: resources("1GiB", 256),
        storage: storageGiB
          .prefault("20GiB")
          .describe("Size of the volume where the target can bound it"),
      })
      .transform(sized),
    z.strictObject({
      kind: z
        .literal("external")
        .describe(
          "A PostgreSQL 12 or newer that is there already; behind PgBouncer in transaction mode only from its 1.21 on, with max_prepared_statements",
        ),
      host: z.string().min(1).describe("Host name or address, as the containers see it"),
      port: hostPort.default(5432).describe("Port of the server"),
      user: z.string().min(1).default("temporal").describe("Role that owns both databases"),
      databases: z
        .strictObject({
          persistence: z.string().min(1).default(defaultDatabases.persistence),
          visibility: z.string().min(1).default(defaultDatabases.visibility),
        })
        .prefault({})
        .describe("Names of the databases; created when missing and the role may"),
      tls: z
        .enum(tlsModes)
        .default("disable")
        .describe(
          "Protection of the connections; verify-full also checks the server's certificate and name",
        ),
      ca: certificates
        .exactOptional()
        .describe(
          "Certificates of the authority that signed the server's: PEM, or the path of a file; the images' own authorities when left out",
        ),
      connectAttributes: z
        .record(
          z.string().regex(/^[a-z_]+$/, "must be a parameter such as search_path"),
          z.string(),
        )
        .refine((all) => taken.every((name) => !(name in all)), {
          message: `must not hold ${taken.join(", ")}: they have keys of their own`,
        })
        .default({})
        .describe("More parameters of every connection, as PostgreSQL's clients know them"),
      passwordSecret: z
        .strictObject({
          name: z.string().min(1).describe("Name of a Secret in the cluster's namespace"),
          key: z.string().min(1).default("password").describe("Key in it"),
        })
        .exactOptional()
        .describe("Kubernetes only: where the password is; TEMPORAL_DB_PASSWORD when left out"),
      maxConnections: z
        .int()
        .positive()
        .exactOptional()
        .describe("max_connections there; a budget that does not fit is refused"),
    }),
    z
      .strictObject({
        kind: z
          .literal("cloudnative-pg")
          .describe("Kubernetes only: the CloudNativePG operator runs PostgreSQL 15"),
        instances: z.int().min(1).max(9).default(3).describe("The primary and its standbys"),
        resources: resources("1GiB", 256),
        storage: storageGiB.prefault("20GiB").describe("Size of each instance's volume"),
        operator: z
          .enum(["install", "existing"])
          .default("install")
          .describe(
            "`install`: the stack installs the operator, once for all its clusters in a Kubernetes cluster; `existing`: somebody else does",
          ),
        operatorNamespace: dnsLabel(63)
          .default("cnpg-system")
          .describe("Kubernetes namespace of the operator; its pods may connect to PostgreSQL"),
        chartRepository: z
          .url({ protocol: /^(https?|oci)$/, error: "must be the address of a chart repository" })
          .default(defaultChartRepository)
          .describe("Repository of the operator's chart, or a mirror of it"),
      })
      .transform(sized),
  ])
  .prefault({ kind: "managed" })
  .describe("Where the data lives; an external password comes from TEMPORAL_DB_PASSWORD");
