#!/bin/bash
# Install what `make test-all` needs of a Debian or Ubuntu system, and only what is missing.
# Nothing is left running: the tests start their own servers on free ports.
set -euo pipefail

missing=()
command -v chromium >/dev/null || missing+=(chromium)
command -v redis-server >/dev/null || missing+=(redis-server)
command -v java >/dev/null || missing+=(default-jre-headless)
command -v systemd-analyze >/dev/null || missing+=(systemd)
compgen -G "/usr/lib/postgresql/*/bin/postgres" >/dev/null || missing+=(postgresql)

if [ ${#missing[@]} -eq 0 ]; then
    echo "services: all installed"
    exit 0
fi
echo "services: installing ${missing[*]}"
as_root=()
[ "$(id -u)" -eq 0 ] || as_root=(sudo)
"${as_root[@]}" apt-get update --quiet=2
# Runlevel 1 keeps the packages from starting their own servers.
"${as_root[@]}" env DEBIAN_FRONTEND=noninteractive RUNLEVEL=1 \
    apt-get install --yes --quiet=2 --no-install-recommends "${missing[@]}"
