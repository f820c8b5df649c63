"""`search`: tables, JSON, freshness, and when it syncs."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from tests.cli.conftest import Result
from tui.cells import cell_width
from tui.simulator.server import RunningServer

Call = Callable[..., Result]
KEYS = "id,subject,snippet,customer,state,assignee,team,tags,priority,created_at,updated_at,waiting_since,url"


def test_the_answer_as_json(call: Call, mirror: Path) -> None:
    assert mirror.exists()
    result = call("search", "is:closed", "--json", "--limit", "3")
    assert result.code == 0
    answer = result.json
    assert list(answer) == [
        "schema_version",
        "query",
        "total",
        "total_is_exact",
        "conversations",
        "sync_info",
    ]
    assert answer["query"] == "is:closed"
    assert len(answer["conversations"]) == 3 < answer["total"]
    assert answer["total_is_exact"] is True
    for conversation in answer["conversations"]:
        assert ",".join(conversation) == KEYS
        assert conversation["state"] == "closed"
        assert conversation["updated_at"].endswith("Z")
    info = answer["sync_info"]
    assert (info["state"], info["message"], info["data_complete"], info["gaps"]) == ("fresh", None, True, [])
    assert info["last_sync"].endswith("Z")
    assert "🟢 Fresh · last synced" in result.err


def test_the_answer_for_people(call: Call, mirror: Path) -> None:
    assert mirror.exists()
    result = call("search", "is:closed", "--limit", "2")
    head, *lines = result.out.splitlines()
    assert head.split() == ["ID", "STATE", "CUSTOMER", "ASSIGNEE", "UPDATED", "CONVERSATION"]
    assert len(lines) == 2
    assert all(" closed " in line for line in lines)
    assert "conversations, showing the first 2" in result.err
    assert "\x1b" not in result.out
    quiet = call("search", "is:closed", "--limit", "2", "-q")
    assert quiet.out == result.out
    assert quiet.err == ""


def test_a_piped_answer_is_as_wide_as_columns_says_or_as_each_line_needs(
    call: Call, mirror: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    long = "日本" * 200
    with closing(sqlite3.connect(mirror)) as connection, connection:
        connection.execute(
            "UPDATE conversation SET title = ? WHERE id = (SELECT max(id) FROM conversation)", (long,)
        )
    lines = call("search", "since:90d", "--limit", "100", "-q").out.splitlines()
    assert sum(long in line for line in lines) == 1
    assert sorted(map(cell_width, lines))[-2] < cell_width(long), "a long text widens its own line only"
    assert all(line == line.rstrip() for line in lines)
    for columns in (40, 72, 100):
        monkeypatch.setenv("COLUMNS", str(columns))
        fitted = call("search", "since:90d", "--limit", "100", "-q").out.splitlines()
        assert len(fitted) == len(lines)
        assert max(map(cell_width, fitted)) <= columns
        assert call("views", "-q").out != ""
        assert max(map(cell_width, call("views", "-q").out.splitlines())) <= columns
    for useless in ("0", "-5", "wide", "²"):
        monkeypatch.setenv("COLUMNS", useless)
        assert call("search", "since:90d", "--limit", "100", "-q").out.splitlines() == lines


def test_no_date_is_cut_in_a_narrow_table(call: Call, mirror: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with closing(sqlite3.connect(mirror)) as connection, connection:
        ((longest,),) = connection.execute("SELECT max(length(id)) FROM conversation")
    assert longest == 15, "as long as Intercom's"
    for columns in (40, 56, 57, 60, 61, 72, 90, 109, 110):
        monkeypatch.setenv("COLUMNS", str(columns))
        head, *lines = call("search", "since:90d", "-q").out.splitlines()
        assert max(map(cell_width, lines)) <= columns
        assert ("UPDATED" in head) is (columns >= 57)
        assert ("STATE" in head) is ("ASSIGNEE" in head) is (columns >= 110)
        assert all(re.search(r"  \d{4}-\d\d-\d\d \d\d:\d\d$", line) for line in lines) is (columns >= 57)


def test_what_an_older_version_stored_makes_the_answer_partial(call: Call, mirror: Path) -> None:
    with closing(sqlite3.connect(mirror)) as database, database:
        count = database.execute("UPDATE conversation SET decoded_with = 0").rowcount
    result = call("search", "from:qqqq", "--no-sync", "--json", "--require", "fresh")
    assert result.code == 10
    info = result.json["sync_info"]
    assert (info["state"], info["data_complete"], info["gaps"]) == ("partial", False, [])
    assert f"{count} of this period were stored by an older version" in info["message"]
    assert f"🟡 Partial · {info['message']} · run: fastintercom sync\n" in result.err
    assert call("search", "qqqq", "--no-sync", "--json").json["sync_info"]["state"] == "fresh"


def test_an_empty_answer_carries_the_freshness(call: Call, mirror: Path) -> None:
    assert mirror.exists()
    result = call("search", "qqqq")
    assert (result.code, result.out) == (0, "")
    assert result.err.splitlines()[0] == "No matching conversations in the mirror."
    assert result.err.splitlines()[1].startswith("🟢 Fresh · last synced")


def test_no_sync_never_touches_the_network(
    call: Call, connected: RunningServer, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    trace = tmp_path / "asked for the token"
    monkeypatch.delenv("INTERCOM_ACCESS_TOKEN")
    config = tmp_path / "c.toml"
    config.write_text(f"token_command = \"touch '{trace}'\"\n")
    before = len(connected.world.requests)
    result = call("--config", config, "search", "hello", "--no-sync", "--json")
    assert result.code == 0
    assert result.json["sync_info"]["state"] == "stale"
    assert result.json["sync_info"]["message"] == "Data is stale - not synced because of --no-sync"
    assert result.json["sync_info"]["reason"] == "not synced because of --no-sync"
    assert result.json["sync_info"]["gaps"]
    assert (
        "🔴 Stale · not synced because of --no-sync (never synced) · run: fastintercom sync\n" in result.err
    )
    assert len(connected.world.requests) == before
    assert not trace.exists()


def test_a_stale_search_syncs_and_answers_then(call: Call, connected: RunningServer) -> None:
    result = call("search", "is:open", "--json", "--require", "fresh")
    assert result.code == 0, result.err
    assert result.err.startswith("🔴 Stale · Data is stale - syncing latest conversations...\n")
    assert "🟢 Fresh" in result.err
    assert result.json["total"] == sum(c.state == "open" for c in connected.world.conversations.values())


def test_no_wait_answers_first_and_syncs_then(call: Call, connected: RunningServer) -> None:
    assert connected.url
    first = call("search", "is:open", "--no-wait", "--json")
    assert first.code == 0
    assert (first.json["total"], first.json["sync_info"]["state"]) == (0, "stale")
    assert first.json["sync_info"]["message"] == "Data is stale - syncing latest conversations..."
    assert first.err.count("🔴 Stale · Data is stale - syncing latest conversations...\n") == 1
    assert call("search", "is:open", "--no-sync", "--json").json["sync_info"]["state"] == "fresh"


def test_no_wait_syncs_also_when_more_is_required(call: Call, connected: RunningServer) -> None:
    assert connected.url
    assert call("search", "is:open", "--no-wait", "--require", "fresh").code == 11
    assert call("search", "is:open", "--no-sync", "--require", "fresh").code == 0


def test_a_failed_sync_is_told_beside_the_answer(call: Call, home: Path) -> None:
    assert home.exists()
    result = call("search", "hello", "--json")
    assert result.code == 4
    assert result.json["sync_info"]["state"] == "stale"
    assert "there is no access token" in result.error
    info = result.json["sync_info"]
    assert info["reason"] == result.error
    assert info["message"] == f"Data is stale - {result.error}"
    assert f"🔴 Stale · {result.error} (never synced)" in result.err
    assert "syncing latest" not in result.out + result.err
    not_waiting = call("search", "hello", "--json", "--no-wait")
    assert not_waiting.json["sync_info"] == info
    assert "syncing latest" not in not_waiting.err


def test_a_sync_that_fails_is_announced_and_then_told(
    call: Call, connected: RunningServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert connected.url
    monkeypatch.setenv("INTERCOM_ACCESS_TOKEN", "rejected")
    result = call("search", "hello", "--json")
    assert result.code == 4
    assert result.err.startswith("🔴 Stale · Data is stale - syncing latest conversations...\n")
    assert "does not accept the access token (401)" in result.error
    assert result.json["sync_info"]["message"] == f"Data is stale - {result.error}"
    listed = call("views", "--json")
    assert listed.json["sync_info"]["message"] == f"Data is stale - {result.error}", "of the last sync"
    assert f"🔴 Stale · {result.error} (never synced)" in listed.err


def test_the_last_seconds_are_synced_once_and_then_partial(
    call: Call, connected: RunningServer, home: Path
) -> None:
    assert connected.url
    (home / "config" / "fastintercom" / "config.toml").write_text("settle = 200\n")
    first = call("search", "since:2m", "--json", "--require", "fresh")
    assert first.code == 10
    assert first.err.startswith("🔴 Stale · Data is stale - syncing latest conversations...\n")
    info = first.json["sync_info"]
    assert info["state"] == "partial"
    assert info["message"].endswith(": the period is newer than Intercom's index can prove")
    assert (info["data_complete"], len(info["gaps"])) == (False, 1)
    before = len(connected.world.requests)
    again = call("search", "since:2m", "--json")
    assert again.json["sync_info"]["state"] == "partial"
    assert again.err == f"🟡 Partial · {info['message']}\n", "another sync could do no better"
    assert len(connected.world.requests) == before


def test_a_query_is_understood_in_a_locale_without_its_letters(
    process: Call, mirror: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert mirror.exists()
    for name, value in (("LC_ALL", "C"), ("PYTHONUTF8", "0"), ("PYTHONCOERCECLOCALE", "0")):
        monkeypatch.setenv(name, value)
    result = process("search", "Zürich", "--no-sync", "--json")
    assert result.code == 0, result.err
    assert ascii(result.json["query"]) == ascii("Zürich")


@pytest.mark.parametrize(
    ("query", "require", "code"),
    [
        ("since:7d", "fresh", 0),
        ("since:7d", "partial", 0),
        ("since:300d", "fresh", 10),
        ("since:300d", "partial", 0),
        ("on:2020-01-01", "fresh", 11),
        ("on:2020-01-01", "partial", 11),
    ],
)
def test_the_exit_code_tells_the_freshness_when_asked(
    call: Call, mirror: Path, query: str, require: str, code: int
) -> None:
    assert mirror.exists()
    result = call("search", query, "--no-sync", "--require", require)
    assert result.code == code
    if "300d" in query:
        assert "🟡 Partial · Analysis includes conversations up to" in result.err
        assert " · run: fastintercom sync --since 20" in result.err
    assert call("search", query, "--no-sync").code == 0


@pytest.mark.parametrize(
    ("query", "place"),
    [
        ("hello is:opn", "is:opn"),
        ("since:2024-02-30", "2024-02-30"),
        ("asignee:bar", "asignee:bar"),
        ('"unclosed', '"unclosed'),
        ("assignee:nobody-of-that-name", "assignee:nobody-of-that-name"),
        ("a", "a"),
    ],
)
def test_a_bad_query_is_pointed_at(call: Call, mirror: Path, query: str, place: str) -> None:
    assert mirror.exists()
    result = call("search", query)
    assert result.code == 2
    assert result.out == ""
    message, shown, marks = result.err.splitlines()
    assert message.startswith("fastintercom: ")
    assert query in shown
    assert set(marks.strip()) == {"^"}
    assert shown[marks.index("^") : marks.rindex("^") + 1] in place
