#!/bin/sh
# Says in one sentence what to do when the Python at hand cannot set up the project.
python=$1
if ! command -v "$python" >/dev/null 2>&1; then
    echo "There is no $python; install Python 3.11 or newer, or run: make PYTHON=/path/to/python3.11" >&2
    exit 2
fi
if ! "$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))'; then
    echo "$("$python" --version) is too old; install Python 3.11 or newer, or run: make PYTHON=/path/to/python3.11" >&2
    exit 2
fi
if ! "$python" -c 'import venv, ensurepip' 2>/dev/null; then
    echo "$python cannot make virtual environments; on Debian and Ubuntu: apt-get install python3-venv" >&2
    exit 2
fi
