#!/bin/sh
# Installs the packages of system-packages.txt whose check fails, or says which line to run: PYTHON, then run or test.
# What is only for printing is installed along when it can be, and missed by nobody but the PDFs.
set -eu
PYTHON="${1:-python3}"
PURPOSE="${2:-run}"
export PYTHON

if ! "$PYTHON" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
    echo "Rygrad needs Python 3.11 or newer: make PYTHON=python3.12 …" >&2
    exit 1
fi

missing() { # the purposes asked for
    while IFS="$(printf '\t')" read -r purpose package check; do
        case " $* " in *" $purpose "*) ;; *) continue ;; esac
        sh -c "$check" >/dev/null 2>&1 || printf ' %s' "$package"
    done <"$(dirname "$0")/system-packages.txt"
}

needed="run"
[ "$PURPOSE" = test ] && needed="run test print"
wanted="$(missing $needed print)"
[ -z "$wanted" ] && exit 0
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    { apt-get update -q && DEBIAN_FRONTEND=noninteractive apt-get install -q -y $wanted; } || true
fi
optional="$(missing print)"
wanted="$(missing $needed)"
if [ -n "$wanted" ]; then
    echo "Missing:$wanted. Run: sudo apt-get install$wanted" >&2
    exit 1
fi
if [ -n "$optional" ]; then
    echo "For PDF (optional): sudo apt-get install$optional" >&2
fi
