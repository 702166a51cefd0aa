#!/bin/sh
# Runs the agent in the environment that setup.sh made. Same options as agent.py.
set -eu
here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
venv=${VENV:-"$here/.venv"}
if [ ! -x "$venv/bin/python" ]; then
  echo "no virtual environment at $venv; run $here/setup.sh first" >&2
  exit 2
fi
exec "$venv/bin/python" "$here/agent.py" "$@"
