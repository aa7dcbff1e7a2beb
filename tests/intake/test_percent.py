from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.errors import SubmissionError
from grader.intake.module import read_module
from grader.intake.percent import MAX_TEXT_BYTES, read_text
from grader.intake.source import MAX_CELLS
from grader.submission import Cell

SCRIPT = '''\
# ---
# jupyter:
#   kernelspec:
#     language: python
#     name: python3
# ---

"""My answers."""
import math

# %% [markdown]
# # Task 1
# by hand

# %% The area grader={"question": "circles.area"}
# %matplotlib inline
# echo is not a command here
area = math.pi

text = """
# %%
"""
#%%
# !pip install torch
half = area / 2
# %% [raw]
# raw text

# %%


last = 1
'''


def script(text: str) -> tuple[Cell, ...]:
    return read_module(text.encode(), "hw.py").cells


def text(content: str) -> tuple[Cell, ...]:
    document = read_text(content.encode(), "hw.md")
    assert document.kind == "text"
    return document.cells


def test_a_percent_script_is_read_as_its_cells() -> None:
    assert [(cell.number, cell.kind, cell.answers) for cell in script(SCRIPT)] == [
        (1, "code", ""),
        (2, "markdown", ""),
        (3, "code", "circles.area"),
        (4, "code", ""),
        (5, "raw", ""),
        (6, "code", ""),
    ]
    assert script(SCRIPT)[1].source == "# Task 1\nby hand"


def test_each_cell_of_a_script_knows_its_line() -> None:
    lines = SCRIPT.split("\n")
    for cell in script(SCRIPT):
        first = cell.source.split("\n")[0]
        assert lines[cell.line - 1].lstrip("# ") == first.lstrip("# ")
    assert [cell.line for cell in script(SCRIPT)] == [8, 12, 16, 24, 27, 32]


def test_what_a_script_has_commented_out_stays_a_comment() -> None:
    sources = "\n".join(cell.source for cell in script(SCRIPT))
    assert "# %matplotlib inline" in sources
    assert "# echo is not a command here" in sources
    assert "# !pip install torch" in sources


@pytest.mark.parametrize(
    "plain",
    [
        'x = """\n# %%\n"""\ny = 2\n',
        "x = [\n# %%\n1]\ny = 2\n# %%\nz = 3",
        "def f():\n    # %% first part\n    return 1\n# %%\ny = 2\n",
        "# %%time is a magic\nx = 1\ny = 2",
        "#%%time\nx = 1\ny = 2",
        "x = 1  # %%\ny = 2",
        "# %%\nx = 1\ny = 2",
        "# %% tags=1\nx = 1\n# %% tags=1\ny = 2",
    ],
)
def test_what_only_looks_like_a_script_is_split_by_statements(plain: str) -> None:
    for cell in script(plain):
        lines = plain.split("\n")[cell.line - 1 :]
        assert cell.source.split("\n") == lines[: cell.source.count("\n") + 1]
        compile(cell.source, "hw.py", "exec")
    assert len(script(plain)) >= 2


def test_a_syntax_error_in_a_script_stays_in_its_cell() -> None:
    read = script("# %%\nx = 1\n# %%\ny = (\n# %%\nz = 3\n")
    assert [(cell.line, cell.source) for cell in read] == [(2, "x = 1"), (4, "y = ("), (6, "z = 3")]


@pytest.mark.parametrize("marker", ["# %% step", "# In[1]:"])
def test_a_marker_inside_a_function_never_cuts_it_in_two(marker: str) -> None:
    function = f"def f(x):\n    y = x\n    {marker}\n    return y"
    read = script(f"{function}\n# %%\nz = = 2\n# %%\nw = 3\n")
    assert function in [cell.source for cell in read]


def test_a_header_that_unfolds_to_gigabytes_is_never_unfolded() -> None:
    bomb = "".join(
        f"#   a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9) if n else 'x'}]\n" for n in range(60)
    )
    read = script(f"# ---\n# jupyter:\n{bomb}# ---\n# %%\nx = 1\n# %%\ny = 2")
    assert [cell.source for cell in read] == ["x = 1", "y = 2"]
    read = text(f"---\njupyter:\n{bomb.replace('#', ' ')}---\n\n```python\nx = 1\n```\n")
    assert [cell.source for cell in read] == ["x = 1"]


