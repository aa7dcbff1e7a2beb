"""Sending what is lacking, learner by learner; whatever happens, nothing is sent twice.

What a platform has done when no answer came is not known. So nothing is ever simply repeated:
each attempt looks first at what is there, and sends what is still lacking.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from grader.language import decimal, message, say
from grader.webservice import web
from grader.webservice.holding import NOTATION, Part, Platform, Shown, lacking
from grader.webservice.journal import Journal
from grader.webservice.planning import Delivery
from grader.webservice.trouble import Closed, Passing, Refused


class Ending(StrEnum):
    """What became of one delivery."""

    SENT = message("sent")
    FAILED = message("failed")
    NOT_TRIED = message("not tried")


@dataclass(frozen=True, kw_only=True, slots=True)
class Outcome:
    """How one delivery ended."""

    delivery: Delivery
    ending: Ending
    reason: str = ""
    """Why it failed, or what is not sure; empty where all is well."""


def deliver(
    platform: Platform,
    deliveries: Sequence[Delivery],
    journal: Journal,
    *,
    seen: Callable[[Outcome], None] = lambda _: None,
) -> tuple[Outcome, ...]:
    """Send all deliveries and return how each ended, in their order.

    One that fails does not stop the others. A platform that refuses altogether, or gives no
    answer several times in a row, is not asked again. Raises ``UsageError`` where the journal
    cannot be written. ``seen`` is called after each learner.
    """
    outcomes: list[Outcome] = []
    shaken: list[int] = []
    silent, over = 0, ""
    for place, one in enumerate(deliveries):
        if over:
            outcomes.append(Outcome(delivery=one, ending=Ending.NOT_TRIED, reason=over))
            continue
        journal.intend(one.spot.user, one.wanted)
        sending = _Sending(platform, one)
        outcome = sending.run()
        silent = silent + 1 if sending.is_silent else 0
        over = sending.closed or (outcome.reason if silent == web.GIVEN_UP else "")
        if sending.attempts > 1:
            shaken.append(place)
        outcomes.append(outcome)
        seen(outcome)
    for place in () if over else shaken:
        # What was asked for twice may have come twice, and late.
        outcomes[place] = _Sending(platform, deliveries[place]).run()
    return _checked(platform, outcomes)


class _Sending:
    """One delivery, as often as it takes."""

    def __init__(self, platform: Platform, one: Delivery) -> None:
        self._platform = platform
        self._one = one
        self.attempts = 0
        self.is_silent = False
        """The platform gave no answer to the last attempt."""
        self.closed = ""
        """Why no other delivery can succeed."""

    def run(self) -> Outcome:
        """Try until it is there or there is no hope."""
        try:
            web.patiently(self._attempt)
        except Passing as problem:
            self.is_silent = True
            return self._failed(problem.reason)
        except Refused as problem:
            return self._failed(problem.reason)
        except Closed as problem:
            self.closed = str(problem)
            return self._failed(self.closed)
        return Outcome(delivery=self._one, ending=Ending.SENT)

    def _attempt(self) -> None:
        self.attempts += 1
        one = self._one
        shown = self._platform.look(one.spot, anew=True)
        apart = self._platform.comment_is_apart
        lacks = lacking(shown, one.wanted, comment_is_apart=apart) & (one.lacks | {Part.SURPLUS})
        if Part.GRADE in lacks:
            _refuse_if_graded_since(one, shown)
        if lacks:
            self._platform.send(one.spot, shown, one.wanted, lacks)

    def _failed(self, reason: str) -> Outcome:
        return Outcome(delivery=self._one, ending=Ending.FAILED, reason=reason)


def _refuse_if_graded_since(one: Delivery, shown: Shown) -> None:
    if shown.grade is not None and shown.grade != one.shown.grade:
        raise Refused(
            say(
                "was graded on the platform with {grade} just now; run the command again",
                grade=decimal(NOTATION.write(shown.grade)),
            )
        )


def _checked(platform: Platform, outcomes: Sequence[Outcome]) -> tuple[Outcome, ...]:
    """Return the outcomes with those failed whose grade the platform did not take."""
    sent = [one for one in outcomes if one.ending is Ending.SENT]
    pairs = [(one.delivery.spot, one.delivery.wanted) for one in sent]
    try:
        taken = platform.taken(pairs) if pairs else set()
    except (Passing, Refused, Closed):
        unsure = say("could not be checked; run the command again")
        return tuple(replace(one, reason=unsure) if one in sent else one for one in outcomes)
    reason = say(
        "the platform does not show the grade that was sent: it may be locked there; look at it "
        "on the platform and run the command again"
    )
    return tuple(
        replace(one, ending=Ending.FAILED, reason=reason)
        if one in sent and one.delivery.spot.user not in taken
        else one
        for one in outcomes
    )
