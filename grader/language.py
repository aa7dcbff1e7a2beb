"""The language in which people are spoken to; what decides a mark never depends on it.

Texts stand in the code in English and are looked up where they are said::

    say("{count} of {total} calls agree", count=3, total=5)

A language is one file, ``languages/CODE.po``, in gettext's own format: the engine's lies beside
this module, a sheet's in the sheet's folder. What a file lacks is said in English. Which language
is spoken belongs to the context (PEP 567): each thread starts with English.

A text that is written down in one place and said in another, such as a table of words, is marked
by ``message`` where it is written. One that is kept as data, as what was observed of a hand-in, is
a ``sentence``: English, and ``told`` says it in whichever language is spoken then.
"""

from __future__ import annotations

import io
import os
import re
import string
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from functools import cache, reduce
from gettext import GNUTranslations
from pathlib import Path
from typing import TYPE_CHECKING

from grader.errors import AuthorError, UsageError

if TYPE_CHECKING:
    from polib import POFile

FOLDER = "languages"
ENGLISH = "en"
_OWN = Path(__file__).with_name(FOLDER)
_CODE = re.compile("[a-z]{2,3}")
_NUMBERS = "number style"
"""The context under which a file says how numbers look."""


@dataclass(frozen=True)
class Language:
    """One language with its catalogues, the first of which that knows a text says it."""

    code: str = ENGLISH
    """ISO 639, such as ``de``."""
    catalogues: tuple[GNUTranslations, ...] = field(default=(), repr=False, compare=False)

    def gettext(self, text: str) -> str:
        """Return ``text`` in this language, or as it is."""
        for catalogue in self.catalogues:
            if (found := catalogue.gettext(text)) != text:
                return found
        return text

    def ngettext(self, one: str, many: str, count: float) -> str:
        """Return the form that belongs to ``count``, in this language or in English."""
        # Forms are rules over whole numbers; 1.5 is spoken of as many are.
        whole = int(count) if count == int(count) else 2
        english = one if count == 1 else many
        for catalogue in self.catalogues:
            found = catalogue.ngettext(one, many, whole)
            if found not in (one, many):
                return found
        return english

    @property
    def decimal_sign(self) -> str:
        """What stands between units and tenths: ``.`` or ``,``."""
        for catalogue in self.catalogues:
            if (found := catalogue.pgettext(_NUMBERS, ".")) != ".":
                return found
        return "."


IN_ENGLISH = Language()

_spoken: ContextVar[Language] = ContextVar("language", default=IN_ENGLISH)


@dataclass(frozen=True, kw_only=True)
class Made:
    """How a sentence was made: what ``say`` or ``say_count`` takes."""

    text: str
    many: str = ""
    """The plural; empty where nothing is counted."""
    count: float = 1
    values: Mapping[str, str | float] = field(default_factory=dict)
    """By the names of places; a text may be a ``Sentence`` itself."""


class Sentence(str):
    """An English text that knows how it was made, so that it can be told in any language.

    It compares, sorts and is stored as its English does: in no language does a decision differ.
    """

    __slots__ = ("made",)
    made: Made

    def __new__(cls, english: str, made: Made) -> Sentence:
        """Make one of its English and of what that was made of."""
        one = super().__new__(cls, english)
        one.made = made
        return one

    @property
    def english(self) -> str:
        """Its English as a plain text."""
        return str.__str__(self)

    def __str__(self) -> str:
        """Return itself: an error's text is asked for in this way and stays a sentence."""
        return self


@contextmanager
def speaking(language: Language) -> Iterator[None]:
    """Say everything in ``language`` within this block of this thread."""
    before = _spoken.set(language)
    try:
        yield
    finally:
        _spoken.reset(before)


def spoken() -> Language:
    """Return the language that is spoken here."""
    return _spoken.get()


