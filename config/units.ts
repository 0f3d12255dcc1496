/**
 * Quantities as people write them.
 */
import { z } from "zod";

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
      new RegExp(`^[a-z]([a-z0-9-]{0,${String(longest - 2)}}[a-z0-9])?$`),
      `must be at most ${String(longest)} lowercase letters, digits and hyphens, beginning with a letter`,
    );

/** A TCP port. */
export const hostPort = z.int().min(1).max(65_535);
