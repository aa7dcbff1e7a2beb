"""A small graph in columns: values in its nodes, what is said of two nodes on their link."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import chain, pairwise

from grader.picture import MOST_PARTS, Entry, Picture
from grader.report.charts import SIGNS, Canvas
from grader.report.shapes import CHARACTER, Shape, box, label, markup, number, path, short, tidy

WIDTH = 780
NODE_WIDTH, NODE_HEIGHT = 68, 42
ROW = 78
Place = tuple[float, float]
Link = tuple[str, str]
Stop = tuple[str, str]
"""A node, ``(name, "")``, or where a link passes a column: both its ends, and the column."""


def draw(picture: Picture) -> Canvas:
    """Draw nodes in columns, each to the right of all that lead to it."""
    entries = picture.entries[:MOST_PARTS]
    nodes = {one.name: one for one in entries if not one.ends}
    links = {
        (one.ends[0], one.ends[1]): one
        for one in entries
        if len(one.ends) == 2 and set(one.ends) <= nodes.keys()
    }
    depth = _depths(nodes, links)
    columns = _columns(depth, links)
    most = max(map(len, columns), default=0)
    places = _places(columns, most)
    routes = {link: _route(link, depth, places) for link in links}
    drawn = chain(
        *(_link(one, routes[link]) for link, one in links.items()),
        *(_node(one, places[(name, "")]) for name, one in nodes.items()),
        *(_said(one, routes[link]) for link, one in links.items()),
    )
    return Canvas(width=WIDTH, height=most * ROW + 8, content=markup(drawn))


def _depths(names: Iterable[str], links: Iterable[Link]) -> dict[str, int]:
    """Return each node's column: behind all that lead to it, a source just before its target."""
    depth = dict.fromkeys(names, 0)
    # As often as there are nodes: a circle, which no author can declare, ends as well.
    for _ in range(len(depth)):
        for start, end in links:
            depth[end] = min(len(depth) - 1, max(depth[end], depth[start] + 1))
    ends = {end for _, end in links}
    for name in depth.keys() - ends:
        depth[name] = max(0, min((depth[e] for s, e in links if s == name), default=1) - 1)
    return depth


def _columns(depth: Mapping[str, int], links: Iterable[Link]) -> list[list[Stop]]:
    """Return what stands in each column, in rows near those of what leads to it."""
    columns: list[list[Stop]] = [[] for _ in range(max(depth.values(), default=-1) + 1)]
    leading: dict[Stop, list[Stop]] = {}
    for start, end in links:
        passed = [*range(depth[start] + 1, depth[end])]
        for column in passed:
            columns[column].append((f"{start}\n{end}", str(column)))
        stops = [(start, ""), *((f"{start}\n{end}", str(one)) for one in passed), (end, "")]
        for before, after in pairwise(stops):
            leading.setdefault(after, []).append(before)
    for name, column in depth.items():
        columns[column].append((name, ""))
    rows: dict[Stop, float] = {}
    for stops in columns:
        stops.sort(key=lambda stop: _middle([rows.get(one, 0.5) for one in leading.get(stop, ())]))
        rows |= {stop: (row + 0.5) / len(stops) for row, stop in enumerate(stops)}
    return columns


def _middle(rows: list[float]) -> float:
    return sum(rows) / len(rows) if rows else 1.0


def _places(columns: list[list[Stop]], most: int) -> dict[Stop, Place]:
    step = (WIDTH - NODE_WIDTH - 4) / max(1, len(columns) - 1)
    return {
        stop: (2 + NODE_WIDTH / 2 + column * step, 4 + most * ROW / len(stops) * (row + 0.5))
        for column, stops in enumerate(columns)
        for row, stop in enumerate(stops)
    }


def _route(link: Link, depth: Mapping[str, int], places: Mapping[Stop, Place]) -> list[Place]:
    """Return the points that a link runs through: node to node, past the columns between."""
    start, end = link
    (x1, y1), (x2, y2) = places[(start, "")], places[(end, "")]
    stops = (places.get((f"{start}\n{end}", f"{one}")) for one in range(depth[start], depth[end]))
    return [(x1 + NODE_WIDTH / 2, y1), *filter(None, stops), (x2 - NODE_WIDTH / 2, y2)]


def _node(entry: Entry, place: Place) -> list[Shape]:
    x, y = place
    left, top, css = x - NODE_WIDTH / 2, y - NODE_HEIGHT / 2, f"node {entry.state}"
    shape = box(left, top, NODE_WIDTH, NODE_HEIGHT, css, round=8)
    if not entry.given:
        return [shape, label(x, y + 5, short(entry.name, 9), css="strong")]
    name = label(x, y - 4, short(entry.name, 9), css="strong")
    return [shape, name, label(x, y + 13, _value(entry, 8))]


def _link(entry: Entry, route: list[Place]) -> list[Shape]:
    x, y = route[-1]
    head = [(x - 8, y - 4), (x - 1, y), (x - 8, y + 4)]
    return [path(route, f"link {entry.state}"), path(head, f"link-head {entry.state}")]


def _said(entry: Entry, route: list[Place]) -> list[Shape]:
    """Return the number on a link, on ground of its own so that no line runs through it."""
    if not entry.given and entry.state != "missing":
        return []
    (x1, y1), (x2, y2) = route[(len(route) - 1) // 2], route[len(route) // 2]
    # Above a level link, so that an arrow no longer than its number is still seen.
    x, y = (x1 + x2) / 2, (y1 + y2) / 2 - (14 if abs(y1 - y2) < 10 else 0)
    text = _value(entry, 9)
    width = len(text) * CHARACTER + 4
    ground = box(x - width / 2, y - 10, width, 20, f"link-ground {entry.state}", round=4)
    return [ground, label(x, y + 4.5, text, css=f"link-text {entry.state}")]


def _value(entry: Entry, most: int) -> str:
    value = number(entry.given)
    said = entry.given if value is None else tidy(value)
    return " ".join(_parts(short(said, most), SIGNS[entry.state]))


def _parts(*texts: str) -> Iterable[str]:
    return (text for text in texts if text)
