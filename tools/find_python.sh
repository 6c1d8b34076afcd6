#!/bin/sh
# Print the command of a Python that is recent enough: 3.11, which the lock files were made with, before others.
set -eu
for python in python3.11 python3 python3.12 python3.13 python3.14; do
    if "$python" -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
        echo "$python"
        exit 0
    fi
done
echo "Beffroi needs Python 3.11 or later with its venv module (Debian, Ubuntu: apt-get install python3 python3-venv)." >&2
exit 1
