"""What is not read is refused with a sentence; nothing a learner wrote is ever run."""

from __future__ import annotations

from pathlib import Path

import pytest

from grader.formula import Concern, SymbolTable, declare, read, read_chain, read_python
from grader.formula.limits import MAXIMAL_NESTING
from tests.formula.huge import HUGE
from tests.formula.tables import ADAM, ANY, CHAIN, FIELD, TABLES


@pytest.mark.parametrize("text", HUGE.values(), ids=HUGE.keys())
@pytest.mark.parametrize("table", [ANY, FIELD], ids=["plain", "series"])
def test_what_makes_others_hang_is_refused_with_a_sentence(table: SymbolTable, text: str) -> None:
    reading = read(text, table)
    assert not reading.alternatives or reading.unknown
    if reading.refusal is not None:
        assert reading.refusal.sentence
        assert 0 <= reading.refusal.start <= reading.refusal.end <= len(text)


@pytest.mark.parametrize("text", HUGE.values(), ids=HUGE.keys())
def test_what_makes_others_hang_is_no_chain_either(text: str) -> None:
    chain = read_chain(text, FIELD)
    assert chain.refusal or all(
        side.reading.refusal or side.reading.unknown for side in chain.sides
    )


@pytest.mark.parametrize("text", HUGE.values(), ids=HUGE.keys())
def test_what_makes_others_hang_is_no_python_either(text: str) -> None:
    reading = read_python(text, ANY)
    assert reading.refusal or reading.unknown


PAYLOADS = [
    "__import__('os').system('touch {}')",
    "().__class__.__base__.__subclasses__()",
    "open('{}','w')",
    "eval(\"open('{}','w')\")",
    r"\text{{open('{}','w')}}",
    r"x+\text{{__import__('os').system('touch {}')}}",
    r"\operatorname{{exec}}(open('{}','w'))",
    "lambda: open('{}','w')",
    "[x for x in [open('{}','w')]]",
    "x.__class__",
    "{{open('{}','w')}}",
    r"\input{{{}}}",
    r"\write18{{touch {}}}",
    r"\href{{javascript:alert(1)}}{{x}}",
    "<script>alert(1)</script>",
]


@pytest.mark.parametrize("payload", PAYLOADS)
def test_a_payload_is_never_run(payload: str, tmp_path: Path) -> None:
    written = tmp_path / "written"
    text = payload.replace("{}", str(written)).replace("{{", "{").replace("}}", "}")
    for reading in (read(text, ANY), read_python(text, ANY)):
        assert reading.refusal or reading.remarks
    read_chain(text, ANY)
    assert not written.exists()


REFUSED = {
    "two formulas": ("x, y", "second formula"),
    "an equation": ("a = b", "inside of a formula"),
    "two lines": (r"a \\ b", "second formula"),
    "a factorial": ("x!", "factorial"),
    "a binomial": (r"\binom{a}{b}", "binomial"),
    "an integral": (r"\int x", "integral"),
    "a limit": (r"\lim x", "limit"),
    "plus or minus": ("x ± 1", "±"),
    "an ellipsis": (r"a + \dots", "ellipsis"),
    "three full stops": ("a + ... + z", "not understood"),
    "a norm": (r"\|x\|", "norm"),
    "an unknown command": (r"\frob{x}", "command"),
    "a matrix": (r"\begin{pmatrix} a & b \end{pmatrix}", "environment"),
    "cases": (r"\begin{cases} a \\ b \end{cases}", "environment"),
    "a sum, not declared": (r"\sum_{i=1}^{3} x", "sum with bounds"),
    "two numbers": ("3 5", "two numbers"),
    "groups of four digits": ("12 3456", "two numbers"),
    "a letter and a digit": ("x2", "index, a power or a product"),
    "a list": ("1,2,3", "no number"),
    "dots in a wrong place": ("1.2.3", "no number"),
    "an interval": ("[0,1]", "interval"),
    "an x between numbers": ("3 x 3", "multiplication sign"),
    "a group after a zero": ("0 119", "no number"),
    "four digits before a group": ("1234 567", "no number"),
    "a remainder": ("5 % 3", "remainder"),
    "a percent sign after a name": ("x%", "not understood"),
    "a bracket not closed": ("(a", "not closed"),
    "a bracket not opened": ("a]", "never opened"),
    "two kinds of brackets": ("(a]", "closes here after"),
    "a bar not closed": ("|x", "bar is not closed"),
    "a bar that says nothing": ("x|_3", "not understood"),
    "a fraction of a full stop": (r"\frac.", "braces"),
    "a fraction over a full stop": (r"\frac 1.5", "braces"),
    "a fraction of decimals": (r"\frac.5", "braces"),
    "half a fraction": (r"\frac{a}", "braces"),
    "a root of two digits without braces": (r"\sqrt12", "braces"),
    "no exponent": ("x^", "script is missing"),
    "two exponents": ("x^2^3", "brackets"),
    "an exponent of nothing": ("^2", "not understood"),
    "half a sum": ("a +", "too early"),
    "nothing": ("", "nothing to read"),
    "blanks": (r"\quad $$", "nothing to read"),
    "a function alone": ("sin", "no argument"),
    "a maximum of one": ("max(x)", "arguments"),
    "a prime": ("x'", "prime"),
    "a differential": ("dx", "differential"),
    "half a derivative": (r"\frac{x}{\partial y}", "differential"),
    "a second derivative": (r"\frac{\partial^2 x}{\partial y^2}", "higher derivative"),
    "a hat over a sum": (r"\hat{a+b}", "hat"),
    "digits of another script": ("١٢", "sign"),
    "a dash": ("x — y", "sign"),
    "a null character": ("x\0", "sign"),
}


