"""`fastintercom purge`: what it shows, asks and deletes, and how it comes back."""

from __future__ import annotations

import sqlite3
import sys
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.cli.conftest import Result
from tests.cli.test_terminal import on_terminal
from tui.simulator.server import RunningServer
from tui.store.database import Database
from tui.sync.lease import Lease

Call = Callable[..., Result]


def read(mirror: Path, sql: str) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(mirror)) as connection:
        return connection.execute(sql).fetchall()


def some_ids(mirror: Path, count: int = 1) -> list[int]:
    found = read(mirror, f"SELECT id FROM conversation ORDER BY updated_at DESC LIMIT {count}")  # noqa: S608
    return [int(str(i)) for (i,) in found]


def total(call: Call) -> int:
    return int(call("status", "--json").json["total_conversations"])


def test_a_purged_conversation_is_gone_and_says_so(call: Call, mirror: Path) -> None:
    one, two = some_ids(mirror, 2)
    before = total(call)
    result = call("purge", "--conversation", one, "--conversation", f"#{two}", "--yes")
    assert (result.code, result.out) == (0, f"Purged 2 conversations: {min(one, two)}, {max(one, two)}\n")
    assert result.err == "Intercom itself, and backups and exports made earlier, are not touched.\n"
    shown = call("show", one)
    assert shown.code == 1
    assert shown.error.startswith(f"conversation {one} was purged here, 20")
    assert shown.error.endswith(f"to have it again: fastintercom purge --restore --conversation {one}")
    assert total(call) == before - 2
    assert call("status", "--json").json["purged_conversations"] == 2
    assert "Purged:        2 conversations, which no sync stores again\n" in call("status").out
    assert call("search", f"{one}", "--json", "--no-sync").json["conversations"] == []
    again = call("purge", "--conversation", one, "--yes")
    assert again.code == 0
    assert again.out.startswith(f"Purged 0 conversations\n{one} was purged already, 20")


def test_a_dry_run_says_what_would_go_and_changes_nothing(call: Call, mirror: Path) -> None:
    ((one,),) = read(mirror, "SELECT conversation_id FROM part GROUP BY 1 HAVING count(*) = 4 LIMIT 1")
    with closing(Database(mirror)) as database, database.user_transaction() as connection:
        connection.execute("INSERT INTO annotation (conversation_id, note) VALUES (?, 'mine')", (one,))
    result = call("purge", "--conversation", one, "--dry-run")
    assert (result.code, result.out.splitlines()) == (
        0,
        [
            f"1 conversation: {one}",
            "4 messages, notes and events in it",
            "your annotations on 1 conversation, 1 private note among them",
        ],
    )
    answer = call("purge", "--conversation", one, "--dry-run", "--json").json
    assert (answer["dry_run"], answer["ids"], answer["parts"]) == (True, [one], 4)
    assert (answer["annotated"], answer["private_notes"], answer["overwritten"]) == (1, 1, False)
    assert call("show", one).code == 0
    done = call("purge", "--conversation", one, "--yes", "--json").json
    assert done == answer | {"dry_run": False, "overwritten": True}


def test_a_contact_is_named_by_id_or_address(call: Call, mirror: Path) -> None:
    ((contact, email, name),) = read(
        mirror,
        "SELECT customer_id, customer_email, customer_name FROM conversation WHERE customer_email <> ''"
        " ORDER BY updated_at DESC LIMIT 1",
    )
    planned = call("purge", "--contact", email, "--dry-run")
    assert f" of {name} <{email}>: " in planned.out
    ids = call("purge", "--contact", email, "--dry-run", "--json").json["ids"]
    assert ids
    done = call("purge", "--contact", contact, "--yes", "--json").json
    assert (done["ids"], contact in done["contacts"]) == (ids, True)
    held = read(mirror, "SELECT customer_email, recipients FROM conversation")
    assert not any(str(email) in str(row) for row in held)
    unknown = call("purge", "--contact", email, "--yes")
    assert (unknown.code, unknown.out) == (1, "")
    assert unknown.error == f"no contact {email} in the mirror: nothing was purged"


def test_a_final_report_names_nobody(call: Call, mirror: Path) -> None:
    ((email, name),) = read(
        mirror,
        "SELECT customer_email, customer_name FROM conversation WHERE customer_email <> '' LIMIT 1",
    )
    done = call("purge", "--contact", email, "--yes")
    assert done.code == 0
    assert str(name) not in done.out + done.err
    assert str(email) not in done.out + done.err


def test_what_is_old_goes_and_syncs_go_back_no_further(
    call: Call, connected: RunningServer, mirror: Path
) -> None:
    assert connected.url
    ((old,),) = read(
        mirror, "SELECT count(*) FROM conversation WHERE updated_at < unixepoch('now', '-10 days')"
    )
    before = total(call)
    planned = call("purge", "--older-than", "10d", "--dry-run", "--json").json
    assert planned["conversations"] == old
    done = call("purge", "--older-than", "10d", "--yes")
    assert done.code == 0
    assert done.out == f"Purged {old} conversations\n"
    assert "Syncs go back to 20" in done.err
    assert call("sync").code == 0
    assert total(call) == before - int(str(old))
    status = call("status", "--json").json
    assert status["kept_since"] == status["sync_coverage"]["start_date"]
    assert "Kept:          those before " in call("status").out
    assert call("verify").code == 0

    partial = call("search", "since:20d", "--json", "--require", "fresh")
    assert partial.code == 10
    assert partial.json["sync_info"]["message"].startswith(
        "Analysis may be missing conversations: those before"
    )
    assert "run: fastintercom sync" not in partial.err
    assert call("search", "is:open", "--json", "--require", "fresh").code == 0
    days = call("coverage", "--since", "20d", "--json").json
    assert 8 <= days["counts"]["not_kept"] <= 11
    assert days["counts"]["never"] == 0
    assert "× not kept" in call("coverage", "--since", "20d").out
    assert "not kept" not in call("coverage").out

    lifted = call("sync", "--since", "40d")
    assert lifted.code == 0
    assert "What was purged before is kept again, from 20" in lifted.err
    assert total(call) == before
    assert call("search", "since:20d", "--json", "--require", "fresh").code == 0


