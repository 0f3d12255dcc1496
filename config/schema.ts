/**
 * The schema of a cluster's configuration: every key, its bounds, its default and what it means. The reference in docs/ is generated
 * from it.
 */
import { z } from "zod";
import { defaultChartRepository } from "../platform/chart.ts";
import { logLevels, tlsModes } from "../platform/cluster.ts";
import { defaultDatabases } from "../platform/database.ts";
import {
  defaultPorts,
  greatestRolePort,
  metricsPort,
  type ServiceRole,
  serviceRoles,
} from "../platform/roles.ts";
import { dataPolicies } from "../platform/workload.ts";
import {
  defaultServerVersion,
  isSupported,
  parseServerVersion,
  supportedMinors,
} from "../platform/versions.ts";
import { kubernetesTarget } from "./kubernetes.ts";
import { days, dnsLabel, hostPort, memoryMiB, storageGiB } from "./units.ts";

const rolePort = z
  .int()
  .refine(
    (port) => port !== metricsPort,
    `must not be ${String(metricsPort)}, the port of the metrics`,
  )
  .min(1024)
  .max(
    greatestRolePort,
    `must be at most ${String(greatestRolePort)}: PostgreSQL's schema keeps it as a SMALLINT, and a server with a greater one dies at its start`,
  );

const resources = (memory: `${number}${"MiB" | "GiB"}`, leastMiB: number) =>
  z
    .strictObject({
      memory: memoryMiB
        .refine((size) => size >= leastMiB, `must be at least ${String(leastMiB)}MiB`)
        .prefault(memory)
        .describe("Hard limit of memory; there is no swap on top"),
      cpus: z
        .number()
        .positive()
        .exactOptional()
        .describe("Hard limit of processor time in cores, such as 0.5; none when left out"),
      cpuRequest: z
        .number()
        .positive()
        .exactOptional()
        .describe("Kubernetes only: processor time in cores that is set aside; 0.1 when left out"),
    })
    .transform(({ memory: size, ...rest }) => ({ memoryMiB: size, ...rest }))
    .prefault({})
    .describe("What one container may use");

const replicas = z.int().min(1).max(100).default(1).describe("How many of it run");

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

const role = <More extends z.ZodRawShape, MorePorts extends z.ZodRawShape>(
  name: ServiceRole,
  memory: `${number}${"MiB" | "GiB"}`,
  more: More,
  morePorts: MorePorts,
) => {
  const ports = defaultPorts[name];
  return z
    .strictObject({
      replicas,
      ...more,
      resources: resources(memory, 128),
      ports: z
        .strictObject({
          grpc: rolePort.default(ports.grpc).describe("gRPC port inside the cluster's network"),
          membership: rolePort.default(ports.membership).describe("Port of the ring (ringpop)"),
          ...morePorts,
        })
        .refine((all) => new Set(Object.values(all)).size === Object.keys(all).length, {
          message: "must differ from each other",
        })
        .prefault({} as never),
    })
    .prefault({} as never)
    .describe(`The ${name} service`);
};

const dynamicScalar = z.union([z.string(), z.number(), z.boolean()]);
const dynamicValue: z.ZodType<DynamicInput> = z.lazy(() =>
  z.union([dynamicScalar, z.array(dynamicValue), z.record(z.string(), dynamicValue)]),
);
type DynamicInput = string | number | boolean | DynamicInput[] | { [key: string]: DynamicInput };

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
    "Temporal's dynamic config by key: a plain value, or a list of {value, constraints}; checked by the server's own binary before it is rolled out",
  );

const server = z
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
      .describe("Version of the Temporal server; one minor version at a time and never back"),
    logLevel: z.enum(logLevels).default("info").describe("Log level of all roles"),
    numHistoryShards: z
      .int()
      .min(1)
      .max(16_384)
      .default(512)
      .describe("Number of history shards. For ever: written to the database at the first start"),
    roles: z
      .strictObject({
        history: role("history", "1GiB", {}, {}),
        matching: role("matching", "512MiB", {}, {}),
        frontend: role(
          "frontend",
          "512MiB",
          { autoscaling },
          { http: rolePort.default(defaultPorts.frontend.http).describe("Port of the HTTP API") },
        ),
        worker: role("worker", "512MiB", {}, {}),
      } satisfies Record<(typeof serviceRoles)[number], unknown>)
      .prefault({}),
    connections: z
      .strictObject({
        persistence: z
          .int()
          .min(2)
          .max(500)
          .default(20)
          .describe("Pool per process, main database"),
        visibility: z.int().min(1).max(500).default(10).describe("Pool per process, visibility"),
      })
      .prefault({})
      .describe("Connections to PostgreSQL that one server process opens at most"),
    dynamicConfig,
  })
  .prefault({})
  .describe("The Temporal server");

