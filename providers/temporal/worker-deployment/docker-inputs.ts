/**
 * What a worker on Docker is started from.
 */
import { z } from "zod";

const path = z.string().startsWith("/", "must be an absolute path");

/** Where its containers run. */
export const dockerPlaceSchema = z.object({
  kind: z.literal("docker"),
  /** As in DOCKER_HOST; the user's default when left out. */
  host: z.string().optional(),
  /** Name of the network. */
  network: z.string(),
  /** All containers carry them. */
  labels: z.record(z.string(), z.string()).default({}),
});

export type DockerPlace = z.output<typeof dockerPlaceSchema>;

/** One version: what stands in the state of the resource for as long as it may be started again. */
export const dockerSpecSchema = z.object({
  image: z.string(),
  /** Program and arguments; the image's own when left out. */
  command: z.array(z.string()).min(1).optional(),
  /** Arguments, after those of the command or for the image's own program; the image's own when left out. */
  args: z.array(z.string()).optional(),
  environment: z.record(z.string(), z.string()).default({}),
  /** `uid:gid`; the image's own when left out. */
  user: z.string().optional(),
  memoryMiB: z.number().positive(),
  cpus: z.number().positive().optional(),
  tmpfs: z.array(path).default([]),
  /** Whether what is written there may be run. */
  tmpfsHolds: z.enum(["data", "programs"]).default("data"),
  /** Volumes, all of them read-only. */
  mounts: z.array(z.object({ volume: z.string(), path })).default([]),
  /** Runs in the container, and ends well when it is healthy; its health is not looked at when left out. */
  healthCommand: z.array(z.string()).min(1).optional(),
  stopSignal: z.string().default("SIGTERM"),
  /** Between that signal and the kill, in seconds. */
  stopGraceSeconds: z.int().nonnegative(),
});

export type DockerSpec = z.output<typeof dockerSpecSchema>;
