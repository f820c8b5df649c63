"""Splits a query into tokens. Never fails; the parser reports what is wrong with a token."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, auto

from tui.query.syntax import ASSIGNED, CURLY, INVISIBLE, OPERATOR, QUOTES, STRAIGHT, WORD, unquote


class Kind(Enum):
    WORD = auto()
    PHRASE = auto()
    OPERATOR = auto()
    OPEN = auto()
    CLOSE = auto()
    MINUS = auto()
    OR = auto()
    AND = auto()
    NOT = auto()
    END = auto()


_CONNECTIVES = {"OR": Kind.OR, "AND": Kind.AND, "NOT": Kind.NOT}
_ASSIGNED = "attr"
"""The operator whose value is `name=value`; each side may be in quotes."""
_PARENTHESES = {"(": Kind.OPEN, ")": Kind.CLOSE}


@dataclass(frozen=True, slots=True)
class Token:
    """`start`, `value_start` and `end` are offsets into the source as it was typed."""

    kind: Kind
    start: int
    end: int
    text: str = ""
    """The word, the inside of the phrase, or the operator's value; white space folded."""
    name: str = ""
    """The operator as typed, without the colon."""
    value_start: int = 0
    """Where the operator's value begins."""
    quoted: bool = False
    closed: bool = True
    """False for a quote without its end."""
    star: bool = False
    """A `*` follows the closing quote directly."""
    near: str | None = None
    """What follows a `~` directly behind the closing quote."""


def tokens(source: str) -> list[Token]:
    """The tokens of `source`, the last of kind END. Takes time linear in its length."""
    if INVISIBLE.search(source) is None:
        return _Lexer(source, None).run()
    kept = [index for index, character in enumerate(source) if not INVISIBLE.match(character)]
    return _Lexer("".join(source[index] for index in kept), [*kept, len(source)]).run()


class _Lexer:
    """`origin[i]` is where character i of the text stood in the source (None: at i)."""

    def __init__(self, text: str, origin: list[int] | None) -> None:
        self._text = text
        self._origin = origin
        self._found: list[Token] = []

    def run(self) -> list[Token]:
        text, position = self._text, 0
        while position < len(text):
            character = text[position]
            if character.isspace():
                position += 1
            elif character in _PARENTHESES:
                position = self._add(_PARENTHESES[character], position, position + 1)
            elif character in QUOTES:
                position = self._quoted(Kind.PHRASE, position, position)
            elif character == "-" and self._negates(position):
                position = self._add(Kind.MINUS, position, position + 1)
            elif match := OPERATOR.match(text, position):
                position = self._operator(position, match.end(), match[1])
            else:
                position = self._word(position)
        self._add(Kind.END, len(text), len(text))
        return self._found

    def _negates(self, position: int) -> bool:
        following = self._text[position + 1 : position + 2]
        return following != "" and following != ")" and not following.isspace()

    def _word(self, start: int) -> int:
        match = WORD.match(self._text, start)
        assert match is not None  # noqa: S101  (run() leaves only characters that a word may begin with)
        return self._add(_CONNECTIVES.get(match[0], Kind.WORD), start, match.end(), text=match[0])

    def _operator(self, start: int, value_start: int, name: str) -> int:
        if name.lower() == _ASSIGNED:
            return self._assignment(start, value_start, name)
        if self._text[value_start : value_start + 1] in QUOTES:
            return self._quoted(Kind.OPERATOR, start, value_start, name)
        match = WORD.match(self._text, value_start)
        value = match[0] if match else ""
        end = value_start + len(value)
        return self._add(Kind.OPERATOR, start, end, text=value, name=name, value_start=value_start)

    def _quoted(self, kind: Kind, start: int, opening: int, name: str = "") -> int:
        found = self._phrase(opening)
        if found is None:
            return self._unclosed(kind, start, opening, name)
        inside, end = found
        if self._text.startswith("~", end):
            match = WORD.match(self._text, end + 1)
            near = match[0] if match else ""
            return self._add(
                kind, start, end + 1 + len(near),
                text=inside, name=name, value_start=opening, quoted=True, near=near,
            )  # fmt: skip
        star = self._text.startswith("*", end)
        return self._add(
            kind, start, end + star, text=inside, name=name, value_start=opening, quoted=True, star=star
        )

    def _assignment(self, start: int, value_start: int, name: str) -> int:
        sides: list[str] = []
        position, quoted, star = value_start, False, False
        for pattern, has_other_side in ((ASSIGNED, True), (WORD, False)):
            if self._text[position : position + 1] in QUOTES:
                found = self._phrase(position)
                if found is None:
                    return self._unclosed(Kind.OPERATOR, start, value_start, name)
                side, position = found
                quoted, star = True, self._text.startswith("*", position)
            else:
                match = pattern.match(self._text, position)
                side, star = match[0] if match else "", False
                position += len(side)
            sides.append(side)
            if not (has_other_side and self._text.startswith("=", position)):
                break
            position += 1
        return self._add(
            Kind.OPERATOR, start, position + star,
            text="=".join(sides), name=name, value_start=value_start, quoted=quoted, star=star,
        )  # fmt: skip

    def _phrase(self, opening: int) -> tuple[str, int] | None:
        """The inside of the quotes that begin at `opening`, and where they end; None without an end."""
        straight = self._text[opening] == '"'
        match = (STRAIGHT if straight else CURLY).match(self._text, opening)
        if match is None:
            return None
        return " ".join((unquote(match[1]) if straight else match[1]).split()), match.end()

    def _unclosed(self, kind: Kind, start: int, opening: int, name: str) -> int:
        end = len(self._text)
        return self._add(kind, start, end, name=name, value_start=opening, quoted=True, closed=False)

    def _add(
        self, kind: Kind, start: int, end: int, *,
        text: str = "", name: str = "", value_start: int = 0,
        quoted: bool = False, closed: bool = True, star: bool = False, near: str | None = None,
    ) -> int:  # fmt: skip
        place = (start, end, value_start)
        if self._origin is not None:
            last = self._origin[end - 1] + 1 if end > start else self._origin[end]
            place = (self._origin[start], last, min(self._origin[value_start], last))
        self._found.append(Token(kind, place[0], place[1], text, name, place[2], quoted, closed, star, near))
        return end
