"""The page in which VS Code shows outputs: its own, taken from a build of it, or one like it."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from pathlib import Path

RENDERER = "extensions/notebook-renderers/renderer-out/index.js"
"""What turns an output into elements, beside the other files that a build is read from."""
WORKBENCH = "out/vs/code/browser/workbench/workbench.js"
WEBVIEW = "out/vs/workbench/contrib/webview/browser/pre/index.html"
THEMES = {"vscode-light": "light_modern", "vscode-dark": "dark_modern"}
"""The class that a theme gives to the page's body, and which of the themes is taken."""
POLICY = (
    "default-src 'none'; script-src 'self' 'unsafe-inline' 'unsafe-eval'; "
    "style-src 'self' 'unsafe-inline'; img-src 'self' https: http: data:; font-src 'self' https:; "
    "connect-src https:; child-src https: data:;"
)
"""What the page of VS Code 1.139 allows where ``notebook.experimental.enableCsp`` is on."""
SIZES = {
    "vscode-font-family": "sans-serif",
    "vscode-font-size": "13px",
    "vscode-font-weight": "normal",
    "notebook-cell-output-font-family": "monospace",
    "notebook-cell-output-font-size": "14px",
    "notebook-cell-output-line-height": "19px",
    "notebook-output-left-margin": "32px",
    "notebook-output-node-left-padding": "8px",
    "notebook-output-node-padding": "8px",
    "notebook-output-width": "calc(100% - 64px)",
}
COLORS = {
    "vscode-light": {
        "vscode-editor-background": "#ffffff",
        "vscode-editor-foreground": "#3b3b3b",
        "vscode-textPreformat-background": "#0000001f",
        "vscode-textPreformat-foreground": "#3b3b3b",
    },
    "vscode-dark": {
        "vscode-editor-background": "#1f1f1f",
        "vscode-editor-foreground": "#cccccc",
        "vscode-textPreformat-background": "#3c3c3c",
        "vscode-textPreformat-foreground": "#d0d0d0",
    },
}
ALIKE = """
body { color: var(--vscode-editor-foreground); font: 13px sans-serif; margin: 0; }
code { color: var(--vscode-textPreformat-foreground); border-radius: 4px; padding: 1px 3px;
  background: var(--vscode-textPreformat-background); }
table { text-align: right; vertical-align: middle; }
thead { font-weight: bold; background: rgba(130, 130, 130, 0.16); }
th, td { padding: 4px 8px; }
tr:nth-child(even) { background: rgba(130, 130, 130, 0.08); }
"""
"""What VS Code's own styles do to a table that does not say otherwise."""
OUTPUT = '<div id="container"><div class="cell_container"><div class="output_container">\
<div class="output"><div id="output"></div></div></div></div></div>'


def alike(theme: str) -> str:
    """Return a page with VS Code's policy, classes and variables, and styles that do as its do."""
    policy = f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">'
    head = f"<title>notebook</title>{policy}<style>{ALIKE}</style>"
    return _page(f"<head>{head}</head><body>{OUTPUT}</body>", theme, COLORS[theme])


def real(build: Path, theme: str) -> str:
    """Return the page of a build with all that it says itself, but not the script that fills it."""
    workbench = (build / WORKBENCH).read_text(encoding="utf-8")
    (inside,) = re.findall(
        r'<html lang="en">((?:(?!</html>).)*?class="widgetarea".*?)</html>', workbench, re.DOTALL
    )
    webview = (build / WEBVIEW).read_text(encoding="utf-8")
    (defaults,) = re.findall(r"defaultStyles\.textContent = `(.*?)`;", webview, re.DOTALL)
    inside = re.sub(r'\$\{\w+\?`(<meta .*?">)`:""\}', r"\1", inside, flags=re.DOTALL)
    policy = re.search(r'Content-Security-Policy" content="(.*?)"', inside, re.DOTALL)
    assert policy
    allowed = re.sub(r"\$\{\w+\}", "'self'", policy[1])
    assert allowed.split() == POLICY.split(), f"another policy than the one tried: {allowed}"
    inside = inside.replace(policy[1], allowed)
    inside = re.sub(r"<base [^>]*>", "", inside)
    inside = re.sub(r'<script type="module">.*?</script>', OUTPUT, inside, flags=re.DOTALL)
    inside = inside.replace("<head>", f"<head><style>{defaults}</style>", 1)
    return _page(inside, theme, _colors(build, THEMES[theme]))


def _colors(build: Path, theme: str) -> dict[str, str]:
    file = build / f"extensions/theme-defaults/themes/{theme}.json"
    read = json.loads(file.read_text(encoding="utf-8"))
    below = _colors(build, Path(read["include"]).stem) if "include" in read else {}
    own = {
        f"vscode-{name.replace('.', '-')}": color for name, color in read.get("colors", {}).items()
    }
    return below | own


def _page(inside: str, theme: str, colors: Mapping[str, str]) -> str:
    variables = "; ".join(f"--{name}: {value}" for name, value in {**SIZES, **colors}.items())
    # Behind the page lies the editor, in its own colour: a picture shows it so.
    behind = "background: var(--vscode-editor-background)"
    inside = inside.replace("<body", f'<body class="{theme}" data-vscode-theme-kind="{theme}"', 1)
    return f'<!doctype html><html lang="en" style="{variables}; {behind}">{inside}</html>'


SHOW = """async ({address, mime, text}) => {
  const quiet = () => ({dispose() {}});
  const renderer = await (await import(address)).activate({
    workspace: {isTrusted: true},
    settings: {lineLimit: 30, outputScrolling: false, outputWordWrap: false,
               linkifyFilePaths: true, minimalError: false},
    onDidChangeSettings: quiet, onDidReceiveMessage: quiet,
    getState() {}, setState() {}, postMessage() {},
  });
  const item = {id: "one", mime, metadata: {}, text: () => text, json: () => JSON.parse(text),
                data: () => new TextEncoder().encode(text),
                blob: () => new Blob([text], {type: mime})};
  await renderer.renderOutputItem(
    item, document.getElementById("output"), new AbortController().signal);
}"""
"""Has the module at an address show an output, called as VS Code calls it."""
