/**
 * The gateway's keys, their defaults, and what does not fit them.
 */
import { z } from "zod";
import { auditLogBytes } from "../platform/audit-log.ts";
import { type Cluster, operatorServices } from "../platform/cluster.ts";
import { addressRange, hostName } from "./exposure.ts";
import type { Key } from "./keys.ts";
import { anyReplicas, days, resources, storageGiB } from "./units.ts";

/** The gateway. */
export const gateway = z
  .strictObject({
    replicas: anyReplicas
      .exactOptional()
      .describe("How many of it run; 2 on kubernetes, and on docker always 1"),
    resources: resources("128MiB", 64),
    user: z
      .string()
      .regex(/^[A-Za-z0-9._@-]{1,64}$/, "must be letters, digits and . _ @ -")
      .default("temporal")
      .describe("User name of the web UI; its password is generated"),
    hosts: z
      .array(hostName)
      .default([])
      .describe(
        "Host names by which the web UI answers, besides `localhost`, addresses, its names inside the network and the host of its exposure",
      ),
    trustedProxies: z
      .array(addressRange)
      .default([])
      .describe(
        "Address ranges of the proxies in front of it, such as an ingress controller's pods: the audit log then has the client's address that they tell (X-Forwarded-For)",
      ),
    operatorService: z
      .enum(operatorServices)
      .exactOptional()
      .describe(
        "Whether programs may call OperatorService through it (search attributes, Nexus endpoints, deletion of namespaces). refused where gRPC is reached from other machines, else served",
      ),
    auditLog: z
      .discriminatedUnion("kind", [
        z.strictObject({
          kind: z
            .literal("stdout")
            .describe("To the container's log; who collects it says how long it is kept"),
        }),
        z
          .strictObject({
            kind: z.literal("file").describe(`To files on a volume of each replica`),
            storage: storageGiB.prefault("8GiB").describe("Size of the volume"),
            keep: days.describe("How long lines are kept"),
            callsPerSecond: z
              .number()
              .positive()
              .describe(
                "Calls of a replica in a second, on average over that time; refused where their lines do not fit the volume",
              ),
          })
          .transform(({ storage, keep, ...rest }) => ({
            ...rest,
            storageGiB: storage,
            keepDays: keep,
          })),
      ])
      .prefault({ kind: "stdout" })
      .describe("Where the record of calls goes: one line of JSON for each"),
  })
  .prefault({})
  .describe("The address that programs dial and people open");

/** Refuses an audit log that its volume does not hold. */
export function checkGateway({ gateway: { auditLog } }: Cluster, key: Key): void {
  if (auditLog.kind === "stdout") return;
  const { keepDays, callsPerSecond, storageGiB: size } = auditLog;
  const needed = callsPerSecond * keepDays * 24 * 3600 * auditLogBytes.ofLine;
  const there = auditLogBytes.ofVolume(size);
  if (needed <= there) return;
  const gib = String(Math.ceil((size * needed) / there));
  key
    .at("gateway", "auditLog")
    .refuse(
      `${keepDays} days of ${callsPerSecond} calls a second do not fit ${size}GiB; set storage to ${gib}GiB or more, or keep less`,
    );
}
