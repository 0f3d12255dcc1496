#!/bin/sh
# Becomes a program that reads its secrets from files: secret-files.sh PATH... -- PROGRAM ARGUMENT...
# The value of the first path is in SECRET_0, that of the second in SECRET_1. Only this user reads the files, and the program's environment has none of them.
set -eu
umask 077
index=0
while [ "$1" != -- ]; do
  eval "printf %s \"\$SECRET_$index\"" > "$1"
  unset "SECRET_$index"
  index=$((index + 1))
  shift
done
shift
exec "$@"
