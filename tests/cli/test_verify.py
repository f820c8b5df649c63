"""`fastintercom verify`: the receipt for people and programs, the repair, the exit codes."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.cli.conftest import TOKEN, Result
from tests.cli.test_sync import nobody_listens
from tui.simulator.server import RunningServer
from tui.store.database import Database
from tui.sync.lease import Lease

Call = Callable[..., Result]


def lose_one(mirror: Path) -> int:
    """The id of a conversation that is not stored any more."""
    with closing(sqlite3.connect(mirror)) as connection, connection:
        (lost,) = connection.execute(
            "SELECT id FROM conversation ORDER BY updated_at LIMIT 1 OFFSET 7"
        ).fetchone()
        connection.execute("DELETE FROM conversation WHERE id = ?", (lost,))
    return int(lost)


def test_an_equal_mirror_gets_a_receipt(call: Call, connected: RunningServer, mirror: Path) -> None:
    assert mirror.exists()
    stored = len(connected.world.truth())
    result = call("verify")
    assert result.code == 0, result.err
    assert f": {stored} conversations one by one\n" in result.out
    assert "No difference, after " in result.out
    answer = call("verify", "--json").json
    assert answer["equal"] is True
    assert answer["differences"] == []
    assert answer["repair"] is None
    assert (answer["conversations_listed"], answer["conversations_counted"]) == (stored, 0)
    assert 2 <= answer["requests"] < 20
    for key in ("started", "finished"):
        assert answer[key].endswith("Z")
    assert answer["range"]["start"] <= answer["compared"][0]["start"] < answer["compared"][-1]["end"]
    assert answer["compared"][-1]["end"] <= answer["range"]["end"]


def test_a_difference_is_named_and_repaired(call: Call, connected: RunningServer, mirror: Path) -> None:
    assert connected.url
    lost = lose_one(mirror)

    told = call("verify")
    assert told.code == 1
    assert f"  missing here  {lost}  updated " in told.out
    answer = call("verify", "--json")
    assert answer.code == 1
    (difference,) = answer.json["differences"]
    assert (difference["kind"], difference["id"], difference["updated_at_here"]) == ("missing", lost, None)

    repaired = call("verify", "--repair", "--json")
    assert repaired.code == 0, repaired.err
    assert repaired.json["equal"] is False
    assert repaired.json["repair"] == {"repaired": [lost], "remaining": [], "error": None}
    assert call("verify").code == 0
    assert call("show", lost).code == 0


def test_a_repair_says_what_it_did(call: Call, connected: RunningServer, mirror: Path) -> None:
    assert connected.url
    lost = lose_one(mirror)
    result = call("verify", "--repair")
    assert result.code == 0
    assert any(str(lost) in line and line.endswith("; repaired") for line in result.out.splitlines())
    assert call("verify", "--repair").code == 0


def test_a_repair_waits_for_the_sync_of_another(call: Call, connected: RunningServer, mirror: Path) -> None:
    assert connected.url
    lose_one(mirror)
    with closing(Database(mirror)) as database, Lease(database, datetime.now(UTC)):
        result = call("verify", "--repair")
    assert result.code == 75
    assert "another fastintercom is syncing" in result.error


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (["--since", "nonsense"], "--since: "),
        (["--until", "nonsense"], "--until: "),
        (["--since", "2100-01-01"], "--since: 2100-01-01 is in the future"),
        (["--since", "2d", "--until", "9d"], "--until: the range ends ("),
    ],
)
def test_a_bad_range_is_one_clear_line(
    call: Call, connected: RunningServer, mirror: Path, arguments: list[str], expected: str
) -> None:
    assert connected.url
    assert mirror.exists()
    result = call("verify", *arguments)
    assert result.code == 2
    assert result.error.startswith(expected)


def test_a_part_can_be_compared(call: Call, connected: RunningServer, mirror: Path) -> None:
    assert mirror.exists()
    answer = call("verify", "--since", "9d", "--until", "2d", "--json").json
    assert 0 < answer["conversations_listed"] < len(connected.world.truth())


def test_without_a_synced_period_there_is_nothing_to_compare(call: Call, connected: RunningServer) -> None:
    assert connected.url
    result = call("verify")
    assert result.code == 1
    assert (
        result.error
        == "nothing of this period is synced, so there is nothing to compare; run: fastintercom sync"
    )


def test_it_needs_a_token_and_a_network(
    call: Call, mirror: Path, connected: RunningServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert mirror.exists()
    assert connected.url
    monkeypatch.setenv("INTERCOM_ACCESS_TOKEN", "wrong")
    assert call("verify").code == 4
    monkeypatch.setenv("INTERCOM_ACCESS_TOKEN", TOKEN)
    with nobody_listens() as port:
        monkeypatch.setenv("FASTINTERCOM_BASE_URL", f"http://127.0.0.1:{port}")
        assert call("verify").code == 75
    monkeypatch.delenv("INTERCOM_ACCESS_TOKEN")
    assert call("verify").code == 4


def test_the_demo_is_equal(call: Call, home: Path) -> None:
    assert home.exists()
    result = call("--demo", "verify", "--since", "3d", "--json")
    assert result.code == 0, result.err
    assert result.json["equal"] is True