def say(text: str, /, **values: object) -> str:
    """Return ``text`` in the language spoken, with ``values`` in its places ``{name}``.

    Without values it is said as it stands, braces and all.
    """
    said = _spoken.get().gettext(text) if text else ""
    return filled(said, text, values)


def say_count(one: str, many: str, count: float, /, **values: object) -> str:
    """Return ``one`` or ``many`` as ``count`` asks for; ``{count}`` is the number in words."""
    said = _spoken.get().ngettext(one, many, count)
    english = one if count == 1 else many
    number = f"{count}" if isinstance(count, int) else decimal(f"{count:g}")
    return filled(said, english, {"count": number, **values})


def sentence(text: str, /, **values: object) -> Sentence:
    """Return ``text`` in English, with ``values`` in its places; ``told`` translates it."""
    kept = _kept(values)
    english = filled(text, text, _english(kept)) if values else text
    return Sentence(english, Made(text=text, values=kept))


def sentence_count(one: str, many: str, count: float, /, **values: object) -> Sentence:
    """Return ``one`` or ``many`` in English as ``count`` asks for; ``told`` translates it."""
    kept, english = _kept(values), one if count == 1 else many
    shown = filled(english, english, {"count": f"{count:g}", **_english(kept)})
    return Sentence(shown, Made(text=one, many=many, count=count, values=kept))


def joined(separator: str, parts: Iterable[str]) -> Sentence:
    """Return texts and sentences in a row, each of which is told by itself."""
    values = {f"part{number}": part for number, part in enumerate(parts)}
    return sentence(separator.join(f"{{{name}}}" for name in values), **values)


def told(text: str) -> str:
    """Return a sentence in the language spoken; any other text is told as it stands."""
    if not isinstance(text, Sentence):
        return text
    made, language = text.made, _spoken.get()
    shown = _shown(made.values, language.decimal_sign)
    if made.many:
        return say_count(made.text, made.many, made.count, **shown)
    return say(made.text, **shown)


def message(text: str) -> str:
    """Return ``text`` itself: it is written here, found for the catalogues, and said elsewhere."""
    return text


def decimal(number: str) -> str:
    """Return a number that we wrote with a point as the language writes it: ``49,2``."""
    sign = _spoken.get().decimal_sign
    return number if sign == "." else number.replace(".", sign)


def separator() -> str:
    """Return the sign between numbers of a list: one that is not in the numbers."""
    return "," if _spoken.get().decimal_sign == "." else ";"


def all_of(phrases: Iterable[str]) -> str:
    """Return phrases as one: ``a and b and c``."""
    return reduce(lambda one, other: say("{one} and {other}", one=one, other=other), phrases)


def any_of(phrases: Iterable[str]) -> str:
    """Return phrases to choose from as one: ``a or b or c``."""
    return reduce(lambda one, other: say("{one} or {other}", one=one, other=other), phrases)


def places(text: str) -> frozenset[str]:
    """Return the names of the places ``{name}`` in ``text``.

    Raises ``ValueError`` where its braces are none of a format.
    """
    return frozenset(name for _, name, _, _ in string.Formatter().parse(text) if name is not None)


def language(code: str, *, folders: Sequence[Path] = ()) -> Language:
    """Return a language by its code, with the catalogues in ``folders`` before the engine's.

    Raises ``UsageError`` naming the known ones where neither the engine nor a folder has it, and
    ``AuthorError`` where a file of it cannot be read.
    """
    found = Language(code, _catalogues(code, folders))
    if not found.catalogues and code != ENGLISH:
        known = ", ".join(known_languages(folders=folders))
        raise UsageError(
            say("there is no language {code!r}; take one of: {known}", code=code, known=known)
        )
    return found


def stored_language(code: str, *, folders: Sequence[Path] = ()) -> Language:
    """Return the language that stored sentences are in, to say the rest of a page in it.

    It is never refused: a sheet may have it where the engine does not, and then the rest is said
    in English. What the engine's catalogue lacks is looked up in ``folders``.
    """
    return Language(code, (*_catalogues(code, ()), *_catalogues(code, folders, ours=False)))


