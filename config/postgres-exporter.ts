/**
 * The keys of postgres_exporter, and what does not fit them.
 */
import { z } from "zod";
import type { Cluster } from "../platform/cluster.ts";
import { managedPostgresExporter } from "../platform/postgres-exporter.ts";
import type { Key } from "./keys.ts";
import { secretSource } from "./secret-source.ts";
import { resources } from "./units.ts";

const choice = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("none").describe("PostgreSQL is seen as the servers see it") }),
  z.strictObject({
    kind: z
      .literal("managed")
      .describe(
        "The platform runs postgres_exporter: connections, deadlocks and sizes as PostgreSQL knows them",
      ),
    role: z
      .strictObject({
        user: z.string().min(1).describe("Name of the role, which is a member of pg_monitor"),
        password: secretSource.describe(
          "Where its password is: {env: VARIABLE} of whoever deploys, or on kubernetes {name, key} of a Secret",
        ),
      })
      .exactOptional()
      .describe(
        "Role that it connects as where somebody else makes roles: postgres.kind external and cloudnative-pg",
      ),
    resources: resources("64MiB", 32),
  }),
]);

/** Whether PostgreSQL is asked itself. */
export const postgresExporter = choice
  .exactOptional()
  .describe(
    "Whether PostgreSQL is asked itself; managed where the platform runs PostgreSQL, and none elsewhere, when left out",
  );

/** The choice of a cluster that makes none, by what runs its PostgreSQL. Its types are written down, as in settings.ts. */
export function postgresExporterByDefault({
  kind,
}: {
  readonly kind: string;
}): z.output<typeof choice> {
  return choice.parse({ kind: kind === "managed" ? "managed" : "none" });
}

/** Refuses an exporter that PostgreSQL would not let in, and a role that the platform makes by itself. */
export function checkPostgresExporter(cluster: Cluster, key: Key): void {
  const exporter = managedPostgresExporter(cluster);
  if (exporter === undefined) return;
  const { postgres } = cluster;
  const role = key.at("postgresExporter", "role");
  if (postgres.kind === "managed" && exporter.role !== undefined) {
    role.refuse(
      "is of no use where the platform runs PostgreSQL, which makes a role of its own; leave it out",
    );
  }
  if (postgres.kind !== "managed" && exporter.role === undefined) {
    role.refuse(
      `is missing; postgres.kind is ${postgres.kind}, so make a role there that is a member of pg_monitor and name it, or set postgresExporter.kind to none`,
    );
  }
}
