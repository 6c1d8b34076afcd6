#!/bin/sh
# Say whether this machine has Node 20 or later, npm included.
set -eu
command -v npm >/dev/null && node -e 'process.exit(parseInt(process.versions.node) < 20 ? 1 : 0)' 2>/dev/null
