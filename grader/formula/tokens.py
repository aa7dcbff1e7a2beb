"""Text to tokens: LaTeX and plain text meet here, and all that only changes the looks is dropped.

Linear in the length of the text, and bounded before anything else is done with it.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from typing import Final

from grader.formula import lexicon as words
from grader.formula.kinds import Kind, Token
from grader.formula.limits import MAXIMAL_CHARACTERS, MAXIMAL_TOKENS, RefusedError, shown
from grader.formula.signs import SIMPLE, SINGLE
from grader.language import say

SPACE: Final = r"(?:[ \t\u00a0\u2009\u202f]|\\[,;:]|\\ |~|\\thinspace(?![A-Za-z]))"
NUMBER: Final = re.compile(
    r"(?:[0-9]+(?:(?:[.,]|\{[.,]\})(?:\\!)?[0-9]+|['’][0-9]{3}(?![0-9])|"
    + SPACE
    + r"{1,2}[0-9]{3}(?![0-9]))*|\.[0-9]+)(?:[eE][+\-−]?[0-9]+(?![0-9A-Za-z.,^_]))?"
)
DIGITS: Final = re.compile(r"[0-9]+(?:[.,][0-9]+)?")
BLANK: Final = re.compile(
    r"(?:[\s\u00a0\u2009\u202f\u200b\u2061\u2062\ufeff]|\\[,;:!()\[\]>]|\\ )+"
)
COMMAND: Final = re.compile(r"\\([A-Za-z]+)\*?")
GROUP: Final = re.compile(r"\s*\{([^{}]{0,200})\}")
LETTERS: Final = re.compile(r"[A-Za-zÄÖÜäöüß]+")
SIGNS: Final = re.compile("|".join(map(re.escape, sorted(words.RELATION_SIGNS, key=len)[::-1])))
SCRIPTS: Final = {
    "^": re.compile(f"[{''.join(words.SUPERSCRIPTS)}]+"),
    "_": re.compile(f"[{''.join(words.SUBSCRIPTS)}]+"),
}
CLOSING: Final = {"(": ")", "[": "]", "{": "}", "\\{": "\\}", ".": "|", "⌊": "⌋", "⌈": "⌉"}
DELIMITERS: Final = re.compile(
    r"\s*(\\[{}|]|\\(?:lbrace|rbrace|lbrack|rbrack|vert|lvert|rvert)(?![A-Za-z])|[()\[\]|./⌊⌋⌈⌉])"
)
BRACKET_COMMANDS: Final = {
    "lbrace": "\\{", "rbrace": "\\}", "lbrack": "[", "rbrack": "]", "lparen": "(", "rparen": ")",
    "lfloor": "⌊", "rfloor": "⌋", "lceil": "⌈", "rceil": "⌉",
}  # fmt: skip


def lex(text: str) -> list[Token]:
    """The tokens of `text`, without what only changes its looks.

    Raises:
        RefusedError: the text is too long, or has a sign or command that is not read.
    """
    if len(text) > MAXIMAL_CHARACTERS:
        sentence = say(
            "{count} characters are too many for a formula ({most})",
            count=len(text),
            most=MAXIMAL_CHARACTERS,
        )
        raise RefusedError(sentence, MAXIMAL_CHARACTERS, len(text))
    return _Lexer(text).run()


class _Lexer:
    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0
        self.latex = "\\" in text
        self.spaced = False
        self.tokens: list[Token] = []
        self.delimiters: list[str] = []
        self.continued = False

    def run(self) -> list[Token]:
        while self.at < len(self.text):
            self.careful_step()
            if len(self.tokens) > MAXIMAL_TOKENS:
                sentence = say(
                    "a formula of more than {count} signs and names is not read",
                    count=MAXIMAL_TOKENS,
                )
                raise RefusedError(sentence, 0, self.at)
        return self.tokens

    def careful_step(self) -> None:
        """A sign that is not read spoils its own formula, not those around it."""
        before = self.at
        try:
            self.step()
            if self.at == before:
                raise self.refuse(say("this sign"), self.at + 1)
        except RefusedError as refused:
            end = max(refused.refusal.end, self.at + 1)
            self.emit(Kind.UNREAD, refused.refusal.sentence, end)

    def emit(self, kind: Kind, text: str, end: int) -> None:
        self.tokens.append(Token(kind, text, self.at, end, self.spaced))
        self.at, self.spaced = end, False

    def skip(self, end: int) -> None:
        self.at, self.spaced = end, True

    def refuse(self, what: str, end: int) -> RefusedError:
        written = shown(self.text[self.at : end])
        sentence = say("{what} is not read: {text}", what=what, text=written)
        return RefusedError(sentence, self.at, end)

    def step(self) -> None:
        sign = self.text[self.at]
        if sign == "\\":
            self.backslash()
        elif blank := BLANK.match(self.text, self.at):
            self.blank(blank.group(), blank.end())
        elif sign.isascii() and (sign.isdigit() or sign == "."):
            self.number()
        elif letters := LETTERS.match(self.text, self.at):
            self.emit(Kind.LETTERS, letters.group(), letters.end())
        elif relation := SIGNS.match(self.text, self.at):
            self.emit(Kind.RELATION, words.RELATION_SIGNS[relation.group()], relation.end())
        else:
            self.single(sign)

    def blank(self, written: str, end: int) -> None:
        if "\n" in written.strip(" \t") and not self.latex:
            self.emit(Kind.BREAK, "\n", end)
            self.spaced = True
        else:
            self.skip(end)

    def number(self) -> None:
        last = self.tokens[-1] if self.tokens else None
        scripted = last is not None and last.kind is Kind.OPERATOR and last.text in "^_"
        after_fraction = last is not None and last.kind is Kind.COMMAND and last.text == "frac"
        if after_fraction and self.text[self.at] != ".":
            self.digits()
            return
        found = (DIGITS if scripted else NUMBER).match(self.text, self.at)
        if found is None:
            self.emit(Kind.STOP, ".", self.at + 1)
        else:
            self.emit(Kind.NUMBER, found.group(), found.end())

    def digits(self) -> None:
        r"""`\frac13` is a third: each of its arguments without braces is one digit."""
        for _ in range(2):
            if self.text[self.at : self.at + 1].isdecimal():
                self.emit(Kind.NUMBER, self.text[self.at], self.at + 1)

    def single(self, sign: str) -> None:
        for handler in (self.table_sign, self.script_sign, self.other_sign):
            if handler(sign):
                return
        raise self.refuse(say("this sign"), self.at + 1)

    def table_sign(self, sign: str) -> bool:
        end = self.at + 1
        if sign == "*" and self.text.startswith("**", self.at):
            self.emit(Kind.OPERATOR, "**", end + 1)
        elif sign in words.OPERATORS:
            self.emit(Kind.OPERATOR, words.OPERATORS[sign], end)
        elif sign == "~":
            self.tie(end)
        elif sign in words.RELATIONS:
            self.emit(Kind.RELATION, words.RELATIONS[sign], end)
        elif sign in words.GREEK:
            self.emit(Kind.NAME, words.GREEK[sign], end)
        elif sign in "([{⌊⌈":
            self.emit(Kind.OPEN, sign, end)
        elif sign in ")]}⌋⌉":
            self.emit(Kind.CLOSE, sign, end)
        else:
            return False
        return True

    def tie(self, end: int) -> None:
        """A blank in LaTeX, and "roughly" in plain text."""
        if self.latex:
            self.skip(end)
        else:
            self.emit(Kind.RELATION, "≈", end)

    def script_sign(self, sign: str) -> bool:
        for mark, table in (("^", words.SUPERSCRIPTS), ("_", words.SUBSCRIPTS)):
            if sign in table:
                found = SCRIPTS[mark].match(self.text, self.at)
                assert found is not None
                self.script(mark, "".join(table[one] for one in found.group()), found.end())
                return True
        return False

    def script(self, mark: str, plain: str, end: int) -> None:
        """`x⁻¹` becomes `x^{-1}`, all of it at one place in the text."""
        start = self.at
        inner = _Lexer(plain).run()
        before = [Token(Kind.OPERATOR, mark, start, end), Token(Kind.OPEN, "{", start, end)]
        within = [Token(one.kind, one.text, start, end) for one in inner]
        self.tokens += [*before, *within, Token(Kind.CLOSE, "}", start, end)]
        self.at, self.spaced = end, False

    def other_sign(self, sign: str) -> bool:
        end = self.at + 1
        if sign in SINGLE:
            self.emit(SINGLE[sign], sign, end)
        elif sign in words.FRACTIONS:
            self.emit(Kind.FRACTION, sign, end)
        elif sign in words.COMBINING or sign in words.PRECOMPOSED:
            self.accent(sign, end)
        elif sign in "ΣΠ∑∏":
            self.emit(Kind.COMMAND, "sum" if sign in "Σ∑" else "prod", end)
        elif sign in words.REFUSED_SIGNS:
            raise self.refuse(say(words.REFUSED_SIGNS[sign]), end)
        else:
            return self.compatible(sign, end)
        return True

    def accent(self, sign: str, end: int) -> None:
        if sign in words.PRECOMPOSED:
            accent, letter = words.PRECOMPOSED[sign]
            self.emit(Kind.NAME, f"{accent} {letter}", end)
            return
        last = self.tokens.pop() if self.tokens else None
        if last is None or last.kind not in (Kind.LETTERS, Kind.NAME) or self.spaced:
            raise self.refuse(say("an accent over nothing"), end)
        if len(last.text) > 1 and last.kind is Kind.LETTERS:
            self.tokens.append(last._replace(text=last.text[:-1], end=last.end - 1))
            last = last._replace(text=last.text[-1], start=last.end - 1, spaced=False)
        named = f"{words.COMBINING[sign]} {last.text}"
        self.tokens.append(Token(Kind.NAME, named, last.start, end, last.spaced))
        self.at = end

    def compatible(self, sign: str, end: int) -> bool:
        """A letter in another shape, as 𝑥 for x, is that letter."""
        plain = unicodedata.normalize("NFKC", sign)
        if len(plain) != 1 or plain == sign:
            return False
        if plain.isascii() and plain.isalpha():
            self.emit(Kind.LETTERS, plain, end)
        elif plain in words.GREEK:
            self.emit(Kind.NAME, words.GREEK[plain], end)
        else:
            return False
        return True

    def backslash(self) -> None:
        command = COMMAND.match(self.text, self.at)
        if command:
            self.command(command.group(1), command.end())
        elif self.text.startswith("\\\\", self.at):
            spacing = re.compile(r"\*?(?:\[-?[0-9.]{1,6}[a-z]{2}\])?").match(self.text, self.at + 2)
            assert spacing is not None
            self.emit(Kind.BREAK, "\\\\", spacing.end())
        elif blank := BLANK.match(self.text, self.at):
            self.skip(blank.end())
        else:
            self.escaped(self.text[self.at : self.at + 2])

    def escaped(self, pair: str) -> None:
        end = self.at + 2
        if pair == "\\{":
            self.emit(Kind.OPEN, pair, end)
        elif pair == "\\}":
            self.emit(Kind.CLOSE, pair, end)
        elif pair == "\\%":
            self.emit(Kind.PERCENT, "%", end)
        elif pair == "\\#":
            self.emit(Kind.HASH, "#", end)
        elif pair == "\\_":
            self.emit(Kind.OPERATOR, "_", end)
        elif pair == "\\|":
            raise self.refuse(say("a norm"), end)
        else:
            raise self.refuse(say("this command"), min(end, len(self.text)))

    def command(self, name: str, end: int) -> None:
        if name in SIMPLE:
            kind, text = SIMPLE[name]
            self.emit(kind, text, end)
        elif name in words.LOOKS or name in words.FONTS:
            self.looks(name, end)
        elif name in words.LOOKS_WITH_GROUP:
            self.skip(self.group(end).end())
        elif name in words.TEXTS:
            self.word(end)
        elif name in words.REFUSED_COMMANDS:
            raise self.refuse(say(words.REFUSED_COMMANDS[name]), end)
        elif name in HANDLERS:
            HANDLERS[name](self, end)
        else:
            raise self.refuse(say("this command"), end)

    def group(self, end: int) -> re.Match[str]:
        found = GROUP.match(self.text, end)
        if found is None:
            raise self.refuse(say("a command without its group in braces"), end)
        return found

    def looks(self, name: str, end: int) -> None:
        """Fonts are dropped around a formula, and name a word around letters."""
        found = GROUP.match(self.text, end) if name in words.FONTS else None
        if found and re.fullmatch(
            r"\s*[A-Za-z]{2,}[A-Za-z .\-]*\s*|\s*[A-Za-z]\s*", found.group(1)
        ):
            self.emit(Kind.WORD, found.group(1).strip(), found.end())
        else:
            self.skip(end)

    def word(self, end: int) -> None:
        found = self.group(end)
        inner = found.group(1).strip()
        if "\\" in inner or "$" in inner:
            raise self.refuse(say("a command inside of text"), found.end())
        if inner in ("", ".", "-"):
            self.skip(found.end())
        elif inner in (",", ";"):
            self.emit(Kind.COMMA, inner, found.end())
        else:
            self.emit(Kind.WORD, inner, found.end())

    def environment(self, end: int) -> None:
        found = self.group(end)
        name = found.group(1).strip().rstrip("*")
        if name not in words.ENVIRONMENTS:
            raise self.refuse(say("the environment {name}", name=shown(name)), found.end())
        options = re.compile(r"\s*(?:\{[0-9]\})?").match(self.text, found.end())
        assert options is not None
        self.skip(options.end() if name == "alignat" else found.end())

    def left(self, end: int) -> None:
        mark, end = self.delimiter(end)
        if mark == "." and self.continued:
            self.continued = False
            self.skip(end)
            return
        self.delimiters.append(mark)
        if mark == "|":
            self.emit(Kind.OPEN, "|", end)
        elif mark in CLOSING:
            self.emit(Kind.OPEN, mark, end)
        else:
            raise self.refuse(say("this delimiter"), end)

    def right(self, end: int) -> None:
        mark, end = self.delimiter(end)
        if not self.delimiters:
            raise self.refuse(say(r"a \right without its \left"), end)
        if mark == "." and self.delimiters[-1] != ".":
            self.continued = True
            self.skip(end)
            return
        opened = self.delimiters.pop()
        if opened == "." and mark == "|":
            self.emit(Kind.CLOSE, ".", end)
        elif mark in "|" or mark in CLOSING.values():
            self.emit(Kind.CLOSE, mark, end)
        else:
            raise self.refuse(say("this delimiter"), end)

    def delimiter(self, end: int) -> tuple[str, int]:
        found = DELIMITERS.match(self.text, end)
        if found is None:
            raise self.refuse(say("this delimiter"), min(end + 1, len(self.text)))
        mark = found.group(1)
        if mark in ("\\|", "/"):
            raise self.refuse(say("this delimiter"), found.end())
        name = mark[1:]
        mark = BRACKET_COMMANDS.get(name, "|" if name.endswith("vert") else mark)
        return mark, found.end()

    def stacked(self, end: int) -> None:
        r"""`\stackrel{!}{=}` is the relation below, with any sign above."""
        above = self.group(end)
        below = self.group(above.end())
        relation = below.group(1).strip().lstrip("\\")
        known = words.RELATIONS.get(relation) or words.RELATION_COMMANDS.get(relation)
        if known is None:
            raise self.refuse(say("this command"), below.end())
        self.emit(Kind.RELATION, known, below.end())

    def bar_open(self, end: int) -> None:
        self.emit(Kind.OPEN, "|", end)

    def bar_close(self, end: int) -> None:
        self.emit(Kind.CLOSE, "|", end)


HANDLERS: Final[dict[str, Callable[[_Lexer, int], None]]] = {
    "begin": _Lexer.environment,
    "end": _Lexer.environment,
    "left": _Lexer.left,
    "right": _Lexer.right,
    "stackrel": _Lexer.stacked,
    "overset": _Lexer.stacked,
}