def test_a_retention_is_the_end_of_every_sync(call: Call, connected: RunningServer, home: Path) -> None:
    assert connected.url
    config = home / "config" / "fastintercom" / "config.toml"
    assert call("sync").code == 0
    before = total(call)
    config.write_text('settle = 1\nhistory = "60d"\nretention = "10d"\n')
    done = call("sync", "--since", "40d")
    assert done.code == 0
    assert "are not kept (retention = 10d); those after it are synced." in done.err
    assert "deleted" in done.err
    kept = total(call)
    assert 0 < kept < before
    assert call("sync", "--json").json["conversations"]["deleted"] == 0
    assert "are not kept (retention = 10d)\n" in call("status").out
    assert call("search", "is:open", "--json", "--require", "fresh").code == 0
    unknown = call("show", "12345")
    assert unknown.error.startswith(
        "no conversation 12345 in the mirror, not among those updated in the last 10d"
    )


@pytest.mark.parametrize("value", ['"1m"', '"3mo"', '"0d"', "365", '"4000d"', "true"])
def test_a_bad_retention_is_refused(call: Call, home: Path, value: str) -> None:
    config = home / "config" / "fastintercom" / "config.toml"
    config.write_text(f"retention = {value}\n")
    result = call("status")
    assert result.code == 2
    assert result.error.startswith(
        f'{config}, line 1: retention must be a text such as "365d", from a day to'
    )


def test_restored_it_comes_with_the_next_sync(call: Call, connected: RunningServer, mirror: Path) -> None:
    assert connected.url
    (one,) = some_ids(mirror)
    assert call("purge", "--conversation", one, "--yes").code == 0
    assert call("sync").code == 0
    assert call("show", one).code == 1
    restored = call("purge", "--restore", "--conversation", one)
    assert (restored.code, restored.out) == (0, "Restored 1 conversation: the next sync stores it again\n")
    assert call("sync").code == 0
    assert call("show", one).code == 0
    twice = call("purge", "--restore", "--conversation", one, "--json")
    assert (twice.code, twice.out) == (1, "")
    assert twice.error == f"conversation {one} was not purged here: nothing was restored"


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        ([], "name one of --conversation, --contact and --older-than"),
        (["--conversation", "1", "--older-than", "9d"], "name one of --conversation, --contact and"),
        (["--conversation", "one"], "'one' is no number"),
        (["--older-than", "soon"], "“soon” is not a length of time"),
        (["--older-than", "1m"], "“1m” is not from a day (1d) to ten years (3650d)"),
        (["--older-than", "1y"], "months and years differ in length"),
        (["--restore", "--contact", "x"], "--restore takes --conversation"),
        (["--restore", "--conversation", "1", "--dry-run"], "--restore deletes nothing"),
    ],
)
def test_wrong_usage_is_one_clear_line(call: Call, mirror: Path, arguments: list[str], expected: str) -> None:
    assert mirror.exists()
    result = call("purge", *arguments)
    assert (result.code, result.out) == (2, "")
    assert expected in result.error


def test_an_unknown_one_among_known_ones_leaves_all(call: Call, mirror: Path) -> None:
    (one,) = some_ids(mirror)
    result = call("purge", "--conversation", one, "--conversation", "5", "--conversation", "6", "--yes")
    assert (result.code, result.out) == (1, "")
    assert result.error == "no conversations 5 or 6 in the mirror: nothing was purged"
    assert call("show", one).code == 0


def test_without_a_terminal_nothing_is_deleted_unasked(process: Callable[..., Result], mirror: Path) -> None:
    (one,) = some_ids(mirror)
    result = process("purge", "--conversation", one)
    assert (result.code, result.out) == (2, "")
    assert result.error.startswith(
        "nobody can be asked without a terminal: add --yes to delete, or --dry-run"
    )
    assert process("show", one).code == 0


@pytest.mark.skipif(sys.platform == "win32", reason="needs pseudo-terminals")
@pytest.mark.parametrize(("key", "code"), [("n\r", 1), ("y\r", 0)])
def test_a_terminal_is_asked(call: Call, mirror: Path, key: str, code: int) -> None:
    (one,) = some_ids(mirror)
    ended, shown = on_terminal("purge", "--conversation", str(one), await_="[y/N]", press=key, columns=120)
    assert ended == code
    assert f"1 conversation: {one}" in shown
    assert ("nothing was purged" in shown) == bool(code)
    assert call("show", one).code == (0 if code else 1)


def test_a_purge_waits_for_the_sync_of_another(call: Call, mirror: Path) -> None:
    (one,) = some_ids(mirror)
    with closing(Database(mirror)) as database, Lease(database, datetime.now(UTC)):
        result = call("purge", "--conversation", one, "--yes")
        assert result.code == 75
        assert "another fastintercom is syncing" in result.error
        assert call("purge", "--restore", "--conversation", one).code == 75
    assert call("show", one).code == 0


def test_a_file_that_can_only_be_read_is_told(call: Call, mirror: Path) -> None:
    (one,) = some_ids(mirror)
    mirror.chmod(0o400)
    try:
        result = call("purge", "--conversation", one, "--yes")
    finally:
        mirror.chmod(0o600)
    if result.code:  # root may write anything
        assert (result.code, result.out) == (1, "")
        assert "can only be read" in result.err
