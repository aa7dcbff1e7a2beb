"""Are two formulas equal? Decided by their values at seeded points, and three-valued.

Simplifying is no judge: it calls the correct second step of Adam wrong. Values at points are
one: two formulas that agree to 20 digits at points of every region are equal for all we need, and
one point at which they differ is an explanation that a learner can check. What cannot be
decided goes to a person; it is never "different".
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from grader.formula.comparison import (
    Comparison,
    Counterexample,
    Different,
    Equal,
    EqualUpTo,
    Undecided,
    place,
)
from grader.formula.domains import Domain
from grader.formula.evaluate import (
    DIGITS,
    FLOATS,
    MAX_STEPS,
    Arithmetic,
    Real,
    Undefined,
    Walk,
    digits,
)
from grader.formula.points import Design, Layout, Point, domain_name
from grader.formula.tree import Indexed, Series, Symbol, Tree, children, label, substitute
from grader.language import all_of, message, say

AGREEMENT = 1e-20
"""Largest relative difference of equal values, of the 30 digits that are carried."""
IDENTITY = 1e-40
"""The same with more digits, at one point: what agrees to 20 digits has to agree to 40."""
SUSPICION = 1e-6
"""The same for a first look with floats; what is further apart is looked at with 30 digits."""
LOOKS = 48
"""Random points of that first look; the corners of all domains come before them."""
TRIES = 8
"""How many times the wanted number of points is drawn at most, where formulas have no value."""
BUDGET = 20_000
"""Most nodes visited with many digits, and again with floats, for one draw of points."""
MAX_NODES = 5_000
"""Largest formula that is compared, once definitions are put in."""
TOO_LARGE = message("The formula is too large, or nested too deeply, to be compared.")
CONSTANT = "pi"
"""The one name that has a value without being declared."""
OTHER_SEED = 0x9E3779B97F4A7C15
"""What tells the second seed from the first."""


def compare(
    given: Tree,
    expected: Tree,
    domains: Mapping[str, Domain],
    *,
    seed: int,
    points: int = 8,
    small: Sequence[str] = (),
    definitions: Mapping[str, Tree] | None = None,
) -> Comparison:
    """Return whether ``given`` equals ``expected`` for all values of their symbols.

    ``domains`` declares each symbol, and families as ``r_*``; with a name that it lacks the
    formulas are ``Undecided``. ``definitions`` lets symbols stand for formulas, in which those
    before may be used. ``small`` are the parameters that may be taken as zero. The same arguments
    give the same answer, on every machine.
    """
    if _large(given) or _large(expected):
        return Undecided(say(TOO_LARGE))
    try:
        if definitions:
            resolved = _resolved(definitions)
            given, expected = substitute(given, resolved), substitute(expected, resolved)
        if _large(given) or _large(expected):
            return Undecided(say(TOO_LARGE))
        return _decide(_Pair(given, expected, domains, points), seed, small)
    except RecursionError:
        return Undecided(say(TOO_LARGE))


def _large(tree: Tree) -> bool:
    waiting, count = [tree], 0
    while waiting and count <= MAX_NODES:
        count += 1
        waiting.extend(children(waiting.pop()))
    return count > MAX_NODES


def _resolved(definitions: Mapping[str, Tree]) -> dict[str, Tree]:
    resolved: dict[str, Tree] = {}
    for name, tree in definitions.items():
        resolved[name] = substitute(tree, resolved)
    return resolved


def _decide(pair: _Pair, seed: int, small: Sequence[str]) -> Comparison:
    if pair.unknown:
        reason = say(
            "Not declared, so that no value can be chosen for it: {names}.",
            names=", ".join(pair.unknown),
        )
        return Undecided(reason)
    outcome = _confirmed(pair, seed, {})
    if not isinstance(outcome, Different):
        return outcome
    return _without_small(pair, seed, [name for name in small if name in pair.names], outcome)


def _without_small(
    pair: _Pair, seed: int, small: Sequence[str], different: Different
) -> Different | EqualUpTo | Undecided:
    """Compare once more with each small parameter as zero, then with all of them."""
    undecided = None
    for names in [*((name,) for name in small), *([tuple(small)] if len(small) > 1 else [])]:
        outcome = _confirmed(pair, seed, dict.fromkeys(names, 0.0))
        if isinstance(outcome, Equal):
            return EqualUpTo(names, different.counterexample)
        if isinstance(outcome, Undecided):
            reason = say("With {names} = 0: {reason}", names=all_of(names), reason=outcome.reason)
            undecided = Undecided(reason)
    return undecided or different


def _confirmed(pair: _Pair, seed: int, fixed: Mapping[str, float]) -> Equal | Different | Undecided:
    """Compare with one seed, and with a second one before the formulas are called different."""
    first = _Draw(pair, seed, fixed).outcome()
    if not isinstance(first, Different):
        return first
    second = _Draw(pair, seed ^ OTHER_SEED, fixed).outcome()
    if isinstance(second, Different):
        return first
    return Undecided(
        say("One point differs, a second draw does not: {example}.", example=first.counterexample)
    )


class _Pair:
    """Two formulas, and the names that either of them uses."""

    def __init__(
        self, given: Tree, expected: Tree, domains: Mapping[str, Domain], points: int
    ) -> None:
        self.given = given
        self.expected = expected
        self.domains = domains
        self.names = {**_names(given, domains), **_names(expected, domains)}
        """Each name with the one whose domain it has; empty if none."""
        self.unknown = sorted(name for name, own in self.names.items() if not own)
        self.points = points if self.names else 1
        owned = ((name, own) for name, own in self.names.items() if own and name[-2:] != "_*")
        alone = {name: domains[own] for name, own in owned}
        self.design = Design(alone, least=self.points)

    def at(self, point: Mapping[str, float], arithmetic: Arithmetic, *, steps: int) -> _Values:
        """Return both values at a point; together they take so many steps at most."""
        walk = Walk(point, arithmetic, max_steps=steps)
        return _Values(walk.value(self.given), walk.value(self.expected), walk)

    def settle(self, point: Point) -> Counterexample | Literal["equal", "undefined"]:
        """Look closer at a difference: one that comes from rounding shrinks with more digits."""
        coarse = self.at(point, digits(2 * DIGITS), steps=MAX_STEPS)
        fine = self.at(point, digits(4 * DIGITS), steps=MAX_STEPS)
        if not (coarse.both and fine.both):
            return "undefined"
        if _agree(coarse.both, AGREEMENT) or _agree(fine.both, AGREEMENT):
            return "equal"
        if _shrinks(coarse.both, fine.both):
            return "equal"
        shown = tuple(sorted(point.drawn.items()))
        return Counterexample(shown, *map(float, fine.both))


def _apart(values: tuple[Real, Real]) -> Real:
    return abs(values[0] - values[1])


def _shrinks(coarse: tuple[Real, Real], fine: tuple[Real, Real]) -> bool:
    """Return whether a difference nearly goes away with more digits: it came from rounding."""
    return bool(_apart(fine) < AGREEMENT * _apart(coarse))


def _agree(values: tuple[Real, Real], relative: float) -> bool:
    """Return whether two values are equal, relative to the larger one."""
    return bool(_apart(values) <= relative * max(map(abs, values)))


def _names(tree: Tree, domains: Mapping[str, Domain]) -> dict[str, str]:
    """Return the free names of ``tree``, each with the name whose domain it has (empty: none).

    They are symbols, members as ``r_3``, families as ``r_*``. An index that is a name without a
    domain is a label, as in ``r_out``, and no name of its own.
    """
    found = {}
    waiting: list[tuple[Tree, frozenset[str]]] = [(tree, frozenset())]
    while waiting:
        part, running = waiting.pop()
        inner = children(part)
        match part:
            case Symbol(name):
                if name not in running and (name != CONSTANT or name in domains):
                    found[name] = name if name in domains else ""
            case Indexed(base, Symbol(name)) if name in running or name in domains:
                found[f"{base}_*"] = domain_name(f"{base}_*", domains)
            case Indexed(base, index):
                member = label(part) or f"{base}_*"
                found[member] = domain_name(member, domains)
                inner = () if isinstance(index, Symbol) else inner
            case Series(index=index, body=body):
                waiting.append((body, running | {index}))
                inner = inner[:2]
        waiting.extend((one, running) for one in inner)
    return found


@dataclass(frozen=True)
class _Values:
    given: Real | Undefined
    expected: Real | Undefined
    walk: Walk

    @property
    def both(self) -> tuple[Real, Real] | None:
        """Both values, if both exist."""
        if isinstance(self.given, Undefined) or isinstance(self.expected, Undefined):
            return None
        return self.given, self.expected

    @property
    def gap(self) -> str:
        """Why the given formula has no value where the expected one has; empty if it has."""
        if isinstance(self.given, Undefined) and not isinstance(self.expected, Undefined):
            return self.given.reason
        return ""

    @property
    def hopeless(self) -> str:
        """Why there is no use in asking at other points; empty if there is."""
        if isinstance(self.given, Undefined) and self.given.everywhere:
            return say("The given formula cannot be computed: {reason}.", reason=self.given.reason)
        if isinstance(self.expected, Undefined) and self.expected.everywhere:
            return say(
                "The expected formula cannot be computed: {reason}.", reason=self.expected.reason
            )
        return ""


class _Draw:
    """One comparison, at the points of one seed."""

    def __init__(self, pair: _Pair, seed: int, fixed: Mapping[str, float]) -> None:
        self._pair = pair
        self._seed = seed
        self._fixed = fixed
        self._left = {DIGITS: BUDGET, 0: BUDGET}
        """Steps left, with many digits and with floats."""
        self._covered = False
        """Whether the whole design has been looked at."""
        self._agreed = 0
        self._gap = ""

    def outcome(self) -> Equal | Different | Undecided:
        """Compare at one point after the other until one shows a difference."""
        for point in self._chosen():
            found = self._compare(point)
            if found:
                return found
        if self._gap:
            return Undecided(self._gap)
        if self._agreed < self._pair.points:
            reason = say(
                "Only at {count} points both formulas have a value; {needed} are needed.",
                count=self._agreed,
                needed=self._pair.points,
            )
            return Undecided(reason)
        if not self._identical():
            reason = say(
                "Their values agree to 20 digits but not to 40; look for a term that is tiny next "
                "to the others."
            )
            return Undecided(reason)
        return Equal(self._agreed)

    def _identical(self) -> bool:
        point = self._point("halves", 0, self._fixed)
        fine = self._pair.at(point, digits(4 * DIGITS), steps=MAX_STEPS).both
        if fine is None or _agree(fine, IDENTITY):
            return True
        coarse = self._pair.at(point, digits(2 * DIGITS), steps=MAX_STEPS).both
        return coarse is None or _agree(coarse, IDENTITY) or _shrinks(coarse, fine)

    def _chosen(self) -> Iterator[Point]:
        """Yield the design, more points where formulas lack values, then where floats differ."""
        yield from self._points("halves", range(self._pair.design.size))
        self._covered = True
        more = TRIES * self._pair.points
        for point in self._points("free", range(more)):
            if self._enough:
                break
            yield point
        if self._pair.names:
            looks = [
                *self._points("corners", range(self._pair.design.size)),
                *self._points("free", range(more, more + LOOKS)),
            ]
            yield from filter(self._suspicious, looks)

    def _points(self, layout: Layout, numbers: range) -> Iterator[Point]:
        for number in numbers:
            yield self._point(layout, number, self._fixed)

    def _point(self, layout: Layout, number: int, fixed: Mapping[str, float]) -> Point:
        return Point(
            self._pair.domains,
            self._pair.design,
            seed=self._seed,
            layout=layout,
            number=number,
            fixed=fixed,
        )

    @property
    def _enough(self) -> bool:
        return self._covered and self._agreed >= self._pair.points

    def _values(self, point: Point, carried: int) -> _Values:
        arithmetic = digits(carried) if carried else FLOATS
        values = self._pair.at(point, arithmetic, steps=min(MAX_STEPS, self._left[carried]))
        self._left[carried] -= values.walk.steps
        return values

    def _suspicious(self, point: Point) -> bool:
        values = self._values(point, 0)
        if values.hopeless:
            return False
        return bool(values.gap or (values.both and not _agree(values.both, SUSPICION)))

    def _compare(self, point: Point) -> Different | Undecided | None:
        values = self._values(point, DIGITS)
        if values.hopeless:
            return None if self._enough else Undecided(values.hopeless)
        if values.gap:
            self._gap = self._gap or _gap_sentence(point, values.gap)
        elif values.both and _agree(values.both, AGREEMENT):
            self._agreed += 1
        elif values.both:
            return self._settle(point, values)
        return None

    def _settle(self, point: Point, values: _Values) -> Different | None:
        self._left[DIGITS] -= 2 * values.walk.steps
        outcome = self._pair.settle(point)
        if isinstance(outcome, Counterexample):
            return Different(self._rounded(point) or outcome)
        self._agreed += outcome == "equal"
        return None

    def _rounded(self, point: Point) -> Counterexample | None:
        """Return the counterexample of the same point in two digits, if it is one as well."""
        rounded = {name: _in_two_digits(value) for name, value in point.drawn.items()}
        outcome = self._pair.settle(self._point("free", 0, rounded))
        return outcome if isinstance(outcome, Counterexample) else None


def _gap_sentence(point: Mapping[str, float], reason: str) -> str:
    if not point:
        return say(
            "The given formula has no value ({reason}), where the expected one has.",
            reason=reason,
        )
    return say(
        "The given formula has no value at {point} ({reason}), where the expected one has.",
        point=place(point),
        reason=reason,
    )


def _in_two_digits(value: float) -> float:
    return value if isinstance(value, int) else float(f"{value:.2g}")
