#!/bin/sh
set -u
@VERSION_GUARD@

where="$ROLE at $SQL_HOST:$SQL_PORT"
# Every byte of the password as a query has it: the tool would take a space for a plus.
SQL_CONNECT_ATTRIBUTES="${CONNECT_ATTRIBUTES:+$CONNECT_ATTRIBUTES&}password=$(printf %s "$SQL_PASSWORD" | od -An -v -tx1 | tr -d '\n' | tr ' ' '%')"
export SQL_CONNECT_ATTRIBUTES
unset SQL_PASSWORD

# Where each database's tool leaves what it says.
words=/tmp/words
# Runs the tool, and keeps what it says but for the statements, which hold the words of every refusal.
tool() {
  temporal-sql-tool "$@" > "$words.said" 2>&1
  status=$?
  grep -vE 'DEBUG|INFO' "$words.said" > "$words"
  return $status
}
details() { grep -iE 'error|unable|fatal' "$words" | tail -n 3 >&2; }
fail() { details; echo "schema: $1" >&2; exit 1; }
says() { grep -qiE "$1" "$words"; }

# What is wrong with a database, and what to do; nothing when it may pass by itself.
judge() {
  if says '@REFUSAL@'; then
    sed -n 's,.*\(@REFUSAL@.*\)@REFUSAL_END@.*,schema: \1,p' "$words" | head -n 1 >&2
    exit 1
  elif says '28P01|password authentication failed'; then
    fail "PostgreSQL refused the password of $where: set TEMPORAL_DB_PASSWORD to the one that the role has"
  elif says 'SSL is not enabled on the server|server does not support SSL|server refused TLS'; then
    fail "PostgreSQL at $SQL_HOST:$SQL_PORT does not speak TLS: switch it on there, or set clusters[].postgres.tls to disable"
  elif says 'x509:|certificate|tls: '; then
    fail "the certificate of PostgreSQL at $SQL_HOST:$SQL_PORT is not accepted: see clusters[].postgres.tls"
  elif says '28000|no pg_hba.conf entry|is not permitted to log in'; then
    fail "PostgreSQL does not let $where in: allow it in pg_hba.conf, or set clusters[].postgres.tls"
  elif says '42501|3F000|permission denied'; then
    fail "$where lacks a right in database $1: it must own the database, or be granted ALL on its schema public or on the one in connectAttributes.search_path"
  elif says '25006|read-only transaction'; then
    fail "PostgreSQL at $SQL_HOST:$SQL_PORT only reads: it is a standby, or set to read-only; set clusters[].postgres.host to the primary"
  elif says 'no such host'; then
    fail "nobody knows the host $SQL_HOST: see clusters[].postgres.host, and whether the containers can resolve it"
  elif ! says '53300|too many (connections|clients)|remaining connection slots|57P03|starting up|shutting down|recovery mode|connection re(fused|set)|i/o timeout|timed out|deadline exceeded|no route to host|network is unreachable|EOF'; then
    fail "PostgreSQL at $SQL_HOST:$SQL_PORT does not do what is asked of it; its words are above"
  fi
}

# Runs a command of the tool until it ends well, and gives up when its fault will not pass.
persist() {
  database=$1 attempt=0
  shift
  while ! tool --database "$database" "$@"; do
    if says '3D000|database .* does not exist'; then
      tool --database "$database" create-database --defaultdb postgres \
        || fail "database $database does not exist and $where may not create it: create it, owned by $ROLE"
      continue
    fi
    judge "$database"
    attempt=$((attempt + 1))
    if [ "$attempt" -ge 30 ]; then
      if says '53300|too many|remaining connection slots'; then
        fail "PostgreSQL at $SQL_HOST:$SQL_PORT has no connection left: raise max_connections there, or lower clusters[].server.connections"
      fi
      fail "PostgreSQL does not answer $where: see that it runs and can be reached from here"
    fi
    sleep 2
  done
}

# What the platform adds. Temporal runs without it, and an external database may be somebody else's to change.
ours() {
  if tool --database "$1" setup-schema --disable-versioning --schema-file "$2"; then
    echo "schema: $1: $3"
  else
    details
    echo "schema: $1 stays as Temporal made it, without: $3"
  fi
}

# Brings a database's schema up to date: its name, the tool's name of the schema, what the platform adds, and what that is for.
bring_up_to_date() {
  words=/tmp/words-$2
  persist "$1" setup-schema --version 0.0
  persist "$1" update-schema --schema-name "postgresql/v12/$2"
  echo "schema: $1 is up to date"
  ours "$1" "$3" "$4"
}

persist "$PERSISTENCE_DATABASE" setup-schema --disable-versioning --schema-file @PERSISTENCE_GUARD@
persist "$VISIBILITY_DATABASE" setup-schema --disable-versioning --schema-file @VISIBILITY_GUARD@
# Both at once; neither is cut off by what becomes of the other.
(bring_up_to_date "$VISIBILITY_DATABASE" visibility @VISIBILITY_INDEXES@ "indexes leave out what is not there") &
beside=$!
(bring_up_to_date "$PERSISTENCE_DATABASE" temporal @MEMBERSHIPS@ "roles find each other after an outage")
persistence=$?
wait $beside && exit $persistence