def _catalogues(
    code: str, folders: Sequence[Path], *, ours: bool = True
) -> tuple[GNUTranslations, ...]:
    files = [folder / FOLDER / f"{code}.po" for folder in folders]
    files += [_OWN / f"{code}.po"] if ours else []
    found = [path for path in files if is_code(code) and path.is_file()]
    return tuple(_catalogue(path, path.stat().st_mtime_ns) for path in found)


def is_code(text: str) -> bool:
    """Return whether ``text`` is the code of a language (ISO 639): two or three small letters."""
    return _CODE.fullmatch(text) is not None


def known_languages(*, folders: Sequence[Path] = ()) -> tuple[str, ...]:
    """Return the codes of all languages that can be spoken, sorted."""
    homes = [_OWN, *(folder / FOLDER for folder in folders)]
    found = {path.stem for home in homes for path in home.glob("*.po")}
    return tuple(sorted({ENGLISH, *(code for code in found if is_code(code))}))


def from_environment(environment: Mapping[str, str] = os.environ) -> str:
    """Return the code of the user's own language, English where it is not one that we speak.

    The variables and their order are those of gettext: LANGUAGE, LC_ALL, LC_MESSAGES, LANG.
    """
    given = (environment.get(name, "") for name in ("LC_ALL", "LC_MESSAGES", "LANG"))
    locale = next((value for value in given if value), "C")
    # GNU gettext looks at LANGUAGE only where the locale is not "C".
    wished = [] if locale.partition(".")[0] in ("C", "POSIX") else [locale]
    if wished:
        wished = [*environment.get("LANGUAGE", "").split(":"), locale]
    known = known_languages()
    codes = (re.split("[_.@]", wish)[0].lower() for wish in wished if wish)
    return next((code for code in codes if code in known), ENGLISH)


def read_catalogue(path: Path, *, width: int = 78) -> POFile:
    """Read a ``.po`` file, to be written with lines of ``width``; ``AuthorError`` if it is none."""
    # Reading a catalogue is for those who asked for its language.
    import polib

    try:
        return polib.pofile(str(path), encoding="utf-8", wrapwidth=width)
    except (OSError, ValueError) as problem:
        raise AuthorError(
            say("{path}: not a catalogue: {problem}; correct it there", path=path, problem=problem)
        ) from None


@cache
def _catalogue(path: Path, _changed: int) -> GNUTranslations:
    try:
        return GNUTranslations(io.BytesIO(read_catalogue(path).to_binary()))
    except ValueError as problem:
        raise AuthorError(
            say("{path}: not a catalogue: {problem}; correct it there", path=path, problem=problem)
        ) from None


def filled(said: str, english: str, values: Mapping[str, object]) -> str:
    """Return ``said`` with its places filled; ``english`` where a translation's are wrong."""
    if not values:
        return said
    values = {name: told(one) if type(one) is Sentence else one for name, one in values.items()}
    try:
        return said.format_map(values)
    except (KeyError, IndexError, ValueError, AttributeError):
        # A slip in a translation must not cost anyone a report.
        return english.format_map(values)


def _kept(values: Mapping[str, object]) -> dict[str, str | float]:
    return {
        name: one if isinstance(one, str | int | float) else str(one)
        for name, one in values.items()
    }


def _english(values: Mapping[str, str | float]) -> dict[str, object]:
    return {
        name: one.english if isinstance(one, Sentence) else one
        for name, one in _shown(values, ".").items()
    }


def _shown(values: Mapping[str, str | float], sign: str) -> dict[str, object]:
    """Return the values with fractions as a language writes them."""
    return {
        name: f"{one:g}".replace(".", sign) if isinstance(one, float) else one
        for name, one in values.items()
    }
