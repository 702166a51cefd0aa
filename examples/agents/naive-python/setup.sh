#!/bin/sh
# Makes a virtual environment with the agent's libraries and the code generated from the .proto files.
# Usage: ./setup.sh            environment in .venv beside this script
#        VENV=DIR ./setup.sh   elsewhere;  PYTHON=python3.12 chooses the interpreter
set -eu
here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
protos="$here/../../../proto"
venv=${VENV:-"$here/.venv"}

"${PYTHON:-python3}" -m venv "$venv"
"$venv/bin/python" -m pip install --quiet --disable-pip-version-check --requirement "$here/requirements.txt"
mkdir -p "$venv/generated"
"$venv/bin/python" -m grpc_tools.protoc --proto_path="$protos" --python_out="$venv/generated" \
  "$protos/trident.proto" "$protos/common.proto"
echo "ready: $venv"
