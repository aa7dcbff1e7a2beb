"""Bring the engine's catalogues up to date with the texts in its code and templates.

    python scripts/catalogues.py              every language there is
    python scripts/catalogues.py --new fr     begin one

New texts are put in with an empty translation, those that are gone are dropped; what is left to
translate is counted.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import polib
from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.frontend import parse_mapping_cfg

ROOT = Path(__file__).resolve().parents[1]
FOLDER = ROOT / "grader" / "languages"
KEYWORDS = {
    **dict.fromkeys(("say", "message", "sentence")),
    **dict.fromkeys(("say_count", "sentence_count"), (1, 2)),
}
NUMBERS = ("number style", ".")
"""What stands between units and tenths: a text like any other."""

Key = tuple[str, str, str]
"""Context, text, and its plural where it has one."""


def texts() -> list[Key]:
    """Return every text of code and templates, sorted."""
    with (ROOT / "babel.cfg").open(encoding="utf-8") as file:
        methods, options = parse_mapping_cfg(file)
    found = {(*NUMBERS, "")}
    for _, _, text, _, _ in extract_from_dir(
        str(ROOT), methods, options, keywords=KEYWORDS, directory_filter=_is_ours
    ):
        forms = (text, "") if isinstance(text, str) else (text[0], text[1])
        found.add(("", *forms))
    return sorted(found)


def updated(path: Path, keys: list[Key]) -> polib.POFile:
    """Return the catalogue at ``path`` with exactly these texts and the translations it has."""
    before = {_key(entry): entry for entry in polib.pofile(str(path), encoding="utf-8")}
    after = begun(path.stem)
    for key in keys:
        after.append(before.get(key) or _empty(key, after.metadata["Plural-Forms"]))
    return after


def begun(code: str) -> polib.POFile:
    """Return an empty catalogue of a language, with its rule for plurals (CLDR)."""
    catalogue = polib.POFile(wrapwidth=98, encoding="utf-8")
    catalogue.metadata = {
        "Language": code,
        "Plural-Forms": Catalog(locale=code).plural_forms,
        "Content-Type": "text/plain; charset=utf-8",
        "Content-Transfer-Encoding": "8bit",
    }
    return catalogue


def main() -> None:
    """Update each catalogue and say what it lacks."""
    words = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    words.add_argument("--new", metavar="CODE", help="begin a language")
    code = words.parse_args().new
    if code:
        path = FOLDER / f"{code}.po"
        if path.exists():
            words.error(f"{path} is there already")
        begun(code).save(str(path))
    keys = texts()
    for path in sorted(FOLDER.glob("*.po")):
        catalogue = updated(path, keys)
        catalogue.save(str(path))
        left = len(catalogue.untranslated_entries())
        print(f"{path.name}: {len(catalogue)} texts, {left} to translate")


def _key(entry: polib.POEntry) -> Key:
    return entry.msgctxt or "", entry.msgid, entry.msgid_plural or ""


def _empty(key: Key, plural_forms: str) -> polib.POEntry:
    context, one, many = key
    entry = polib.POEntry(msgid=one, msgctxt=context or None)
    if many:
        count = int(plural_forms.partition("nplurals=")[2].partition(";")[0])
        entry.msgid_plural = many
        entry.msgstr_plural = dict.fromkeys(range(count), "")
    return entry


def _is_ours(folder: str) -> bool:
    name = Path(folder).name
    return not name.startswith(".") and name not in ("tests", "node_modules", "exercises")


if __name__ == "__main__":
    main()
