/**
 * The audit log as files: HAProxy writes its log to standard output and knows no files, so that a script of the container takes the lines from there.
 */
import { auditLogDirectory } from "./gateway.ts";
import { gatewayConfigPath } from "./gateway-config.ts";
import { template } from "./template.ts";

/** What lines and volumes weigh. */
export const auditLogBytes = {
  /** A line: 400 to 450 bytes for a call of an SDK by a name of ordinary length (measured); more with longer names. */
  ofLine: 512,
  /** What lines may take of a volume of some GiB; a file system keeps some for itself. */
  ofVolume: (storageGiB: number): number => Math.floor(storageGiB * 2 ** 30 * 0.9),
} as const;

/** Size at which another file begins, in bytes. */
const fileBytes = 64 * 2 ** 20;

/** Paths of the scripts inside the container. */
export const auditLogPaths = {
  start: "/etc/gateway/start.sh",
  write: "/etc/gateway/write.awk",
  prune: "/etc/gateway/prune.sh",
} as const;

/** Where HAProxy's standard output goes, for the writer to read. */
const pipe = "/tmp/audit";

/** Starts HAProxy with its lines in the hands of the writer. The shell hands on the signals, and ends when the last line is written. */
export const startWithAuditLog = template("gateway/start.sh")({
  PIPE: pipe,
  WRITE_PATH: auditLogPaths.write,
  CONFIG_PATH: gatewayConfigPath,
});

/**
 * Writes lines to standard output, a quarter of a second's at once: whoever collects a container's output takes more processor time for a line that
 * comes alone than HAProxy for the call. The first line of a batch starts the clock, which is an empty line that comes later.
 */
export const writeToStdout = template("gateway/write-to-stdout.awk")({ PIPE: pipe });

/**
 * Writes lines to files that are called by the time of their first line. Another one begins with another day or when one is full, and old ones then
 * go. Each line is on its way to the disk before the next.
 */
export const writeToFiles = template("gateway/write-to-files.awk")({
  DIRECTORY: auditLogDirectory,
  FILE_BYTES: fileBytes,
  PRUNE_PATH: auditLogPaths.prune,
});

const prune = template("gateway/prune.sh");

/** Removes files that are older than the days, and the oldest of those that together are too large, with room for the next. */
export function pruneAuditLog(keepDays: number, storageGiB: number): string {
  return prune({
    DIRECTORY: auditLogDirectory,
    LAST_DAY: keepDays - 1,
    FILE_BYTES: fileBytes,
    VOLUME_BYTES: auditLogBytes.ofVolume(storageGiB),
  });
}
