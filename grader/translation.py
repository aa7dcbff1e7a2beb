"""A sheet's own texts in other languages: what there is to say, in which catalogue, and how well.

``told`` goes through every text of a sheet that people read; both the list of texts and the sheet
in another language are made by it, so that neither has a text that the other lacks.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from itertools import islice, pairwise
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

from grader.errors import UsageError
from grader.formula.form import Form, FreeOf
from grader.language import FOLDER, decimal, is_code, read_catalogue, say, say_count
from grader.picture import Plan
from grader.sheet import TRANSLATED_STATEMENT, Question, Sheet, TaskSheet, Terms

if TYPE_CHECKING:
    from polib import POEntry, POFile

Tell: TypeAlias = Callable[[str, str], str]
"""Gets a text and where it stands, and returns what is said for it."""

WIDTH = 98
MOST_NAMED = 3
"""So many texts that a catalogue lacks are named."""
_KEPT = {
    "code": re.compile(r"`+[^`]+`+"),
    "formula": re.compile(r"\$+[^$]+\$+"),
    "place": re.compile(r"\{\w+\}"),
    "name": re.compile(r"[A-Za-z]\w*_\w+"),
}
"""What a translation has to keep, in the order in which it is looked for."""


@dataclass(frozen=True, kw_only=True)
class Text:
    """One text of a sheet."""

    text: str
    where: tuple[str, ...]
    """All places that it stands at, as ``vgg_parameters.conv_params: hint 2``."""


@dataclass(frozen=True, kw_only=True)
class Update:
    """A catalogue as it should be, beside how it was."""

    path: Path
    content: bytes
    total: int
    left: int
    """How many of its texts have no translation."""
    new: int
    gone: int

    @property
    def changes(self) -> bool:
        """Whether the file is not there or holds something else."""
        return not self.path.is_file() or self.path.read_bytes() != self.content


@dataclass(frozen=True, kw_only=True)
class Remark:
    """One thing that was looked at in a translation; the sentence says what is wrong, if it is."""

    what: str
    sentence: str = ""


def texts(sheet: Sheet) -> tuple[Text, ...]:
    """Return every text of a sheet that people read, once, in the sheet's order.

    What holds no word, as ``x → x²``, is the same in all languages and is left out.
    """
    found: dict[str, dict[str, None]] = {}

    def note(text: str, where: str) -> str:
        if _has_word(text):
            found.setdefault(text, {})[where] = None
        return text

    told(sheet, note)
    return tuple(Text(text=text, where=tuple(places)) for text, places in found.items())


def _has_word(text: str) -> bool:
    return any(one.isalpha() and other.isalpha() for one, other in pairwise(text))


def spoken(sheet: Sheet) -> Sheet:
    """Return the sheet with all that people read in the language spoken; marks stay as they are."""
    said = told(sheet, lambda text, _where: say(text))
    return replace(said, statement=sheet.spoken_statement)


def told(sheet: Sheet, tell: Tell) -> Sheet:
    """Return the sheet with what ``tell`` says for each of its texts."""
    title = tell(sheet.title, "sheet: title")
    return replace(sheet, title=title, tasks=tuple(_task(task, tell) for task in sheet.tasks))


def update(sheet: Sheet, code: str) -> Update:
    """Return the sheet's catalogue of a language with exactly the sheet's texts, unwritten.

    Raises ``UsageError`` where ``code`` is none, ``AuthorError`` where the file cannot be read.
    """
    if not is_code(code):
        raise UsageError(say("--to {code}: is no language; give its code, such as de", code=code))
    path = sheet.folder / FOLDER / f"{code}.po"
    before = read_catalogue(path, width=WIDTH) if path.exists() else None
    known = {entry.msgid: entry for entry in before or () if _is_a_sheets(entry)}
    wanted = texts(sheet)
    after = _begun(code, before)
    for one in wanted:
        entry = known.get(one.text) or _empty(one.text)
        entry.comment = "\n".join(one.where)
        after.append(entry)
    names = {one.text for one in wanted}
    return Update(
        path=path,
        content=str(after).encode(),
        total=len(wanted),
        left=sum(not known[name].translated() if name in known else 1 for name in names),
        new=len(names - known.keys()),
        gone=len(known.keys() - names),
    )


def remarks(sheet: Sheet) -> Iterator[Remark]:
    """Look through the sheet's translations: its catalogues, and its statement beside them."""
    for path in sorted((sheet.folder / FOLDER).glob("*.po")):
        known = {
            entry.msgid: entry for entry in read_catalogue(path, width=WIDTH) if _is_a_sheets(entry)
        }
        what = f"{FOLDER}/{path.name}"
        yield _is_complete(sheet, path.stem, known, what)
        for text, entry in known.items():
            if entry.translated() and (changed := _differences(text, entry.msgstr)):
                yield Remark(what=f"{what}: “{_shortened(text)}”", sentence=changed)
        if sheet.statement and path.stem not in sheet.statements:
            name = TRANSLATED_STATEMENT.format(code=path.stem)
            yield Remark(what=name, sentence=say("is missing; the statement is shown as it is"))
    for code, statement in sheet.statements.items():
        changed = _differences(sheet.statement, statement)
        yield Remark(what=TRANSLATED_STATEMENT.format(code=code), sentence=changed)


