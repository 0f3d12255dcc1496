/**
 * The Temporal server's static config, rendered by us rather than by an image's entry point.
 *
 * One file serves all roles of a cluster: each reads its own part, and all must agree on the rest. The server expands `{{ … }}` at its
 * start, which is how secrets and a container's own address get in without ever being part of the file.
 */
import { dump } from "js-yaml";
import { archivalConfig } from "./archival.ts";
import { defined } from "./defined.ts";
import type { Cluster } from "./cluster.ts";
import {
  authorityIn,
  databaseAddress,
  databasePassword,
  type DatabaseAddress,
  userInAddress,
} from "./database.ts";
import { databaseConnectSeconds, rpcKeepalive } from "./keepalive.ts";
import { opensearchPassword } from "./opensearch.ts";
import { metricsPort, serviceRoles } from "./roles.ts";
import { searchStore, servingIndex } from "./visibility.ts";
import { type LiveDirectory, ownAddress } from "./workload.ts";

/** Directory of the config inside a container. */
export const configDirectory = "/etc/temporal/config";

/**
 * Name of the environment in the words of the server's older loader, which `render-config` alone still uses: it reads
 * `<directory>/<environment>.yaml`.
 */
export const configEnvironment = "temporal";

/** The static config's path. */
export const configPath = `${configDirectory}/${configEnvironment}.yaml`;

/** Where the dynamic config is; apart from the static one, because the older loader reads every file beside that. */
export const dynamicConfigDirectory: LiveDirectory = {
  name: "dynamic-config",
  path: "/etc/temporal/dynamic-config",
};

/** The dynamic config's path. */
export const dynamicConfigPath = `${dynamicConfigDirectory.path}/dynamic-config.yaml`;

/** Template expressions, put in place of markers after the YAML is written, because YAML would quote them. */
const expressions = {
  // toJson quotes and escapes: a password may hold any character.
  "@password@": `{{ env "${databasePassword}" | toJson }}`,
  "@search-password@": `{{ env "${opensearchPassword}" | toJson }}`,
  // A pod may have several addresses, of which a lookup gives any; the kubelet names the first one.
  "@address@": `{{ if env "${ownAddress}" }}{{ env "${ownAddress}" | toJson }}{{ else }}{{ getHostByName (env "HOSTNAME") | toJson }}{{ end }}`,
  "@any@": `{{ if contains ":" (env "${ownAddress}") }}"::"{{ else }}"0.0.0.0"{{ end }}`,
  "@metrics@": `{{ if contains ":" (env "${ownAddress}") }}"[::]:${metricsPort}"{{ else }}"0.0.0.0:${metricsPort}"{{ end }}`,
} as const;

/** The file that `temporal-server --config-file` reads (keys: temporal/common/config/config.go). */
export function renderServerConfig(cluster: Cluster): string {
  const { identity, server, name } = cluster;
  const frontend = server.roles.frontend.ports;
  const database = databaseAddress(cluster);
  const index = servingIndex(cluster);
  const config = {
    log: { stdout: true, level: server.logLevel, format: "json" },
    persistence: {
      defaultStore: "default",
      visibilityStore: "visibility",
      numHistoryShards: identity.numHistoryShards,
      datastores: {
        default: sqlStore(database, database.databases.persistence, server.connections.persistence),
        visibility:
          index === undefined
            ? sqlStore(database, database.databases.visibility, server.connections.visibility)
            : searchStore(index, "@search-password@"),
      },
    },
    global: {
      // The server's default. The official template's 30 s are waited for in full by whoever starts first after a restart of everything.
      membership: { maxJoinDuration: "10s", broadcastAddress: "@address@" },
      metrics: {
        prometheus: { listenAddress: "@metrics@" },
      },
    },
    services: Object.fromEntries(
      serviceRoles.map((role) => {
        const ports = server.roles[role].ports;
        return [
          role,
          {
            rpc: {
              grpcPort: ports.grpc,
              membershipPort: ports.membership,
              ...(role === "frontend" ? { httpPort: frontend.http } : {}),
              bindOnIP: "@any@",
              ...rpcKeepalive(role),
            },
          },
        ];
      }),
    ),
    clusterMetadata: {
      // May be switched on later; the server then takes over the versions below (operator guide, multi-cluster replication).
      enableGlobalNamespace: false,
      failoverVersionIncrement: identity.failoverVersionIncrement,
      masterClusterName: name,
      currentClusterName: name,
      clusterInformation: {
        [name]: {
          enabled: true,
          initialFailoverVersion: identity.initialFailoverVersion,
          rpcName: "frontend",
          rpcAddress: `frontend:${frontend.grpc}`,
          httpAddress: `frontend:${frontend.http}`,
        },
      },
    },
    dcRedirectionPolicy: { policy: "noop" },
    ...archivalConfig(cluster),
    dynamicConfigClient: { filepath: dynamicConfigPath, pollInterval: "10s" },
  };
  const yaml = dump(config, { lineWidth: -1, noRefs: true });
  return Object.entries(expressions).reduce(
    (text, [marker, expression]) => text.replaceAll(`'${marker}'`, expression),
    `# enable-template\n${yaml}`,
  );
}

/**
 * A datastore. Where the authority's certificates are renewed meanwhile, every connection reads them again: with a `passwordCommand` the server puts
 * its address together anew for each (sql/sqlplugin/connector.go), and otherwise once, when it starts. The command itself says nothing.
 *
 * The driver is pgx rather than lib/pq, which parses every statement anew and asks the server twice for each: pgx keeps prepared
 * statements (decision 0010). The idle connections equal the maximum, because Go's default of two closes and opens connections under load
 * (temporal issue 6459).
 */
function sqlStore(address: DatabaseAddress, database: string, connections: number): object {
  const authority = authorityIn(address);
  return {
    sql: {
      pluginName: "postgres12_pgx",
      databaseName: database,
      connectAddr: `${address.host}:${address.port}`,
      connectProtocol: "tcp",
      connectAttributes: {
        ...address.connectAttributes,
        connect_timeout: String(databaseConnectSeconds),
        // `password` itself would be escaped as if it stood in a query, where a space is a plus (sql/sqlplugin/postgresql/session/session.go).
        password: "@password@",
      },
      user: userInAddress(address),
      ...(typeof address.ca === "object" ? { passwordCommand: { command: "true" } } : {}),
      maxConns: connections,
      maxIdleConns: connections,
      maxConnLifetime: "1h",
      ...(address.tls === "disable"
        ? {}
        : {
            tls: {
              enabled: true,
              enableHostVerification: address.tls === "verify-full",
              ...defined({ caFile: authority }),
            },
          }),
    },
  };
}
