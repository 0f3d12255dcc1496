#!/bin/sh
set -u
sed 's/bindOnIP: .*/bindOnIP: @NOBODYS_ADDRESS@/' @CONFIG_PATH@ > /tmp/temporal.yaml
timeout 60 temporal-server --config-file /tmp/temporal.yaml --allow-no-auth start --service worker > /tmp/output 2>&1
if ! grep -q 'listen tcp.*@NOBODYS_ADDRESS@' /tmp/output; then
  tail -n 3 /tmp/output >&2
  echo "cluster-metadata: the server could not read or write its record of the cluster" >&2
  exit 1
fi
echo "cluster-metadata: ok"
