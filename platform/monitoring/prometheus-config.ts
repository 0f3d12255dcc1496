/**
 * Prometheus's config, as its versions from 2.42 on read it (prometheus.io, "Configuration").
 */
import { dump } from "js-yaml";
import type { Cluster } from "../cluster.ts";
import { hostIn } from "../gateway.ts";
import type { File } from "../workload.ts";
import {
  alertmanagerName,
  alertmanagerPort,
  clusterLabel,
  type ManagedMonitoring,
  prometheusName,
  prometheusPort,
  scrapedJobs,
} from "./places.ts";
import { secretPath } from "./secret-files.ts";
import { alertmanagerSecret, type Authentication, remoteWriteSecret } from "./secrets.ts";
import type { MonitoringSecretName } from "../secrets.ts";

/** Paths inside the container. The images have a config of their own in /etc/prometheus. */
export const prometheusPaths = {
  config: "/etc/monitoring/prometheus.yml",
  rules: "/etc/monitoring/rules.yml",
  /** Below none of the others: Kubernetes mounts each directory by itself, and not into another one. */
  page: "/etc/monitoring-page",
  data: "/prometheus",
  alertmanagerAuthority: "/etc/monitoring/alertmanager-ca.pem",
  remoteWriteAuthority: "/etc/monitoring/remote-write-ca.pem",
} as const;

/** Time between two scrapes, and between two evaluations of the rules. */
const interval = "15s";

/**
 * Share of the volume that finished blocks and the write-ahead log may fill. What is being compacted comes on top (prometheus.io, "Storage": 80 to
 * 85 % of the disk).
 */
const blockShare = 0.8;

/** The bytes above which Prometheus deletes its oldest data, so that its volume never fills. */
export function retentionBytes({ storageGiB }: Pick<ManagedMonitoring, "storageGiB">): number {
  return Math.floor(storageGiB * blockShare * 2 ** 30);
}

/** The arguments of Prometheus. It has no login, so that neither its state nor its config can be changed by its API, which is the default. */
export function prometheusArguments(monitoring: ManagedMonitoring): string[] {
  return [
    `--config.file=${prometheusPaths.config}`,
    "--log.format=json",
    `--storage.tsdb.path=${prometheusPaths.data}`,
    `--storage.tsdb.retention.time=${monitoring.retentionDays}d`,
    `--storage.tsdb.retention.size=${retentionBytes(monitoring)}B`,
    // Below /user/.
    `--web.user-assets=${prometheusPaths.page}`,
    // Of either family of addresses.
    `--web.listen-address=:${prometheusPort}`,
  ];
}

/** The config. Processes are found by the names of the network, so that no right to ask Kubernetes' API is needed. */
export function renderPrometheusConfig(cluster: Cluster, monitoring: ManagedMonitoring): string {
  const { remoteWrite } = monitoring;
  const alertmanager = alertmanagerOf(cluster, monitoring);
  const known = [{ target_label: clusterLabel, replacement: cluster.name }];
  const config = {
    global: {
      scrape_interval: interval,
      evaluation_interval: interval,
      external_labels: { [clusterLabel]: cluster.name },
    },
    rule_files: [prometheusPaths.rules],
    scrape_configs: [
      ...scrapedJobs(cluster).map(({ job, members, port }) => ({
        job_name: job,
        dns_sd_configs: recordTypes(cluster).map((type) => ({
          // The dot at the end keeps the resolver from trying search domains first.
          names: [`${hostIn(cluster, members)}.`],
          type,
          port,
          refresh_interval: interval,
        })),
        relabel_configs: known,
      })),
      {
        job_name: prometheusName,
        static_configs: [{ targets: [`localhost:${prometheusPort}`] }],
        relabel_configs: known,
      },
    ],
    ...(alertmanager === undefined ? {} : { alerting: { alertmanagers: [alertmanager] } }),
    ...(remoteWrite === undefined
      ? {}
      : {
          remote_write: [
            {
              url: remoteWrite.url,
              ...entry(remoteWrite, remoteWriteSecret, prometheusPaths.remoteWriteAuthority),
            },
          ],
        }),
  };
  return dump(config, { lineWidth: -1, noRefs: true });
}

/** A network of Docker's is IPv4 alone, and its resolver asks others for what it does not have; pods may have either. */
function recordTypes({ target }: Cluster): readonly string[] {
  return target.kind === "docker" ? ["A"] : ["A", "AAAA"];
}

/** The Alertmanager that is told of alerts; undefined for none. */
function alertmanagerOf(cluster: Cluster, { alertmanager }: ManagedMonitoring): object | undefined {
  switch (alertmanager.kind) {
    case "none":
      return undefined;
    case "managed":
      return {
        static_configs: [{ targets: [`${hostIn(cluster, alertmanagerName)}:${alertmanagerPort}`] }],
      };
    case "external": {
      const { protocol, host, pathname } = new URL(alertmanager.url);
      return {
        scheme: protocol.replace(":", ""),
        ...(pathname === "/" ? {} : { path_prefix: pathname }),
        static_configs: [{ targets: [host] }],
        ...entry(alertmanager, alertmanagerSecret, prometheusPaths.alertmanagerAuthority),
      };
    }
  }
}

/** A server elsewhere, as the config has it. */
interface Elsewhere {
  readonly authentication: Authentication;
  readonly ca?: string;
}

/**
 * By what a server elsewhere lets in, and whom it is known by.
 *
 * @param secret Name of the secret, which is in a file.
 * @param authority Path of the authority's certificates.
 */
function entry(
  { authentication, ca }: Elsewhere,
  secret: MonitoringSecretName,
  authority: string,
): object {
  const file = secretPath(secret);
  const tls = ca === undefined ? {} : { tls_config: { ca_file: authority } };
  switch (authentication.kind) {
    case "none":
      return tls;
    case "basic": {
      const { username } = authentication;
      return { basic_auth: { username, password_file: file }, ...tls };
    }
    case "bearer":
      return { authorization: { type: "Bearer", credentials_file: file }, ...tls };
  }
}

/** The certificates of authorities by which servers elsewhere are known, as files. */
export function authorityFiles({ alertmanager, remoteWrite }: ManagedMonitoring): readonly File[] {
  const file = (path: string, content: string | undefined): readonly File[] =>
    content === undefined ? [] : [{ path, content }];
  return [
    ...(alertmanager.kind === "external"
      ? file(prometheusPaths.alertmanagerAuthority, alertmanager.ca)
      : []),
    ...file(prometheusPaths.remoteWriteAuthority, remoteWrite?.ca),
  ];
}
