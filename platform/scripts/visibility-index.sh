#!/bin/sh
set -u
@VERSION_GUARD@

@FAULTS@

# Runs the tool until it ends well, and keeps what it says but for the template, which holds the words of every fault.
persist() {
  begin
  until temporal-elasticsearch-tool "$@" > /tmp/said 2>&1; do
    grep -vE 'DEBUG|INFO' /tmp/said > /tmp/output
    again
  done
}

persist update-schema --index ""
persist create-index --index "$ES_VISIBILITY_INDEX"
persist update-schema --index "$ES_VISIBILITY_INDEX"
echo "visibility-index: $ES_VISIBILITY_INDEX is up to date"
