"""The state line: the freshness of what is shown, how far the sync is, and how much is stored."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import tzinfo
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.content import Content
from textual.message import Message
from textual.reactive import reactive
from textual.widgets import Static

from tui.clock import Clock, system_clock
from tui.dashboard.common.key_hints import ShowsKeys
from tui.dashboard.sync_status.coverage_strip import bars
from tui.dashboard.sync_status.messages import SyncRequested, TokenRequested, WindowsSyncRequested
from tui.dashboard.sync_status.state import QueryFreshness, SyncActivity
from tui.dashboard.sync_status.sync_words import TOKEN_WORDS, Keys, LineWords, Tone, line_words
from tui.formatting import counted, number
from tui.freshness import SyncState

TICK = 1.0
"""Seconds between two redraws, for the age and the waiting time."""
TONES = {
    Tone.QUIET: "$muted",
    Tone.BUSY: "$text-accent",
    Tone.WARNING: "$text-warning",
    Tone.ERROR: "$text-error",
}
STATE_COLOURS = {"fresh": "$text-success", "partial": "$text-warning", "stale": "$text-error"}
GAP = 3
"""Cells between two parts of the line, at least."""
PROGRESS_CELLS = 14
"""Where there is room, the progress begins so many cells before the number of conversations."""
WIDE_STRIP, NARROW_STRIP = 14, 10
"""Cells of the coverage strip."""
NARROW = 100
"""Cells below which the shorter forms are used from the start."""


class StateLine(Static):
    """One line, which never says the same twice. Its tooltip has the full sentences."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "resolve", "New token", id="resolve", tooltip="Enter another access token"),
    ]

    freshness: reactive[QueryFreshness | None] = reactive(None)
    activity: reactive[SyncActivity] = reactive(SyncActivity())
    words: reactive[str | None] = reactive(None)
    """The verdict in full; None when fresh."""
    outbox: reactive[tuple[str, str]] = reactive(("", ""))
    """What of the outbox needs a decision, and how far it is sent: "2 held · O", "120 of 312 sent"."""

    def __init__(
        self,
        clock: Clock = system_clock,
        zone: tzinfo | None = None,
        *,
        badge: Content | None = None,
        id: str | None = None,  # noqa: A002
    ) -> None:
        """`badge` names the workspace, where it is not the only one."""
        super().__init__(id=id)
        self._clock = clock
        self._zone = zone
        self._badge = badge or Content("")

    def on_mount(self) -> None:
        self.set_interval(TICK, self.refresh)

    @property
    def needs_token(self) -> bool:
        """Whether the sync goes on only with another token."""
        failure = self.activity.obstacle
        return failure is not None and failure.reason in TOKEN_WORDS and not self.activity.running

    def watch_activity(self) -> None:
        if self.has_focus and not self.needs_token:
            self.screen.focus_next()
        self.can_focus = self.needs_token
        self._explain()

    def watch_words(self) -> None:
        self._explain()

    def _explain(self) -> None:
        failure = self.activity.obstacle
        sentences = [self.words or "", "" if failure is None else failure.message]
        if failure is not None and self.words and failure.message in self.words:
            sentences.pop()
        text = "\n".join(filter(None, sentences))
        self.tooltip = Content(text) if text else None

    def on_focus(self) -> None:
        self.refresh()

    def on_blur(self) -> None:
        self.refresh()

    def on_click(self) -> None:
        self.action_resolve()

    def action_resolve(self) -> None:
        """Ask for what helps, such as a sync or another token."""
        message = self._request()
        if message is not None:
            self.post_message(message)

    def _request(self) -> Message | None:
        if self.needs_token:
            return TokenRequested()
        freshness = self.freshness
        if freshness is None or self.activity.running:
            return None
        if freshness.state is not SyncState.FRESH and not freshness.verdict.lacks_only_unkept:
            return WindowsSyncRequested(freshness.verdict.to_sync)
        return None if self.activity.obstacle is None else SyncRequested()

    # --- drawing

    def render(self) -> Content:
        if self.freshness is None:
            return Content.styled("Loading…", "$muted")
        words = line_words(self.freshness, self.activity, self._clock().timestamp(), self._keys(), self._zone)
        return self._laid_out(words, self.freshness, self.content_size.width)

    def _keys(self) -> Keys:
        app = self.app
        if not isinstance(app, ShowsKeys):
            return Keys("r", "f", "E")
        token = "⏎" if self.has_focus else app.shown_key("enter_token")
        return Keys(app.shown_key("refresh"), app.shown_key("fill_gap"), token)

    def _laid_out(self, words: LineWords, freshness: QueryFreshness, width: int) -> Content:
        """The longest of the forms that fits; the last one is shortened at a word."""
        forms = list(self._forms(words, freshness, is_narrow=width < NARROW))
        for left, middle, right in forms:
            if _needed(left, middle, right) <= width:
                return _joined(left, middle, right, width)
        left, middle, right = forms[-1]
        room = width - _needed(Content(""), middle, right)
        return _joined(_cut(left, room), middle, right, width)

    def _forms(
        self, words: LineWords, freshness: QueryFreshness, *, is_narrow: bool
    ) -> Iterator[tuple[Content, Content, Content]]:
        """Left, middle and right of the line, from the longest to the shortest."""
        long, short = words.details[0], words.details[-1]
        progress = words.progress or ("",)
        rights = list(_rights(freshness, words.as_of))
        if is_narrow and not words.as_of:
            rights = rights[2:]
        for right in rights[:-1]:
            yield self._left(words, long, words.hint), _progress(words, progress[0]), right
        brief = rights[-2]
        for detail, progress_words in ((long, progress[-1]), (short, progress[-1])):
            yield self._left(words, detail, words.hint), _progress(words, progress_words), brief
        for detail, hint in ((long, words.hint), (short, words.hint), (long, ""), (short, "")):
            yield self._left(words, detail, hint), _progress(words, progress[-1]), rights[-1]

    def _left(self, words: LineWords, detail: str, hint: str) -> Content:
        state = (words.state, f"bold {STATE_COLOURS[words.css]}")
        badge = Content.assemble(self._badge, " ") if self._badge else Content("")
        tail = "".join(f" · {part}" for part in (detail, hint) if part)
        undecided, progress = self.outbox
        first = Content.styled(f"{undecided}   ", "bold $text-error") if undecided else Content("")
        sent = Content.styled(f" · {progress}", "$text-accent") if progress else Content("")
        return Content.assemble(badge, first, f"{words.glyph} ", state, sent, tail)


