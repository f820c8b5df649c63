"""What the state line says, at every width."""

from __future__ import annotations

import socket
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from textual.app import App, ComposeResult
from textual.content import Content

from tui.cells import cell_width
from tui.dashboard.common.badge import workspace_badge
from tui.dashboard.sync_status.state import QueryFreshness, SyncActivity
from tui.dashboard.sync_status.state_line import StateLine
from tui.dashboard.sync_status.sync_words import Tone, sync_words
from tui.freshness import Coverage, Interval, assess
from tui.sync.events import Reason, SyncFailed, SyncProgress, SyncStarted, SyncSummary
from tui.sync.lease import LeaseOwner, OtherSync

pytestmark = pytest.mark.anyio

NOW = datetime(2024, 12, 20, 14, 30, tzinfo=UTC)
AT = int(NOW.timestamp())
DAY = 86_400
HISTORY = Interval(AT - 90 * DAY, AT)
SUMMARY = SyncSummary("complete", 14, 32, 5, 1, 60, 0, 0, 2.5)
PROGRESS = SyncProgress("threads", 340, 1000, True, 55.0, 12.0, 0.0, 500)
HERE = LeaseOwner(812, socket.gethostname(), NOW)
RUNNING = SyncActivity().after(SyncStarted(NOW), AT).after(PROGRESS, AT)


def freshness_of(*covered: tuple[float, float], total: int = 2011) -> QueryFreshness:
    """Of the history, when these days before now (from, to) are covered."""
    coverage = Coverage((AT - int(start * DAY), AT - int(end * DAY)) for start, end in covered)
    return QueryFreshness(assess(coverage, HISTORY), total, coverage, HISTORY, AT - 12)


FRESH = freshness_of((90, 0))
PARTIAL = freshness_of((90, 75), (37, 0))
STALE = freshness_of(total=0)
LISTING = replace(PROGRESS, done=20, listing_done=False, eta=None)
LIMITED = replace(PROGRESS, done=610, waiting=4.0)


def failed(reason: Reason, message: str = "why") -> SyncActivity:
    return SyncActivity().after(SyncFailed(reason, message, SUMMARY), AT - 5 * 3600 - 1080)


def said(words: str) -> list[str]:
    return [part.strip() for part in words.split("   ") if part.strip()]


class Line(App[None]):
    def __init__(self, freshness: QueryFreshness, activity: SyncActivity, *, badge: Content | None) -> None:
        super().__init__()
        self.line = StateLine(lambda: NOW, UTC, badge=badge)
        self.line.freshness, self.line.activity = freshness, activity

    def compose(self) -> ComposeResult:
        yield self.line


async def shown(
    width: int,
    freshness: QueryFreshness,
    activity: SyncActivity | None = None,
    *,
    badge: Content | None = None,
) -> str:
    app = Line(freshness, activity or SyncActivity(), badge=badge)
    async with app.run_test(size=(width, 5)) as pilot:
        await pilot.pause()
        text = app.line.render()
        assert cell_width(text.plain) <= width
        return text.plain


