"""`status` and `paths`, and databases that cannot be used."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from tests.cli.conftest import Result
from tui.simulator.server import RunningServer

Call = Callable[..., Result]


def test_status_as_json(call: Call, mirror: Path, server: RunningServer) -> None:
    result = call("status", "--json")
    assert result.code == 0
    answer = result.json
    assert answer["schema_version"] == 1
    assert answer["database_schema_version"] >= 1
    assert answer["total_conversations"] == len(server.world.truth())
    assert answer["database"] == str(mirror)
    assert answer["database_size"] > 10_000
    assert (answer["pending_threads"], answer["outdated_conversations"]) == (0, 0)
    assert (answer["sync_in_progress"], answer["last_error"], answer["lease_owner"]) == (False, None, None)
    assert answer["last_sync"] == answer["sync_coverage"]["end_date"] == answer["coverage"][-1]["end"]
    assert answer["last_sync"].endswith("Z")


def test_status_for_people(call: Call, mirror: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    result = call("status")
    assert result.code == 0
    assert result.out.startswith("Freshness:     🟢 Fresh · last synced")
    assert f"Database:      {mirror}\n" in result.out
    assert "To read again: none\n" in result.out
    with closing(sqlite3.connect(mirror)) as connection, connection:
        connection.execute(
            "UPDATE conversation SET decoded_with = 0 WHERE id IN (SELECT max(id) FROM conversation)"
        )
    assert "To read again: 1 conversation, stored by an older version\n" in call("status").out
    never = call("--database", tmp_path / "new.db", "status").out
    assert "Freshness:     🔴 Stale · there is no access token: set INTERCOM_ACCESS_TOKEN, or start" in never
    monkeypatch.setenv("INTERCOM_ACCESS_TOKEN", "any")
    never = call("--database", tmp_path / "new.db", "status").out
    assert "Freshness:     🔴 Stale · nothing of this period is synced (never synced)\n" in never
    assert "Last sync:     never\n" in never
    assert "Covered:       nothing\n" in never


def test_paths_say_what_is_there(call: Call, mirror: Path, home: Path) -> None:
    result = call("paths")
    assert result.code == 0
    assert result.out.splitlines() == [
        f"config    {home}/config/fastintercom/config.toml",
        f"database  {mirror}",
        f"token     {home}/config/fastintercom/token  (does not exist yet)",
        f"log       {home}/state/fastintercom/log/fastintercom.log  (does not exist yet)",
        "profile   default",
    ]
    assert result.err == ""
    keys = ["schema_version", "config", "database", "token", "log", "profile"]
    assert list(call("paths", "--json").json) == keys


def test_paths_report_conflicting_keys(call: Call, home: Path) -> None:
    config = home / "config" / "fastintercom" / "config.toml"
    config.write_text('[keymap]\nrefresh = "j"\ncoverage = "f11"\n')
    result = call("paths")
    assert result.code == 0
    assert result.out.startswith(f"config    {config}\n")
    assert result.err.splitlines() == [
        f"fastintercom: {config}: keys: j is set for both “{other}” ({name}) and “Sync” (refresh);"
        f" “{other}” ({name}) gets it"
        for other, name in (("Next", "next"), ("Down", "thread_down"))
    ]
    assert call("paths", "--json").json["config"] == str(config)


def test_paths_tell_of_keys_for_no_action(call: Call, home: Path) -> None:
    config = home / "config" / "fastintercom" / "config.toml"
    config.write_text('[keymap]\nrefrsh = "f9"\n')
    result = call("paths")
    assert result.code == 2
    assert str(config) in result.out
    assert result.err == (
        f"fastintercom: {config}, line 2: keymap.refrsh is not an action; did you mean 'refresh'?\n"
    )


def newer(path: Path) -> None:
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA user_version = 9999")
        connection.commit()


def garbage(path: Path) -> None:
    path.with_name(path.name + "-wal").unlink(missing_ok=True)
    path.write_bytes(b"this is no database" * 1000)


@pytest.mark.parametrize(
    ("damage", "expected"),
    [(newer, "was written by a newer fastintercom"), (garbage, "cannot be read as a fastintercom database")],
)
@pytest.mark.parametrize("command", [["status"], ["search", "hello"], ["sync"], ["export"], ["show", "1"]])
def test_a_database_that_cannot_be_used_is_told_and_kept(
    call: Call,
    connected: RunningServer,
    mirror: Path,
    damage: Callable[[Path], None],
    expected: str,
    command: list[str],
) -> None:
    assert connected.url
    damage(mirror)
    before = mirror.read_bytes()
    result = call(*command)
    assert result.code == 1
    assert expected in result.error
    assert str(mirror) in result.error
    assert mirror.read_bytes() == before


def test_a_place_without_permission_is_told(call: Call, tmp_path: Path) -> None:
    in_the_way = tmp_path / "file"
    in_the_way.write_text("")
    result = call("--database", in_the_way / "x.db", "status")
    assert result.code == 1
    assert "cannot write to " in result.error
