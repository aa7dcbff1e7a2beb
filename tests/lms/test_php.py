"""The restated importer reads what PHP reads."""

from __future__ import annotations

import base64
import json
import os
import shutil
import subprocess
from itertools import product
from random import Random

import pytest

from grader.lms import php

PHP = shutil.which("php")

READER = r"""
while (($line = fgets(STDIN)) !== false) {
    [$delimiter, $text] = json_decode($line);
    $file = fopen('php://memory', 'w+');
    fwrite($file, base64_decode($text));
    rewind($file);
    $rows = [];
    while (($row = fgetcsv($file, 0, $delimiter, '"', '\\')) !== false) {
        $rows[] = array_map(fn($cell) => base64_encode((string) $cell), $row);
    }
    echo json_encode($rows), "\n";
}
"""
NUMBERS = r"""
foreach (json_decode(stream_get_contents(STDIN)) as [$text, $decimal]) {
    $text = trim($text);
    $text = $text === '' ? null : (float) str_replace($decimal, '.', str_replace(' ', '', $text));
    $all[] = $text;
}
echo json_encode($all);
"""


def run_php(code: str, given: str) -> str:
    if PHP is None:
        assert not os.environ.get("CI"), "the continuous tests need php: package php-cli"
        pytest.skip("php is not here (package php-cli), so its own reader is not asked")
    done = subprocess.run([PHP, "-r", code], input=given, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return done.stdout


def php_rows(texts: list[tuple[str, str]]) -> list[list[tuple[str, ...]]]:
    """Return what PHP's own ``fgetcsv`` reads from each text, newlines made alike before."""
    lines = []
    for delimiter, text in texts:
        alike = text.replace("\r\n", "\n").replace("\r", "\n")
        lines.append(json.dumps([delimiter, base64.b64encode(alike.encode()).decode()]))
    answers = run_php(READER, "\n".join(lines) + "\n").splitlines()
    return [
        [tuple(base64.b64decode(c).decode() for c in row) for row in json.loads(answer)]
        for answer in answers
    ]


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        ("a,b\n1,2\n", [("a", "b"), ("1", "2")]),
        ('"a ""b""",c\n', [('a "b"', "c")]),
        ('1,"x\\"\n2,"y"\n', [("1", 'x\\"\n2,y"')]),
        ('"a\nb",c\r\nd,e', [("a\nb", "c"), ("d", "e")]),
        ("a;b\n", [("a;b",)]),
        ("a\n\nb\n", [("a",), ("",), ("b",)]),
    ],
)
def test_rows_are_read_as_documented(text: str, rows: list[tuple[str, ...]]) -> None:
    assert list(php.rows(text, ",")) == rows


def texts() -> list[tuple[str, str]]:
    """Return all short texts of the characters that matter, and some long ones."""
    short = ["".join(one) for size in range(6) for one in product('a",\n\\ ', repeat=size)]
    chance = Random(7)
    long = ["".join(chance.choices('aé",;\t\r\n\\ ', k=30)) for _ in range(3000)]
    return [(",", text) for text in short] + [(chance.choice(",;\t"), text) for text in long]


def test_rows_are_those_of_php() -> None:
    asked = texts()
    for (delimiter, text), rows in zip(asked, php_rows(asked), strict=True):
        read = list(php.rows(text, delimiter))
        if text.replace("\r", "\n").rstrip("\n").endswith('"') and read != rows:
            # A quote that opens a cell at the very end: PHP makes up a zero byte or a newline.
            assert [*read[:-1], read[-1][:-1]] == [*rows[:-1], rows[-1][:-1]], (delimiter, text)
            assert read[-1][-1].strip("\n") == rows[-1][-1].strip("\0\n"), (delimiter, text)
            continue
        assert read == rows, (delimiter, text)


CELLS = ("12.5", "12,5", "1.234,5", "-", "n/a", "'12.5", "", " 7 ", "1 000", "1e2", ".5", "+3")


@pytest.mark.parametrize(
    ("cell", "decimal", "taken"),
    [
        ("12.5", ".", 12.5),
        ("12.5", ",", 12.5),
        ("12,5", ".", 12),
        ("12,5", ",", 12.5),
        ("1.234,5", ".", 1.234),
        ("1.234,5", ",", 1.234),
        ("-", ",", 0),
        ("n/a", ".", 0),
        ("'12.5", ".", 0),
        ("", ".", None),
    ],
)
def test_numbers_are_taken_as_documented(cell: str, decimal: str, taken: float | None) -> None:
    assert php.number(cell, decimal) == taken


def test_numbers_are_those_of_php() -> None:
    asked = [(cell, decimal) for cell in CELLS for decimal in ".,"]
    assert [php.number(*one) for one in asked] == json.loads(run_php(NUMBERS, json.dumps(asked)))
