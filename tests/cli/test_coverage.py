"""`coverage`: the calendar, the gaps in words, and the same as JSON."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import pytest

from tests.cli.conftest import Result
from tui.cli.coverage import calendar
from tui.freshness import Interval
from tui.insights import DayCoverage, DayState, Number
from tui.simulator.server import RunningServer

Call = Callable[..., Result]


def test_a_synced_mirror(call: Call, mirror: Path, server: RunningServer) -> None:
    assert mirror.exists()
    result = call("coverage")
    assert result.code == 0, result.err
    assert result.out.count("█ synced") == 1
    assert "60 synced\n" in result.out
    assert f"{len(server.world.conversations):,} conversations, 0 threads still to be fetched" in result.out
    assert "Not synced" not in result.out
    assert result.err.startswith("🟢 Fresh")
    assert result.out.count("█") == 61  # the legend's, and a day each
    assert "\x1b" not in result.out


def test_gaps_in_words(call: Call, mirror: Path) -> None:
    assert mirror.exists()
    result = call("coverage", "--since", "90d")
    assert "never synced" in result.out
    assert "partly synced" in result.out
    assert "Not synced:\n  " in result.out
    assert " days)\nRun: fastintercom sync --since 20" in result.out
    assert result.err.startswith("🟡 Partial")


def test_the_same_as_json(call: Call, mirror: Path) -> None:
    assert mirror.exists()
    answer = call("coverage", "--since", "90d", "--json").json
    assert list(answer) == [
        "schema_version",
        "days",
        "counts",
        "conversations",
        "pending_threads",
        "sync_info",
    ]
    days = answer["days"]
    assert len(days) == 91
    assert list(days[0]) == [
        "date",
        "start",
        "end",
        "state",
        "share",
        "conversations",
        "pending_threads",
        "query",
    ]
    assert days[0]["start"].endswith("Z")
    assert (days[0]["state"], days[0]["share"]) == ("never", 0.0)
    assert (days[-1]["state"], days[-1]["share"]) == ("synced", 1.0)
    assert sum(answer["counts"].values()) == 91
    assert len(answer["sync_info"]["gaps"]) == 1
    busy = max(days, key=lambda day: int(day["conversations"]))
    found = call("search", busy["query"], "--no-sync", "--json").json
    assert found["total"] == busy["conversations"]


def test_it_never_touches_the_network(call: Call, connected: RunningServer) -> None:
    before = len(connected.world.requests)
    result = call("coverage")
    assert result.code == 0
    assert "60 never synced" in result.out
    assert "Run: fastintercom sync\n" in result.out
    assert len(connected.world.requests) == before


@pytest.mark.parametrize("when", ["2024-02-30", "2999-01-01", "soon"])
def test_a_day_that_cannot_be_meant(call: Call, mirror: Path, when: str) -> None:
    assert mirror.exists()
    result = call("coverage", "--since", when)
    assert (result.code, result.out) == (2, "")
    assert result.error.startswith("--since: ")


def test_the_calendar() -> None:
    first = date(2026, 9, 30)  # a Wednesday
    states = [DayState.NEVER, DayState.PARTIAL, DayState.PENDING, *[DayState.SYNCED] * 10]
    days = [
        DayCoverage(first + timedelta(days=n), Interval(n, n), state, 0.5, Number(0, ""), 0)
        for n, state in enumerate(states)
    ]
    assert calendar(days) == [
        "     Oct",
        "Mon    █ █",
        "       █",
        "Wed  · █",
        "     ▄ █",
        "Fri  ░ █",
        "     █ █",
        "Sun  █ █",
        "",
        "     █ synced   ▄ partly synced   ░ threads still to be fetched   · never synced",
    ]


def test_a_long_calendar_goes_on_below() -> None:
    first = date(2025, 9, 22)
    days = [
        DayCoverage(first + timedelta(days=n), Interval(n, n), DayState.SYNCED, 1.0, Number(0, ""), 0)
        for n in range(400)
    ]
    lines = calendar(days)
    assert all(len(line) <= 80 for line in lines)
    assert sum(line.startswith("Mon") for line in lines) == 2
    assert sum(line.count("█") for line in lines) == 401
    assert lines[0].split() == ["Oct", "Nov", "Dec", "Jan", "Feb", "Mar", "Apr", "May", "Jun"]
