"""LaTeX documents: prose, code and mathematics as Markdown, in lines that keep their numbers."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.errors import SubmissionError
from grader.intake.latex import read_latex, to_markdown
from grader.marking.markdown import passages

SHEET = r"""\documentclass{article}
\usepackage{amsmath}
\begin{document}
\section*{Aufgabe 1}\label{one}
Some \textbf{text} with $a=\frac{1}{2}$. % $b = 3$
\begin{enumerate}[label=\alph*)]
\item \"Uber 5\,\%
\item $u = 9$
\end{enumerate}
\begin{lstlisting}[language=Python]
x = {1: 2}  # 3 % 2 \end{verbatim}
print(x)
\end{lstlisting}
Output:
\begin{verbatim}
{1: 2}
\end{verbatim}
\begin{align*}
w &= 4 \label{w} \\
v &= 5 \nonumber
\end{align*}
\begin{tabular}{ll}
\hline
name & value \\
conv\_params & 14\,714\,688 \\
\end{tabular}
\end{document}
$dropped = 1$
"""


def lines(text: str) -> list[str]:
    return to_markdown(text)[0].split("\n")


def test_a_document_is_prose_code_and_mathematics() -> None:
    made = lines(SHEET)
    assert made[3] == "# Aufgabe 1"
    assert made[4] == r"Some text with $a=\frac{1}{2}$."
    assert made[6:8] == ["a) Über 5 %", "b) $u = 9$"]
    assert made[23:25] == ["| name | value |", "| conv_params | 14 714 688 |"]
    assert not any("dropped" in line or "documentclass" in line for line in made)


def test_code_is_kept_as_it_is_with_what_it_printed() -> None:
    code = next(cell for cell in read_latex(SHEET.encode(), "a.tex").cells if cell.kind == "code")
    assert code.source == "x = {1: 2}  # 3 % 2 \\end{verbatim}\nprint(x)"
    assert [one.text for one in code.outputs] == ["{1: 2}\n"]


def test_cells_and_passages_know_their_lines() -> None:
    given = SHEET.split("\n")
    for cell in read_latex(SHEET.encode(), "a.tex").cells:
        if cell.kind == "code":
            assert given[cell.line - 1] == cell.source.split("\n")[0]
        for one in passages(cell.source) if cell.kind == "markdown" else ():
            if "u = 9" in one.text:
                assert "u = 9" in given[cell.line + one.line - 2]


@pytest.mark.parametrize(
    ("text", "made"),
    [
        (r"\begin{displaymath}x = 1\end{displaymath}", r"\begin{equation}x = 1\end{equation}"),
        (r"\begin{alignat}{2}x &= 1\end{alignat}", r"\begin{align}x &= 1\end{align}"),
        (r"$50\% = 0{,}5$", r"$50\% = 0{,}5$"),
        (r"\emph{conv params} = 14\,714\,688", "conv params = 14 714 688"),
        (r"use \verb|a_b % c| here", "use `a_b % c` here"),
        ("\\iffalse\n$u = 9$\n\\fi", "\n\n"),
        ("\\begin{comment}\n$u = 9$\n\\end{comment}", "\n\n"),
        (r"so \frac{1}{2} = x", r"so \frac{1}{2} = x"),
        (r"\paragraph{b)} We have $x = 1$", "#### b)\nWe have $x = 1$"),
    ],
)
def test_a_spelling_of_latex_is_plain_markdown(text: str, made: str) -> None:
    assert to_markdown(text)[0] == made


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (r"\input{other.tex}", "“other.tex” that it takes in is not followed"),
        (r"\lstinputlisting[language=Python]{a.py}", "“a.py” that it takes in"),
        (r"\includegraphics[width=3cm]{scan.png}", "Pictures"),
        (r"\newcommand{\pd}[2][x]{#1}", "defines itself"),
        (r"\begin{verbatim} x", "is missing"),
        ("$ x", "is missing"),
    ],
)
def test_what_is_not_read_is_said(text: str, words: str) -> None:
    (remark,) = to_markdown(text)[1]
    assert words in remark


def test_a_sign_that_is_missing_in_a_table_is_not_missed_behind_it() -> None:
    text = "\\begin{tabular}{l}\n5 $ \\\\\n\\end{tabular}\n$u = 9$\n"
    assert "$u = 9$" in to_markdown(text)[0]


def test_a_large_file_is_refused() -> None:
    with pytest.raises(SubmissionError, match=r"a\.tex: is too large for a LaTeX file; export"):
        read_latex(b"{" * (10 * 1024**2), "a.tex")


FRAGMENTS = st.sampled_from(
    [
        "{", "}", "$", "$$", "\\[", "\\]", "%", "\n", "&", "\\\\", "a", " ", "\\item", "[", "]",
        "\\begin{verbatim}", "\\end{verbatim}", "\\begin{tabular}", "\\end{tabular}", "\\section{",
        "\\begin{enumerate}", "\\end{enumerate}", "\\begin{align}", "\\end{align}", "\\verb|",
        "\\begin{array}", "\\begin{longtable}", "\\textbf{", "\\\"", "\\iffalse", "\\fi", "```",
    ]
)  # fmt: skip


@given(st.lists(FRAGMENTS, max_size=40).map("".join) | st.text())
def test_no_text_is_too_strange(text: str) -> None:
    made, remarks = to_markdown(text)
    assert "\ue001" not in made
    assert all(remark.endswith(".") for remark in remarks)


def test_a_table_within_a_table_is_left_out_with_a_remark() -> None:
    text = "\\begin{tabular}{l}\n\\begin{tabular}{l}5\\end{tabular} \\\\\nx & 1\n\\end{tabular}\n"
    remarks = to_markdown(text)[1]
    assert any("Tables within tables" in one for one in remarks)
    assert not any(
        "Tables within" in one for one in to_markdown("\\begin{tabular}{l}x\\end{tabular}")[1]
    )


def test_what_is_crossed_out_stays_crossed_out() -> None:
    made, _ = to_markdown(r"The field is \sout{196} 212, and \st{$u = 3$} $u = 8.19$.")
    assert made == "The field is ~~196~~ 212, and ~~$u = 3$~~ $u = 8.19$."
