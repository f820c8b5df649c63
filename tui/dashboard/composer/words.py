"""The line above what is typed: the state, as whom, and what happened since. Pure."""

from __future__ import annotations

from datetime import datetime, tzinfo

from textual.content import Content

from tui.cells import fit
from tui.clock import from_epoch, to_epoch
from tui.dashboard.composer.messages import Began, Kind
from tui.dashboard.triage.marks import STATE_GLYPHS
from tui.domain import ConversationRow, ThreadPart
from tui.formatting import counted, duration, moment
from tui.outbox import Identity

LONGEST_IN_SECONDS = 120
MAX_NAME = 30
"""Cells of a name."""
WORDS: dict[Kind, str] = {"reply": "reply", "note": "note"}


def heading(row: ConversationRow | None, kind: Kind, identity: Identity | None, *, is_edit: bool) -> Content:
    """ "● open · you reply as Priya Raman"."""
    who = f" as {fit(identity.teammate.name, MAX_NAME)}" if identity is not None else ""
    if is_edit:
        doing = f"you edit a {WORDS[kind]}{who}"
    else:
        doing = f"you reply{who}" if kind == "reply" else f"you write a note for the team{who}"
    state = "" if row is None else f"{STATE_GLYPHS[row.state]} {row.state} · "
    return Content.assemble(state, (doing, "bold $text-warning" if kind == "note" else "bold $text-primary"))


def known_when_begun(messages: list[ThreadPart], began: Began | None) -> frozenset[int]:
    """The messages that were there when a message was begun; None: it is begun now."""
    return frozenset(part.id for part in messages if began is None or not _is_newer(part, began))


def _is_newer(part: ThreadPart, began: Began) -> bool:
    if part.type == "source":
        return False
    at = to_epoch(part.created_at)
    return at > began.at or (at == began.at and bool(began.ids) and part.id not in began.ids)


def newer_words(count: int) -> str:
    """ "2 newer messages since you began ▾"; empty without any."""
    return f"{counted(count, 'newer message')} since you began ▾" if count else ""


def as_of_words(fetched_at: int, now: datetime, zone: tzinfo | None) -> str:
    """How old the thread is that could not be fetched anew."""
    if not fetched_at:
        return "the thread may not be up to date"
    return f"the thread is as of {moment(from_epoch(fetched_at), now, zone)}"


def location_of(text: str, index: int) -> tuple[int, int]:
    """Row and column of a character of a text."""
    row = text.count("\n", 0, index)
    return row, index - (text.rfind("\n", 0, index) + 1)


def send_words(kind: Kind, window: int) -> str:
    """What the key to send does, for the footer."""
    return f"send in {wait_words(window)}" if window else f"send the {WORDS[kind]}"


def wait_words(window: int) -> str:
    """ "10 s", "2 min"."""
    return f"{window} s" if window <= LONGEST_IN_SECONDS else duration(window)
