"""Runs of letters to names: `xy` is x times y where x and y are declared, `jump` is one name."""

from __future__ import annotations

from typing import Final

from grader.formula.kinds import Kind, Token
from grader.formula.lexicon import FUNCTION_NAMES, GREEK, MODULES
from grader.formula.limits import MAXIMAL_TOKENS, RefusedError
from grader.formula.symbols import SymbolTable
from grader.language import say

GREEK_NAMES: Final = frozenset(GREEK.values())
LONGEST_RUN: Final = 24


def resolve(tokens: list[Token], table: SymbolTable, *, latex: bool) -> list[Token]:
    """`tokens` with names and functions in place of letters, words and accents.

    Raises:
        RefusedError: there are too many names.
    """
    return _Resolver(tokens, table, latex=latex).run()


class _Resolver:
    def __init__(self, tokens: list[Token], table: SymbolTable, *, latex: bool) -> None:
        self.tokens = tokens
        self.table = table
        self.latex = latex
        self.at = 0
        self.done: list[Token] = []

    def run(self) -> list[Token]:
        handlers = {
            Kind.LETTERS: self.letters,
            Kind.WORD: self.word,
            Kind.ACCENT: self.accent,
            Kind.HASH: self.hash,
            Kind.NAME: self.name,
        }
        while self.at < len(self.tokens):
            token = self.tokens[self.at]
            self.at += 1
            handlers.get(token.kind, self.done.append)(token)
            if len(self.done) > MAXIMAL_TOKENS:
                sentence = say(
                    "a formula of more than {count} signs and names is not read",
                    count=MAXIMAL_TOKENS,
                )
                raise RefusedError(sentence, 0, token.end)
        return self.done

    def after(self) -> Token | None:
        return self.tokens[self.at] if self.at < len(self.tokens) else None

    def scripted(self) -> str:
        """`_` or `^` if what comes now is its script without braces; else empty."""
        last = self.done[-1] if self.done else None
        return last.text if last and last.kind is Kind.OPERATOR and last.text in "_^" else ""

    def in_braces_below(self) -> bool:
        """Whether what comes now is all of a group below, as in `r_{out}`."""
        before = [token.text for token in self.done[-2:]]
        after = self.after()
        return before == ["_", "{"] and after is not None and after.text == "}"

    def letters(self, token: Token) -> None:
        if self.in_braces_below() and not self.known(token.text):
            self.done.append(token._replace(kind=Kind.NAME))
        elif self.scripted() and len(token.text) > 1:
            self.script(token)
        elif self.module(token):
            self.at += 1
        elif (joined := self.joined(token)) is not None:
            self.at += joined
        else:
            self.with_digits(token)

    def module(self, token: Token) -> bool:
        """`np.sqrt` is `sqrt`."""
        following = self.after()
        return token.text in MODULES and following is not None and following.kind is Kind.STOP

    def joined(self, token: Token) -> int | None:
        """`conv param`, declared as one name: how many further tokens belong to it."""
        name, best = token.text, None
        for count, following in enumerate(self.tokens[self.at : self.at + 4], start=1):
            if following.kind is not Kind.LETTERS:
                break
            name = f"{name} {following.text}"
            if self.table.knows(name):
                best = (count, token._replace(kind=Kind.NAME, text=name, end=following.end))
        if best is None:
            return None
        self.done.append(best[1])
        return best[0]

    def known(self, name: str) -> bool:
        return self.table.knows(name) or name in FUNCTION_NAMES

    def script(self, token: Token) -> None:
        """`m_tg` is m_t times g where g is declared; `r_out` is one index."""
        first, rest = token.text[0], token.text[1:]
        pieces = self.split(rest)
        whole = self.known(token.text) or token.text in GREEK_NAMES
        if whole or pieces is None or (not self.latex and self.scripted() == "_"):
            self.done.append(token._replace(kind=Kind.NAME))
            return
        middle = token.start + 1
        self.done.append(Token(Kind.NAME, first, token.start, middle, token.spaced))
        self.pieces(token._replace(text=rest, start=middle, spaced=False), pieces)

    def with_digits(self, token: Token) -> None:
        """`beta1` is beta_1, and `log10` a function, where nothing stands between."""
        following = self.after()
        if following is None or following.kind is not Kind.NUMBER or following.spaced:
            self.run_of_letters(token)
            return
        whole = token.text + following.text
        if whole in FUNCTION_NAMES and not self.table.knows(whole):
            self.done.append(token._replace(kind=Kind.FUNCTION, text=whole, end=following.end))
            self.at += 1
        elif self.numbered(token, following):
            self.at += 1
        else:
            self.run_of_letters(token)

    def numbered(self, token: Token, following: Token) -> bool:
        base = token.text
        single = f"{base}_{following.text}" in self.table.names
        if not following.text.isdigit() or not (single or (base, "_") in self.table.families):
            return False
        mark = Token(Kind.OPERATOR, "_", following.start, following.start)
        self.done += [token._replace(kind=Kind.NAME), mark, following]
        return True

    def run_of_letters(self, token: Token) -> None:
        pieces = self.split(token.text)
        if pieces is None:
            self.unknown(token)
        else:
            self.pieces(token, pieces)

    def unknown(self, token: Token) -> None:
        """`d` and `dx` are differentials where nothing else is declared by that name."""
        rest = token.text[1:]
        if token.text[0] == "d" and (not rest or self.split(rest) is not None):
            middle = token.start + 1
            self.done.append(Token(Kind.PARTIAL, "d", token.start, middle, token.spaced))
            if rest:
                pieces = self.split(rest) or [rest]
                self.pieces(token._replace(text=rest, start=middle, spaced=False), pieces)
        else:
            self.done.append(token._replace(kind=Kind.NAME))

    def pieces(self, token: Token, pieces: list[str]) -> None:
        start = token.start
        for number, piece in enumerate(pieces):
            plain = piece in FUNCTION_NAMES and not self.table.knows(piece)
            kind = Kind.FUNCTION if plain else Kind.NAME
            spaced = token.spaced and number == 0
            self.done.append(Token(kind, piece, start, start + len(piece), spaced))
            start += len(piece)

    def split(self, run: str) -> list[str] | None:
        """`run` in the fewest known names; None if it is not made of known names alone."""
        if self.known(run) or run == "e":
            return [run]
        pieces = self.pieces_of(run) if 1 < len(run) <= LONGEST_RUN else None
        return [run] if pieces is None and run in GREEK_NAMES else pieces

    def pieces_of(self, run: str) -> list[str] | None:
        best: list[list[str] | None] = [[]] + [None] * len(run)
        for end in range(1, len(run) + 1):
            for start in range(max(0, end - 20), end):
                head, piece = best[start], run[start:end]
                if head is None or not self.known(piece):
                    continue
                shorter = best[end] is None or len(head) + 1 < len(best[end] or [])
                best[end] = [*head, piece] if shorter else best[end]
        return best[len(run)]

    def word(self, token: Token) -> None:
        """A word in `\\text{}` is one name, whatever its letters are."""
        self.take(token, token.text)

    def hash(self, token: Token) -> None:
        """`# conv param` is one name: the longest declared one, or the sign and one word."""
        names: list[tuple[str, int]] = []
        for following in self.tokens[self.at : self.at + 4]:
            first = not names and following.kind in (Kind.WORD, Kind.NAME)
            if not first and following.kind is not Kind.LETTERS:
                break
            before = names[-1][0] if names else "#"
            names.append((f"{before} {following.text}", following.end))
        if not names:
            sentence = say("a # sign without a name is not read")
            self.done.append(token._replace(kind=Kind.UNREAD, text=sentence))
            return
        known = [place for place, (name, _) in enumerate(names) if self.table.knows(name)]
        last = known[-1] if known else 0
        name, end = names[last]
        self.at += last + 1
        self.done.append(Token(Kind.NAME, name, token.start, end, token.spaced))

    def take(self, token: Token, text: str) -> None:
        if text in FUNCTION_NAMES and not self.table.knows(text):
            self.done.append(token._replace(kind=Kind.FUNCTION))
        elif text == "d" and not self.table.knows(text):
            self.done.append(token._replace(kind=Kind.PARTIAL))
        elif self.table.knows(text):
            self.done.append(token._replace(kind=Kind.NAME))
        else:
            self.done.append(token)

    def name(self, token: Token) -> None:
        following = self.after()
        digits = following is not None and following.kind is Kind.NUMBER and not following.spaced
        if digits and following is not None and self.numbered(token, following):
            self.at += 1
        else:
            self.done.append(token)

    def accent(self, token: Token) -> None:
        r"""`\hat{m^t}` and `\hat{m}^t` are the same: the accent belongs to the letter."""
        ahead = self.at
        while ahead < len(self.tokens) and self.tokens[ahead].text == "{":
            ahead += 1
        following = self.tokens[ahead] if ahead < len(self.tokens) else None
        if following is None or following.kind not in (Kind.LETTERS, Kind.NAME, Kind.WORD):
            sentence = say(
                "a {accent} over something that is no name is not read", accent=token.text
            )
            self.done.append(token._replace(kind=Kind.UNREAD, text=sentence))
            return
        braces, self.at = ahead - self.at, ahead
        self.at += 1
        letters = following.text if following.kind is not Kind.LETTERS else following.text[:1]
        if braces and following.kind is Kind.LETTERS:
            letters = following.text
        named = f"{token.text} {letters}"
        self.done.append(Token(Kind.NAME, named, token.start, following.end, token.spaced))
        if len(letters) < len(following.text):
            self.rest_of(following, len(letters))
        self.close(token, braces)

    def rest_of(self, letters: Token, used: int) -> None:
        rest = letters._replace(text=letters.text[used:], start=letters.start + used, spaced=False)
        self.letters(rest)

    def close(self, accent: Token, braces: int) -> None:
        """Moves what is in the accent's braces behind it, up to the brace that closes them."""
        level = braces
        inner: list[Token] = []
        while level and (following := self.after()) is not None:
            self.at += 1
            level += {"{": 1, "}": -1}.get(following.text, 0)
            if following.text != "}" or level >= braces:
                inner.append(following)
        if level or (inner and inner[0].text not in ("_", "^")):
            sentence = say("a {accent} over more than a name is not read", accent=accent.text)
            raise RefusedError(sentence, accent.start, accent.end)
        self.tokens[self.at : self.at] = inner
