"""The blocks of a thread: days, messages, internal notes, events and the user's own note."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date, datetime, tzinfo
from typing import ClassVar

from textual.content import Content, Span
from textual.css.styles import RulesMap
from textual.style import Style

from tui.cells import fit
from tui.dashboard.common.blocks import Block, Frame
from tui.dashboard.thread.layout import (
    DayItem,
    EventsItem,
    Marker,
    MessageItem,
    ThreadItem,
    day_text,
    event_text,
    summary,
)
from tui.dashboard.triage.marks import NOTE
from tui.domain import Attachment, PartKind, ThreadPart
from tui.formatting import clock_time, size

MATCH = "bold $text-match on $match-background"
SELECTED_MATCH = "bold underline $text-current-match on $current-match-background"
MAX_NAME, MAX_FILE_NAME = 40, 80
"""Cells of the name of an author, and of an attachment, that are shown."""
FOLD_META, LINK_META = "fold", "link"
"""Keys of the metadata under the mouse: the number of the fold or of the link."""


@dataclass(frozen=True, slots=True)
class Body:
    """The text of a message as it is shown.

    `runs` maps the text to the content: (start in the text, end in the text, start in the content).
    """

    content: Content
    runs: tuple[tuple[int, int, int], ...]

    def content_span(self, start: int, end: int) -> tuple[int, int] | None:
        """The span of the content that shows a span of the text; None if it is folded."""
        first = bisect_right(self.runs, start, key=lambda run: run[1])
        after_last = bisect_left(self.runs, end, key=lambda run: run[0])
        if first >= after_last:
            return None
        low, _, offset = self.runs[first]
        begin = max(start, low) - low + offset
        low, high, offset = self.runs[after_last - 1]
        return begin, min(end, high) - low + offset


@dataclass(frozen=True, slots=True)
class _Piece:
    """A span of the text of a message, or what is shown in its place."""

    start: int
    end: int
    replacement: str | None
    """None: the text itself."""
    style: str = ""
    meta: tuple[str, int] | None = None
    """The metadata for clicks."""


def render_body(item: MessageItem, opened: Collection[int], selected: int | None) -> Body:
    """`opened` are the numbers of the open folds, `selected` is the number of the selected match."""
    texts: list[str] = []
    runs: list[tuple[int, int, int]] = []
    spans: list[Span] = []
    offset = 0
    for piece in _pieces(item, opened):
        text = item.text[piece.start : piece.end] if piece.replacement is None else piece.replacement
        if piece.replacement is None:
            runs.append((piece.start, piece.end, offset))
        end = offset + len(text)
        if piece.style:
            spans.append(Span(offset, end, piece.style))
        if piece.meta is not None:
            spans.append(Span(offset, end, Style.from_meta(dict([piece.meta]))))
        texts.append(text)
        offset = end
    body = Body(Content("".join(texts)), tuple(runs))
    for number, match in enumerate(item.matches):
        if (span := body.content_span(*match)) is not None:
            spans.append(Span(*span, SELECTED_MATCH if number == selected else MATCH))
    return Body(body.content.add_spans(spans), body.runs)


def fold_of(item: MessageItem, match: int, opened: Collection[int]) -> int | None:
    """The number of the closed fold that hides a match."""
    start, end = item.matches[match]
    for number, fold in enumerate(item.folds):
        if number not in opened and fold.start < end and start < fold.end:
            return number
    return None


def _pieces(item: MessageItem, opened: Collection[int]) -> Iterator[_Piece]:
    text, position = item.text, 0
    for number, fold in enumerate(item.folds):
        yield from _linked(item.markers, position, fold.start, "")
        before = "" if not fold.start or text[fold.start - 1] == "\n" else "\n"
        is_open = number in opened
        line = f"{before}{'▾' if is_open else '▸'} {fold.label}"
        yield _Piece(fold.start, fold.start, line, "italic $muted", (FOLD_META, number))
        if is_open:
            yield _Piece(fold.start, fold.start, "\n")
            yield from _linked(item.markers, fold.start, fold.end, "$muted" if fold.kind == "quote" else "")
        elif text[fold.end - 1 : fold.end] == "\n" and fold.end < len(text):
            yield _Piece(fold.end, fold.end, "\n")
        position = fold.end
    yield from _linked(item.markers, position, len(text), "")


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
    """ "── Friday 13 December ──"."""

    style_name = "day"

    def __init__(self, day: DayItem, today: date) -> None:
        super().__init__()
        self.rules = RulesMap(text_align="center")
        self._text = day_text(day.date, today)

    def render(self) -> Content:
        return Content(f"── {self._text} ──")


class OwnNoteBlock(Block):
    """The user's own note, in a box to distinguish it from messages and from internal notes of Intercom."""

    frame: ClassVar[Frame] = Frame(2, 3, box=(f" {NOTE} MY NOTE ", " only here, never sent to Intercom "))
    style_name = "own-note"

    def __init__(self, text: str) -> None:
        super().__init__()
        self._text = text

    def render(self) -> Content:
        return Content(self._text)


