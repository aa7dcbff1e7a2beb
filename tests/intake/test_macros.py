"""Commands that a learner's LaTeX defines itself: put in once, and never without bounds."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.intake.latex import to_markdown
from grader.intake.macros import NOT_PUT_IN, Macros
from grader.intake.reading import read_file
from grader.submission import Submission


def put_in(text: str) -> str:
    return Macros().put_in(text).strip()


@pytest.mark.parametrize(
    ("text", "made"),
    [
        (r"\newcommand{\bone}{\beta_1}$1-\bone^t$", r"$1-\beta_1^t$"),
        (r"\newcommand\bone{\beta_1}$\bone t$", r"$\beta_1 t$"),
        (r"\def\m{\hat m}$\m_t$", r"$\hat m_t$"),
        (r"\renewcommand{\epsilon}{\varepsilon}$\epsilon$", r"$\varepsilon$"),
        (r"\DeclareMathOperator{\sgn}{sgn}$\sgn g$", r"$\operatorname{sgn} g$"),
        (r"\newcommand{\x}{12}$a^\x + \frac\x3 + \xi$", r"$a^{12} + \frac{12}3 + \xi$"),
        (r"\newcommand{\al}{\alpha}$\al x$, $\al{}x$", r"$\alpha x$, $\alpha{}x$"),
        (
            r"\newcommand{\pd}[2]{\frac{\partial #1}{\partial #2}}$\pd{f}{x} \pd ab$",
            r"$\frac{\partial f}{\partial x} \frac{\partial a}{\partial b}$",
        ),
        (r"\newcommand{\a}{1}\newcommand{\b}{\a2}\renewcommand{\a}{5}$\b\a$", "$125$"),
    ],
)
def test_a_command_stands_for_what_it_was_defined_as(text: str, made: str) -> None:
    assert put_in(text) == made


@pytest.mark.parametrize(
    "text",
    [
        r"\newcommand{\x}{\x}$\x$",
        r"\newcommand{\a}{\b\b}\newcommand{\b}{\a\a}$\a$",
        r"\newcommand{\o}[2][x]{#1#2}$\o{a}$",
        r"\def\f#1{x}$\f a$",
        r"\newcommand{\f}[1]{#1}$\f$",
        r"\newcommand{\f}[9]{#1}$\f 123456789$",
        r"\newcommand{\f",
        "\\newcommand{\\f}{" + "x" * 400 + "}$\\f$",
        "\\newcommand{\\f}{x}" + "$\\f$" * 3_000,
        "".join(f"\\newcommand{{\\f{'a' * n}}}{{x}}$\\f{'a' * n}$" for n in range(1, 40)) * 4
        + r"\newcommand{\f}{\f}$\f$",
    ],
)
def test_what_is_not_simple_stays_as_it_is_and_that_is_said(text: str) -> None:
    macros = Macros()
    macros.put_in(text)
    assert NOT_PUT_IN in macros.remarks()


def test_doubling_does_not_grow_without_bounds() -> None:
    names = "abcdefghijklmnopqrstuvwxyz"
    text = "\\newcommand{\\xa}{y}" + "".join(
        f"\\newcommand{{\\x{after}}}{{\\x{before}\\x{before}}}" for before, after in pairwise(names)
    )
    assert len(put_in(f"{text}$\\xz$")) < 10_000
    doubled = "\\newcommand{\\d}[1]{#1#1}$" + "\\d{" * 60 + "x" + "}" * 60 + "$"
    assert len(put_in(doubled)) < 10_000


def test_text_without_definitions_is_untouched_and_lines_keep_their_numbers() -> None:
    text = "a\n\\newcommand{\\bone}{\\beta_1}\n\n$\\bone\n= 3$"
    assert put_in("$\\bone = \\def$") == "$\\bone = \\def$"
    assert Macros().put_in(text).split("\n")[3:] == ["$\\beta_1", "= 3$"]


def test_a_latex_document_says_what_was_put_in() -> None:
    text = "\\newcommand{\\bone}{\\beta_1}\n\\begin{document}\n$\\bone$ $\\bone$\n\\end{document}"
    made, remarks = to_markdown(text)
    assert "$\\beta_1$ $\\beta_1$" in made
    assert remarks == ["Your own command “\\bone” was read as “\\beta_1” (2 times)."]


def test_the_commands_of_one_cell_hold_in_the_next_and_not_in_code(tmp_path: Path) -> None:
    path = tmp_path / "a.md"
    path.write_text(
        "$\\newcommand{\\bone}{\\beta_1}$\n\n```python\ns = '\\\\bone'\n```\n\n$x = \\bone$\n"
    )
    read = read_file(path)
    assert isinstance(read, Submission)
    assert [cell.source for cell in read.cells][1:] == ["s = '\\\\bone'", "$x = \\beta_1$"]
    assert any("“\\bone” was read as “\\beta_1” (once)" in one for one in read.remarks)


PIECES = st.sampled_from(
    ["\\newcommand", "\\def", "{", "}", "\\a", "\\b", "[1]", "#1", "$", "x", "^", " ", "\n", "\\"]
)


@given(st.lists(PIECES, max_size=40).map("".join))
def test_no_text_is_too_strange(text: str) -> None:
    made = Macros().put_in(text)
    assert made.count("\n") <= text.count("\n")
