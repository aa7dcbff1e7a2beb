"""Whose an entry of a download is, by its name alone.

Only numbers that the platform itself wrote identify anyone. A person's name that an entry carries
is kept as ``label`` for the roster and goes nowhere else.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterable, Sequence

from grader.language import sentence
from grader.lms import blackboard_entries, brightspace_entries, ilias_entries, openolat_entries
from grader.lms.found import FEEDBACK, LINK, UNKNOWN, Entries, Found
from grader.lms.gradescope import METADATA
from grader.lms.headers import LANGUAGES
from grader.submission import Identity

NAMES = ("moodle", "canvas", "ilias", "blackboard", "brightspace", "openolat", "gradescope")
"""Learning platforms whose downloads are known by the names of their entries."""
EVIDENT = ("moodle", "blackboard", "brightspace")
"""Those of them that alone name entries so: each entry tells by itself."""
ASIDE = sentence("is the platform's list of what was handed in, not an answer")
ASIDES = (ASIDE, openolat_entries.SOLUTION)
"""Why something is no hand-in that a platform put beside those that are."""

_MOODLE = re.compile(
    r"(?P<label>[^/_]*)(?:_(?P<number>[0-9]{1,18}))?"
    r"_(?P<shown>(?P<sub>assignsubmission|assignfeedback)_(?P<plugin>[a-z]+))(?:_(?P<file>.+)|_?)"
)
_CANVAS = re.compile(
    r"(?:(?P<label>\w*?)_)?(?P<late>LATE_)?(?:(?P<number>[1-9][0-9]{0,17})|anon_(?P<anonymous>[A-Za-z0-9]+))"
    r"_(?:(?P<attachment>[1-9][0-9]{0,17})_(?P<file>.+)|(?P<kind>text|link)\.html)"
)


_NUMBERS = re.compile(r"(?=_[1-9][0-9]{0,17}_([1-9][0-9]{0,17})_.)")
_TYPED = re.compile(r"_[1-9][0-9]{0,17}_(?:text|link)\.html\Z")
_GRADESCOPE = re.compile(r"submission_(?P<number>[0-9]{1,18})")


def recognise(names: Sequence[str], *, is_folder: bool) -> Found | None:
    """Return whose an entry of Moodle's download is; None where Moodle did not write its name.

    ``names`` is its path. Only its first piece counts: what lies below is a learner's own.
    """
    match = _MOODLE.fullmatch(names[0]) if names else None
    below = tuple(names[1:])
    if match and (bool(match["file"]) != bool(below or is_folder)):
        return _moodle(match, below)
    return None


def platform_of(names: Sequence[str], *, is_folder: bool) -> str:
    """Return the platform that alone names entries so; empty where none does.

    The names of other platforms tell something only where all of a class are of one form.
    """
    if recognise(names, is_folder=is_folder):
        return "moodle"
    if blackboard_entries.is_entry(names, is_folder=is_folder):
        return "blackboard"
    return "brightspace" if brightspace_entries.is_entry(names, is_folder=is_folder) else ""


def recognise_alone(names: Sequence[str], *, is_folder: bool) -> Found | None:
    """Return whose an entry is that one platform alone names so, whatever lies beside it."""
    lms = platform_of(names, is_folder=is_folder)
    return _recognise_as([(names, is_folder)], lms)[0] if lms else None


def rewrapped(entries: Entries, called: str) -> bool:
    """Whether entries are what OpenOLAT's archive holds, without the folder ``called`` so."""
    within = [((called, *names), is_folder) for names, is_folder in entries]
    return openolat_entries.is_archive(within)


def platforms(found: Iterable[Found | None]) -> frozenset[str]:
    """Return the platforms that the entries of a class are of."""
    return frozenset(one.identity.lms for one in found if one)


def aside(names: Sequence[str], of: Collection[str]) -> str:
    """Return why an entry of no learner is no hand-in, where the platform itself put it there.

    ``of`` holds the platforms that the entries of its class are of.
    """
    if "brightspace" in of and tuple(names) == (brightspace_entries.LIST,):
        return ASIDE
    if "openolat" in of and openolat_entries.is_solution(names):
        return openolat_entries.SOLUTION
    return ""


def below(names: Sequence[str], of: Collection[str]) -> tuple[str, ...]:
    """Return an entry's path without the folder that its platform puts around a class.

    It is empty for that folder itself. ``of`` is as in ``aside``.
    """
    return tuple(names[1:] if "openolat" in of else names)


def recognise_all(entries: Entries, *, lms: str = "") -> list[Found | None]:
    """Return whose each entry of a class is, given as path and whether it is a folder.

    Canvas and ILIAS write little that only they write, so their names count where all are of
    one form, no number of an attachment comes twice, and none of a user under two names. Folders
    of Gradescope's export count beside its list of who handed in, and those of OpenOLAT in the
    one folder that it puts around them. Of Moodle, Blackboard and Brightspace each entry counts;
    a class of which only some are theirs is for a person to explain. ``lms`` is what a person
    said it is, a name of ``NAMES``: then names of that one alone count, one by one.
    """
    return _recognise_as(entries, lms or _platform_of_all(entries))


def _platform_of_all(entries: Entries) -> str:
    evident = Counter(platform_of(names, is_folder=is_folder) for names, is_folder in entries)
    pages = sum(tuple(names) == (brightspace_entries.LIST,) for names, _ in entries)
    for lms in ("moodle", "blackboard"):
        if entries and evident[lms] == len(entries):
            return lms
    if evident["brightspace"] and evident["brightspace"] == len(entries) - pages:
        return "brightspace"
    if _are_of_canvas(entries) and all(_canvas_all(entries)):
        return "canvas"
    for lms in EVIDENT:
        if evident[lms]:
            return lms
    if ((METADATA,), False) in [(tuple(n), folder) for n, folder in entries]:
        return "gradescope"
    if openolat_entries.is_archive(entries):
        return "openolat"
    if blackboard_entries.is_download(entries):
        return "blackboard"
    if brightspace_entries.is_download(entries):
        return "brightspace"
    return "ilias" if ilias_entries.is_download(entries) else "none"


