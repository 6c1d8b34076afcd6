#!/bin/sh
# Print the entry of one package of a lock file, hashes included: pick_locked.sh PACKAGE FILE
set -eu
awk -v package="$1" '/^[^ #]/ { inside = index($0, package "==") == 1 } inside && !/^ *#/' "$2" | sed '$ s/ *\\$//'