def _rights(freshness: QueryFreshness, as_of: str) -> Iterator[Content]:
    """The number of conversations and the coverage, from the longest form to the shortest."""
    total, named = number(freshness.total), counted(freshness.total, "conversation")
    if as_of:
        yield Content(f"{named}, {as_of}")
        yield Content(f"{total}, {as_of}")
        yield Content(total)
        return
    days = round((freshness.horizon.end - freshness.horizon.start) / 86400)
    strip = (bars(freshness.coverage, freshness.horizon, WIDE_STRIP), "$success")
    yield Content.assemble(named, " " * GAP, strip, (f" {days} days", "$muted"))
    yield Content.assemble(named, " " * GAP, strip)
    narrow = (bars(freshness.coverage, freshness.horizon, NARROW_STRIP), "$success")
    yield Content.assemble(total, "  ", narrow)
    yield Content(total)


def _progress(words: LineWords, text: str) -> Content:
    return Content.styled(text, TONES[words.tone]) if text else Content("")


def _needed(left: Content, middle: Content, right: Content) -> int:
    widths = [part.cell_length for part in (left, middle, right)]
    return sum(widths) + GAP * (sum(width > 0 for width in widths[1:]))


def _joined(left: Content, middle: Content, right: Content, width: int) -> Content:
    if not middle:
        return Content.assemble(left, " " * max(0, width - left.cell_length - right.cell_length), right)
    room = width - left.cell_length - GAP - right.cell_length - GAP
    behind = " " * max(0, min(PROGRESS_CELLS, room) - middle.cell_length)
    before = " " * max(
        0, width - left.cell_length - middle.cell_length - len(behind) - GAP - right.cell_length
    )
    return Content.assemble(left, before, middle, behind, " " * GAP, right)


def _cut(text: Content, width: int) -> Content:
    """The text, shortened at the end of a word."""
    if text.cell_length <= width:
        return text
    cut = text.truncate(max(0, width - 1))
    if " " in cut.plain and not text.plain[len(cut.plain) :].startswith(" "):
        cut = cut[: cut.plain.rindex(" ")]
    return Content.assemble(cut.rstrip(" ·:,"), "…")
