#!/bin/sh
# Installs the packages of system-packages.txt whose check fails, or says which line to run: PYTHON, then run or test.
set -eu
PYTHON="${1:-python3}"
PURPOSE="${2:-run}"
export PYTHON

if ! "$PYTHON" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
    echo "Rygrad needs Python 3.11 or newer: make PYTHON=python3.12 …" >&2
    exit 1
fi

missing() {
    while IFS="$(printf '\t')" read -r purpose package check; do
        case "$purpose" in '' | '#'*) continue ;; esac
        [ "$purpose" = run ] || [ "$PURPOSE" = test ] || continue
        sh -c "$check" >/dev/null 2>&1 || printf ' %s' "$package"
    done <"$(dirname "$0")/system-packages.txt"
}

wanted="$(missing)"
[ -z "$wanted" ] && exit 0
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    apt-get update -q && DEBIAN_FRONTEND=noninteractive apt-get install -q -y $wanted
    wanted="$(missing)"
fi
if [ -n "$wanted" ]; then
    echo "Missing:$wanted. Run: sudo apt-get install$wanted" >&2
    exit 1
fi