class EventsBlock(Block):
    """A run of events: one line for all or, if it is open, one for each. A single event is always open."""

    frame: ClassVar[Frame] = Frame(2, 1)

    def __init__(self, run: EventsItem, zone: tzinfo | None, *, is_open: bool) -> None:
        super().__init__()
        self._run = run
        self._zone = zone
        self.is_hovered = False
        self.set_open(is_open)

    @property
    def style_name(self) -> str:
        return "events-hover" if self.is_hovered else "events"

    def set_open(self, is_open: bool) -> None:
        self.is_open = is_open
        one_line = len(self._run.parts) > 1 and not is_open
        self.rules = RulesMap(text_wrap="nowrap", text_overflow="ellipsis") if one_line else RulesMap()
        self.redraw()

    def render(self) -> Content:
        parts = self._run.parts
        if len(parts) > 1 and not self.is_open:
            return Content(f"▸ {summary(self._run)}")
        lines = [event_line(part, self._zone) for part in parts]
        if len(parts) > 1:
            lines = [Content(f"▾ {len(parts)} events"), *(Content("  ") + line for line in lines)]
        return Content("\n").join(lines)


class MessageBlock(Block):
    """A message or an internal note, with folds that open and close."""

    frame: ClassVar[Frame] = Frame(2, 1, edge=True)

    def __init__(self, item: MessageItem, zone: tzinfo | None) -> None:
        super().__init__()
        self.item = item
        self.is_selected = False
        """Whether it was selected with a key."""
        self._opened: set[int] = set()
        self._match: int | None = None
        self._heading = heading(item, zone)

    @property
    def style_name(self) -> str:
        return role(self.item.part)

    @property
    def edge_style_name(self) -> str:
        return "current" if self.is_selected else self.style_name

    def render(self) -> Content:
        lines = [self._heading] if self._heading else []
        if body := self._body.content:
            lines.append(body)
        lines += [Content(line).stylize("$muted") for line in footing(self.item)]
        return Content("\n").join(lines)

    @property
    def _body(self) -> Body:
        return render_body(self.item, self._opened, self._match)

    @property
    def is_folded(self) -> bool:
        """Whether any of its folds is closed."""
        return len(self._opened) < len(self.item.folds)

    def mark(self, match: int | None) -> None:
        """Highlight the match of this number, and open the folds that hide it; None: highlight none."""
        self._match = match
        while match is not None and (fold := fold_of(self.item, match, self._opened)) is not None:
            self._opened.add(fold)
        self.redraw()

    def toggle_fold(self, number: int) -> None:
        """Open or close the fold of this number."""
        self._opened ^= {number}
        self.redraw()

    def toggle_folds(self) -> None:
        """Open all folds or, if all are open, close them."""
        self._opened = set(range(len(self.item.folds))) if self.is_folded else set()
        self.redraw()

    def line_of(self, match: int, width: int) -> int:
        """The line of the block on which match number `match` starts, if the block is `width` cells wide."""
        inner_width, body = self.frame.inner_width(width), self._body
        heading_lines = len(self._heading.wrap(inner_width)) if self._heading else 0
        span = body.content_span(*self.item.matches[match])
        before = Content(body.content.plain[: span[0]]).wrap(inner_width) if span and span[0] else []
        return heading_lines + max(0, len(before) - 1)


def block_for(item: ThreadItem, now: datetime, zone: tzinfo | None, *, events_open: bool) -> Block:
    """The block that shows an item of a thread."""
    match item:
        case DayItem():
            return DayBlock(item, now.astimezone(zone).date())
        case EventsItem():
            return EventsBlock(item, zone, is_open=events_open)
        case MessageItem():
            return MessageBlock(item, zone)


def role(part: ThreadPart) -> str:
    """Whose words these are: "customer", "teammate", "bot" or "note"."""
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


def heading(item: MessageItem, zone: tzinfo | None) -> Content:
    """Author and time, without what the message before shows; internal notes are marked."""
    part = item.part
    kind = role(part)
    time = (clock_time(part.created_at, zone), "$muted")
    if not item.shows_author:
        return Content.assemble(time) if item.shows_time else Content("")
    pieces: list[tuple[str, str]] = [(fit(part.author.name, MAX_NAME), NAME_STYLES[kind]), ("  ", "")]
    if kind == "note":
        pieces += [(" INTERNAL NOTE ", "bold reverse $text-warning"), ("  ", "")]
    elif kind == "bot":
        pieces += [("bot", "$muted"), ("  ", "")]
    return Content.assemble(*pieces, time)


def footing(item: MessageItem) -> list[str]:
    """The attachments, and whether the text is redacted or cut."""
    part = item.part
    attached = zip(part.attachments, item.attachment_links, item.attachment_hosts, strict=True)
    lines = [attachment_line(*each) for each in attached]
    if part.redacted:
        lines.append("[redacted in Intercom]")
    if part.truncated or item.is_cut:
        lines.append("[cut here: read the rest in Intercom]")
    return lines


def attachment_line(attachment: Attachment, link: int, host: str) -> str:
    """Name, size and type of an attachment, and where its link leads."""
    details = [text for text in (size(attachment.size), attachment.content_type) if text]
    line = f"⊕ {fit(attachment.name, MAX_FILE_NAME)}" + (f" ({', '.join(details)})" if details else "")
    return f"{line} · {host} [{link}]" if link else line


def event_line(part: ThreadPart, zone: tzinfo | None) -> Content:
    who = f" · {fit(part.author.name, MAX_NAME)}" if part.author.name else ""
    return Content(f"∙ {event_text(part)}{who} · {clock_time(part.created_at, zone)}")