@pytest.mark.parametrize("extension", ["py", "md"])
def test_a_script_in_another_language_is_refused(extension: str) -> None:
    mark = "# " if extension == "py" else ""
    header = "---\njupyter:\n  kernelspec:\n    language: R\n---\n".replace("\n", f"\n{mark}")
    content = f"{mark}{header.removesuffix(mark)}# %%\nx <- 1\n# %%\ny <- 2\n"
    reader = read_module if extension == "py" else read_text
    with pytest.raises(SubmissionError, match="is written in R"):
        reader(content.encode(), f"hw.{extension}")


MARKDOWN = """\
# Task 1

The area is $\\pi$.

```python grader={"question": "circles.area"}
area = 3.14

half = area / 2
```

| a | b |

```
output
```

```py
x = 1
```
``` Python3
y = 2
```
```bash
rm -rf /
```
"""


def test_markdown_is_prose_and_its_python_blocks() -> None:
    read = text(MARKDOWN)
    assert [(cell.kind, cell.line) for cell in read] == [
        ("markdown", 1),
        ("code", 6),
        ("markdown", 11),
        ("code", 18),
        ("code", 21),
        ("raw", 0),
    ]
    assert read[1].source == "area = 3.14\n\nhalf = area / 2"
    assert read[1].answers == "circles.area"
    assert "output" in read[2].source
    assert [read[3].source, read[4].source] == ["x = 1", "y = 2"]


@pytest.mark.parametrize(
    "content",
    [
        "---\ntitle: [\n---\n\n```python\nx = 1\n```\n",
        "\n\n---\n\n```python\nx = 1\n```\n",
        "```python tags=1\nx = 1\n```\n",
        "```python {#id .class}\nx = 1\n```\n",
        "text\n\n```python\nx = 1\n",
    ],
)
def test_odd_markdown_loses_no_code(content: str) -> None:
    assert [cell.source for cell in text(content) if cell.kind == "code"] == ["x = 1"]


def test_a_ruler_at_the_top_loses_no_prose() -> None:
    read = text("---\nMy answer is 42.\n---\n")
    assert "My answer is 42." in read[0].source
    assert read[0].kind == "markdown"


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "is empty"),
        (b"\x00\x01", "binary data"),
        (b"%PDF-1.4", "is a PDF"),
        (b"x" * (MAX_TEXT_BYTES + 1), "too large"),
        (b"```python\n```\n" * (MAX_CELLS + 1), "too large"),
    ],
)
def test_what_is_no_text_is_refused_with_a_remedy(data: bytes, said: str) -> None:
    with pytest.raises(SubmissionError, match=rf"^hw\.md: .*{said}.*; "):
        read_text(data, "hw.md")


def test_scripts_that_would_take_jupytext_minutes_are_not_given_to_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("jupytext.reads", lambda *_, **__: pytest.fail("it was given to it"))
    for costly in (
        "# %% [markdown]\n" + "# ```a\n" * 9_000,
        "# %%\n" * MAX_CELLS + "\n" * 200_000,
        "# %%\n" * (MAX_CELLS + 1),
    ):
        script(costly)


SCRIPTS = st.lists(
    st.sampled_from(
        [
            "# %%",
            "#%%",
            "# %% [markdown]",
            "# %% [raw]",
            "# text",
            "x = 1",
            "def f():",
            "    y = 2",
            "'''",
            "(",
            "",
            "# ```",
            "# %%time",
            "%%time",
            "# %% a {",
            "# +",
            "# -",
            "# ---",
            "# In[1]:",
            "#",
            "##",
        ]
    )
).map("\n".join)


@given(SCRIPTS)
def test_no_script_raises_and_cells_are_in_order(content: str) -> None:
    if not content.strip():
        return
    read = script(content)
    assert [cell.number for cell in read] == list(range(1, len(read) + 1))
    lines = [cell.line for cell in read if cell.line]
    assert lines == sorted(lines)
    assert all(cell.source.strip() for cell in read)


@given(st.one_of(st.text(), SCRIPTS.map(lambda script: script.replace("# %%", "```python"))))
def test_no_markdown_raises_more_than_a_sentence(content: str) -> None:
    try:
        read = text(content.encode("utf-8", "replace").decode())
    except SubmissionError as problem:
        assert str(problem).startswith("hw.md: ")
    else:
        assert [cell.number for cell in read] == list(range(1, len(read) + 1))
