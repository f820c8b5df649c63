"""A thread as it is shown: by day, runs of events together, links numbered, quotes and long text folded."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta, tzinfo
from itertools import chain, groupby, islice, repeat
from urllib.parse import urlsplit

from tui.dashboard.thread.quotes import Fold, find_folds
from tui.domain import PartKind, Thread, ThreadPart

MatchSpans = tuple[tuple[int, int], ...]
SAME_TIME = timedelta(minutes=5)
"""Messages of one author this close to each other show the time only once."""
SHOWN_URL = 44
"""Characters of an address that are shown in a text; the list of links has all of it."""
MAX_LINKS = 1_000
"""Links of one thread; further addresses stay text."""
MAX_URL = 10_000
"""Characters of an address that is a link; a longer one stays text."""
MAX_LINES = 10_000
"""Lines of a message that are shown."""
_LINK = re.compile(
    r" ?\((?P<inside>https?://[^\s()<>]+(?:\([^\s()<>]*\)[^\s()<>]*)*)\)"
    r"|(?P<bare>https?://[^\s<>\"“”]+)"
)
_TRAILING = ".,;:!?'’”)]}"


@dataclass(frozen=True, slots=True)
class Link:
    """An address in a thread. `name` is the name of an attachment, or empty; `part` contains it."""

    number: int
    url: str
    name: str
    part: ThreadPart


@dataclass(frozen=True, slots=True)
class Marker:
    """Link number `link`, shown as `shown` in place of `start` to `end` of a text."""

    start: int
    end: int
    shown: str
    link: int


@dataclass(frozen=True, slots=True)
class MessageItem:
    """A message or a note. Offsets are characters of `text`."""

    part: ThreadPart
    text: str
    """What is shown of its text, before folding."""
    matches: MatchSpans = ()
    folds: tuple[Fold, ...] = ()
    markers: tuple[Marker, ...] = ()
    attachment_links: tuple[int, ...] = ()
    """The number of the link to each attachment; 0 for one without a link."""
    shows_author: bool = True
    """False if the message before is by the same author."""
    shows_time: bool = True
    """False if, in addition, the message before was sent shortly before."""
    is_cut: bool = False
    """Whether `text` is only the beginning of the text of the part."""


@dataclass(frozen=True, slots=True)
class EventsItem:
    """A run of events on one day."""

    parts: tuple[ThreadPart, ...]


@dataclass(frozen=True, slots=True)
class DayItem:
    """The day, in the user's time zone, of the items that follow."""

    date: date


ThreadItem = DayItem | MessageItem | EventsItem


@dataclass(frozen=True, slots=True)
class ThreadLayout:
    """The items of a thread in their order, and its links in the order of their numbers."""

    items: tuple[ThreadItem, ...]
    links: tuple[Link, ...]


EMPTY_LAYOUT = ThreadLayout((), ())


def lay_out_thread(thread: Thread, matches: tuple[MatchSpans, ...], zone: tzinfo | None) -> ThreadLayout:
    """Lay out a thread. `matches` has the spans of each part, or is empty; `zone` decides about days."""
    links = _LinkNumbers()
    items: list[ThreadItem] = []
    parts = zip(thread.parts, chain(matches, repeat(())), strict=False)
    for day, parts_of_day in groupby(parts, lambda pair: pair[0].created_at.astimezone(zone).date()):
        items.append(DayItem(day))
        items += _items_of_day(list(parts_of_day), links)
    return ThreadLayout(tuple(items), tuple(links.found))


def summary(events: EventsItem) -> str:
    """ "4 events · assigned to Ada, closed the conversation"."""
    texts: dict[str, None] = dict.fromkeys(event_text(part) for part in events.parts)
    return f"{len(events.parts)} events · {', '.join(texts)}"


def event_text(part: ThreadPart) -> str:
    """What happened, such as "assigned to Ada"."""
    return part.text or part.type.replace("_", " ")


