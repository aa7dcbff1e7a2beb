"""A report as PDF, by WeasyPrint: ``python -m grader.report.paper`` reads a page, writes a PDF.

A process of its own for each page: one that WeasyPrint or its libraries cannot bear ends that
process and nothing else. Nothing is ever fetched: neither from the net nor from this machine.
"""

from __future__ import annotations

import copy
import hashlib
import re
import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

_SVG = "{http://www.w3.org/2000/svg}"
_DRAWN = re.compile("--v|color|fill|fill-opacity|font|font-weight|stroke(-[a-z]+)?")
"""Properties that a drawing takes of the page's stylesheet."""
_VAR = re.compile(r"var\((--[a-z-]+)\)")
_TOKEN = re.compile(r"(--[a-z-]+):\s*([^;]+);")
_FONT = re.compile(r"([\d.]+)(px|rem)\S*\s+(.+)")
_PX_PER_REM = 13.3333
_REFERENCE = re.compile(r"url\(#([\w-]+)\)")

Rules = dict[str, str]


def to_pdf(page: str, style: str) -> bytes:
    """Return the page of ``render`` as PDF on A4, the same bytes for the same page and fonts.

    ``style`` comes after the page's own stylesheet. What is not in the page itself is not there:
    every address but ``data:`` is refused.
    """
    import cssselect2
    from weasyprint import HTML
    from weasyprint.urls import URLFetcher

    document = HTML(string=page, url_fetcher=URLFetcher(allowed_protocols=("data",)))
    root = document.etree_element
    own = next(root.iter("style"), None)
    if own is not None:
        draw_alone(root, own.text or "")
        own.text = f"{own.text or ''}\n{style}"
        document.wrapper_element = cssselect2.ElementWrapper.from_html_root(root)
    # An identifier is drawn by chance where none is given.
    identifier = hashlib.sha256(page.encode("utf-8", "replace")).hexdigest()[:32].encode()
    return bytes(document.write_pdf(pdf_identifier=identifier))


def draw_alone(root: Element, style: str) -> None:
    """Give every drawing in ``root`` what it takes of the page: WeasyPrint draws each by itself.

    Rules of ``style`` become attributes; symbols and patterns of other drawings become its own.
    """
    known = {one.get("id", ""): one for one in root.iter() if one.get("id")}
    tokens = dict(_TOKEN.findall(style.partition("}")[0]))
    for element, rules in _styled(root, style):
        for name, value in _attributes(rules, tokens):
            element.set(name, value)
    for svg in root.iter(f"{_SVG}svg"):
        _put_symbol(svg, known)
        _put_patterns(svg, known)


def _styled(root: Element, style: str) -> Iterator[tuple[Element, Rules]]:
    """Yield each element of a drawing with the declarations that the page's stylesheet gives it."""
    import cssselect2

    matcher = _matcher(style)
    colours: dict[Element, str] = {}
    for wrapper in cssselect2.ElementWrapper.from_html_root(root).iter_subtree():
        element = wrapper.etree_element
        rules: Rules = {}
        for _, _, pseudo, found in matcher.match(wrapper):
            if pseudo is None:
                rules.update(found)
        inherited = colours.get(wrapper.parent.etree_element, "") if wrapper.parent else ""
        colours[element] = rules.setdefault("--v", inherited)
        if element.tag.startswith(_SVG):
            yield element, rules


def _matcher(style: str) -> Any:
    import cssselect2
    import tinycss2

    matcher = cssselect2.Matcher()
    for rule in tinycss2.parse_stylesheet(style, skip_comments=True, skip_whitespace=True):
        if rule.type != "qualified-rule":
            continue
        declared = tinycss2.parse_declaration_list(rule.content, skip_comments=True)
        found = {
            one.name: tinycss2.serialize(one.value).strip()
            for one in declared
            if one.type == "declaration" and _DRAWN.fullmatch(one.name)
        }
        if not found:
            continue
        try:
            selectors = cssselect2.compile_selector_list(rule.prelude)
        except cssselect2.SelectorError:
            continue
        for selector in selectors:
            matcher.add_selector(selector, found)
    return matcher


def _attributes(rules: Rules, tokens: dict[str, str]) -> Iterator[tuple[str, str]]:
    verdict = rules.pop("--v", "")
    values = {**tokens, "--v": _VAR.sub(lambda one: tokens.get(one[1], ""), verdict)}

    def plain(value: str) -> str:
        return _VAR.sub(lambda one: values.get(one[1], ""), value).strip()

    colour = plain(rules.pop("color", "")) or tokens.get("--ink", "#000")
    yield "color", colour
    for name, value in rules.items():
        font = _FONT.fullmatch(plain(value)) if name == "font" else None
        if font:
            size = float(font[1]) * (_PX_PER_REM if font[2] == "rem" else 1)
            yield "font-size", f"{size:g}"
            yield "font-family", font[3]
        elif name != "font" and "(" not in plain(value).replace("url(", ""):
            yield name, plain(value).replace("currentColor", colour)


def _put_symbol(svg: Element, known: dict[str, Element]) -> None:
    for use in svg.findall(f"{_SVG}use"):
        symbol = known.get((use.get("href") or "").removeprefix("#"))
        if symbol is not None and symbol.tag == f"{_SVG}symbol":
            svg.set("viewBox", symbol.get("viewBox", "0 0 16 16"))
            svg.remove(use)
            for part in symbol:
                own = copy.deepcopy(part)
                for name in ("color", "stroke"):
                    own.attrib.pop(name, None)
                if own.get("fill") == "currentColor":
                    own.set("fill", svg.get("color", "#000"))
                svg.append(own)


def _put_patterns(svg: Element, known: dict[str, Element]) -> None:
    values = (value for one in svg.iter() for value in one.attrib.values())
    named = {found[1] for value in values if (found := _REFERENCE.fullmatch(value.strip()))}
    inside = {one.get("id") for one in svg.iter()}
    patterns = [known[name] for name in sorted(named - inside) if name in known]
    if patterns:
        defs = ElementTree.Element(f"{_SVG}defs")
        defs.extend(map(copy.deepcopy, patterns))
        svg.insert(0, defs)


def main() -> int:
    """Read ``style, NUL, page`` from standard input and write the PDF to standard output."""
    style, _, page = sys.stdin.buffer.read().decode("utf-8", "replace").partition("\0")
    sys.stdout.buffer.write(to_pdf(page, style))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
