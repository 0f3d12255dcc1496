/**
 * The web UI's config, as `temporalio/ui` reads it (ui-server/server/config/config.go).
 */
import { dump } from "js-yaml";
import type { Cluster } from "./cluster.ts";
import { uiSpeaksTls } from "./gateway.ts";

/** Name of the workload that is the web UI. */
export const uiName = "ui";

/** The port it listens on inside the cluster's network. */
export const uiPort = 8080;

/** Directory and name of the config: ui-server reads `<root>/<config>/<env>.yaml`. */
export const uiConfig = {
  root: "/etc",
  directory: "temporal-ui",
  environment: "platform",
} as const;

/** The config's path inside the container. */
export const uiConfigPath = `${uiConfig.root}/${uiConfig.directory}/${uiConfig.environment}.yaml`;

/** The file that ui-server reads. */
export function renderUiConfig(cluster: Cluster): string {
  const [firstNamespace = "default"] = Object.keys(cluster.namespaces);
  return dump({
    temporalGrpcAddress: `frontend:${cluster.server.roles.frontend.ports.grpc}`,
    port: uiPort,
    enableUi: true,
    defaultNamespace: firstNamespace,
    // The page asks a vendor's server for news and versions otherwise: a cut-off machine would wait for it.
    disableNewsFetch: true,
    notifyOnNewVersion: false,
    distribution: "temporal-platform",
    // Browsers drop a cookie that is marked as secure where no TLS is spoken.
    cors: { cookieInsecure: !uiSpeaksTls(cluster), allowOrigins: [] },
  });
}
