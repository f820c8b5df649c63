"""One message or internal note of a thread, as one `Static`."""

from __future__ import annotations

from datetime import tzinfo

from textual import events
from textual.content import Content
from textual.widgets import Static

from tui.dashboard.body import FOLD_META, LINK_META, draw_body, fold_of
from tui.dashboard.messages import LinkFollowed
from tui.dashboard.reading import Passage
from tui.dashboard.words import clock_time, size
from tui.domain import Attachment, Part, PartKind


class PartView(Static):
    """Draws a passage. Its folds open and close one by one, or all at once."""

    def __init__(self, passage: Passage, zone: tzinfo | None) -> None:
        super().__init__(classes=f"-{role(passage.part)}")
        self.passage = passage
        self._opened: set[int] = set()
        self._current: int | None = None
        self._heading = heading(passage, zone)
        self._footing = [
            attachment_line(attachment, link)
            for attachment, link in zip(passage.part.attachments, passage.attached, strict=True)
        ]
        if passage.part.redacted:
            self._footing.append("[redacted in Intercom]")
        if passage.part.truncated:
            self._footing.append("[cut here: the rest is in Intercom]")
        self._body = draw_body(passage, self._opened, None)
        self._show()

    @property
    def part(self) -> Part:
        return self.passage.part

    @property
    def is_folded(self) -> bool:
        """Whether anything of it is folded away."""
        return len(self._opened) < len(self.passage.folds)

    def mark(self, current: int | None) -> None:
        """Show the match numbered `current` more strongly than the others, whatever hides it."""
        self._current = current
        while current is not None and (fold := fold_of(self.passage, current, self._opened)) is not None:
            self._opened.add(fold)
        self._show()

    def toggle_fold(self, number: int) -> None:
        self._opened ^= {number}
        self._show()

    def toggle_folds(self) -> None:
        """Open everything; when everything is open, close it."""
        self._opened = set(range(len(self.passage.folds))) if self.is_folded else set()
        self._show()

    def line_of(self, match: int) -> int:
        """The line, from the top of this widget, on which match number `match` starts once wrapped."""
        width = max(1, self.content_size.width)
        above = len(self._heading.wrap(width)) if self._heading else 0
        spot = self._body.shown(*self.passage.matches[match])
        before = self._body.content[: spot[0]].wrap(width) if spot and spot[0] else []
        return self.gutter.top + above + max(0, len(before) - 1)

    def _show(self) -> None:
        self._body = draw_body(self.passage, self._opened, self._current)
        lines = [self._heading] if self._heading else []
        if self._body.content:
            lines.append(self._body.content)
        lines.extend(Content(line).stylize("$muted") for line in self._footing)
        self.update(Content("\n").join(lines))

    def on_click(self, event: events.Click) -> None:
        meta = event.style.meta
        if FOLD_META in meta:
            event.stop()
            self.toggle_fold(meta[FOLD_META])
        elif LINK_META in meta:
            event.stop()
            self.post_message(LinkFollowed(meta[LINK_META]))


def role(part: Part) -> str:
    """The style class of a part: "customer", "teammate", "bot" or "note"."""
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


def attachment_line(attachment: Attachment, link: int) -> str:
    details = [text for text in (size(attachment.size), attachment.content_type) if text]
    line = f"⊕ {attachment.name}" + (f" ({', '.join(details)})" if details else "")
    return f"{line} [{link}]" if link else line
