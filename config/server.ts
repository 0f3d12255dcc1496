/**
 * The schema of the server's keys: version, shards, roles, connections, dynamic config.
 */
import { z } from "zod";
import { logLevels, versionChecks } from "../platform/cluster.ts";
import { defaultPools } from "../platform/database.ts";
import type { DynamicValue } from "../platform/dynamic-config.ts";
import {
  defaultPorts,
  maxRolePort,
  metricsPort,
  type RolePorts,
  type ServiceRole,
} from "../platform/roles.ts";
import {
  defaultServerVersion,
  isSupported,
  parseServerVersion,
  supportedMinors,
} from "../platform/versions.ts";
import { replicas, resources } from "./units.ts";

const rolePort = z
  .int()
  .refine((port) => port !== metricsPort, `must not be ${metricsPort}, the port of the metrics`)
  .min(1024)
  .max(
    maxRolePort,
    `must be at most ${maxRolePort}: PostgreSQL's schema keeps it as a SMALLINT, and a server with a greater one dies at its start`,
  );

const autoscaling = z
  .strictObject({
    maxReplicas: z.int().min(2).max(100).describe("Most that there may be"),
    cpuPercent: z
      .int()
      .min(10)
      .max(100)
      .default(70)
      .describe("Use of the requested processor time above which there is one more"),
  })
  .exactOptional()
  .describe(
    "Kubernetes only: more frontends by load. The other roles have none: shards and task queues move whenever their number changes",
  );

/** The ports that every role has. */
const ringPorts = ({ grpc, membership }: RolePorts) => ({
  grpc: rolePort.default(grpc).describe("gRPC port inside the cluster's network"),
  membership: rolePort.default(membership).describe("Port of the ring (ringpop)"),
});

const differ = [
  (ports: object) => new Set(Object.values(ports)).size === Object.keys(ports).length,
  "must differ from each other",
] as const;

/** A role whose number nothing changes but the user. */
const role = (name: Exclude<ServiceRole, "frontend">, memory: `${number}${"MiB" | "GiB"}`) =>
  z
    .strictObject({
      replicas,
      resources: resources(memory, 128),
      ports: z
        .strictObject(ringPorts(defaultPorts[name]))
        .refine(...differ)
        .prefault({}),
    })
    .prefault({})
    .describe(`The ${name} service`);

const frontend = z
  .strictObject({
    replicas,
    autoscaling,
    resources: resources("512MiB", 128),
    ports: z
      .strictObject({
        ...ringPorts(defaultPorts.frontend),
        http: rolePort.default(defaultPorts.frontend.http).describe("Port of the HTTP API"),
      })
      .refine(...differ)
      .prefault({}),
  })
  .prefault({})
  .describe("The frontend service");

const dynamicScalar = z.union([z.string(), z.number(), z.boolean()]);
const dynamicValue: z.ZodType<DynamicValue> = z.lazy(() =>
  z.union([dynamicScalar, z.array(dynamicValue), z.record(z.string(), dynamicValue)]),
);

const constrained = z.strictObject({
  value: dynamicValue,
  constraints: z.record(z.string(), z.union([z.string(), z.number()])).exactOptional(),
});

const dynamicConfig = z
  .record(
    z
      .string()
      .regex(/^[A-Za-z][A-Za-z0-9]*(\.[A-Za-z0-9]+)+$/, "must be a key such as limit.maxIDLength"),
    z
      .union(
        [z.array(constrained).min(1), dynamicScalar],
        "must be a plain value or a list of {value, constraints}",
      )
      .transform((value) => (Array.isArray(value) ? value : [{ value }])),
  )
  .default({})
  .describe(
    "Temporal's dynamic config by key: a plain value, or a list of {value, constraints}; checked by the server's own binary. Running roles take it over; only a key that a role reads at its start replaces that role",
  );

/** The Temporal server. */
export const server = z
  .strictObject({
    version: z
      .string()
      .refine(
        (text) => {
          const version = parseServerVersion(text);
          return version !== undefined && isSupported(version);
        },
        `must be a version of ${supportedMinors.join(" or ")} such as ${defaultServerVersion}`,
      )
      .default(defaultServerVersion)
      .describe(
        "Version of the Temporal server; one minor version at a time, and back to another patch of its minor version only",
      ),
    logLevel: z.enum(logLevels).default("info").describe("Log level of all roles"),
    versionCheck: z
      .enum(versionChecks)
      .default("off")
      .describe(
        "`daily`: the frontend asks version-info.temporal.io for alerts, and tells it the cluster's id, version and kind of database",
      ),
    numHistoryShards: z
      .int()
      .min(1)
      .max(16_384)
      .default(512)
      .describe("Number of history shards. For ever: written to the database at the first start"),
    roles: z
      .strictObject({
        history: role("history", "1GiB"),
        matching: role("matching", "512MiB"),
        frontend,
        worker: role("worker", "512MiB"),
      } satisfies Record<ServiceRole, unknown>)
      .prefault({}),
    connections: z
      .strictObject({
        persistence: z
          .int()
          .min(2)
          .max(500)
          .default(defaultPools.persistence)
          .describe("Pool per process, main database"),
        visibility: z
          .int()
          .min(1)
          .max(500)
          .default(defaultPools.visibility)
          .describe("Pool per process, visibility"),
      })
      .prefault({})
      .describe("Connections to PostgreSQL that one server process opens at most"),
    dynamicConfig,
  })
  .prefault({})
  .describe("The Temporal server");
