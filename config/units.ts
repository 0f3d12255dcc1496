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