def _recognise_as(entries: Entries, lms: str) -> list[Found | None]:
    if lms in _TOGETHER:
        return _TOGETHER[lms](entries)
    if lms in _ALONE:
        return [_ALONE[lms](names, is_folder=is_folder) for names, is_folder in entries]
    return [None for _ in entries]


def _are_of_canvas(entries: Entries) -> bool:
    return all(_canvas_name(names, is_folder=is_folder) for names, is_folder in entries)


def _canvas_name(names: Sequence[str], *, is_folder: bool) -> re.Match[str] | None:
    return _CANVAS.fullmatch(names[0]) if len(names) == 1 and not is_folder else None


def _canvas_all(entries: Entries) -> list[Found | None]:
    """Return whose each entry of Canvas is; of those that contradict each other, nobody's.

    A name that a learner chose may itself look like numbers of Canvas. Such an entry may be read
    in two ways; it is nobody's in particular, and contradicts nobody.
    """
    matches = [_canvas_name(names, is_folder=is_folder) for names, is_folder in entries]
    plain = (m for m in matches if m and not _other_attachments(m) and not _may_be_typed(m))
    files = [match["attachment"] for match in plain if match["attachment"]]
    shortest = min(map(len, files), default=0)

    def is_doubtful(match: re.Match[str]) -> bool:
        # Attachments of one assignment were numbered in one term: theirs are about as long.
        as_file = any(len(other) >= shortest - 1 for other in _other_attachments(match))
        return as_file or _may_be_typed(match)

    sure = [match for match in matches if match and not is_doubtful(match)]
    attachments = Counter(match["attachment"] for match in sure if match["attachment"])
    labels = Counter(number for number, _ in {(m["number"], m["label"]) for m in sure})

    def found(match: re.Match[str] | None) -> Found | None:
        if match is None:
            return None
        if is_doubtful(match):
            return _canvas(match, doubtful=True)
        twice = attachments[match["attachment"]] > 1
        if twice or (match["number"] and labels[match["number"]] > 1):
            return None  # one number under two names: these are two people's files
        return _canvas(match, doubtful=False)

    return [found(match) for match in matches]


def _gradescope(names: Sequence[str], *, is_folder: bool) -> Found | None:
    match = _GRADESCOPE.fullmatch(names[0]) if len(names) > 1 or is_folder else None
    if match is None:
        return None
    return Found(
        identity=Identity(lms="gradescope", number=match["number"]),
        label="",
        shown=names[0],
        inside=tuple(names[1:]),
    )


_ALONE = {"moodle": recognise, "gradescope": _gradescope}
_TOGETHER = {
    "blackboard": blackboard_entries.recognise_all,
    "brightspace": brightspace_entries.recognise_all,
    "openolat": openolat_entries.recognise_all,
    "ilias": ilias_entries.recognise_all,
    "canvas": _canvas_all,
}


def _other_attachments(match: re.Match[str]) -> list[str]:
    """Return the attachments' numbers of all other ways to read an entry as a file's.

    Of a team called ``team_7``, say, or of a learner who calls himself by another's numbers.
    """
    return _NUMBERS.findall(_after_number(match))


def _may_be_typed(match: re.Match[str]) -> bool:
    """Whether what is read as a file's entry may be one of typed text as well."""
    return _TYPED.search(_after_number(match)) is not None


def _after_number(match: re.Match[str]) -> str:
    return f"_{match['attachment']}_{match['file']}" if match["attachment"] else ""


def _canvas(match: re.Match[str], *, doubtful: bool) -> Found:
    number = match["number"] or match["anonymous"]
    if doubtful:
        # No row has such a number: a person sees it, and nobody gets another's grade.
        number = f"{number}-or-{match['attachment']}"
    kept = match["kind"] or match["attachment"]
    return Found(
        identity=Identity(lms="canvas", number=number, anonymous=bool(match["anonymous"])),
        label=match["label"] or "",
        shown=f"…_{number}_{kept}",
        inside=(match["file"] or f"{match['kind']}.html",),
        refusal=LINK if match["kind"] == "link" else "",
        typed=match["kind"] == "text",
        marked_late=bool(match["late"]),
        rank=int(match["attachment"] or 0),
        maybe=(match["number"] or "") if doubtful else "",
    )


def _moodle(match: re.Match[str], below: tuple[str, ...]) -> Found:
    number = match["number"] or ""
    refusal = "" if match["plugin"] in ("file", "onlinetext") else UNKNOWN
    if match["sub"] == "assignfeedback":
        refusal = FEEDBACK
    return Found(
        identity=Identity(
            lms="moodle", number=number, anonymous=match["label"].strip() in ANONYMOUS
        ),
        label=match["label"],
        shown="_".join(filter(None, ("…", number, match["shown"]))),
        inside=below or ((match["file"],) if match["file"] else ()),
        refusal=refusal,
        typed=not refusal and match["plugin"] == "onlinetext",
    )


def cleaned(text: str) -> str:
    """Return a name as Moodle writes it into file names."""
    return re.sub(r"[\x00-\x1f\x7f&<>\"`|':\\/]", "", text.replace("_", " "))


ANONYMOUS = frozenset(cleaned(word) for words in LANGUAGES for word in words.participant)
"""What stands for a name where marking is blind."""
