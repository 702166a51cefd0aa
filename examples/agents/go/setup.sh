#!/bin/sh
# Makes the Go messages from the .proto files, and the agent: bin/pseudo-agent beside this script, or BIN=FILE ./setup.sh.
# Needs Go 1.26 or later, or one that fetches it (1.21 or later), and the module proxy; nothing else.
set -eu
cd -- "$(dirname -- "$0")"
go generate ./...
go build -o "${BIN:-bin/pseudo-agent}" .
echo "ready: ${BIN:-$(pwd)/bin/pseudo-agent}"
