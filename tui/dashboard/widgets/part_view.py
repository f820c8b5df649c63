"""One entry of a thread, or a run of events, as one `Static`."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, tzinfo

from textual.content import Content
from textual.style import Style
from textual.widgets import Static

from tui.dashboard.messages import MatchSpans
from tui.dashboard.words import moment, size
from tui.domain import Attachment, Part, PartKind

MATCH = "$text-match on $match-background"
CURRENT_MATCH = "bold $text-current-match on $current-match-background"


class PartView(Static):
    """A message, an internal note, or several events one below the other.

    `matches` are the places in the first part's text that the query asks for.
    """

    def __init__(
        self, parts: Sequence[Part], matches: MatchSpans, now: datetime, zone: tzinfo | None
    ) -> None:
        part = parts[0]
        super().__init__(classes=f"-{role(part)}")
        self.matches = matches
        self._heading = Content("") if part.kind is PartKind.EVENT else heading(part, now, zone)
        if part.kind is PartKind.EVENT:
            self._body = Content("\n").join([event_line(p, now, zone) for p in parts])
        else:
            self._body = Content(part.text)
        self._footing = [attachment_line(a) for a in part.attachments]
        if part.redacted:
            self._footing.append("[redacted in Intercom]")
        if part.truncated:
            self._footing.append("[cut here: the rest is in Intercom]")
        self.mark(None)

    def mark(self, current: int | None) -> None:
        """Show the matches, the one numbered `current` more strongly."""
        body = self._body
        for number, (start, end) in enumerate(self.matches):
            body = body.stylize(CURRENT_MATCH if number == current else MATCH, start, end)
        lines = [self._heading] if self._heading else []
        if body:
            lines.append(body)
        lines.extend(Content(line).stylize("$muted") for line in self._footing)
        self.update(Content("\n").join(lines))

    def line_of(self, match: int) -> int:
        """The line, from the top of this widget, on which match number `match` starts once wrapped."""
        start = self.matches[match][0]
        width = max(1, self.content_size.width)
        above = len(self._heading.wrap(width)) if self._heading else 0
        before = self._body[:start].wrap(width) if start else []
        return self.gutter.top + above + max(0, len(before) - 1)


def role(part: Part) -> str:
    """The style class of a part: "customer", "teammate", "bot", "note" or "event"."""
    if part.kind is PartKind.NOTE:
        return "note"
    if part.kind is PartKind.EVENT:
        return "event"
    if part.author.is_customer:
        return "customer"
    return "bot" if part.author.kind == "bot" else "teammate"


NAME_STYLES = {
    "customer": "bold $text-primary",
    "teammate": "bold $text-secondary",
    "bot": "bold $muted",
    "note": "bold $text-warning",
}


def heading(part: Part, now: datetime, zone: tzinfo | None) -> Content:
    kind = role(part)
    label: tuple[str, str | Style] = ("", "")
    if kind == "note":
        label = (" INTERNAL NOTE ", "bold reverse $text-warning")
    elif kind == "bot":
        label = ("bot", "$muted")
    return Content.assemble(
        (part.author.name, NAME_STYLES[kind]),
        "  " if label[0] else "",
        label,
        "  ",
        (moment(part.created_at, now, zone), "$muted"),
    )


def event_line(part: Part, now: datetime, zone: tzinfo | None) -> Content:
    at = moment(part.created_at, now, zone)
    return Content.assemble("∙ ", part.text or part.type.replace("_", " "), f"  {at}")


def attachment_line(attachment: Attachment) -> str:
    details = [text for text in (size(attachment.size), attachment.content_type) if text]
    return f"⊕ {attachment.name}" + (f" ({', '.join(details)})" if details else "")
