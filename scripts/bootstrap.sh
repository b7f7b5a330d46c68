#!/bin/sh
# Makes `.venv` with nothing but Python: an existing uv, else uv in `.tools`. Every dead end says its remedy in one line.
set -eu
PYTHON=${PYTHON:-python3}

say() { printf '%s\n' "$*" >&2; exit 1; }

command -v "$PYTHON" >/dev/null 2>&1 || say "no $PYTHON here: install Python 3.11 or newer, then call make again"
"$PYTHON" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null ||
  say "$("$PYTHON" --version 2>&1) cannot run Allmende: install Python 3.11 or newer and call make PYTHON=python3.12"

uv=$(command -v uv 2>/dev/null || true)
if [ -z "$uv" ]; then
  uv=.tools/bin/uv
  if [ ! -x "$uv" ]; then
    echo "installing uv into .tools"
    if "$PYTHON" -c 'import ensurepip' 2>/dev/null; then
      "$PYTHON" -m venv .tools && .tools/bin/python -m pip install -q --disable-pip-version-check uv
    elif "$PYTHON" -m pip --version >/dev/null 2>&1; then
      "$PYTHON" -m pip install -q --disable-pip-version-check --target .tools uv
    else
      say "Python has neither venv nor pip: apt install python3-venv, then call make again"
    fi
  fi
fi
UV_PYTHON_DOWNLOADS=never "$uv" venv -q --clear --python "$("$PYTHON" -c 'import sys; print(sys.executable)')" .venv
