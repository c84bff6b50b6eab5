#!/bin/sh
# Pins every requirement with hashes, for Linux (x86-64, arm64) and macOS alike. Run it after changing a *.in file.
set -eu
cd "$(dirname "$0")/.."
uv=.venv/tools/bin/uv
compile() { name=$1; shift; $uv pip compile "requirements/$name.in" --universal --generate-hashes --quiet --custom-compile-command scripts/lock.sh -o "requirements/$name.txt" "$@"; }
compile tools --python-version 3.8
compile build --python-version 3.10
compile app --python-version 3.11
compile dev --python-version 3.11
compile engine --python-version 3.10 --override requirements/overrides.txt
compile engine-dev --python-version 3.10
