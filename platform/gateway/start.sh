#!/bin/sh
set -u
gateway=
stop=
# A signal that comes before there is a gateway is handed on to it later.
trap 'stop=USR1; [ -z "$gateway" ] || kill -s USR1 "$gateway"' USR1
trap 'stop=TERM; [ -z "$gateway" ] || kill -s TERM "$gateway"' TERM
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
[ -z "$stop" ] || kill -s "$stop" "$gateway"
status=0
while kill -0 "$gateway" 2>/dev/null; do
  wait "$gateway"
  status=$?
done
wait "$writer"
exit "$status"
