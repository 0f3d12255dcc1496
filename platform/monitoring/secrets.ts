/**
 * The secrets that the user gives for monitoring: what lets Prometheus in elsewhere, and what lets Alertmanager tell people.
 */
import type { Cluster } from "../cluster.ts";
import {
  elasticsearchExporterPassword,
  managedElasticsearchExporter,
} from "../elasticsearch-exporter.ts";
import { managedPostgresExporter, postgresExporterPassword } from "../postgres-exporter.ts";
import type { GivenSecret, MonitoringSecretName } from "../secrets.ts";
import type { ManagedMonitoring } from "./places.ts";

/** A secret of monitoring whose value the user gives. */
export type MonitoringSecret = GivenSecret<MonitoringSecretName>;

/** How a server elsewhere lets Prometheus in, as the config has it. */
export type Authentication = NonNullable<ManagedMonitoring["remoteWrite"]>["authentication"];

/** Name of the secret by which Alertmanager elsewhere lets Prometheus in. */
export const alertmanagerSecret = "monitoring.alertmanager";

/** Name of the secret by which the storage elsewhere lets Prometheus in. */
export const remoteWriteSecret = "monitoring.remote-write";

/** Name of the secret of a receiver of alerts: its address, its password or its key. */
export function receiverSecret(receiver: string): MonitoringSecretName {
  return `monitoring.receiver.${receiver}`;
}

/** The secrets that Prometheus needs. */
export function prometheusSecrets({
  alertmanager,
  remoteWrite,
}: ManagedMonitoring): readonly MonitoringSecret[] {
  return [
    ...(alertmanager.kind === "external"
      ? authenticationSecrets(alertmanagerSecret, alertmanager.authentication, "alertmanager")
      : []),
    ...(remoteWrite === undefined
      ? []
      : authenticationSecrets(remoteWriteSecret, remoteWrite.authentication, "remoteWrite")),
  ];
}

function authenticationSecrets(
  name: MonitoringSecretName,
  authentication: Authentication,
  key: string,
): readonly MonitoringSecret[] {
  const at = ["monitoring", key, "authentication"];
  switch (authentication.kind) {
    case "none":
      return [];
    case "basic":
      return [{ name, source: authentication.password, at: [...at, "password"] }];
    case "bearer":
      return [{ name, source: authentication.token, at: [...at, "token"] }];
  }
}

/** The secrets that an Alertmanager of the platform's own needs. */
export function alertmanagerSecrets({
  alertmanager,
}: ManagedMonitoring): readonly MonitoringSecret[] {
  if (alertmanager.kind !== "managed") return [];
  return Object.entries(alertmanager.receivers).flatMap(([receiver, given]): MonitoringSecret[] => {
    const name = receiverSecret(receiver);
    const at = ["monitoring", "alertmanager", "receivers", receiver];
    switch (given.kind) {
      case "webhook":
      case "slack":
        return [{ name, source: given.url, at: [...at, "url"] }];
      case "pagerduty":
        return [{ name, source: given.routingKey, at: [...at, "routingKey"] }];
      case "email":
        return given.login === undefined
          ? []
          : [{ name, source: given.login.password, at: [...at, "login", "password"] }];
    }
  });
}

/** The secret of a role that the user has made for postgres_exporter. */
export function exporterSecrets(cluster: Pick<Cluster, "monitoring">): readonly MonitoringSecret[] {
  const role = managedPostgresExporter(cluster)?.role;
  if (role === undefined) return [];
  const at = ["monitoring", "postgresExporter", "role", "password"];
  return [{ name: postgresExporterPassword, source: role.password, at }];
}

/** The secret of a user that the user has made for elasticsearch_exporter. */
export function searchExporterSecrets(
  cluster: Pick<Cluster, "monitoring">,
): readonly MonitoringSecret[] {
  const user = managedElasticsearchExporter(cluster)?.user;
  if (user === undefined) return [];
  const at = ["monitoring", "elasticsearchExporter", "user", "password"];
  return [{ name: elasticsearchExporterPassword, source: user.password, at }];
}

/** All secrets that the user gives for a cluster's monitoring. */
export function givenMonitoringSecrets(
  cluster: Pick<Cluster, "monitoring">,
): readonly MonitoringSecret[] {
  const { monitoring } = cluster;
  const managed =
    monitoring.kind === "managed"
      ? [...prometheusSecrets(monitoring), ...alertmanagerSecrets(monitoring)]
      : [];
  return [...managed, ...exporterSecrets(cluster), ...searchExporterSecrets(cluster)];
}
