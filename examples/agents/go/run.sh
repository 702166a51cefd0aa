#!/bin/sh
# Runs the agent that setup.sh made. Same options as the program: -h lists them.
set -eu
here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
bin=${BIN:-"$here/bin/pseudo-agent"}
if [ ! -x "$bin" ]; then
  echo "no program at $bin; run $here/setup.sh first" >&2
  exit 2
fi
exec "$bin" "$@"
