"""The two scripts that Gradescope calls in an autograder's container."""

SETUP = """\
#!/bin/sh
# Sets up the container, once: Ubuntu or Debian with Python 3.11 or newer, as root.
set -eu
SOURCE="$(cd "$(dirname "$0")" && pwd)"
HOME_OF_GRADER="${{GRADER_HOME:-/opt/grader}}"
apt-get update
apt-get install -y --no-install-recommends bubblewrap
PYTHON=""
for version in {pythons}; do
  if apt-get install -y --no-install-recommends "python$version" "python$version-venv"; then
    PYTHON="python$version"
    break
  fi
done
if [ -z "$PYTHON" ]; then
  echo "no Python of {pythons} can be installed here; choose a newer base image" >&2
  exit 1
fi
# Outside of this folder: what submissions import must be readable to them, and this must not.
"$PYTHON" -m venv "$HOME_OF_GRADER"
"$HOME_OF_GRADER/bin/pip" install --no-cache-dir{index} \\
  -r "$SOURCE/requirements.txt" -c "$SOURCE/constraints.txt"
cp -R "$SOURCE/engine/grader" \\
  "$("$HOME_OF_GRADER/bin/python" -c 'import sysconfig; print(sysconfig.get_path("purelib"))')/"
chmod -R go+rX "$HOME_OF_GRADER"
"$HOME_OF_GRADER/bin/python" -m grader doctor || true
"""

RUN = """\
#!/bin/sh
# Grades what was handed in. results.json is there from the first line on, whatever happens after.
ROOT="${{GRADER_AUTOGRADER:-/autograder}}"
PYTHON="${{GRADER_PYTHON:-/opt/grader/bin/python}}"
SOURCE="$ROOT/source"
RESULTS="$ROOT/results"
mkdir -p "$RESULTS"
cp "$SOURCE/failed.json" "$RESULTS/results.json"
# A second wall besides the sandbox's own: submissions run as another user.
chmod 700 "$SOURCE" "$RESULTS"
WORK="$(mktemp -d)" || exit 0
trap 'rm -rf "$WORK"' EXIT
cd "$WORK" || exit 0
export XDG_CACHE_HOME="$WORK/cache"
# Gradescope gives zero where the whole script takes too long: end before, and say so.
timeout -k 10 "${{GRADER_SECONDS:-540}}" "$PYTHON" -m grader grade {sheet} "$ROOT/submission" \\
  --single --course "$SOURCE/course" --isolation {isolation} --jobs 1 -o "$WORK/out"
if [ -f "$WORK/out/grades.json" ]; then
  "$PYTHON" -m grader export gradescope --grades "$WORK/out/grades.json" -o "$RESULTS"
fi
exit 0
"""
