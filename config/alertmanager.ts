/**
 * The keys that say who is told of alerts.
 */
import { z } from "zod";
import { severities } from "../platform/monitoring/rule.ts";
import { address, authentication, authority } from "./authentication.ts";
import { secretSource } from "./secret-source.ts";
import { dnsLabel, duration, resources, storageGiB } from "./units.ts";

/** What every receiver has. */
const everyReceiver = {
  severities: z
    .array(z.enum(severities))
    .min(1, "must name critical or warning")
    .default([...severities])
    .describe("Which alerts it is told of"),
};

/** An address of mail, which may have a name before it. */
const mailAddress = z.string().regex(/@/, "must be an address such as oncall@example.com");

const receiver = z.discriminatedUnion("kind", [
  z.strictObject({
    kind: z.literal("webhook").describe("An address that takes alerts as JSON"),
    url: secretSource.describe(
      "Where the address is, since it often holds a token: {env: VARIABLE} of whoever deploys, or on kubernetes {name, key} of a Secret",
    ),
    ...everyReceiver,
  }),
  z.strictObject({
    kind: z.literal("email").describe("Mail, by an SMTP server"),
    to: mailAddress.describe("Who gets it"),
    from: mailAddress.describe("Who it is from"),
    smarthost: z
      .string()
      .regex(/^[^\s:]+:\d+$/, "must be a host and a port such as smtp.example.com:587")
      .describe("The SMTP server, as host:port"),
    tls: z
      .enum(["required", "off"])
      .default("required")
      .describe("Whether the connection must be protected (STARTTLS; from its start at port 465)"),
    login: z
      .strictObject({
        username: z.string().min(1).describe("Name of the user"),
        password: secretSource.describe("Where the password is, as `url` above"),
      })
      .exactOptional()
      .describe("By what the server lets in; by nothing when left out"),
    ...everyReceiver,
  }),
  z.strictObject({
    kind: z.literal("slack").describe("A channel of Slack, or of what takes its webhooks"),
    url: secretSource.describe("Where the address of the incoming webhook is, as `url` above"),
    channel: z
      .string()
      .regex(/^[#@]?\S+$/, "must be a channel such as #oncall")
      .describe("The channel"),
    ...everyReceiver,
  }),
  z.strictObject({
    kind: z.literal("pagerduty").describe("PagerDuty, by its Events API v2"),
    routingKey: secretSource.describe(
      "Where the integration key of the service is, as `url` above",
    ),
    ...everyReceiver,
  }),
]);

/** Who is told of alerts. */
export const alertmanager = z
  .discriminatedUnion("kind", [
    z.strictObject({
      kind: z.literal("none").describe("Nobody: alerts are on Prometheus's own page only"),
    }),
    z.strictObject({
      kind: z.literal("external").describe("An Alertmanager that is there already tells people"),
      url: address("http://alertmanager.example.com:9093").describe(
        "Its address, as the containers see it",
      ),
      authentication,
      ca: authority,
    }),
    z
      .strictObject({
        kind: z.literal("managed").describe("The platform runs Alertmanager with a volume"),
        receivers: z
          .record(dnsLabel(40), receiver)
          .refine((all) => Object.keys(all).length > 0, "must have one at least")
          .describe("Who is told, by a name of one's own"),
        groupWait: duration
          .prefault("30s")
          .describe("How long the first alert of a kind waits for others of its kind"),
        groupInterval: duration
          .prefault("5m")
          .describe("How long later alerts of a kind wait after the last message of it"),
        repeatInterval: duration
          .prefault("4h")
          .describe("When it is told again of alerts that still fire"),
        storage: storageGiB
          .prefault("1GiB")
          .describe("Size of its volume, which has silences and what has been told"),
        resources: resources("64MiB", 32),
      })
      .transform(({ storage, groupWait, groupInterval, repeatInterval, ...rest }) => ({
        ...rest,
        storageGiB: storage,
        groupWaitSeconds: groupWait,
        groupIntervalSeconds: groupInterval,
        repeatIntervalSeconds: repeatInterval,
      })),
  ])
  .prefault({ kind: "none" })
  .describe("Who is told of alerts");
