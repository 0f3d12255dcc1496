/**
 * Who may do what in the platform's OpenSearch, as its security plugin reads it (docs.opensearch.org, "Security configuration").
 *
 * The plugin keeps its config in an index, which it makes from files when there is none, and which nobody may change over the network: there is
 * no administrator. Two things keep that index from being older than the files. It holds the name of the password's variable and not the password,
 * so that each start reads the password anew. And it is named after the files' content, so that other rules are another index.
 */
import { createHash } from "node:crypto";
import { dump } from "js-yaml";
import type { PlatformSecretName } from "./secrets.ts";
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

/** The plugin's types of config; each is a file and a document. It wants the last two, too, when they say nothing. */
const contents: Readonly<Record<string, object>> = {
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
  // Reserved is what its REST API cannot change: the user cannot give itself a password that the next start would not know.
  internal_users: {
    [opensearchUser]: { reserved: true, hash: `\${envbc.${opensearchPassword}}` },
  },
  roles: {
    [opensearchUser]: {
      reserved: true,
      cluster_permissions: clusterPermissions,
      index_permissions: [
        { index_patterns: [visibilityIndexPattern], allowed_actions: indexPermissions },
      ],
    },
  },
  roles_mapping: { [opensearchUser]: { reserved: true, users: [opensearchUser] } },
  action_groups: {},
  tenants: {},
};

/** Names that a type has inside its file, where they are others. */
const types: Readonly<Record<string, string>> = {
  internal_users: "internalusers",
  roles_mapping: "rolesmapping",
  action_groups: "actiongroups",
};

/** The plugin's files, below a directory. */
export function securityFiles(directory: string): readonly File[] {
  return Object.entries(contents).map(([name, content]) => ({
    path: `${directory}/${name}.yml`,
    content: dump({ _meta: { type: types[name] ?? name, config_version: 2 }, ...content }),
  }));
}

/** Name of the index that keeps what the files say; other files have another one. */
export function securityIndex(): string {
  const files = JSON.stringify(securityFiles("").map(({ content }) => content));
  return `.opendistro_security-${createHash("sha256").update(files).digest("hex").slice(0, 8)}`;
}
