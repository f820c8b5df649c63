"""The blocks of a thread: days, messages, internal notes, events and the private note."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date, datetime, tzinfo
from typing import ClassVar

from textual.content import Content
from textual.css.styles import RulesMap
from textual.style import Style

from tui.dashboard.thread.blocks import Block, Frame
from tui.dashboard.thread.layout import (
    DayItem,
    EventsItem,
    Marker,
    MessageItem,
    day_words,
    event_words,
    summary,
)
from tui.dashboard.triage.marks import NOTE
from tui.domain import Attachment, PartKind, ThreadPart
from tui.formatting import clock_time, size

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


def draw_body(passage: MessageItem, opened: Collection[int], current: int | None) -> Body:
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


def fold_of(passage: MessageItem, match: int, opened: Collection[int]) -> int | None:
    """The closed fold that hides a match."""
    start, end = passage.matches[match]
    for number, fold in enumerate(passage.folds):
        if number not in opened and fold.start < end and start < fold.end:
            return number
    return None


def _pieces(passage: MessageItem, opened: Collection[int]) -> Iterator[_Piece]:
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


class DayBlock(Block):
    """ "Friday 13 December"."""

    look = "day"

    def __init__(self, day: DayItem, today: date) -> None:
        super().__init__()
        self.rules = RulesMap(text_align="center")
        self._words = day_words(day.date, today)

    def draw(self) -> Content:
        return Content(f"── {self._words} ──")


class OwnNoteBlock(Block):
    """One's own note, in a box: no message and no internal note of Intercom has one."""

    frame: ClassVar[Frame] = Frame(2, 3, box=(f" {NOTE} MY NOTE ", " only here, never sent to Intercom "))
    look = "own-note"

    def __init__(self, text: str) -> None:
        super().__init__()
        self._text = text

    def draw(self) -> Content:
        return Content(self._text)


class EventsBlock(Block):
    """A run of events as one line that opens into one line for each. A single event is always shown whole."""

    frame: ClassVar[Frame] = Frame(2, 1)

    def __init__(self, run: EventsItem, zone: tzinfo | None, *, is_open: bool) -> None:
        super().__init__()
        self._run = run
        self._zone = zone
        self.is_hovered = False
        self.open(is_open)

    @property
    def look(self) -> str:
        return "events-hover" if self.is_hovered else "events"

    def open(self, is_open: bool) -> None:
        self.is_open = is_open
        one_line = len(self._run.parts) > 1 and not is_open
        self.rules = RulesMap(text_wrap="nowrap", text_overflow="ellipsis") if one_line else RulesMap()
        self.redraw()

    def draw(self) -> Content:
        parts = self._run.parts
        if len(parts) > 1 and not self.is_open:
            return Content(f"▸ {summary(self._run)}")
        lines = [event_line(part, self._zone) for part in parts]
        if len(parts) > 1:
            lines = [Content(f"▾ {len(parts)} events"), *(Content("  ") + line for line in lines)]
        return Content("\n").join(lines)


class MessageBlock(Block):
    """A message or an internal note. Its folds open and close one by one, or all at once."""

    frame: ClassVar[Frame] = Frame(2, 1, edge=True)

    def __init__(self, passage: MessageItem, zone: tzinfo | None) -> None:
        super().__init__()
        self.passage = passage
        self.is_current = False
        """Whether it is the one that was gone to."""
        self._opened: set[int] = set()
        self._match: int | None = None
        self._heading = heading(passage, zone)

    @property
    def look(self) -> str:
        return role(self.passage.part)

    @property
    def edge(self) -> str:
        return "current" if self.is_current else self.look

    def draw(self) -> Content:
        lines = [self._heading] if self._heading else []
        if body := self._body.content:
            lines.append(body)
        lines += [Content(line).stylize("$muted") for line in footing(self.passage)]
        return Content("\n").join(lines)

    @property
    def _body(self) -> Body:
        return draw_body(self.passage, self._opened, self._match)

    @property
    def is_folded(self) -> bool:
        """Whether anything of it is folded away."""
        return len(self._opened) < len(self.passage.folds)

    def mark(self, match: int | None) -> None:
        """Show the match of this number more strongly than the others, whatever hides it."""
        self._match = match
        while match is not None and (fold := fold_of(self.passage, match, self._opened)) is not None:
            self._opened.add(fold)
        self.redraw()

    def toggle_fold(self, number: int) -> None:
        self._opened ^= {number}
        self.redraw()

    def toggle_folds(self) -> None:
        """Open everything; when everything is open, close it."""
        self._opened = set(range(len(self.passage.folds))) if self.is_folded else set()
        self.redraw()

    def line_of(self, match: int, width: int) -> int:
        """The line, from the first of this block, on which match number `match` starts once wrapped."""
        inside, body = self.frame.inside(width), self._body
        above = len(self._heading.wrap(inside)) if self._heading else 0
        spot = body.shown(*self.passage.matches[match])
        before = body.content[: spot[0]].wrap(inside) if spot and spot[0] else []
        return above + max(0, len(before) - 1)


def block_for(
    block: DayItem | MessageItem | EventsItem, now: datetime, zone: tzinfo | None, *, events_open: bool
) -> Block:
    match block:
        case DayItem():
            return DayBlock(block, now.astimezone(zone).date())
        case EventsItem():
            return EventsBlock(block, zone, is_open=events_open)
        case MessageItem():
            return MessageBlock(block, zone)


def role(part: ThreadPart) -> str:
    """The look of a part: "customer", "teammate", "bot" or "note"."""
    if part.kind is PartKind.NOTE:
        return "note"
    if part.author.is_customer:
        return "customer"
    return "bot" if part.author.kind == "bot" else "teammate"


NAME_STYLES = {
    "customer": "bold $text-primary",
    "teammate": "bold $text-secondary",
    "bot": "bold $muted",
    "note": "bold $text-warning",
}


def heading(passage: MessageItem, zone: tzinfo | None) -> Content:
    """Who and when, as far as the message before does not tell it already; a note is always called one."""
    part = passage.part
    kind = role(part)
    time = (clock_time(part.created_at, zone), "$muted")
    if not passage.names_author:
        return Content.assemble(time) if passage.tells_time else Content("")
    pieces: list[tuple[str, str]] = [(part.author.name, NAME_STYLES[kind]), ("  ", "")]
    if kind == "note":
        pieces += [(" INTERNAL NOTE ", "bold reverse $text-warning"), ("  ", "")]
    elif kind == "bot":
        pieces += [("bot", "$muted"), ("  ", "")]
    return Content.assemble(*pieces, time)


def footing(passage: MessageItem) -> list[str]:
    """The attachments, and what of the text is not here."""
    part = passage.part
    lines = [attachment_line(*each) for each in zip(part.attachments, passage.attached, strict=True)]
    if part.redacted:
        lines.append("[redacted in Intercom]")
    if part.truncated:
        lines.append("[cut here: the rest is in Intercom]")
    return lines


def attachment_line(attachment: Attachment, link: int) -> str:
    details = [text for text in (size(attachment.size), attachment.content_type) if text]
    line = f"⊕ {attachment.name}" + (f" ({', '.join(details)})" if details else "")
    return f"{line} [{link}]" if link else line


def event_line(part: ThreadPart, zone: tzinfo | None) -> Content:
    who = f" · {part.author.name}" if part.author.name else ""
    return Content(f"∙ {event_words(part)}{who} · {clock_time(part.created_at, zone)}")
