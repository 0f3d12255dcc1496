#!/bin/sh
set -u
umask 077
@FAULTS@

authorization=""
if [ -n "${SEARCH_USER:-}" ]; then
  authorization="Authorization: Basic $(printf %s "$SEARCH_USER:$SEARCH_PASSWORD" | base64 | tr -d '\n')"
fi

# Sends a file and gives what comes back until the server closes: the official image has Bash, ours has nc.
converse() {
  if [ "$SEARCH_SCHEME" = https ]; then
    timeout 300 openssl s_client -quiet -verify_return_error "-verify_$SEARCH_VERIFY" "$SEARCH_NAME" \
      ${SEARCH_CA:+-CAfile "$SEARCH_CA"} -connect "$SEARCH_HOST:$SEARCH_PORT" < "$1"
  elif command -v bash > /dev/null; then
    timeout 300 bash -c "exec 3<> /dev/tcp/$SEARCH_HOST/$SEARCH_PORT && cat $1 >&3 && cat <&3"
  else
    # A pipe that does not end: at the end of its input nc closes its half, which the server takes for the end of everything.
    rm -f /tmp/pipe
    mkfifo /tmp/pipe
    exec 3<> /tmp/pipe
    cat "$1" >&3 &
    timeout 300 nc "$SEARCH_HOST" "$SEARCH_PORT" < /tmp/pipe
    kill $! 2> /tmp/killed
    exec 3>&-
  fi
}

# ask METHOD PATH [FILE]: one request. HTTP/1.0 has neither pieces nor a next request: the end of the connection is the end of the answer.
ask() {
  body=${3:-/dev/null}
  {
    printf '%s /%s/%s HTTP/1.0\r\nHost: %s\r\n' "$1" "$SEARCH_INDEX" "$2" "$SEARCH_NAME"
    [ -z "$authorization" ] || printf '%s\r\n' "$authorization"
    printf 'Content-Type: application/%s\r\nContent-Length: %s\r\n\r\n' "${content:-json}" "$(wc -c < "$body")"
    cat "$body"
  } > /tmp/request
  converse /tmp/request > /tmp/answer 2> /tmp/fault
  status=$(sed -n '1s,^HTTP/[0-9.]* \([0-9]*\).*,\1,p' /tmp/answer)
  sed '1,/^.$/d' /tmp/answer > /tmp/body
  if [ -z "$status" ]; then
    { echo "no answer"; cat /tmp/fault; } > /tmp/output
    return 1
  elif [ "$status" -ge 300 ]; then
    { echo "Error $status"; cat /tmp/body; } > /tmp/output
    return 1
  fi
}

persist() {
  begin
  until ask "$@"; do again; done
}

# Sends the requests on standard input. A conflict is a document that the server has written later, and stays.
bulk() {
  begin
  content=x-ndjson
  cat > /tmp/bulk
  while :; do
    if ask POST '_bulk?filter_path=took,items.*.error.type,items.*.error.reason' /tmp/bulk; then
      grep -oE '"error":\{"type":"[^"]*","reason":"([^"\\]|\\.)*"' /tmp/body |
        grep -v '"type":"version_conflict_engine_exception"' > /tmp/output || return 0
      if says 'rejected_execution'; then echo "Error 429" >> /tmp/output; fi
    fi
    again
  done
}
if [ "${1:-}" = bulk ]; then
  bulk
  exit
fi

rows() { psql -X -q -A -t -v ON_ERROR_STOP=1 -v FETCH_COUNT=1000 "$@" 2> /tmp/psql; }

persist GET '_mapping?filter_path=**._meta'
if grep -q '"temporal_platform":"moved"' /tmp/body; then
  if [ "$MOMENT" = fill ]; then
    : > /tmp/details
    fail "index $SEARCH_INDEX has the lists of an earlier move: delete it, or name another one in clusters[].visibility.index"
  fi
  echo "@TASK@: $SEARCH_INDEX has all of PostgreSQL's lists already"
  exit 0
fi
persist PUT _mapping @FIELDS@
# A document that the server deletes meanwhile is remembered with its version, so that its row does not bring it back.
echo '{"index.gc_deletes":"6h"}' > /tmp/settings
persist PUT _settings /tmp/settings

others='SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND usename = current_user AND pid <> pg_backend_pid()'
if [ "$MOMENT" = after ]; then
  # A role that has changed to the index has no connection to this database any more.
  waited=0
  until connected=$(rows -c "$others") && [ "$connected" = 0 ]; do
    waited=$((waited + 1))
    if [ "$waited" -ge 60 ]; then
      echo "@TASK@: $PGUSER still has connections to $PGDATABASE after a minute; the copy begins nevertheless"
      break
    fi
    sleep 1
  done
fi

number=$(date +%s)
# A line that says what to do, a line with the document; in pieces of some MiB. What the sender cannot do it has said itself.
{
  rows -v copy="$number" -f @ROWS@
  echo $? > /tmp/read
} | LC_ALL=C awk -v send="sh $0 bulk" '
  { print | send; bytes += length($0) + 1 }
  NR % 2 == 0 && (NR % 8000 == 0 || bytes > 4000000) {
    bytes = 0
    if (close(send) != 0) { failed = 1; exit }
  }
  END {
    if (!failed && bytes > 0 && close(send) != 0) failed = 1
    print NR / 2 > "/tmp/sent"
    exit failed
  }
' || exit 1
if [ "$(cat /tmp/read)" != 0 ]; then
  tail -n 3 /tmp/psql > /tmp/details
  fail "PostgreSQL at $PGHOST:$PGPORT does not give the lists in database $PGDATABASE; its words are above"
fi

# Copies of workflows that PostgreSQL has not any more; one that the server has written since is no copy.
printf '{"query":{"range":{"@COPY_FIELD@":{"lt":%s}}}}' "$number" > /tmp/former
persist POST '_delete_by_query?conflicts=proceed&filter_path=deleted,failures' /tmp/former
deleted=$(sed -n 's/.*"deleted":\([0-9]*\).*/\1/p' /tmp/body)

if [ "$MOMENT" = after ]; then
  echo '{"_meta":{"temporal_platform":"moved"}}' > /tmp/moved
  persist PUT _mapping /tmp/moved
  echo '{"index.gc_deletes":null}' > /tmp/settings
  persist PUT _settings /tmp/settings
fi
echo "@TASK@: $(cat /tmp/sent) workflows of $PGDATABASE are in $SEARCH_INDEX, ${deleted:-0} that it had not any more are gone"
