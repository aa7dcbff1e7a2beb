#!/bin/sh
# Makes sure that a Chromium for the browser tests is there: the system's, else Debian's package
# where we may install it, else the browser that Playwright brings. Fails clearly otherwise.
python=$1
for name in chromium chromium-browser google-chrome; do
    command -v "$name" >/dev/null 2>&1 && exit 0
done
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
    echo "installing chromium for the browser tests"
    apt-get update -qq >/dev/null && DEBIAN_FRONTEND=noninteractive \
        apt-get install -y -qq --no-install-recommends chromium fonts-dejavu-core >/dev/null && exit 0
fi
"$python" -m playwright install chromium >/dev/null 2>&1 && exit 0
echo "The browser tests need Chromium and it cannot be installed from here; install the package" \
    "chromium of your system, then run make test again" >&2
exit 2
