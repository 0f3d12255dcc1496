/**
 * Advanced visibility: lists, counts and searches of workflows from an index of OpenSearch or Elasticsearch (docs.temporal.io/self-hosted-guide/visibility).
 *
 * History writes to the index by tasks of its own, which it tries again for as long as it takes: while the index is away, workflows go on, and their
 * changes wait in PostgreSQL (temporal/service/history/visibility_queue_task_executor.go).
 */
import type { Cluster } from "./cluster.ts";
import { defined } from "./defined.ts";
import type { DynamicConfig } from "./dynamic-config.ts";
import {
  elasticsearchExporterName,
  managedElasticsearchExporter,
} from "./elasticsearch-exporter.ts";
import {
  opensearchIndex,
  opensearchName,
  opensearchPassword,
  opensearchPort,
  opensearchUser,
} from "./opensearch.ts";
import { serviceRoles } from "./roles.ts";
import type { GivenSecret } from "./secrets.ts";
import { type Callers, type EnvironmentValue, type File, parts } from "./workload.ts";

/** What the names of indexes begin with: Temporal's template is for these (temporal/schema/elasticsearch/visibility). */
export const visibilityIndexPrefix = "temporal_visibility_v1";

/** Variable of the environment of whoever deploys that has the password of an external server by default. */
export const visibilityPasswordVariable = "TEMPORAL_VISIBILITY_PASSWORD";

/** Name of the task that makes the index and brings its fields up to date. */
export const visibilityIndexName = "visibility-index";

/** Name of the task that copies PostgreSQL's lists before a role reads the index. */
export const visibilityCopyName = "visibility-copy";

/** Name of the task that copies what PostgreSQL was told until every role wrote to the index. */
export const visibilityCatchUpName = "visibility-catch-up";

/** A step of the move, see config/visibility.ts. */
export type VisibilityStage = Exclude<Cluster["visibility"], { kind: "postgres" }>["stage"];

/** An index as its clients see it. */
export interface SearchIndex {
  /** Scheme, host and port, such as `https://search.example.com:9200`. */
  readonly url: string;
  /** Name of the index. */
  readonly name: string;
  /** Undefined where the server asks for nothing; the password travels as the secret {@link opensearchPassword}. */
  readonly user?: string;
  /** Certificates of the authority that signed the server's, in PEM. */
  readonly ca?: string;
  /** Name that the certificate has, where it is not the host's. */
  readonly serverName?: string;
}

/** The index of a cluster; undefined when it has none. */
export function searchIndex({
  name: cluster,
  visibility,
}: Pick<Cluster, "name" | "visibility">): SearchIndex | undefined {
  switch (visibility.kind) {
    case "postgres":
      return undefined;
    case "managed":
      return {
        url: `http://${opensearchName}:${opensearchPort}`,
        name: opensearchIndex,
        user: opensearchUser,
      };
    case "external": {
      const {
        url,
        index: name = `${visibilityIndexPrefix}_${cluster}`,
        credentials,
        tls,
      } = visibility;
      const user = credentials.kind === "basic" ? credentials.username : undefined;
      return { url, name, ...defined({ user, ca: tls.ca, serverName: tls.serverName }) };
    }
  }
}

/** The index that a cluster's roles read and write; undefined while they do so in PostgreSQL. */
export function servingIndex(
  cluster: Pick<Cluster, "name" | "visibility">,
): SearchIndex | undefined {
  return isServing(cluster) ? searchIndex(cluster) : undefined;
}

function isServing({ visibility }: Pick<Cluster, "visibility">): boolean {
  return visibility.kind !== "postgres" && visibility.stage !== "fill";
}

/** Whether a cluster's lists are on the move, so that PostgreSQL's are copied. */
export function isMoving({ visibility }: Pick<Cluster, "visibility">): boolean {
  return visibility.kind !== "postgres" && visibility.stage !== "only";
}

/** The tasks of a cluster that read PostgreSQL's lists. */
export function copyingTasks({ visibility }: Pick<Cluster, "visibility">): readonly string[] {
  if (visibility.kind === "postgres" || visibility.stage === "only") return [];
  return visibility.stage === "fill"
    ? [visibilityCopyName]
    : [visibilityCopyName, visibilityCatchUpName];
}

/** Who may connect to the platform's own node. */
export function searchCallers(cluster: Pick<Cluster, "monitoring">): Callers {
  return parts(
    ...([visibilityIndexName, visibilityCopyName, visibilityCatchUpName] as const),
    ...serviceRoles,
    ...(managedElasticsearchExporter(cluster) === undefined ? [] : [elasticsearchExporterName]),
  );
}

/** Path of the authority's certificates in every container that connects. */
const authorityPath = "/etc/temporal/visibility/ca.pem";

/** The authority's certificates as a file; none where the images' own authorities do, and where nothing is checked. */
export function searchFiles(index: SearchIndex | undefined): File[] {
  return index?.ca === undefined ? [] : [{ path: authorityPath, content: index.ca }];
}

/** Where {@link searchFiles} are; undefined when there are none. */
export function searchAuthorityIn(index: SearchIndex): string | undefined {
  return searchFiles(index)[0]?.path;
}

/** The password of an external search server, whose value the user gives; none where it asks for nothing. */
export function givenSearchPassword({
  visibility,
}: Pick<Cluster, "visibility">): readonly GivenSecret[] {
  if (visibility.kind !== "external" || visibility.credentials.kind !== "basic") return [];
  const { password: source } = visibility.credentials;
  return [{ name: opensearchPassword, source, at: ["visibility", "credentials", "password"] }];
}

/** The environment of whoever reads the server's config; empty where it has no password. */
export function searchEnvironment(
  index: SearchIndex | undefined,
): Readonly<Record<string, EnvironmentValue>> {
  return index?.user === undefined ? {} : { [opensearchPassword]: { secret: opensearchPassword } };
}

/**
 * The index as a datastore of the server's static config (temporal/common/persistence/visibility/store/elasticsearch/client/config.go). Version `v7`
 * stands for OpenSearch 2 and for Elasticsearch 7 and 8 alike. Without an interval, connections to addresses that a name had once stay for ever.
 *
 * @param password What stands for the password in the file.
 */
export function searchStore(index: SearchIndex, password: string): object {
  const { url, name, user, serverName } = index;
  const { protocol, host } = new URL(url);
  return {
    elasticsearch: {
      version: "v7",
      url: { scheme: protocol.slice(0, -1), host: withPort(protocol, host) },
      ...(user === undefined ? {} : { username: user, password }),
      indices: { visibility: name },
      closeIdleConnectionsInterval: "15s",
      ...(protocol === "http:"
        ? {}
        : {
            tls: {
              enabled: true,
              enableHostVerification: true,
              ...defined({ caFile: searchAuthorityIn(index), serverName }),
            },
          }),
    },
  };
}

/** A host with its port, which an address leaves out where it is the scheme's own. */
export function withPort(protocol: string, host: string): string {
  return /:\d+$/.test(host) ? host : `${host}:${protocol === "https:" ? 443 : 80}`;
}

/** Dynamic config for an index: ORDER BY, which the server refuses by default because it is slow on large indexes. */
export function visibilitySettings(cluster: Cluster): DynamicConfig {
  if (!isServing(cluster)) return {};
  return { "system.visibilityDisableOrderByClause": [{ value: false }] };
}
