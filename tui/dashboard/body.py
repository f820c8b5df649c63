"""The text of a message as it is drawn: folds as lines of their own, links as numbers, matches marked.

Pure but for `Content`; all customer text stays plain text.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass

from textual.content import Content
from textual.style import Style

from tui.dashboard.reading import Marker, Passage

MATCH = "bold $text-match on $match-background"
CURRENT_MATCH = "bold underline $text-current-match on $current-match-background"
FOLD_META, LINK_META = "fold", "link"
"""What a click finds under the mouse: the number of the fold or of the link."""


@dataclass(frozen=True, slots=True)
class Body:
    """`places` tells where each run of the text went: (start in the text, end, start in the content)."""

    content: Content
    places: tuple[tuple[int, int, int], ...]

    def shown(self, start: int, end: int) -> tuple[int, int] | None:
        """Where a stretch of the text is in the content; None when it is folded away."""
        spots = [
            (max(start, low) - low + at, min(end, high) - low + at)
            for low, high, at in self.places
            if low < end and start < high
        ]
        return (spots[0][0], spots[-1][1]) if spots else None


@dataclass(frozen=True, slots=True)
class _Piece:
    start: int
    end: int
    instead: str | None
    """None: the text itself."""
    style: str = ""
    click: tuple[str, int] | None = None
    """What a click on it finds."""


def draw_body(passage: Passage, opened: Collection[int], current: int | None) -> Body:
    """`opened` are the numbers of the folds that are open, `current` is the match that stands out."""
    pieces, places, at = [], [], 0
    for piece in _pieces(passage, opened):
        text = passage.part.text[piece.start : piece.end] if piece.instead is None else piece.instead
        if piece.instead is None:
            places.append((piece.start, piece.end, at))
        drawn = Content(text)
        if piece.style:
            drawn = drawn.stylize(piece.style)
        if piece.click is not None:
            drawn = drawn.stylize(Style.from_meta(dict([piece.click])))
        pieces.append(drawn)
        at += len(text)
    body = Body(Content("").join(pieces), tuple(places))
    content = body.content
    for number, (start, end) in enumerate(passage.matches):
        if (spot := body.shown(start, end)) is not None:
            content = content.stylize(CURRENT_MATCH if number == current else MATCH, *spot)
    return Body(content, body.places)


def fold_of(passage: Passage, match: int, opened: Collection[int]) -> int | None:
    """The closed fold that hides a match."""
    start, end = passage.matches[match]
    for number, fold in enumerate(passage.folds):
        if number not in opened and fold.start < end and start < fold.end:
            return number
    return None


def _pieces(passage: Passage, opened: Collection[int]) -> Iterator[_Piece]:
    text, position = passage.part.text, 0
    for number, fold in enumerate(passage.folds):
        yield from _linked(passage.markers, position, fold.start, "")
        before = "" if not fold.start or text[fold.start - 1] == "\n" else "\n"
        is_open = number in opened
        line = f"{before}{'▾' if is_open else '▸'} {fold.label}"
        yield _Piece(fold.start, fold.start, line, "italic $muted", (FOLD_META, number))
        if is_open:
            yield _Piece(fold.start, fold.start, "\n")
            yield from _linked(
                passage.markers, fold.start, fold.end, "$muted" if fold.kind == "quote" else ""
            )
        elif text[fold.end - 1 : fold.end] == "\n" and fold.end < len(text):
            yield _Piece(fold.end, fold.end, "\n")
        position = fold.end
    yield from _linked(passage.markers, position, len(text), "")


def _linked(markers: tuple[Marker, ...], start: int, end: int, style: str) -> Iterator[_Piece]:
    """The text from `start` to `end`, with the markers that lie in it."""
    position = start
    for marker in markers:
        if start <= marker.start and marker.end <= end:
            yield _Piece(position, marker.start, None, style)
            yield _Piece(marker.start, marker.end, marker.shown, "$text-primary", (LINK_META, marker.link))
            position = marker.end
    yield _Piece(position, end, None, style)
