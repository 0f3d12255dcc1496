/**
 * Quantities as people write them.
 */
import { z } from "zod";
import { defaultCpuRequest } from "../platform/pod-resources.ts";
import type { Resources } from "../platform/workload.ts";

/** Memory in MiB, from `512MiB` or `2GiB`. */
export const memoryMiB = z
  .string()
  .regex(/^\d+(MiB|GiB)$/, "must be a size such as 512MiB or 2GiB")
  .transform((text) => Number.parseInt(text, 10) * (text.endsWith("GiB") ? 1024 : 1));

/** Storage in GiB, from `20GiB` or `1TiB`. */
export const storageGiB = z
  .string()
  .regex(/^[1-9]\d*(GiB|TiB)$/, "must be a size such as 20GiB or 1TiB")
  .transform((text) => Number.parseInt(text, 10) * (text.endsWith("TiB") ? 1024 : 1));

/** Bytes, from `512KiB` or `4MiB`. */
export const bytes = z
  .string()
  .regex(/^[1-9]\d*(KiB|MiB)$/, "must be a size such as 512KiB or 4MiB")
  .transform((text) => Number.parseInt(text, 10) * 1024 * (text.endsWith("MiB") ? 1024 : 1));

const secondsOf = { s: 1, m: 60, h: 3600, d: 86_400 } as const;

/** Seconds, from `30s`, `5m`, `2h` or `30d`. */
export const duration = z
  .string()
  .regex(/^\d+[smhd]$/, "must be a time such as 30s, 5m, 2h or 30d")
  .transform((text) => Number.parseInt(text, 10) * secondsOf[text.slice(-1) as "s"]);

/** Days, from `30d`. */
export const days = z
  .string()
  .regex(/^[1-9]\d{0,4}d$/, "must be a number of days such as 30d")
  .transform((text) => Number.parseInt(text, 10));

/** Names that go into names of containers, networks and DNS. */
export const dnsLabel = (longest: number): z.ZodString =>
  z
    .string()
    .regex(
      new RegExp(`^[a-z]([a-z0-9-]{0,${longest - 2}}[a-z0-9])?$`),
      `must be at most ${longest} lowercase letters, digits and hyphens, beginning with a letter`,
    );

/** A TCP port. */
export const hostPort = z.int().min(1).max(65_535);

/**
 * What one container may use.
 *
 * @param memory Its limit of memory when nobody says otherwise.
 * @param minMiB Below this it would not start.
 */
export const resources = (
  memory: `${number}${"MiB" | "GiB"}`,
  minMiB: number,
): z.ZodPrefault<z.ZodType<Resources>> =>
  z
    .strictObject({
      memory: memoryMiB
        .refine((size) => size >= minMiB, `must be at least ${minMiB}MiB`)
        .prefault(memory)
        .describe("Hard limit of memory; there is no swap on top"),
      cpus: z
        .number()
        .positive()
        .exactOptional()
        .describe("Hard limit of processor time in cores, such as 0.5; none when left out"),
      cpuRequest: z
        .number()
        .positive()
        .exactOptional()
        .describe(
          `Kubernetes only: processor time in cores that is set aside; ${defaultCpuRequest} when left out`,
        ),
    })
    .transform(({ memory: size, ...rest }) => ({ memoryMiB: size, ...rest }))
    .prefault({})
    .describe("What one container may use");

/** How many of a workload may run. */
export const anyReplicas = z.int().min(1).max(100);

/** How many of a workload run. */
export const replicas = anyReplicas.default(1).describe("How many of it run");
