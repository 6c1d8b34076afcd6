#!/bin/bash
# Bring an empty database to the last migration, and see that the models ask for nothing more.
set -euo pipefail
var=$(mktemp -d)
trap 'rm -rf "$var"' EXIT
export BEFFROI_VAR=$var
.venv/bin/flask --app wsgi db upgrade
.venv/bin/flask --app wsgi db check
