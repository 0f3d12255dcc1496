/**
 * The config of the platform's OpenSearch, and the script that starts it in the official image and in ours alike.
 */
import { dump } from "js-yaml";
import { type SearchUser, securityIndex } from "./opensearch-security.ts";
import { template } from "./template.ts";

/** The port of the REST API: HTTP without TLS inside the cluster's network, as PostgreSQL's is. */
export const opensearchPort = 9200;

/** The port between nodes, of which there is one: it listens inside the container only. */
const transportPort = 9300;

/** The volume's mount point; the official image keeps its data there, too. The data lies below it, so that a mount point's `lost+found` does no harm. */
export const opensearchMount = "/usr/share/opensearch/data";

/** Directory of the platform's files inside the container. */
export const filesDirectory = "/etc/temporal-opensearch";

/** Directory of the security plugin's files inside the container. */
export const securityDirectory = "/etc/temporal-opensearch-security";

/** A writable directory, empty at every start, in which the script puts together what OpenSearch takes for its installation. */
const homeDirectory = "/tmp/opensearch";

/** Password of the key store between nodes. It is no secret: the key is made at every start, never leaves the container and lets nobody in. */
const storePassword = "made-at-start";

/** Free space below which nothing more is written, as a share of the volume and in MiB. */
const floodStage = { share: 0.05, leastMiB: 256 } as const;

/** How much space must be left, in MiB, see {@link watermarks}. */
export interface Watermarks {
  readonly lowMiB: number;
  readonly highMiB: number;
  readonly floodStageMiB: number;
}

/**
 * The free space at which OpenSearch stops. As bytes and not as shares: a volume without a quota is as large as the engine's disk, of which a
 * twentieth may be more than all the visibility there is.
 *
 * Below the flood stage, which is looked at every 30 seconds, every index is read-only: the servers' writes fail, and they try again for as long as it
 * takes, while workflows go on and lists show what was before. Nothing is lost: what is to be written waits in PostgreSQL. Deleting is writing, so
 * that retention frees nothing any more: the volume has to grow. Above the high watermark OpenSearch takes the block away by itself.
 */
export function watermarks({ storageGiB }: { readonly storageGiB: number }): Watermarks {
  const share = Math.floor(storageGiB * 1024 * floodStage.share);
  const floodStageMiB = Math.max(floodStage.leastMiB, share);
  return { floodStageMiB, highMiB: 2 * floodStageMiB, lowMiB: 3 * floodStageMiB };
}

/** OpenSearch's config (docs.opensearch.org, "Configuring OpenSearch"). */
export function renderOpenSearchConfig(
  volume: { readonly storageGiB: number },
  users: readonly SearchUser[],
): string {
  const { lowMiB, highMiB, floodStageMiB } = watermarks(volume);
  const transport = "plugins.security.ssl.transport";
  const watermark = "cluster.routing.allocation.disk.watermark";
  return dump({
    "cluster.name": "temporal-visibility",
    // Otherwise it is the container's, which another one would not have.
    "node.name": "opensearch",
    "discovery.type": "single-node",
    "path.data": `${opensearchMount}/node`,
    "http.host": "0.0.0.0",
    "http.port": opensearchPort,
    "transport.host": "_local_",
    "transport.port": transportPort,
    // Mapped files want a setting of the host's kernel (vm.max_map_count) that is nobody's to change from here.
    "node.store.allow_mmap": false,
    // What Temporal's tool would set with a right to change every setting: a document never makes an index without its template.
    "action.auto_create_index": false,
    [`${watermark}.low`]: `${lowMiB}mb`,
    [`${watermark}.high`]: `${highMiB}mb`,
    [`${watermark}.flood_stage`]: `${floodStageMiB}mb`,
    "plugins.security.allow_default_init_securityindex": true,
    "plugins.security.config_index_name": securityIndex(users),
    "plugins.security.ssl.http.enabled": false,
    // The plugin wants TLS between nodes, also of one that has no other.
    [`${transport}.keystore_type`]: "PKCS12",
    [`${transport}.keystore_filepath`]: "transport.p12",
    [`${transport}.keystore_password`]: storePassword,
    [`${transport}.truststore_type`]: "PKCS12",
    [`${transport}.truststore_filepath`]: "transport.p12",
    [`${transport}.truststore_password`]: storePassword,
    // Refused logins stand in its log; a record of every request is for those who have a place for it.
    "plugins.security.audit.type": "noop",
  });
}

/** Log lines go to standard output, each a JSON object; without the plugin's advice to keep the password of {@link renderOpenSearchConfig} elsewhere, which is no secret. */
export const opensearchLogging = `status = error
appender.console.type = Console
appender.console.name = console
appender.console.layout.type = PatternLayout
appender.console.layout.alwaysWriteExceptions = false
appender.console.layout.pattern = {"time":"%d{yyyy-MM-dd'T'HH:mm:ss.SSS}{UTC}Z","level":"%p","logger":"%c{1.}","message":"%enc{%m}{JSON}","exception":"%enc{%throwable}{JSON}"}%n
rootLogger.level = info
rootLogger.appenderRef.console.ref = console
logger.certificates.name = org.opensearch.security.ssl.config.SslCertificatesLoader
logger.certificates.level = error
logger.passwords.name = org.opensearch.security.ssl.SecureSSLSettings
logger.passwords.level = error
logger.settings.name = org.opensearch.deprecation.common.settings.Settings
logger.settings.level = error
`;

/** What OpenSearch's code may read besides what it knows of: the parts of the image that {@link renderStartScript} links into its home. */
export const opensearchPolicy = `grant {
  permission java.io.FilePermission "/usr/share/opensearch/modules/-", "read,readlink";
  permission java.io.FilePermission "/usr/share/opensearch/plugins/-", "read,readlink";
};
`;

const script = template("scripts/start-opensearch.sh");

/**
 * The script that becomes OpenSearch. Environment: OPENSEARCH_PASSWORD, and EXPORTER_PASSWORD where elasticsearch_exporter is to be let in.
 *
 * The image's own script starts the image's own config with its demo users, and some twenty plugins, of which Temporal needs one and each takes memory
 * and makes indexes. OpenSearch loads what is in its home: so this one makes a home of the modules and the plugin that are needed, with the platform's
 * config, and starts the same program. Nothing in the image is written to.
 *
 * @param heapMiB Heap of the Java machine; see `heapMiB` in platform/opensearch.ts.
 */
export function renderStartScript(heapMiB: number): string {
  return script({
    HOME_DIRECTORY: homeDirectory,
    FILES_DIRECTORY: filesDirectory,
    SECURITY_DIRECTORY: securityDirectory,
    STORE_PASSWORD: storePassword,
    HEAP_MIB: heapMiB,
    DIRECT_MIB: Math.floor(heapMiB / 2),
  });
}
