/**
 * The scripts of the tasks that make the index of visibility, and copy PostgreSQL's lists into it.
 */
import { authorityIn, type DatabaseAddress, databasePassword } from "./database.ts";
import { defined } from "./defined.ts";
import { versionGuard } from "./image-version.ts";
import { opensearchPassword } from "./opensearch.ts";
import {
  searchAttributeRoom,
  type SearchAttributeType,
  searchAttributeTypes,
} from "./search-attributes.ts";
import { template } from "./template.ts";
import { searchAuthorityIn, type SearchIndex, withPort } from "./visibility.ts";
import type { EnvironmentValue } from "./workload.ts";

const directory = "/etc/temporal-visibility";

/** Paths of the tasks' files inside their containers. */
export const visibilityPaths = {
  index: `${directory}/visibility-index.sh`,
  copy: `${directory}/visibility-copy.sh`,
  rows: `${directory}/visibility-rows.sql`,
  fields: `${directory}/fields.json`,
} as const;

/** When a copy is made: before anybody reads the index, right before the roles change to it, or when all of them have. */
export type CopyMoment = "fill" | "before" | "after";

/** What is wrong with a search server, in words that name the config's keys. Of both scripts, by what their clients print. */
const faults = template("scripts/search-faults.sh");

const indexScript = template("scripts/visibility-index.sh");

/**
 * The script that makes the template, the index and the index's fields, and brings them up to date when the server's version has more of them. It uses
 * the tool's `update-schema` and `create-index`: `setup-schema` would also set `action.auto_create_index`, which is the whole search server's.
 */
export function renderVisibilityIndexScript(version: string, index: SearchIndex): string {
  const key = "clusters[].images.adminTools";
  return indexScript({
    // The tool for Elasticsearch does not tell its version; the image's tools are of one.
    VERSION_GUARD: versionGuard("visibility-index", "temporal-sql-tool", version, key),
    FAULTS: faults({ TASK: "visibility-index", URL: index.url, INDEX: index.name }),
  });
}

/** Settings of `temporal-elasticsearch-tool` (temporal/tools/elasticsearch/main.go). */
export function visibilityIndexEnvironment(index: SearchIndex): Record<string, EnvironmentValue> {
  const { url, name, user, serverName } = index;
  return {
    ES_SERVER: url,
    ES_VISIBILITY_INDEX: name,
    ...(user === undefined ? {} : { ES_USER: user, ES_PWD: { secret: opensearchPassword } }),
    ...(url.startsWith("https:")
      ? {
          ES_TLS: "true",
          ...defined({ ES_TLS_CA_FILE: searchAuthorityIn(index), ES_TLS_SERVER_NAME: serverName }),
        }
      : {}),
  };
}

const copyScript = template("scripts/visibility-copy.sh");

/**
 * The script that copies PostgreSQL's lists (decision 0021). Any number of times: a document has the version of its row, by which the search server
 * keeps what the Temporal server has written later. Each copy has a number, which its documents carry, so that those of workflows that are gone from
 * PostgreSQL are known and go, too. The last copy marks the index as moved; later ones leave it alone.
 */
export function renderVisibilityCopyScript(task: string, index: SearchIndex): string {
  return copyScript({
    TASK: task,
    FAULTS: faults({ TASK: task, URL: index.url, INDEX: index.name }),
    FIELDS: visibilityPaths.fields,
    ROWS: visibilityPaths.rows,
    COPY_FIELD: copyField,
  });
}

/** Field of a document that is a copy: the number of the copy. The server passes over fields that it does not know. */
const copyField = "TemporalPlatformCopy";

/** The rows as requests of the search server's `_bulk`: for each a line that says what to do, and the document as the server itself writes it. */
export const visibilityRows = template("sql/visibility-rows.sql")({ COPY_FIELD: copyField });

/** Types of fields by type of search attribute, as the server makes them (`buildMappingBody` in elasticsearch/client/client_v7.go). */
const fieldTypes: Readonly<Record<SearchAttributeType, object>> = {
  Text: { type: "text" },
  Keyword: { type: "keyword" },
  Int: { type: "long" },
  Double: { type: "scaled_float", scaling_factor: 10_000 },
  Bool: { type: "boolean" },
  Datetime: { type: "date_nanos" },
  KeywordList: { type: "keyword" },
};

/**
 * The fields that a copy needs besides the template's. A namespace has names of its own for PostgreSQL's columns, which are in the histories of its
 * workflows and stay in force: the server knows the columns in an index, too, but makes no fields for them.
 */
export const visibilityFields = JSON.stringify({
  properties: {
    [copyField]: { type: "long" },
    ...Object.fromEntries(
      searchAttributeTypes.flatMap((type) =>
        Array.from({ length: searchAttributeRoom[type] }, (_, index) => [
          `${type}${String(index + 1).padStart(2, "0")}`,
          fieldTypes[type],
        ]),
      ),
    ),
  },
});

/** The environment of a copy: PostgreSQL as `psql` finds it, and the search server. */
export function visibilityCopyEnvironment(
  address: DatabaseAddress,
  index: SearchIndex,
  moment: CopyMoment,
): Record<string, EnvironmentValue> {
  const { protocol, hostname, host } = new URL(index.url);
  const { user, name } = index;
  const certified = index.serverName ?? hostname;
  return {
    PGHOST: address.host,
    PGPORT: String(address.port),
    PGUSER: address.user,
    PGPASSWORD: { secret: databasePassword },
    PGDATABASE: address.databases.visibility,
    PGSSLMODE: address.tls,
    ...defined({ PGSSLROOTCERT: authorityIn(address) }),
    PGOPTIONS: Object.entries(address.connectAttributes)
      .map(([key, value]) => `-c ${key}=${value.replaceAll(/[\\ ]/g, (one) => `\\${one}`)}`)
      .join(" "),
    PGCONNECT_TIMEOUT: "10",
    MOMENT: moment,
    SEARCH_SCHEME: protocol.slice(0, -1),
    SEARCH_HOST: hostname,
    SEARCH_PORT: withPort(protocol, host).replace(/.*:/, ""),
    SEARCH_INDEX: name,
    ...(user === undefined
      ? {}
      : { SEARCH_USER: user, SEARCH_PASSWORD: { secret: opensearchPassword } }),
    SEARCH_NAME: certified,
    SEARCH_VERIFY: /^[\d.]+$/.test(certified) ? "ip" : "hostname",
    ...defined({ SEARCH_CA: searchAuthorityIn(index) }),
  };
}
