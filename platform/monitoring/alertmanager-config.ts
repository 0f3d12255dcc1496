/**
 * Alertmanager's config, as its versions from 0.26 on read it (prometheus.io, "Alerting configuration").
 */
import { dump } from "js-yaml";
import { type Inhibition, inhibitions } from "./inhibition.ts";
import { alertmanagerPort, clusterLabel, type ManagedAlertmanager } from "./places.ts";
import { severities } from "./rule.ts";
import { secretPath } from "./secret-files.ts";
import { receiverSecret } from "./secrets.ts";

/** Paths inside the container. The image has a config of its own in /etc/alertmanager. */
export const alertmanagerPaths = {
  config: "/etc/monitoring/alertmanager.yml",
  data: "/alertmanager",
} as const;

/** A receiver of alerts, as the config has it. */
type Receiver = ManagedAlertmanager["receivers"][string];

/** Receiver of what nobody wants to be told; no name of a user's has a slash. */
const nobody = "temporal-platform/nobody";

/** What a message of Slack says, whose own text is empty. */
const slackText =
  "{{ range .Alerts }}{{ .Annotations.summary }}. {{ .Annotations.description }}\n{{ .Annotations.runbook_url }}\n{{ end }}";

/** The arguments. It is one process, so that there is nobody to agree with. */
export const alertmanagerArguments: readonly string[] = [
  `--config.file=${alertmanagerPaths.config}`,
  `--storage.path=${alertmanagerPaths.data}`,
  "--cluster.listen-address=",
  "--log.format=json",
  // Of either family of addresses.
  `--web.listen-address=:${alertmanagerPort}`,
];

/** The config. No secret is in it: each is in a file that Alertmanager reads when it tells somebody. */
export function renderAlertmanagerConfig(managed: ManagedAlertmanager): string {
  const { receivers, groupWaitSeconds, groupIntervalSeconds, repeatIntervalSeconds } = managed;
  const config = {
    route: {
      receiver: nobody,
      group_by: [clusterLabel, "alertname"],
      group_wait: `${groupWaitSeconds}s`,
      group_interval: `${groupIntervalSeconds}s`,
      repeat_interval: `${repeatIntervalSeconds}s`,
      routes: Object.entries(receivers).map(([name, receiver]) => ({
        receiver: name,
        matchers: [`severity=~"${receiver.severities.join("|")}"`],
        // So that each receiver is told what it asks for.
        continue: true,
      })),
    },
    inhibit_rules: inhibitions.map(inhibitRule),
    receivers: [
      { name: nobody },
      ...Object.entries(receivers).map(([name, receiver]) => ({
        name,
        ...integrationOf(receiver, secretPath(receiverSecret(name))),
      })),
    ],
  };
  return dump(config, { lineWidth: -1, noRefs: true });
}

function inhibitRule({ by, of, equal }: Inhibition): object {
  const [critical, warning] = severities;
  return {
    source_matchers: [`severity="${critical}"`, `alertname=~"${by.join("|")}"`],
    target_matchers: [`severity="${warning}"`, `alertname=~"${of.join("|")}"`],
    equal: [clusterLabel, ...equal],
  };
}

/**
 * How a receiver is told, and that an alert has ended.
 *
 * @param file Path of the file with its secret.
 */
function integrationOf(receiver: Receiver, file: string): object {
  const ended = { send_resolved: true };
  switch (receiver.kind) {
    case "webhook":
      return { webhook_configs: [{ url_file: file, ...ended }] };
    case "email": {
      const { to, from, smarthost, tls, login } = receiver;
      const authentication =
        login === undefined ? {} : { auth_username: login.username, auth_password_file: file };
      const server = { smarthost, require_tls: tls === "required", ...authentication };
      return { email_configs: [{ to, from, ...server, ...ended }] };
    }
    case "slack": {
      const { channel } = receiver;
      return { slack_configs: [{ api_url_file: file, channel, text: slackText, ...ended }] };
    }
    case "pagerduty":
      return { pagerduty_configs: [{ routing_key_file: file, ...ended }] };
  }
}
