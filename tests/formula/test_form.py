"""Required forms look at the tree only, and say what is missing."""

from __future__ import annotations

import pytest

from grader.errors import AuthorError
from grader.formula.form import ClosedForm, Form, FreeOf, InTermsOf, SolvedFor, names, unmet
from tests.formula.written import tree

PARTIALS = FreeOf(("du", "df"), what="partial derivative")
FIELD = ClosedForm(("R_*", "j_*"), series=True)

MET: list[tuple[Form, str]] = [
    (ClosedForm(), "x**2/log(x)"),
    (ClosedForm(("R_*",)), "k[1] + k[2]"),
    (FIELD, "1 + Sum(i, 1, n, (k[i] - 1)*Prod(l, 1, i - 1, s[l]))"),
    (InTermsOf(("x", "c")), "2*x + c*pi"),
    (InTermsOf(("x", "c")), "x"),
    (InTermsOf(("k_*", "n")), "Sum(i, 1, n, k[i] + i)"),
    (InTermsOf(("R_*", "k_*")), "R[i - 1] + k[out]"),
    (InTermsOf(("k_1",)), "k[1]"),
    (PARTIALS, "2*x"),
]
NOT_MET: list[tuple[Form, str, str]] = [
    (ClosedForm(), "Sum(i, 1, n, k[i])", "A sum or product over an index is left"),
    (ClosedForm(), "1/(1 + log(Prod(i, 1, n, k[i])))", "A sum or product over an index is left"),
    (FIELD, "R[i - 1] + (k[i] - 1)*s[1]", "refers to R_* again"),
    (FIELD, "1 + Sum(i, 1, n, (k[i] - 1)*j[i])", "refers to j_* again"),
    (FIELD, "R[1]", "refers to R_1 again"),
    (InTermsOf(("x", "c")), "u**2 - c**2 + v", "u, v is left; write it in terms of x, c."),
    (InTermsOf(("k_*",)), "Sum(i, 1, n, k[i])", "n is left"),
    (InTermsOf(("k_1",)), "k[1] + k[2]", "k_2 is left"),
    (InTermsOf(("k_1",)), "k[i + 1]", "k_* is left"),
    (PARTIALS, "df*2*x", "The partial derivative df is left; work it out."),
]


@pytest.mark.parametrize(("form", "text"), MET)
def test_a_form_that_is_met_says_nothing(form: Form, text: str) -> None:
    assert form.missing(tree(text)) == ""
    assert unmet([form], tree(text)) == ()


@pytest.mark.parametrize(("form", "text", "sentence"), NOT_MET)
def test_a_form_that_is_not_met_says_what_is_missing(form: Form, text: str, sentence: str) -> None:
    assert sentence in form.missing(tree(text))


@pytest.mark.parametrize(
    ("name", "left", "right", "sentence"),
    [
        ("w", "w", "x - 1", ""),
        ("w", "w", "x - w", "w is on both sides"),
        ("w", "2*w", "x", "does not stand alone"),
        ("w", "v", "x", "does not stand alone"),
        ("w", None, "x", "does not stand alone"),
        ("R_*", "R[i]", "R[i - 1] + k[i]", ""),
        ("R_*", "R[i]", "R[i] + k[i]", "on both sides"),
        ("R_*", "k[i]", "R[i]", "does not stand alone"),
        ("R_out", "R[out]", "R[inner] + k[1]", ""),
    ],
)
def test_an_equation_is_solved_for_what_stands_alone(
    name: str, left: str | None, right: str, sentence: str
) -> None:
    found = SolvedFor(name).missing(tree(right), left=tree(left) if left else None)
    assert (sentence in found) if sentence else not found


def test_all_that_is_missing_is_said() -> None:
    forms: list[Form] = [ClosedForm(), InTermsOf(("x",)), SolvedFor("w"), FreeOf(("q",))]
    assert len(unmet(forms, tree("Sum(i, 1, n, x)"))) == 3
    assert unmet(forms, tree("2*x"), left=tree("w")) == ()


def test_names_are_those_that_need_a_meaning() -> None:
    formula = tree("Sum(i, 1, n, k[i]*s[i - 1]*q) + i + R[out] + R[3]")
    assert names(formula) == {"n", "k_*", "s_*", "q", "i", "R_out", "R_3"}


@pytest.mark.parametrize("form", [InTermsOf, FreeOf])
def test_a_form_needs_names(form: type[InTermsOf] | type[FreeOf]) -> None:
    with pytest.raises(AuthorError, match="at least one name"):
        form(())
    with pytest.raises(AuthorError, match="each as text"):
        form(("x", ""))
