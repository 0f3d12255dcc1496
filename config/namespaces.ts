/**
 * The schema of what Temporal holds: namespaces with their search attributes, schedules and limits, and Nexus endpoints.
 */
import { z } from "zod";
import { defined } from "../platform/defined.ts";
import type { Cluster } from "../platform/cluster.ts";
import { comparedKey } from "../platform/dynamic-config.ts";
import { limitKeys, payloadWarnKey } from "../platform/namespace-limits.ts";
import {
  searchAttributeRoom,
  type SearchAttributeType,
  searchAttributeTypes,
} from "../platform/search-attributes.ts";
import { namespaceArchival } from "./archival.ts";
import type { Key } from "./keys.ts";
import { existing, onRemove } from "./removal.ts";
import { schedules } from "./schedules.ts";
import { bytes, duration } from "./units.ts";

/** Name of a namespace; the server itself only limits its length. */
export const namespaceName = z
  .string()
  .regex(
    /^[A-Za-z0-9][A-Za-z0-9._-]{0,254}$/,
    "must be letters, digits, dots, hyphens and underscores",
  );

/** The least retention, in seconds: the default of `system.namespaceMinRetentionLocal` (temporal/common/dynamicconfig/constants.go). */
const minRetentionSeconds = 3600;

/** The longest, in seconds, to which the server cuts without a word (`maxAllowedDuration`, temporal/common/primitives/timestamp/duration.go). */
const maxRetentionSeconds = 100 * 365 * 86_400;

const retention = duration
  .refine((seconds) => seconds >= minRetentionSeconds, "must be at least 1h")
  .refine((seconds) => seconds <= maxRetentionSeconds, "must be at most 36500d");

/** A text that Temporal keeps; it takes an empty one for none. */
const text = (longest: number) => z.string().min(1).max(longest).exactOptional();

const limits = z
  .strictObject({
    requestsPerSecond: z
      .int()
      .min(1)
      .exactOptional()
      .describe(
        "Requests to all frontends together, in a second; in force a minute later; 2400 to each when left out",
      ),
    visibilityRequestsPerSecond: z
      .int()
      .min(1)
      .exactOptional()
      .describe("Of these, lists, counts and scans of workflows; 10 to each when left out"),
    longPolls: z
      .int()
      .min(1)
      .exactOptional()
      .describe(
        "Polls and queries that are open at the same time, of each kind; 1200 at each frontend when left out",
      ),
    payloadSize: bytes
      .exactOptional()
      .describe("Largest input, result, signal or query, such as 512KiB; 2MiB when left out"),
    historySize: bytes
      .exactOptional()
      .describe("Size of a history at which its workflow is terminated; 50MiB when left out"),
    historyEvents: z
      .int()
      .min(100)
      .exactOptional()
      .describe(
        "Number of events in a history at which its workflow is terminated; 51200 when left out",
      ),
  } satisfies Record<keyof typeof limitKeys, z.ZodType>)
  .prefault({})
  .describe("What workers and clients of the namespace may use");

const namespace = z
  .strictObject({
    retention: retention
      .prefault("30d")
      .describe("How long closed workflows are kept, such as 12h or 90d"),
    description: text(200).describe("For people. Can be changed, and not be taken away"),
    owner: text(200).describe("E-mail address. Can be changed, and not be taken away"),
    data: z
      .record(z.string().min(1), z.string())
      .exactOptional()
      .describe("Values by key. Keys can be added and changed, and not be taken away"),
    searchAttributes: z
      .record(
        z
          .string()
          .regex(
            /^[A-Za-z][A-Za-z0-9_]{0,254}$/,
            "must be letters, digits and underscores, a letter first",
          )
          .refine((name) => !name.startsWith("Temporal"), "must not begin with Temporal"),
        z.enum(searchAttributeTypes),
      )
      .default({})
      .describe(
        "Types of custom search attributes by name. A type never changes; an attribute that is no longer named stays",
      ),
    schedules,
    limits,
    archival: namespaceArchival,
    existing,
    onRemove,
  })
  .transform(({ retention: retentionSeconds, ...rest }) => ({ ...rest, retentionSeconds }));

