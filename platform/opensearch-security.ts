/**
 * Who may do what in the platform's OpenSearch, as its security plugin reads it (docs.opensearch.org, "Security configuration").
 *
 * The plugin keeps its config in an index, which it makes from files when there is none, and which nobody may change over the network: there is
 * no administrator. Two things keep that index from being older than the files. It holds the name of the password's variable and not the password,
 * so that each start reads the password anew. And it is named after the files' content, so that other rules are another index.
 */
import { createHash } from "node:crypto";
import { dump } from "js-yaml";
import type { Cluster } from "./cluster.ts";
import {
  elasticsearchExporterPassword,
  elasticsearchExporterUser,
  managedElasticsearchExporter,
} from "./elasticsearch-exporter.ts";
import type { PlatformSecretName, SecretName } from "./secrets.ts";
import type { File } from "./workload.ts";

/** The user of the servers and of the task that makes the index; no secret by itself. */
export const opensearchUser = "temporal";

/** Name of the secret that lets {@link opensearchUser} in, and of the variable in which the node finds it. */
export const opensearchPassword = "OPENSEARCH_PASSWORD" satisfies PlatformSecretName;

/** Names of the indexes that the user may read and write; everything that Temporal has in OpenSearch has such a name. */
export const visibilityIndexPattern = "temporal_visibility*";

/**
 * What the user may do to the node: say hello, ask whether an index is there to be used, write templates, send many documents at once and read many in
 * parts, of which each is judged by itself. A template may name any index: the plugin knows no rights on some templates only.
 */
const clusterPermissions = [
  "cluster:monitor/main",
  "cluster:monitor/health",
  "indices:admin/template/get",
  "indices:admin/template/put",
  "indices:data/write/bulk",
  // By which documents of a query are deleted (platform/scripts/visibility-copy.sh).
  "indices:data/read/scroll",
  "indices:data/read/scroll/clear",
];

/** What the user may do to its indexes: make them, add fields, change settings, read and write documents. It cannot delete an index. */
const indexPermissions = [
  "indices:admin/create",
  "indices:admin/exists",
  "indices:admin/get",
  "indices:admin/mapping/put",
  "indices:admin/mappings/get",
  "indices:admin/settings/update",
  "indices:admin/settings/update",
  "indices:data/read/*",
  "indices:data/write/*",
];

/** What elasticsearch_exporter asks for (`/`, `/_cluster/health`, `/_nodes/stats`): how the node is, and no document. */
const exporterPermissions = [
  "cluster:monitor/main",
  "cluster:monitor/health",
  "cluster:monitor/nodes/stats",
];

/** Somebody who is let in, with a role of the same name. */
export interface SearchUser {
  readonly name: string;
  /** Variable of the node's environment that has the password. */
  readonly variable: string;
  /** Name of the secret that carries it. */
  readonly secret: SecretName;
  /** What the user may do to the node. */
  readonly cluster: readonly string[];
  /** What the user may do to the indexes of {@link visibilityIndexPattern}; nothing when there is none. */
  readonly indexes: readonly string[];
}

const servers: SearchUser = {
  ...{ name: opensearchUser, variable: opensearchPassword, secret: opensearchPassword },
  ...{ cluster: clusterPermissions, indexes: indexPermissions },
};

const exporter: SearchUser = {
  name: elasticsearchExporterUser,
  variable: "EXPORTER_PASSWORD",
  secret: elasticsearchExporterPassword,
  ...{ cluster: exporterPermissions, indexes: [] },
};

/** Who is let in: the servers with their tasks, and what watches the node where something does. */
export function searchUsers(cluster: Pick<Cluster, "monitoring">): readonly SearchUser[] {
  return managedElasticsearchExporter(cluster) === undefined ? [servers] : [servers, exporter];
}

/** The plugin's types of config; each is a file and a document. It wants the last two, too, when they say nothing. */
function contentsFor(users: readonly SearchUser[]): Readonly<Record<string, object>> {
  const of = (what: (user: SearchUser) => object): object =>
    Object.fromEntries(users.map((user) => [user.name, { reserved: true, ...what(user) }]));
  return {
    config: {
      config: {
        dynamic: {
          http: { anonymous_auth_enabled: false },
          authc: {
            password: {
              http_enabled: true,
              order: 0,
              http_authenticator: { type: "basic", challenge: true },
              authentication_backend: { type: "intern" },
            },
          },
        },
      },
    },
    // Reserved is what its REST API cannot change: a user cannot give itself a password that the next start would not know.
    internal_users: of(({ variable }) => ({ hash: `\${envbc.${variable}}` })),
    roles: of(({ cluster, indexes }) => ({
      cluster_permissions: cluster,
      index_permissions:
        indexes.length === 0
          ? []
          : [{ index_patterns: [visibilityIndexPattern], allowed_actions: indexes }],
    })),
    roles_mapping: of(({ name }) => ({ users: [name] })),
    action_groups: {},
    tenants: {},
  };
}

/** Names that a type has inside its file, where they are others. */
const types: Readonly<Record<string, string>> = {
  internal_users: "internalusers",
  roles_mapping: "rolesmapping",
  action_groups: "actiongroups",
};

/** The plugin's files, below a directory. */
export function securityFiles(directory: string, users: readonly SearchUser[]): readonly File[] {
  return Object.entries(contentsFor(users)).map(([name, content]) => ({
    path: `${directory}/${name}.yml`,
    content: dump({ _meta: { type: types[name] ?? name, config_version: 2 }, ...content }),
  }));
}

/** Name of the index that keeps what the files say; other files have another one. */
export function securityIndex(users: readonly SearchUser[]): string {
  const files = JSON.stringify(securityFiles("", users).map(({ content }) => content));
  return `.opendistro_security-${createHash("sha256").update(files).digest("hex").slice(0, 8)}`;
}
