"""Hand-ins that ``grader pack`` packed: one learner's by their manifest, and as packed or not.

A manifest is a learner's claim. It makes one hand-in of a ZIP's own files and gives a remark; a
damaged one gives a remark, and nothing else.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from grader import manifest
from grader.errors import SubmissionError
from grader.intake.archive import read_parts
from grader.intake.source import Entry, Part
from grader.intake.whose import is_folder, is_hand_in
from grader.language import joined, sentence
from grader.manifest import Manifest

MOST = 5
"""So many manifests of one hand-in are looked at, as of a team that hands in several ZIPs."""


def manifests(entries: Sequence[Entry]) -> tuple[Part, ...]:
    """Return the files among ``entries`` that are manifests by their name."""
    named = (one for one in entries if is_manifest(one))
    return tuple(replace(one.part, name="/".join(one.names)) for one in named if one.part)[:MOST]


def is_one(entries: Sequence[Entry]) -> bool:
    """Whether a ZIP is one packed hand-in: all work in it lies in it directly and is named so."""
    found = [one for one in entries if is_manifest(one) and len(one.names) == 1]
    if len(found) != 1 or found[0].part is None:
        return False
    try:
        said = manifest.read(_bytes(found[0].part))
    except SubmissionError:
        return False
    known = {one.name for one in said.files} if said else set()
    work = [one for one in entries if is_hand_in(one) or is_folder(one)]
    return bool(work) and all(len(one.names) == 1 and one.names[0] in known for one in work)


def remarks(parts: Sequence[Part], digests: Mapping[str, Sequence[str]]) -> Iterator[str]:
    """Yield a sentence for each manifest, with its receipt and whether it fits the files.

    ``digests`` holds the SHA-256 of all files of the hand-in by their paths in it.
    """
    for part in parts:
        try:
            data = _bytes(part)
            said = manifest.read(data)
        except SubmissionError as problem:
            yield sentence(
                "{file} is damaged ({problem}) and says nothing of the files; they are graded as "
                "they are.",
                file=part.name,
                problem=problem,
            )
            continue
        if said is not None:
            yield _told(said, manifest.receipt(data), _beside(part, digests))


def _told(said: Manifest, code: str, found: Mapping[str, Sequence[str]]) -> str:
    changes = manifest.changes(said, found)
    if not changes:
        return sentence(
            "It is as `grader pack` packed it for {sheet}; receipt {code}.",
            sheet=said.sheet,
            code=code,
        )
    return sentence(
        "It was changed after `grader pack` packed it for {sheet} (receipt {code}): {changes}. It "
        "is graded as it is.",
        sheet=said.sheet,
        code=code,
        changes=joined(", ", changes),
    )


def _beside(part: Part, digests: Mapping[str, Sequence[str]]) -> dict[str, Sequence[str]]:
    """Return the files in a manifest's folder and below, by their paths from there."""
    folder = part.name.removesuffix(manifest.FILE)
    return {
        path.removeprefix(folder): several
        for path, several in digests.items()
        if path.startswith(folder)
    }


def _bytes(part: Part) -> bytes:
    (data,) = read_parts([part])
    if isinstance(data, SubmissionError):
        raise data
    return data


def is_manifest(entry: Entry) -> bool:
    """Whether a file is a manifest by its name; what it says may still be another program's."""
    return bool(entry.names) and entry.names[-1] == manifest.FILE and not entry.refusal
