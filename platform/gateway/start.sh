#!/bin/sh
set -u
trap 'exit 0' USR1 TERM
# A container of a pod that was started again finds the directory as it was.
rm -f @PIPE@
mkfifo @PIPE@
while ! awk -f @WRITE_PATH@; do
  echo "gateway: the audit log cannot be written; lines are lost" >&2
  sleep 1
done <@PIPE@ &
writer=$!
haproxy -db -f @CONFIG_PATH@ >@PIPE@ &
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