const postgres = z
  .discriminatedUnion("kind", [
    z.strictObject({
      kind: z.literal("managed").describe("The platform runs PostgreSQL 15 with a volume"),
      resources: resources("1GiB", 256),
      storage: storageGiB
        .prefault("20GiB")
        .describe("Size of the volume where the target can bound it"),
    }),
    z.strictObject({
      kind: z.literal("external").describe("A PostgreSQL 12 or newer that is there already"),
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
      tls: z.enum(tlsModes).default("disable").describe("Protection of the connections"),
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
    z.strictObject({
      kind: z
        .literal("cloudnative-pg")
        .describe("Kubernetes only: the CloudNativePG operator runs PostgreSQL, by its charts"),
      instances: z.int().min(1).max(9).default(3).describe("The primary and its standbys"),
      resources: resources("1GiB", 256),
      storage: storageGiB.prefault("20GiB").describe("Size of each instance's volume"),
      operator: z
        .enum(["install", "existing"])
        .default("install")
        .describe("Whether the operator is installed too"),
      chartRepository: z
        .url({ protocol: /^(https?|oci)$/, error: "must be the address of a chart repository" })
        .default(defaultChartRepository)
        .describe("Chart repository, or a mirror of it"),
    }),
  ])
  .prefault({ kind: "managed" })
  .describe("Where the data lives; an external password comes from TEMPORAL_DB_PASSWORD");

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
      publish: z
        .strictObject({
          address: z
            .union([z.ipv4(), z.ipv6()], "must be an IP address of this host")
            .default("127.0.0.1")
            .describe("Address of the host that the ports are published on"),
          port: hostPort
            .exactOptional()
            .describe(
              "The gateway: web UI, gRPC and /health. 7233, plus 10 for each Docker cluster before",
            ),
          grpcPort: hostPort.exactOptional().describe("gRPC straight to the frontend; port + 1"),
        })
        .prefault({}),
    }),
    kubernetesTarget,
  ])
  .describe("What the cluster runs on");

const namespaceName = z
  .string()
  .regex(
    /^[A-Za-z0-9][A-Za-z0-9._-]{0,254}$/,
    "must be letters, digits, dots, hyphens and underscores",
  );

/** One cluster, as the user writes it; its output is platform/cluster.ts with the gaps that load.ts fills. */
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
  images: z
    .strictObject({
      registry: z
        .string()
        .regex(
          /^[^/\s][^\s]*[^/\s]$/,
          "must be a prefix such as registry.example.com/mirror, without a slash at its end",
        )
        .exactOptional()
        .describe("Prefix of a registry mirror; Docker Hub when left out"),
    })
    .prefault({}),
  server,
  postgres,
  onDestroy: z
    .enum(dataPolicies)
    .default("delete")
    .describe(
      "What `destroy` does to the volumes: delete them, keep them, or protect: refuse until this is changed",
    ),
  ui: z.strictObject({ replicas, resources: resources("128MiB", 32) }).prefault({}),
  gateway: z
    .strictObject({
      replicas,
      resources: resources("128MiB", 64),
      user: z
        .string()
        .regex(/^[A-Za-z0-9._@-]{1,64}$/, "must be letters, digits and . _ @ -")
        .default("temporal")
        .describe("User name of the web UI; its password is generated"),
      auditLog: days.prefault("90d").describe("How long the audit log is kept"),
    })
    .prefault({})
    .describe("The one port for people, programs and probes"),
  namespaces: z
    .record(
      namespaceName,
      z.strictObject({
        retention: days.prefault("30d").describe("How long closed workflows are kept"),
        description: z.string().max(200).default("").describe("For people"),
      }),
    )
    .refine((all) => !Object.keys(all).includes("temporal-system"), {
      message: "temporal-system is Temporal's own",
    })
    .prefault({ default: {} })
    .describe("Namespaces that exist when the platform says it is up"),
});

/** A cluster after the schema. */
export type ParsedCluster = z.output<typeof clusterSchema>;

/** The stack's list of clusters. */
export const clustersSchema = z
  .array(clusterSchema)
  .min(1, "must name at least one cluster, such as {name: dev, target: {kind: docker}}");

/** Clusters that were removed on purpose. */
export const retiredSchema = z.array(dnsLabel(20)).default([]);