@pytest.mark.parametrize(("text", "words"), REFUSED.values(), ids=REFUSED.keys())
def test_a_refusal_says_why(text: str, words: str) -> None:
    reading = read(text, ANY)
    assert reading.trees == ()
    assert reading.refusal is not None
    assert words in reading.refusal.sentence


UNDECLARED = {
    "a capital letter": (ANY, "X", "X", "x"),
    "a misspelled name": (ADAM, "betta + 1", "betta", "beta"),
    "an index": (ADAM, r"\beta_3", "beta_3", "beta_2"),
    "a family without index": (ADAM, "w + 1", "w", "w_*"),
    "a hat": (ADAM, r"\hat g_t", "hat g_t", None),
    "a Greek letter": (ANY, r"\gamma x", "gamma", None),
    "words": (ANY, r"\text{two words}", "two words", None),
    "a derivative the wrong way round": (CHAIN, "∂q/∂f", "∂q/∂f", None),
    "a derivative with half of its signs": (CHAIN, "∂log(x)/c", "∂(log(x))/c", "d log(x)/d x"),
}


@pytest.mark.parametrize(
    ("table", "text", "name", "nearest"), UNDECLARED.values(), ids=UNDECLARED.keys()
)
def test_an_unknown_name_is_reported_with_the_nearest_declared_one(
    table: SymbolTable, text: str, name: str, nearest: str | None
) -> None:
    reading = read(text, table)
    remarks = [one for one in reading.remarks if one.concern is Concern.UNKNOWN]
    assert [one.name for one in remarks] == [name]
    assert reading.unknown == {name}
    if nearest is not None:
        assert remarks[0].nearest == nearest


WARNED = {
    "a logarithm without brackets": (ANY, r"\log 2x"),
    "a logarithm before a slash": (ANY, "log x/y"),
    "a slash before two factors": (ANY, "1/2x"),
    "a root sign before two factors": (ANY, "√2x"),
    "an exponent of two digits": (ANY, "x^12"),
    "an exponent before a slash": (ANY, "x^1/2"),
    "an exponent before a name": (ANY, "e^2x"),
    "a plain root before two factors": (ANY, "sqrt 2x"),
    "a number after a name": (ANY, "x 3"),
    "a constant before a number": (CHAIN, "c(3)"),
    "a function before a brace": (CHAIN, "f{(x)}"),
    "a constant like a function": (CHAIN, "c(x)"),
    "an index or a power": (ADAM, "g^2"),
    "a plain index with a sign": (ADAM, "m_t-1"),
    "thousands or decimals": (ANY, "1,792"),
    "a mixed number": (ANY, r"2\frac13"),
    "words beside a formula": (ANY, r"x \text{ (as above)}"),
    "a bracketed exponent": (ANY, "x^{(2)}"),
    "Euler's number alone": (ANY, "2e"),
    "brackets after a derivative": (CHAIN, r"\frac{\partial f}{\partial x}(3)"),
    "a product that may end early": (FIELD, r"\prod_{i=1}^{L} s_i \cdot k"),
}


@pytest.mark.parametrize(("table", "text"), WARNED.values(), ids=WARNED.keys())
def test_doubtful_notation_is_read_with_a_remark(table: SymbolTable, text: str) -> None:
    reading = read(text, table)
    assert reading.tree is not None
    assert reading.remarks
    for remark in reading.remarks:
        assert 0 <= remark.start <= remark.end <= len(text)


@pytest.mark.parametrize("name", TABLES)
def test_the_deepest_formula_is_still_read(name: str) -> None:
    deep = MAXIMAL_NESTING
    assert read("(" * deep + "x" + ")" * deep, TABLES[name]).tree is not None
    assert read("(" * (deep + 1) + "x" + ")" * (deep + 1), TABLES[name]).refusal is not None


def test_a_table_without_names_reads_numbers() -> None:
    assert read("1+2", declare()).tree is not None
