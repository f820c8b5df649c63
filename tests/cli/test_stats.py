"""`stats`: the numbers as text and JSON, their freshness, and when it syncs."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import Result
from tui.cli.stats_text import bar
from tui.simulator.server import RunningServer

Call = Callable[..., Result]


def numbers(value: Any) -> Iterator[dict[str, Any]]:
    """Every number of the JSON answer."""
    if isinstance(value, dict):
        if "query_is_exact" in value:
            yield value
        for inner in value.values():
            yield from numbers(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from numbers(inner)


def test_the_numbers_as_json(call: Call, mirror: Path, server: RunningServer) -> None:
    assert mirror.exists()
    result = call("stats", "--since", "60d", "--json", "--require", "partial")
    assert result.code == 0, result.err
    answer = result.json
    assert list(answer) == [
        "schema_version",
        "query",
        "period",
        "created",
        "active",
        "days",
        "first_response",
        "busiest_hours",
        "rising_tags",
        "ratings",
        "sync_info",
        "now",
    ]
    assert answer["query"] == "since:60d"
    assert answer["sync_info"]["last_sync"].endswith("Z")
    assert answer["now"]["sync_info"]["state"] in {"fresh", "partial"}
    truth = server.world.conversations.values()
    assert answer["active"]["value"] == len(truth)
    assert sum(day["active"]["value"] for day in answer["days"]) == len(truth)
    assert sum(hour["value"] for hour in answer["busiest_hours"]) == answer["created"]["value"]
    teams = {group["id"]: group["value"] for group in answer["now"]["open"]["by_team"]}
    expected = Counter(c.team or None for c in truth if c.state == "open")
    assert teams == expected
    assert answer["first_response"]["median_seconds"] > 0
    assert "\x1b" not in result.out


def test_every_number_leads_to_its_conversations(call: Call, mirror: Path) -> None:
    assert mirror.exists()
    answer = call("stats", "since:2020-01-01", "--json", "--no-sync").json
    # Ages move on between two commands, so only what does not speak of them is counted again.
    lasting = [n for n in numbers(answer) if n["query_is_exact"] and "waiting:" not in n["query"]]
    lasting = [n for n in lasting if n["value"]]
    assert len(lasting) > 10
    for number in {n["query"]: n for n in lasting}.values():
        found = call("search", number["query"], "--no-sync", "--json").json
        assert found["total"] == number["value"], number


def test_the_numbers_for_people(call: Call, mirror: Path) -> None:
    assert mirror.exists()
    result = call("stats", "--no-sync")
    assert result.code == 0
    titles = [line.split(" · ")[0] for line in result.out.splitlines() if line[:1].isalpha()]
    assert titles[0].startswith("last 30 days (")
    assert [t.split("  ")[0] for t in titles[1:]] == [
        "Weeks",
        "First response",
        "Busiest hours",
        "Rising tags",
        "Ratings",
        "Open now",
        "Waiting now",
    ]
    assert "\x1b" not in result.out
    assert all(len(line) <= 80 for line in result.out.splitlines()[1:])
    week = call("stats", "is:open since:7d", "--no-sync").out
    assert week.startswith("open · last 7 days (")
    assert "\nDays  " in week


def test_an_empty_period_has_numbers_too(call: Call, mirror: Path) -> None:
    assert mirror.exists()
    result = call("stats", "qqqqzz", "--no-sync")
    assert result.code == 0
    assert "0 opened, 0 last active in this period" in result.out
    assert "First response · none answered" in result.out
    assert "Waiting now · none waiting" in result.out
    assert "Busiest hours" not in result.out


def test_no_sync_tells_how_stale_it_is(call: Call, connected: RunningServer) -> None:
    before = len(connected.world.requests)
    result = call("stats", "--no-sync", "--json", "--require", "fresh")
    assert result.code == 11
    assert result.json["sync_info"]["state"] == "stale"
    assert result.json["sync_info"]["reason"] == "not synced because of --no-sync"
    assert "🔴 Stale · not synced because of --no-sync (never synced)" in result.err
    assert len(connected.world.requests) == before


def test_a_stale_period_is_synced_first(call: Call, connected: RunningServer) -> None:
    result = call("stats", "since:7d", "--json", "--require", "fresh")
    assert result.code == 0, result.err
    assert result.err.startswith("🔴 Stale · Data is stale - syncing latest conversations...\n")
    assert "🟢 Fresh" in result.err
    assert "Open and waiting now: 🟡 Partial" in result.err
    assert result.json["now"]["sync_info"]["state"] == "partial"
    edge = connected.world.clock() - timedelta(days=7).total_seconds()
    truth = [c for c in connected.world.conversations.values() if c.updated_at > edge + 60]
    assert result.json["active"]["value"] >= len(truth)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("since:7d", "--since", "3d"), "--since: the query already has a time (since:7d); use one of them"),
        (("--since", "2024-02-30"), "--since: “2024-02-30” is not a date: February 2024 has 29 days"),
        (("--since", "2999-01-01"), "--since: 2999-01-01 is in the future"),
    ],
)
def test_a_period_that_cannot_be_meant(
    call: Call, mirror: Path, arguments: tuple[str, ...], words: str
) -> None:
    assert mirror.exists()
    result = call("stats", *arguments)
    assert (result.code, result.out, result.error) == (2, "", words)


def test_a_bad_query_is_pointed_at(call: Call, mirror: Path) -> None:
    assert mirror.exists()
    result = call("stats", "is:opn")
    assert result.code == 2
    assert result.err.splitlines()[2].strip().strip("^") == ""


def test_bars() -> None:
    assert [bar(value, 80, 10) for value in (0, 1, 8, 12, 80)] == ["", "▏", "█", "█▌", "█" * 10]


def test_the_json_is_one_line(call: Call, mirror: Path) -> None:
    assert mirror.exists()
    out = call("stats", "--json", "--no-sync").out
    assert len(out.splitlines()) == 1
    assert json.loads(out)["schema_version"] == 1