@pytest.mark.parametrize(
    ("freshness", "activity", "parts"),
    [
        (FRESH, None, ["🟢 Fresh · synced 12 s ago", "2,011 conversations", "▇▇▇▇▇▇▇▇▇▇▇▇▇▇ 90 days"]),
        (replace(FRESH, synced_at=AT), None, ["🟢 Fresh · synced just now"]),
        (
            PARTIAL,
            RUNNING,
            ["🟡 Partial · 6 Oct–13 Nov missing · f syncs it", "↻ 34 % · 12 s", "2,011 conversations"],
        ),
        (freshness_of((90, 0.125)), None, ["🟡 Partial · all since 11:30 missing · f syncs it"]),
        (
            STALE,
            RUNNING.after(LISTING, AT),
            ["🔴 Stale · syncing latest conversations...", "↻ 2 %", "0 conversations"],
        ),
        (STALE, None, ["🔴 Stale · nothing of this period is synced · f syncs it", "0 conversations"]),
        (
            PARTIAL,
            RUNNING.after(LIMITED, AT),
            ["🟡 Partial · rate limited by Intercom, resumes in 4 s", "↻ 61 % · 12 s"],
        ),
        (
            PARTIAL,
            failed(Reason.UNREACHABLE),
            ["🟡 Partial · offline since 09:12, retrying", "f tries now", "2,011 conversations"],
        ),
        (FRESH, failed(Reason.UNREACHABLE), ["🟢 Fresh · offline since 09:12, retrying", "r tries now"]),
        (
            FRESH,
            replace(failed(Reason.UNREACHABLE), is_requested=True),
            ["🟢 Fresh · offline since 09:12, retrying", "↻ connecting"],
        ),
        (FRESH, failed(Reason.SETTINGS, "no such host"), ["🟢 Fresh · wrong setting: no such host"]),
        (
            FRESH,
            failed(Reason.UNAUTHORIZED),
            ["🔴 Token rejected · E enter a new one", "2,011 conversations, as of 14:30"],
        ),
        (
            replace(STALE, synced_at=None),
            failed(Reason.UNAUTHORIZED),
            ["🔴 Token rejected · E enter a new one", "0 conversations"],
        ),
        (
            PARTIAL,
            replace(failed(Reason.LOCKED), other=OtherSync(HERE, PROGRESS)),
            ["🟡 Partial · another fastintercom (pid 812) syncs", "↻ 34 % · 12 s"],
        ),
        (
            FRESH,
            replace(SyncActivity(), other=OtherSync(replace(HERE, host="support-1"), None)),
            ["🟢 Fresh · support-1 (pid 812) syncs", "↻ connecting"],
        ),
        (FRESH, failed(Reason.LOCKED), ["🟢 Fresh · synced 12 s ago"]),
    ],
)
async def test_it_says_one_thing_in_one_voice(
    freshness: QueryFreshness, activity: SyncActivity | None, parts: list[str]
) -> None:
    assert said(await shown(120, freshness, activity))[: len(parts)] == parts


@pytest.mark.parametrize(
    ("activity", "line"),
    [
        (SyncActivity(), "🟡 Partial · 6 Oct–13 Nov missing · f syncs it"),
        (RUNNING, "🟡 Partial · 6 Oct–13 Nov missing · f syncs it   ↻ 34 %"),
        (failed(Reason.SETTINGS, "an address of many words " * 9), "🟡 Partial · wrong setting"),
    ],
)
async def test_a_narrow_terminal_gets_shorter_forms_and_whole_words(
    activity: SyncActivity, line: str
) -> None:
    narrow = await shown(80, PARTIAL, activity)
    assert narrow.startswith(line)
    assert "2,011" in narrow
    assert "…" not in narrow
    for width in (*range(40, 79), 200):
        text = await shown(width, PARTIAL, activity)
        assert "Partial" in text
        assert "2,011" in text
        cut = text.partition("…")[0] if "…" in text else ""
        assert not cut or f"{cut} " in f"{line} " or line.startswith(f"{cut}:"), text


async def test_the_demo_says_so_in_every_state() -> None:
    assert (await shown(80, FRESH, badge=workspace_badge("DEMO"))).startswith(
        " DEMO  🟢 Fresh · synced 12 s ago"
    )


async def test_the_name_of_the_workspace_leaves_room_for_the_state() -> None:
    badge = workspace_badge("Harbourly Support Europe", "teal")
    for width in (80, 100, 120):
        text = await shown(width, PARTIAL, badge=badge)
        assert text.startswith(" Harbourly Support E…  🟡 Partial")
        assert "2,011" in text


def test_secondary_screens_say_the_same_of_the_sync() -> None:
    assert sync_words(RUNNING, AT, UTC) == ("↻ 34 % · 12 s", Tone.BUSY)
    limited = RUNNING.after(LIMITED, AT)
    assert sync_words(limited, AT + 2, UTC) == ("rate limited by Intercom, resumes in 2 s", Tone.WARNING)
    assert sync_words(limited, AT + 5, UTC)[1] is Tone.BUSY, "the wait is over before the next event"
    for reason in Reason:
        has_words = bool(sync_words(failed(reason), AT, UTC)[0])
        assert has_words is (reason is not Reason.LOCKED), "of a sync elsewhere only while it lasts"
