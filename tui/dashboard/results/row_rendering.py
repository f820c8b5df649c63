"""Draws one conversation, or the heading, as a line of the results table.

Widths are terminal cells, not characters: 你 takes two, a combining accent none. Lines consist of `Segment`s,
so customer text is never parsed as markup.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from rich.cells import set_cell_size
from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip
from textual.widget import Widget

from tui.cells import align, cell_width
from tui.dashboard.results.columns import GAP, GUTTER, RIGHT_ALIGNED, Column
from tui.dashboard.results.messages import ResultLine
from tui.dashboard.triage.marks import STATE_GLYPHS, Ageing, gutter_marks
from tui.domain import ConversationRow
from tui.formatting import short_age

UNASSIGNED = "—"
EDGE = "│"

Run = tuple[str, Style]


@dataclass(frozen=True, slots=True)
class RowStyles:
    """The styles of one line. `base` has the background; the others include it."""

    base: Style
    muted: Style
    strong: Style
    match: Style
    tag: Style
    fresh: Style
    warm: Style
    late: Style
    raised: Style
    overdue: Style
    kept: Style
    star: Style
    due: Style
    open: Style
    snoozed: Style
    closed: Style

    def named(self, name: str) -> Style:
        """The style of this name, such as "late"."""
        style: Style = getattr(self, name)
        return style

    def of_state(self, state: str) -> Style:
        return {"open": self.open, "snoozed": self.snoozed}.get(state, self.closed)


def fit_runs(runs: Sequence[Run], width: int, base: Style) -> list[Segment]:
    """Styled pieces of text in exactly `width` cells: padded, or cut with an ellipsis."""
    total = sum(cell_width(text) for text, _ in runs)
    room = width if total <= width else width - 1
    segments = []
    for text, style in runs:
        if room <= 0:
            break
        taken = text if cell_width(text) <= room else set_cell_size(text, room)
        segments.append(Segment(taken, style))
        room -= cell_width(taken)
    if total > width:
        segments.append(Segment("…", base))
    elif room:
        segments.append(Segment(" " * room, base))
    return segments


def marked(text: str, matches: Sequence[tuple[int, int]], plain: Style, match: Style) -> list[Run]:
    """`text` as runs of which the matched ones have the match style."""
    runs: list[Run] = []
    position = 0
    for start, end in matches:
        if position < start:
            runs.append((text[position:start], plain))
        runs.append((text[max(position, start) : end], match))
        position = max(position, end)
    runs.append((text[position:], plain))
    return [run for run in runs if run[0]]


def gutter_segments(row: ConversationRow, now: datetime, styles: RowStyles) -> list[Segment]:
    """The marks of a conversation, in `MARK_CELLS` cells and the gap behind them."""
    marks = [Segment(glyph, styles.named(style)) for glyph, style in gutter_marks(row, now)]
    return [*marks, Segment(" " * GAP, styles.base)]


def subject_runs(line: ResultLine, width: int, styles: RowStyles) -> list[Run]:
    """Subject · snippet. If only the snippet matches, the subject is shortened and the start of the
    snippet is left out as far as needed to show its first match."""
    row, snippet = line.row, line.row.snippet
    plain = styles.base if row.read else styles.strong
    runs: list[Run] = []
    only_snippet_matches = bool(snippet.matches) and not line.subject_matches
    if row.subject:
        subject = row.subject
        if only_snippet_matches and cell_width(subject) > (allowed := max(8, width * 2 // 5)):
            subject = align(subject, allowed)
        runs.extend(marked(subject, line.subject_matches, plain, styles.match))
    text = snippet.text or ("fetching…" if row.thread_pending else "")
    if not text or text == row.subject:
        return runs
    if row.subject:
        runs.append((" · ", styles.muted))
    snippet_style = styles.muted if row.subject else plain
    room = width - sum(cell_width(t) for t, _ in runs)
    cut = snippet_start(text, snippet.matches, room) if only_snippet_matches else 0
    if cut:
        runs.append(("…", snippet_style))
    shifted = [(max(0, start - cut), end - cut) for start, end in snippet.matches if end > cut]
    runs.extend(marked(text[cut:], shifted, snippet_style, styles.match))
    return runs


def snippet_start(text: str, matches: Sequence[tuple[int, int]], room: int) -> int:
    """How many characters to leave out at the start so that the first match ends within `room` cells."""
    start, end = matches[0]
    if cell_width(text[:end]) <= room:
        return 0
    cut = start
    while cut > 0 and cell_width(text[cut - 1 : end]) <= room - 6:
        cut -= 1
    return cut


def waiting_runs(row: ConversationRow, now: datetime, ageing: Ageing, styles: RowStyles) -> list[Run]:
    """How long the customer has been waiting; the style tells how long that is."""
    if row.waiting_since is None:
        return []
    seconds = (now - row.waiting_since).total_seconds()
    return [(short_age(seconds), styles.named(ageing.age(seconds).value))]


def cell_runs(
    line: ResultLine, key: str, width: int, now: datetime, ageing: Ageing, styles: RowStyles
) -> list[Run]:
    """The styled text of one cell, before it is fitted to its width."""
    row = line.row
    if key == "subject":
        return subject_runs(line, width, styles)
    if key == "state":
        word = row.state if width >= 9 else row.state[0].upper()
        return [(f"{STATE_GLYPHS[row.state]} {word}", styles.of_state(row.state))]
    if key == "customer":
        return [(row.customer.name, styles.base if row.read else styles.strong)]
    if key == "tags":
        return [(" ".join(f"#{tag}" for tag in row.tags), styles.tag)]
    if key == "assignee":
        return [(row.assignee or UNASSIGNED, styles.base if row.assignee else styles.muted)]
    if key == "team":
        return [(row.team, styles.muted)]
    if key == "waiting":
        return waiting_runs(row, now, ageing, styles)
    at = row.created_at if key == "created" else row.updated_at
    return [(short_age((now - at).total_seconds()), styles.muted)]


def draw_row(
    line: ResultLine,
    columns: Sequence[Column],
    width: int,
    now: datetime,
    ageing: Ageing,
    styles: RowStyles,
    place: str,
) -> Strip:
    """One line of the table in exactly `width` cells. `place` marks the cursor and the selection, in two."""
    segments = [Segment(place, styles.base), *gutter_segments(line.row, now, styles)]
    for column in columns:
        runs = cell_runs(line, column.key, column.width, now, ageing, styles)
        if column.key in RIGHT_ALIGNED:
            used = sum(cell_width(text) for text, _ in runs)
            runs = [(" " * max(0, column.width - used), styles.base), *runs]
        segments.extend(fit_runs(runs, column.width, styles.base))
        segments.append(Segment(" " * GAP, styles.base))
    return Strip(segments).crop_extend(0, width, styles.base)


def draw_heading(
    columns: Sequence[Column],
    width: int,
    sort: str,
    reverse: bool,
    base: Style,
    active: Style,
    *,
    edges: bool = False,
) -> Strip:
    """The heading. The sorted column is marked ▼ (▲ if reversed); `edges` draws the edges of the columns."""
    segments = [Segment(" " * GUTTER, base)]
    last = columns[-1]
    for column in columns:
        style, title = base, column.title
        if column.key == sort:
            arrow = "▲" if reverse else "▼"
            style = active
            title = f"{set_cell_size(title, min(cell_width(title), column.width - 1))}{arrow}"
        text = align(title, column.width)
        if column.key in RIGHT_ALIGNED:
            text = " " * (column.width - cell_width(text.rstrip())) + text.rstrip()
        gap = EDGE if edges and column is not last else " "
        segments.extend((Segment(text, style), Segment(gap * GAP, base)))
    return Strip(segments).crop_extend(0, width, base)


LINE_STATES = ("odd", "hover", "cursor", "cursor-blurred")
"""States of a line that have a style, applied in this order."""
DONE_STATE = "done"
"""The state of a line whose conversation is done; its style is applied last."""
PART_STYLES = RowStyles.__slots__[1:]
"""The other component styles of a line."""


class RowStyleCache:
    """The component styles `results--…` of a widget, combined once for each combination of line states."""

    def __init__(self, widget: Widget) -> None:
        self._widget = widget
        self._styles: dict[tuple[str, ...], RowStyles] = {}

    def clear(self) -> None:
        """Read the styles again, after the theme changed."""
        self._styles.clear()

    def row(self, states: tuple[str, ...], *, done: bool = False) -> RowStyles:
        """The styles of a line with these states; only the matches stand out of one that is done."""
        key = (*states, DONE_STATE) if done else states
        found = self._styles.get(key)
        if found is None:
            base = self._widget.rich_style
            for name in key:
                base += self._part(name)
            parts = (base if done and name != "match" else base + self._part(name) for name in PART_STYLES)
            found = self._styles[key] = RowStyles(base, *parts)
        return found

    def heading(self) -> tuple[Style, Style]:
        """The styles of the heading, and of the heading of the sorted column."""
        base = self._widget.get_component_rich_style("results--heading")
        return base, base + self._part("heading-active")

    def _part(self, name: str) -> Style:
        return self._widget.get_component_rich_style(f"results--{name}", partial=True)
