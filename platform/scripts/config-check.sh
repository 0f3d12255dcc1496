#!/bin/sh
set -u
@VERSION_GUARD@

if ! temporal-server --root / --config @CONFIG_DIRECTORY@ --env @CONFIG_ENVIRONMENT@ render-config > /tmp/output 2>&1; then
  tail -n 3 /tmp/output >&2
  echo "config-check: the server refuses its static config" >&2
  exit 1
fi
temporal-server validate-dynamic-config @DYNAMIC_CONFIG_PATH@ > /tmp/output 2>&1
status=$?
if [ "$status" -ne 0 ] || grep -qE '^ *(warning|error):' /tmp/output; then
  grep -E '^ *(warning|error):' /tmp/output >&2 || tail -n 3 /tmp/output >&2
  echo "config-check: the server refuses a key or value of clusters[].server.dynamicConfig" >&2
  exit 1
fi
echo "config-check: ok"