def day_text(day: date, today: date) -> str:
    """ "Today", "Yesterday", "Friday 13 December", "Friday 13 December 2023"."""
    if day == today:
        return "Today"
    if day == today - timedelta(days=1):
        return "Yesterday"
    return f"{day:%A} {day.day} {day:%B}" + (f" {day.year}" if day.year != today.year else "")


@dataclass
class _LinkNumbers:
    """Numbers addresses in the order of their first occurrence."""

    found: list[Link] = field(default_factory=list)
    numbers: dict[str, int] = field(default_factory=dict)

    def number(self, url: str, part: ThreadPart, name: str = "") -> int:
        """The number of an address; 0 if there are too many."""
        known = self.numbers.get(url, 0)
        if not known and len(self.found) < MAX_LINKS:
            known = self.numbers[url] = len(self.found) + 1
            self.found.append(Link(known, url, name, part))
        return known


def _items_of_day(
    parts: list[tuple[ThreadPart, MatchSpans]], links: _LinkNumbers
) -> Iterator[MessageItem | EventsItem]:
    before: ThreadPart | None = None
    for is_event, run in groupby(parts, lambda pair: pair[0].kind is PartKind.EVENT):
        if is_event:
            yield EventsItem(tuple(part for part, _ in run))
            before = None
            continue
        for part, spans in run:
            yield _message_item(part, spans, links, before)
            before = part


def _message_item(
    part: ThreadPart, matches: MatchSpans, links: _LinkNumbers, before: ThreadPart | None
) -> MessageItem:
    text = _beginning(part.text)
    matches = tuple(span for span in matches if span[1] <= len(text))
    markers = tuple(_markers(part, text, matches, links))
    attachment_links = tuple(
        links.number(a.url, part, a.name) if a.url.startswith(("https://", "http://")) else 0
        for a in part.attachments
    )
    follows = (
        before is not None
        and before.kind is part.kind is PartKind.MESSAGE
        and (before.author.kind, before.author.id, before.author.name)
        == (part.author.kind, part.author.id, part.author.name)
    )
    near = follows and before is not None and part.created_at - before.created_at < SAME_TIME
    return MessageItem(
        part,
        text,
        matches,
        find_folds(text),
        markers,
        attachment_links,
        shows_author=not follows,
        shows_time=not near,
        is_cut=len(text) < len(part.text),
    )


def _beginning(text: str) -> str:
    """The first `MAX_LINES` lines: drawing takes longer for many short lines than for a long text."""
    if text.count("\n") < MAX_LINES:
        return text
    return "\n".join(text.split("\n", MAX_LINES)[:MAX_LINES])


def _markers(part: ThreadPart, text: str, matches: MatchSpans, links: _LinkNumbers) -> Iterator[Marker]:
    for found in islice(_LINK.finditer(text), MAX_LINKS):
        start, end, inside = found.start(), found.end(), found["inside"]
        url = inside or found["bare"]
        if len(url) > MAX_URL:
            continue
        if not inside:
            url = _without_punctuation(url)
            end = start + len(url)
        if not _host(url):
            continue
        number = links.number(url, part)
        if not number:
            continue
        shown = "" if inside else shortened(url)
        last = bisect_left(matches, (end,))
        if last and matches[last - 1][1] > start:
            start, shown = end, ""  # a match must stay visible
        yield Marker(start, end, f"{shown} [{number}]", number)


def _without_punctuation(url: str) -> str:
    """The address without what follows it in a sentence. A ")" belongs to it if it closes a "(" in it."""
    unopened = url.count(")") - url.count("(")
    length = len(url)
    while url[length - 1] in _TRAILING:
        if url[length - 1] == ")":
            if unopened <= 0:
                break
            unopened -= 1
        length -= 1
    return url[:length]


def _host(url: str) -> str:
    """The host of an address; empty if it has none, or is invalid."""
    try:
        return urlsplit(url).hostname or ""
    except ValueError:
        return ""


def shortened(url: str) -> str:
    """An address as it is shown in a text: without its scheme, and with "…" if it is long."""
    short = re.sub(r"^https?://(?:www\.)?", "", url).rstrip("/")
    return short if len(short) <= SHOWN_URL else short[: SHOWN_URL - 1] + "…"
