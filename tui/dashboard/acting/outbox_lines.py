"""The outbox as lines of a `CellGrid`. Pure; times are shown in `zone` (None: the machine's)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, tzinfo

from tui.cells import align, fit
from tui.dashboard.acting.words import ShownChange, state_words
from tui.dashboard.common.cell_grid import Cell, Line
from tui.formatting import moment
from tui.text import one_line
from tui.visible import visible
from tui.writes import WriteState

STATE_MARKS = {
    WriteState.WAITING: ("⇡", "number"),
    WriteState.SENDING: ("↻", "number"),
    WriteState.HELD: ("✗", "warning"),
    WriteState.FAILED: ("✗", "error"),
    WriteState.SENT: ("✓", "good"),
    WriteState.CANCELLED: ("■", "muted"),
}
"""State → its mark, which can be read without colour, and its style."""
STATE_NAMES = {WriteState.CANCELLED: "not sent"}
STATE_WIDTH, MADE_WIDTH = 18, 14
WHAT_WIDTH, WIDE_WHAT_WIDTH, WIDE = 26, 40, 110
"""Cells of the third column, of a grid that is narrower than so many and of a wider one."""
SHOWN_TEXT = 400
"""Characters of a message in the detail."""


def outbox_lines(
    changes: Sequence[ShownChange],
    subjects: Mapping[int, str],
    now: datetime,
    zone: tzinfo | None,
    width: int,
) -> list[Line]:
    """A heading, and a line for each change."""
    what = WIDE_WHAT_WIDTH if width >= WIDE else WHAT_WIDTH
    heading = f"  {'State':<{STATE_WIDTH - 2}}{'Made':<{MADE_WIDTH}}{'Change':<{what}}Conversation"
    lines: list[Line] = [(Cell(heading, "muted"),)]
    for shown in changes:
        write = shown.write
        mark, style = STATE_MARKS[write.state]
        room = max(0, width - STATE_WIDTH - MADE_WIDTH - what)
        lines.append(
            (
                Cell(
                    align(f"{mark} {_state(shown, now)}", STATE_WIDTH - 1) + " ",
                    style,
                    detail_words(shown, subjects, now, zone),
                    str(write.conversation_id),
                ),
                Cell(align(moment(write.composed_at, now, zone), MADE_WIDTH - 1) + " ", "muted"),
                Cell(align(one_line(f"{shown.words} {visible(shown.text)}"), what - 1) + " "),
                Cell(fit(subjects.get(write.conversation_id, f"#{write.conversation_id}"), room)),
            )
        )
    return lines


def _state(shown: ShownChange, now: datetime) -> str:
    state = shown.write.state
    if state is WriteState.WAITING:
        return state_words(shown.write, now).partition(":")[0]
    return STATE_NAMES.get(state, str(state))


def detail_words(shown: ShownChange, subjects: Mapping[int, str], now: datetime, zone: tzinfo | None) -> str:
    """All about one change: who, what, where, how far, and why."""
    write = shown.write
    first = [
        f"{shown.author} · {shown.words}",
        f"#{write.conversation_id} {subjects.get(write.conversation_id, '')}".strip(),
    ]
    far = [state_words(write, now)]
    if write.ended_at is not None:
        far.append(moment(write.ended_at, now, zone))
    if write.request_id:
        far.append(f"Intercom's request {write.request_id}")
    text = one_line(visible(shown.text[:SHOWN_TEXT]))
    return "\n".join(filter(None, (" · ".join(first), " · ".join(far), text)))
