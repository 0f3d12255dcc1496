#!/bin/sh
set -u
fail() { tail -n 3 /tmp/output >&2; echo "namespaces: $1" >&2; exit 1; }
# Runs a command until it succeeds, for a minute.
retry() {
  attempt=0
  while ! "$@" > /tmp/output 2>&1; do
    attempt=$((attempt + 1))
    [ "$attempt" -lt 60 ] || return 1
    sleep 1
  done
}

retry temporal operator cluster health || fail "the frontend at $TEMPORAL_ADDRESS does not serve"

# The server keeps what its database says and only logs a warning when its config says otherwise (temporal/server.go).
retry temporal operator cluster describe --output json || fail "the cluster does not describe itself"
found() { grep -o "\"$1\": *[^,}]*" /tmp/output | head -n 1 | sed 's/.*: *//; s/"//g'; }
name=$(found clusterName) shards=$(found historyShardCount)
if [ "$name" != "$CLUSTER_NAME" ] || [ "$shards" != "$NUM_HISTORY_SHARDS" ]; then
  : > /tmp/output
  fail "this database belongs to cluster $name with $shards history shards, and these never change: the config says $CLUSTER_NAME with $NUM_HISTORY_SHARDS"
fi

create() {
  temporal operator namespace create --namespace "$name" --retention "$retention" --description "$description" 2>&1 \
    | tee /tmp/created
  grep -qiE 'registered|already exists' /tmp/created
}

namespace() {
  name=$1 retention=$2 description=$3
  if temporal operator namespace describe --namespace "$name" > /tmp/output 2>&1; then
    retry temporal operator namespace update --namespace "$name" --retention "$retention" --description "$description" \
      || fail "could not update namespace $name"
  else
    retry create || fail "could not create namespace $name"
  fi
  retry temporal workflow list --namespace "$name" --limit 1 || fail "namespace $name does not answer"
  echo "namespaces: $name keeps closed workflows for $retention"
}

@CALLS@
