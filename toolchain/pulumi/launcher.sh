#!/bin/sh
# temporal-platform launcher, placed by `npm run bootstrap` where no pulumi was on PATH.
# Runs the Pulumi CLI; inside a temporal-platform checkout with that checkout's Node, state and passphrase.
home=${TEMPORAL_PLATFORM_HOME:-$HOME/.temporal-platform}
if [ ! -f "$home/activate.sh" ]; then
  echo "pulumi: nothing is at $home yet: run \`npm run bootstrap\` in a temporal-platform checkout" >&2
  exit 1
fi
directory=$PWD
until [ -f "$directory/toolchain/run.sh" ] && [ -f "$directory/activate" ]; do
  if [ "$directory" = / ] || [ -z "$directory" ]; then
    # Somewhere else: the CLI, and nothing of ours.
    pulumi=$(. "$home/activate.sh" && printf %s "$TEMPORAL_PLATFORM_PULUMI")
    exec "$pulumi" "$@"
  fi
  directory=${directory%/*}
  [ -n "$directory" ] || directory=/
done
. "$directory/activate"
exec "$TEMPORAL_PLATFORM_PULUMI" "$@"
