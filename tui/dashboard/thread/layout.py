"""A thread as it is read: by day and author, events in runs, links numbered, what is long folded. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta, tzinfo
from itertools import groupby
from urllib.parse import urlsplit

from tui.dashboard.thread.quotes import Fold, find_folds
from tui.domain import PartKind, Thread, ThreadPart

MatchSpans = tuple[tuple[int, int], ...]
TOGETHER = timedelta(minutes=5)
"""Messages of one author this close share not only the name but the time."""
SHOWN_URL = 44
"""Characters of an address in a text; the whole of it is in the list of links."""
_LINK = re.compile(
    r" ?\((?P<inside>https?://[^\s()<>]+(?:\([^\s()<>]*\)[^\s()<>]*)*)\)"
    r"|(?P<bare>https?://[^\s<>\"“”]+)"
)
_TRAILING = ".,;:!?'’”)]}"


@dataclass(frozen=True, slots=True)
class Link:
    """An address in a thread. `name` is that of an attachment, else empty; `by` is who sent it."""

    number: int
    url: str
    name: str
    by: ThreadPart


@dataclass(frozen=True, slots=True)
class Marker:
    """In place of `start` to `end` of a text, `shown` stands for link number `link`."""

    start: int
    end: int
    shown: str
    link: int


@dataclass(frozen=True, slots=True)
class MessageItem:
    """A message or a note. Offsets count in its text."""

    part: ThreadPart
    matches: MatchSpans = ()
    folds: tuple[Fold, ...] = ()
    markers: tuple[Marker, ...] = ()
    attached: tuple[int, ...] = ()
    """The number of the link to each attachment; 0 for one without an address."""
    names_author: bool = True
    """False when the one before is by the same author."""
    tells_time: bool = True


@dataclass(frozen=True, slots=True)
class EventsItem:
    """Events in a row, on one day."""

    parts: tuple[ThreadPart, ...]


@dataclass(frozen=True, slots=True)
class DayItem:
    """What follows is of this day, on the reader's clock."""

    date: date


ThreadItem = DayItem | MessageItem | EventsItem


@dataclass(frozen=True, slots=True)
class ThreadLayout:
    blocks: tuple[ThreadItem, ...]
    links: tuple[Link, ...]


EMPTY_LAYOUT = ThreadLayout((), ())


def lay_out_thread(thread: Thread, matches: tuple[MatchSpans, ...], zone: tzinfo | None) -> ThreadLayout:
    """The thread in the order it is read; `matches` has the spans of each part, or is empty."""
    links = _Links()
    blocks: list[ThreadItem] = []
    for day, parts in groupby(enumerate(thread.parts), lambda item: _date(item[1], zone)):
        blocks.append(DayItem(day))
        blocks += _of_a_day([(part, spans_of(matches, n)) for n, part in parts], links)
    return ThreadLayout(tuple(blocks), tuple(links.found))


def spans_of(matches: tuple[MatchSpans, ...], number: int) -> MatchSpans:
    return matches[number] if number < len(matches) else ()


def passage(part: ThreadPart, matches: MatchSpans = ()) -> MessageItem:
    """A part that stands alone."""
    return _passage(part, matches, _Links(), None)


def summary(events: EventsItem) -> str:
    """ "4 events · assigned to Ada, closed the conversation"."""
    told: dict[str, None] = dict.fromkeys(event_words(part) for part in events.parts)
    return f"{len(events.parts)} events · {', '.join(told)}"


def event_words(part: ThreadPart) -> str:
    return part.text or part.type.replace("_", " ")


def day_words(day: date, today: date) -> str:
    """ "Today", "Yesterday", "Friday 13 December", "Friday 13 December 2023"."""
    if day == today:
        return "Today"
    if day == today - timedelta(days=1):
        return "Yesterday"
    return f"{day:%A} {day.day} {day:%B}" + (f" {day.year}" if day.year != today.year else "")


@dataclass
class _Links:
    """Numbers addresses in the order in which they are met; the same one keeps its number."""

    found: list[Link] = field(default_factory=list)
    numbers: dict[str, int] = field(default_factory=dict)

    def number(self, url: str, part: ThreadPart, name: str = "") -> int:
        known = self.numbers.get(url)
        if known is None:
            known = self.numbers[url] = len(self.found) + 1
            self.found.append(Link(known, url, name, part))
        return known


def _date(part: ThreadPart, zone: tzinfo | None) -> date:
    return part.created_at.astimezone(zone).date()


def _of_a_day(
    parts: list[tuple[ThreadPart, MatchSpans]], links: _Links
) -> Iterator[MessageItem | EventsItem]:
    before: ThreadPart | None = None
    for is_event, run in groupby(parts, lambda item: item[0].kind is PartKind.EVENT):
        if is_event:
            yield EventsItem(tuple(part for part, _ in run))
            before = None
            continue
        for part, spans in run:
            yield _passage(part, spans, links, before)
            before = part


def _passage(part: ThreadPart, matches: MatchSpans, links: _Links, before: ThreadPart | None) -> MessageItem:
    markers = tuple(_markers(part, matches, links))
    attached = tuple(
        links.number(a.url, part, a.name) if a.url.startswith(("https://", "http://")) else 0
        for a in part.attachments
    )
    follows = (
        before is not None
        and before.kind is part.kind is PartKind.MESSAGE
        and (before.author.kind, before.author.id, before.author.name)
        == (part.author.kind, part.author.id, part.author.name)
    )
    near = follows and before is not None and part.created_at - before.created_at < TOGETHER
    return MessageItem(part, matches, find_folds(part.text), markers, attached, not follows, not near)


def _markers(part: ThreadPart, matches: MatchSpans, links: _Links) -> Iterator[Marker]:
    for found in _LINK.finditer(part.text):
        start, end, inside = found.start(), found.end(), found["inside"]
        url = inside or found["bare"]
        if not inside:
            while url[-1] in _TRAILING and not (url[-1] == ")" and url.count("(") >= url.count(")")):
                url = url[:-1]
            end = start + len(url)
        if not urlsplit_host(url):
            continue
        number = links.number(url, part)
        shown = "" if inside else shortened(url)
        if any(low < end and start < high for low, high in matches):
            start, shown = end, ""  # a word that is searched for stays in sight
        yield Marker(start, end, f"{shown} [{number}]", number)


def urlsplit_host(url: str) -> str:
    """The host of an address; empty when it has none or cannot be read."""
    try:
        return urlsplit(url).hostname or ""
    except ValueError:
        return ""


def shortened(url: str) -> str:
    """An address as it is shown in a text: without its scheme, and not too long."""
    bare = re.sub(r"^https?://(?:www\.)?", "", url).rstrip("/")
    return bare if len(bare) <= SHOWN_URL else bare[: SHOWN_URL - 1] + "…"