/** Namespaces of a cluster by name. */
export const namespaces = z
  .record(namespaceName, namespace)
  .refine((all) => !Object.keys(all).includes("temporal-system"), {
    message: "temporal-system is Temporal's own",
  })
  .prefault({ default: {} })
  .describe("Namespaces that exist when the platform says it is up");

const endpointTarget = z
  .strictObject({
    namespace: namespaceName
      .exactOptional()
      .describe("Namespace of the workers that answer; one of this cluster's"),
    taskQueue: z.string().min(1).max(255).exactOptional().describe("Task queue of the workers"),
    url: z
      .url({ protocol: /^https?$/, error: "must be an address such as https://example.com/nexus" })
      .exactOptional()
      .describe("Address of a server that answers, in place of workers"),
  })
  .transform(({ namespace, taskQueue, url }, context) => {
    if (url !== undefined && namespace === undefined && taskQueue === undefined) return { url };
    if (url === undefined && namespace !== undefined && taskQueue !== undefined) {
      return { namespace, taskQueue };
    }
    context.addIssue({ code: "custom", message: "must be namespace and taskQueue, or url alone" });
    return z.NEVER;
  });

/** Nexus endpoints of a cluster by name. */
export const nexusEndpoints = z
  .record(
    // `EndpointNameRegex` of temporal/service/frontend/nexus_endpoint_client.go, and the default of `limit.endpointNameMaxLength`.
    z
      .string()
      .regex(
        /^[a-zA-Z][a-zA-Z0-9-]{0,198}[a-zA-Z0-9]$/,
        "must be 2 to 200 letters, digits and hyphens, beginning with a letter",
      ),
    z.strictObject({
      description: z.string().max(1000).default("").describe("For people"),
      target: endpointTarget.describe("Who answers the endpoint's operations"),
      existing,
      onRemove,
    }),
  )
  .default({})
  .describe("Nexus endpoints, by which workflows of one namespace call what another one offers");

/** Refuses what of a cluster's objects does not fit the rest of it. */
export function checkNamespaces({ namespaces: all, server, ...cluster }: Cluster, key: Key): void {
  const { visibility } = cluster;
  const roomy = visibility.kind !== "postgres" && visibility.stage === "only";
  const spelled = new Set(Object.keys(server.dynamicConfig).map(comparedKey));
  for (const [name, { searchAttributes, limits: limited }] of Object.entries(all)) {
    const own = key.at("namespaces", name);
    const byType = Map.groupBy(Object.keys(searchAttributes), (one) => searchAttributes[one]);
    for (const [type, names] of byType as Map<SearchAttributeType, string[]>) {
      const room = searchAttributeRoom[type];
      if (roomy || names.length <= room) continue;
      own
        .at("searchAttributes")
        .refuse(
          `has ${names.length} attributes of type ${type}, and PostgreSQL has room for ${room}: leave out ${names.slice(room).join(", ")}`,
        );
    }
    for (const limit of Object.keys(defined(limited)) as (keyof typeof limitKeys)[]) {
      const keys = [limitKeys[limit], ...(limit === "payloadSize" ? [payloadWarnKey] : [])];
      for (const dynamic of keys.filter((one) => spelled.has(comparedKey(one)))) {
        own
          .at("limits", limit)
          .refuse(
            `is ${dynamic}, which server.dynamicConfig sets as well: say it there, with a constraint for the namespace, or here`,
          );
      }
    }
  }
  for (const [name, { target }] of Object.entries(cluster.nexusEndpoints)) {
    if (!("namespace" in target) || target.namespace in all) continue;
    key
      .at("nexusEndpoints", name, "target", "namespace")
      .refuse(`must be one of the cluster's namespaces: ${Object.keys(all).join(", ")}`);
  }
}
