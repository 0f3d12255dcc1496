#!/bin/sh
set -eu
umask 077
data=@DATA_MOUNT@/pgdata
settings="-c config_file=@SETTINGS_PATH@ -c hba_file=@ACCESS_PATH@"
fail() { echo "postgres: $1" >&2; exit 1; }
[ -n "${POSTGRES_PASSWORD:-}" ] || fail "POSTGRES_PASSWORD is empty"

# initdb and single-user mode ask for their user's name, which the user id of a Kubernetes namespace does not have; the library in both images
# makes one up (initdb.c, get_id; main.c, get_user_name_or_exit).
if ! id -un > /dev/null 2>&1; then
  echo "postgres:x:$(id -u):$(id -g)::/tmp:/bin/false" > /tmp/passwd
  export NSS_WRAPPER_PASSWD=/tmp/passwd NSS_WRAPPER_GROUP=/etc/group
  for wrapper in /usr/lib/*/libnss_wrapper.so; do
    [ -s "$wrapper" ] || fail "user id $(id -u) has no name, and the image has no libnss_wrapper.so"
    export LD_PRELOAD="$wrapper"
  done
fi

# Runs statements, one in a line, without a server: it needs no password and lets nobody in.
alone() { postgres --single -D "$data" $settings postgres; }

# Gives the superuser that has the owner's name another one, and the owner what is Temporal's.
part() {
  echo "postgres: the role $POSTGRES_USER becomes a plain owner of its databases"
  postgres -D "$data" $settings -c listen_addresses= &
  server=$!
  until pg_isready -q -h /tmp -U "$1"; do kill -0 "$server" || fail "could not start"; sleep 0.2; done
  run() { psql -q -h /tmp -v ON_ERROR_STOP=1 "$@"; }
  if [ "$(run -U "$1" -d postgres -Atc "SELECT rolname FROM pg_authid WHERE oid = 10")" = "$POSTGRES_USER" ]; then
    run -U "$POSTGRES_USER" -d postgres -c "DROP ROLE IF EXISTS platform_rename" -c "CREATE ROLE platform_rename SUPERUSER LOGIN"
    run -U platform_rename -d postgres -c "ALTER ROLE \"$POSTGRES_USER\" RENAME TO @SUPERUSER@"
  fi
  run -U @SUPERUSER@ -d postgres -c "DROP ROLE IF EXISTS platform_rename"
  [ -n "$(run -U @SUPERUSER@ -d postgres -Atc "SELECT 1 FROM pg_roles WHERE rolname = '$POSTGRES_USER'")" ] \
    || run -U @SUPERUSER@ -d postgres -c "CREATE ROLE \"$POSTGRES_USER\""
  for database in $(run -U @SUPERUSER@ -d postgres -Atc "SELECT datname FROM pg_database WHERE datdba = 10 AND datname IN (@OWN_DATABASES@)"); do
    PGOPTIONS="-c platform.owner=$POSTGRES_USER" run -U @SUPERUSER@ -d "$database" -f @OWNERSHIP_PATH@
  done
  kill -INT "$server"
  wait "$server" || fail "could not stop"
}

[ ! -e "$data" ] || [ -O "$data" ] \
  || fail "the data directory is another user id's than $(id -u), and PostgreSQL takes only its own: set target.userIds back, or dump and restore"
if [ ! -s "$data/PG_VERSION" ]; then
  # A directory that was cut off half-way is never taken for a database.
  rm -rf "$data.new"
  initdb --pgdata="$data.new" --username=@SUPERUSER@ \
    --encoding=UTF8 --locale=C.UTF-8 --data-checksums --auth-local=trust --auth-host=scram-sha-256
  mv "$data.new" "$data"
else
  found=$(cat "$data/PG_VERSION")
  mine=$(postgres --version | sed 's/[^0-9]*\([0-9]*\).*/\1/')
  [ "$found" = "$mine" ] || fail "the data directory is PostgreSQL $found's, the program is PostgreSQL $mine: migrate it with pg_upgrade or dump and restore"
fi

# The password may have been rotated since. What single-user mode prints of a row is: 1: name = "value".
escaped=$(printf '%s' "$POSTGRES_PASSWORD" | sed "s/'/''/g")
# Not in a subshell: after a crash PostgreSQL takes its lock file for a living server's, unless that server's number is its own or its parent's.
alone > /tmp/told <<END || fail "could not recover the database; its log is above"
SELECT rolname AS superuser FROM pg_authid WHERE oid = 10
SELECT datname AS unparted FROM pg_database WHERE datdba = 10 AND datname IN (@OWN_DATABASES@)
END
was=$(sed -n 's/.*superuser = "\([^"]*\)".*/\1/p' /tmp/told)
if [ "$was" = "$POSTGRES_USER" ] || grep -q 'unparted = ' /tmp/told; then part "$was"; fi
exporter='DROP ROLE IF EXISTS @EXPORTER@'
if [ -n "${EXPORTER_PASSWORD:-}" ]; then
  exporter="DO \$\$ BEGIN IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '@EXPORTER@') THEN CREATE ROLE @EXPORTER@; END IF; END \$\$
ALTER ROLE @EXPORTER@ LOGIN NOCREATEDB NOSUPERUSER NOCREATEROLE NOREPLICATION NOBYPASSRLS CONNECTION LIMIT @EXPORTER_CONNECTIONS@ PASSWORD '$EXPORTER_PASSWORD'
ALTER ROLE @EXPORTER@ SET statement_timeout = '10s'
ALTER ROLE @EXPORTER@ SET default_transaction_read_only = on
GRANT pg_monitor TO @EXPORTER@"
fi
alone > /dev/null <<END || fail "could not set the password of $POSTGRES_USER; its log is above"
DO \$\$ BEGIN IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '$POSTGRES_USER') THEN CREATE ROLE "$POSTGRES_USER"; END IF; END \$\$
ALTER ROLE "$POSTGRES_USER" LOGIN CREATEDB NOSUPERUSER NOCREATEROLE NOREPLICATION NOBYPASSRLS PASSWORD '$escaped'
$exporter
END
unset POSTGRES_PASSWORD EXPORTER_PASSWORD escaped exporter LD_PRELOAD NSS_WRAPPER_PASSWD NSS_WRAPPER_GROUP
exec postgres -D "$data" $settings
