"""What a thread is made of on the screen: days, messages and notes, runs of events, and one's own note."""

from __future__ import annotations

from datetime import date, datetime, tzinfo
from typing import ClassVar

from textual.content import Content
from textual.css.styles import RulesMap

from tui.dashboard.blocks import Block, Frame
from tui.dashboard.body import Body, draw_body, fold_of
from tui.dashboard.reading import Day, Events, Passage, day_words, event_words, summary
from tui.dashboard.triage.marks import NOTE
from tui.dashboard.words import clock_time, size
from tui.domain import Attachment, PartKind, ThreadPart


class DayBlock(Block):
    """ "Friday 13 December"."""

    look = "day"

    def __init__(self, day: Day, today: date) -> None:
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

    def __init__(self, run: Events, zone: tzinfo | None, *, is_open: bool) -> None:
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


class PassageBlock(Block):
    """A message or an internal note. Its folds open and close one by one, or all at once."""

    frame: ClassVar[Frame] = Frame(2, 1, edge=True)

    def __init__(self, passage: Passage, zone: tzinfo | None) -> None:
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
    block: Day | Passage | Events, now: datetime, zone: tzinfo | None, *, events_open: bool
) -> Block:
    match block:
        case Day():
            return DayBlock(block, now.astimezone(zone).date())
        case Events():
            return EventsBlock(block, zone, is_open=events_open)
        case Passage():
            return PassageBlock(block, zone)


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


def heading(passage: Passage, zone: tzinfo | None) -> Content:
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


def footing(passage: Passage) -> list[str]:
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
