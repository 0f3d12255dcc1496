/**
 * The audit log as files: HAProxy writes its log to standard output and knows no files, so that a script of the container takes the lines from there.
 */
import { auditLogDirectory } from "./gateway.ts";
import { gatewayConfigPath } from "./gateway-config.ts";

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
export const startWithAuditLog = `#!/bin/sh
set -u
trap 'exit 0' USR1 TERM
# A container of a pod that was started again finds the directory as it was.
rm -f ${pipe}
mkfifo ${pipe}
while ! awk -f ${auditLogPaths.write}; do
  echo "gateway: the audit log cannot be written; lines are lost" >&2
  sleep 1
done <${pipe} &
writer=$!
haproxy -db -f ${gatewayConfigPath} >${pipe} &
gateway=$!
trap 'kill -s USR1 "$gateway"' USR1
trap 'kill -s TERM "$gateway"' TERM
status=0
while kill -0 "$gateway" 2>/dev/null; do
  wait "$gateway"
  status=$?
done
wait "$writer"
exit "$status"
`;

/**
 * Writes lines to standard output, a quarter of a second's at once: whoever collects a container's output takes more processor time for a line that
 * comes alone than HAProxy for the call. The first line of a batch starts the clock, which is an empty line that comes later.
 */
export const writeToStdout = `function write() {
  printf "%s", lines
  fflush()
  lines = ""
}
$0 == "" { write(); ticks = 0; next }
!ticks { system("(sleep 0.25; echo) >${pipe} &"); ticks = 1 }
{ lines = lines $0 "\\n" }
length(lines) > 32768 { write() }
END { write() }
`;

/**
 * Writes lines to files that are called by the time of their first line. Another one begins with another day or when one is full, and old ones then
 * go. Each line is on its way to the disk before the next.
 */
export const writeToFiles = `BEGIN { directory = "${auditLogDirectory}" }
{
  day = substr($0, 10, 10)
  if (file == "" || day != today || size + length($0) + 1 > ${fileBytes}) {
    if (file != "") close(file)
    system("/bin/sh ${auditLogPaths.prune}")
    today = day
    size = 0
    time = substr($0, 10, 23)
    gsub(/:/, ".", time)
    file = directory "/audit-" time ".log"
  }
  print >> file
  fflush(file)
  size += length($0) + 1
}
`;

/** Removes files that are older than the days, and the oldest of those that together are too large, with room for the next. */
export function pruneAuditLog(keepDays: number, storageGiB: number): string {
  return `#!/bin/sh
cd ${auditLogDirectory} || exit 1
find . -name 'audit-*.log' -mtime +${keepDays - 1} -exec rm {} +
total=${fileBytes}
for file in $(ls -r | grep '^audit-.*\\.log$'); do
  total=$((total + $(wc -c <"$file")))
  [ "$total" -le ${auditLogBytes.ofVolume(storageGiB)} ] || rm "$file"
done
`;
}
