"""A thread as it is shown: by day, runs of events together, links numbered, quotes and long text folded."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date, timedelta, tzinfo
from itertools import chain, groupby, islice, repeat

from tui.dashboard.thread.quotes import Fold, find_folds
from tui.domain import PartKind, Thread, ThreadPart
from tui.links import (
    DOUBT,
    SHOWN_URL,
    Address,
    Destination,
    destination,
    find_addresses,
    leads_to_named,
    named_host,
)

MatchSpans = tuple[tuple[int, int], ...]
SAME_TIME = timedelta(minutes=5)
"""Messages of one author this close to each other show the time only once."""
MAX_LINKS = 1_000
"""Links of one thread; further addresses stay text."""
MAX_LINES = 10_000
"""Lines of a message that are shown."""


@dataclass(frozen=True, slots=True)
class Link:
    """An address in a thread. `name` is the name of an attachment, or empty; `part` contains it."""

    number: int
    url: str
    """The address as it is written."""
    name: str
    part: ThreadPart
    destination: Destination
    named: str = ""
    """Another host, which the text of the link names; empty if there is none."""

    @property
    def doubts(self) -> tuple[str, ...]:
        """Sentences that say why a question precedes opening; empty if none does."""
        named = (f"The text of the link names {self.named}.",) if self.named else ()
        return self.destination.doubts + named

    @property
    def host(self) -> str:
        """The whole host, marked if there are doubts."""
        return self._marked(self.destination.host)

    def shown(self, length: int = SHOWN_URL) -> str:
        """The address in `length` characters or, if its host is longer, a few more."""
        return self._marked(self.destination.shown(length))

    def _marked(self, text: str) -> str:
        return f"{DOUBT} {text}" if self.doubts else text


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
    attachment_hosts: tuple[str, ...] = ()
    """Where each of them leads; empty for an attachment without a link."""
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
    """0: no browser opens this address."""

    def link(self, url: str, part: ThreadPart, *, label: str = "", name: str = "") -> Link | None:
        """The link to an address; None if no browser opens it, or if there are too many.

        `label` is the text of the link, as far as it may name a host.
        """
        number = self.numbers.get(url)
        if number is None and len(self.found) < MAX_LINKS:
            leads_to = destination(url)
            number = self.numbers[url] = len(self.found) + 1 if leads_to else 0
            if leads_to:
                self.found.append(Link(number, url, name, part, leads_to))
        if not number:
            return None
        link = self.found[number - 1]
        named = "" if link.named else named_host(label)
        if named and not leads_to_named(link.destination, named):
            link = self.found[number - 1] = replace(link, named=named)
        return link


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
    attachments = [links.link(a.url, part, label=a.name, name=a.name) for a in part.attachments]
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
        tuple(link.number if link else 0 for link in attachments),
        tuple(link.host if link else "" for link in attachments),
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
    for address in islice(find_addresses(text), MAX_LINKS):
        link = links.link(address.url, part, label=address.label)
        if link is None:
            continue
        start, shown = address.start, _shown(address, link)
        last = bisect_left(matches, (address.end,))
        if last and matches[last - 1][1] > start:  # a match must stay visible, and with it the whole address
            start, shown = address.end, f" ({link.host})" if link.doubts else ""
        yield Marker(start, address.end, f"{shown} [{link.number}]", link.number)


def _shown(address: Address, link: Link) -> str:
    """What is shown in place of an address.

    After the text of its link that is the host, unless the text ends with it.
    """
    if not address.is_labelled:
        return link.shown()
    is_named = not link.doubts and named_host(address.label) == link.destination.hostname
    return "" if is_named else f" ({link.host})"