def _task(task: TaskSheet, tell: Tell) -> TaskSheet:
    name = task.name
    return replace(
        task,
        title=tell(task.title, f"{name}: title"),
        intro=tell(task.intro, f"{name}: intro"),
        parts={part: tell(text, f"{name}: part {part}") for part, text in task.parts.items()},
        questions=tuple(_question(question, tell) for question in task.questions),
        invariants=tuple(
            replace(one, text=tell(one.text, f"{name}: invariant")) for one in task.invariants
        ),
        pictures=tuple(_picture(plan, f"{name}.{plan.question}", tell) for plan in task.pictures),
    )


def _question(question: Question, tell: Tell) -> Question:
    name = question.id
    return replace(
        question,
        statement=tell(question.statement, f"{name}: statement"),
        hints=tuple(
            tell(hint, f"{name}: hint {level}") for level, hint in enumerate(question.hints, 1)
        ),
        misconceptions=tuple(
            replace(
                one,
                feedback=tell(one.feedback, f"{name}: misconception {one.name}"),
                about=tell(one.about, f"{name}: what misconception {one.name} concerns"),
                label=tell(one.label, f"{name}: name of misconception {one.name}"),
            )
            for one in question.misconceptions
        ),
        accepted=tuple(
            replace(one, description=tell(one.description, f"{name}: accepted variant {one.name}"))
            for one in question.accepted
        ),
        claims=tuple(
            replace(one, text=tell(one.text, f"{name}: claim")) for one in question.claims
        ),
        terms=_terms(question.terms, name, tell),
    )


def _terms(terms: Terms | None, name: str, tell: Tell) -> Terms | None:
    if terms is None:
        return None
    return replace(terms, form=tuple(_form(one, name, tell) for one in terms.form))


def _form(form: Form, name: str, tell: Tell) -> Form:
    # The word that stands there by default is the engine's.
    if isinstance(form, FreeOf) and form.what != FreeOf.what:
        return replace(form, what=tell(form.what, f"{name}: what form= leaves out"))
    return form


def _picture(plan: Plan, name: str, tell: Tell) -> Plan:
    label = f"{name}: label of the picture"
    return replace(
        plan,
        title=tell(plan.title, f"{name}: title of the picture"),
        across=tell(plan.across, f"{name}: axis of the picture"),
        up=tell(plan.up, f"{name}: axis of the picture"),
        parts=tuple(
            replace(
                part,
                name=tell(part.name, label),
                ends=tuple(tell(end, label) for end in part.ends),
            )
            for part in plan.parts
        ),
    )


def _begun(code: str, before: POFile | None) -> POFile:
    """Return a catalogue with the head of the one before, and what it says beside the texts."""
    import polib

    after = polib.POFile(wrapwidth=WIDTH, encoding="utf-8")
    if before is None:
        after.metadata = {
            "Language": code,
            "Content-Type": "text/plain; charset=utf-8",
            "Content-Transfer-Encoding": "8bit",
        }
    else:
        after.header, after.metadata = before.header, before.metadata
        after.extend(entry for entry in before if not (entry.obsolete or _is_a_sheets(entry)))
    return after


def _is_a_sheets(entry: POEntry) -> bool:
    """Return whether it is a plain text: what has a context or a plural is the engine's."""
    return not (entry.obsolete or entry.msgctxt or entry.msgid_plural)


def _empty(text: str) -> POEntry:
    import polib

    return polib.POEntry(msgid=text)


def _is_complete(sheet: Sheet, code: str, known: dict[str, POEntry], what: str) -> Remark:
    left = [
        one.text
        for one in texts(sheet)
        if one.text not in known or not known[one.text].translated()
    ]
    if not left:
        return Remark(what=what)
    named = [f"“{_shortened(text)}”" for text in left[:MOST_NAMED]]
    named += ["…"] if len(left) > MOST_NAMED else []
    sentence = say_count(
        "{count} text is not translated: {texts}; `grader translate {sheet} --to {code}`",
        "{count} texts are not translated: {texts}; `grader translate {sheet} --to {code}`",
        len(left),
        texts=", ".join(named),
        sheet=sheet.name,
        code=code,
    )
    return Remark(what=what, sentence=sentence)


def _differences(text: str, translation: str) -> str:
    """Return what of code, formulas, places and names only one of the two has; empty if nothing."""
    ours, theirs = _kept(text), _kept(translation)
    lost, added = sorted(ours - theirs), sorted(theirs - ours)
    sentences = []
    if lost:
        sentences.append(say("the translation lacks {names}", names=_listed(lost)))
    if added:
        sentences.append(say("the original has no {names}", names=_listed(added)))
    return "; ".join(sentences)


def _kept(text: str) -> frozenset[str]:
    found: set[str] = set()
    for pattern in _KEPT.values():
        found |= {" ".join(one.split()) for one in pattern.findall(text)}
        # What stands in code or in a formula is compared with it.
        text = pattern.sub(" ", text)
    return frozenset(found)


def _listed(names: list[str]) -> str:
    more = len(names) - MOST_NAMED
    shown = ", ".join(islice(names, MOST_NAMED))
    if more <= 0:
        return shown
    return say("{names} and {count} more", names=shown, count=decimal(str(more)))


def _shortened(text: str) -> str:
    first = text.split("\n", 1)[0]
    return first if len(first) <= 60 else f"{first[:59].rstrip()}…"
