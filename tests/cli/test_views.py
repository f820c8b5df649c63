"""`views`, `--view` and the local triage in an export."""

from __future__ import annotations

import csv
import io
import json
import re
import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.cli.conftest import Result
from tui.clock import from_epoch
from tui.settings import Settings
from tui.workspace import Workspace

Call = Callable[..., Result]
TOML = '[[view]]\nname = "Old ones"\nquery = "is:closed"\nsort = "oldest"\n'


@pytest.fixture
def workspace(mirror: Path) -> Iterator[Workspace]:
    """The mirror that the commands read, opened by another program at the same time."""
    settings = Settings(database=mirror, config_path=mirror.with_name("config.toml"))
    with Workspace(settings) as opened:
        yield opened


def ids(result: Result) -> list[int]:
    assert result.code == 0, result.err
    return [found["id"] for found in result.json["conversations"]]


def test_views_are_listed_with_their_counts(call: Call, mirror: Path) -> None:
    assert mirror.exists()
    result = call("views")
    head, *lines = result.out.splitlines()
    assert head.split() == ["VIEW", "TOTAL", "KEY", "QUERY"]
    total = call("search", "is:open", "--json").json["total"]
    assert lines[0].split() == ["Inbox", str(total), "is:open", "-is:done"]
    assert lines[3].split()[:1] == ["Waiting"]
    assert lines[3].endswith("is:open is:waiting -is:done sort:waiting")
    assert lines[9].startswith("Done today (hidden)")
    assert result.err.startswith("🟢 Fresh")


def test_queues_are_arranged_and_restored(call: Call, mirror: Path) -> None:
    assert mirror.exists()
    assert call("views", "rename", "mine", "Ours").err == "Renamed to “Ours”.\n"
    assert call("views", "move", "ours", "1").err == "Moved “Ours”.\n"
    assert call("views", "hide", "Mine").err == "Hid the tab of “Ours”.\n"
    first = call("views", "--json").json["views"][0]
    assert (first["name"], first["built_in"], first["hidden"]) == ("Ours", True, True)
    assert call("views", "show", "ours").err == "“Ours” has a tab in the dashboard.\n"
    assert call("search", "--view", "mine", "--json").code == 0
    assert call("views", "restore-queues").code == 0
    assert [view["name"] for view in call("views", "--json").json["views"][:2]] == ["Inbox", "Mine"]
    assert call("views", "move", "mine", "0").code == 2


def test_columns_of_their_own_are_listed_and_said(call: Call, mirror: Path) -> None:
    assert mirror.exists()
    saved = call("views", "save", "Short", "refund", "--column", "subject", "--column", "waiting")
    assert saved.err == "Saved “Short”: refund · columns subject, waiting\n"
    head, *lines = call("views").out.splitlines()
    assert head.split() == ["VIEW", "TOTAL", "KEY", "QUERY", "COLUMNS"]
    assert re.search("refund +subject, waiting$", lines[-1])
    wrong = call("views", "save", "Bad", "refund", "--column", "wating")
    assert wrong.code == 2
    assert wrong.err.count("\n") == 1
    assert "there is no column “wating”; did you mean “waiting”?" in wrong.err


def test_views_as_json(call: Call, mirror: Path) -> None:
    assert mirror.exists()
    assert (
        call("views", "save", "Refunds", "refund", "-is:closed", "--key", "f2", "--sort", "created").code == 2
    )
    saved = call("views", "save", "Refunds", "refund -is:closed", "--key", "f2", "--sort", "created")
    assert saved.err == "Saved “Refunds”: refund -is:closed sort:created\n"
    answer = call("views", "--json").json
    assert answer["schema_version"] == 1
    assert answer["sync_info"]["state"] == "fresh"
    assert [view["name"] for view in answer["views"][:2]] == ["Inbox", "Mine"]
    view = answer["views"][-1]
    assert view | {"total": 0} == {
        "name": "Refunds",
        "query": "refund -is:closed",
        "sort": "created",
        "columns": [],
        "key": "f2",
        "built_in": False,
        "hidden": False,
        "total": 0,
        "total_is_exact": True,
        "problem": None,
    }
    assert view["total"] == call("search", "refund -is:closed", "--json").json["total"]


def test_a_view_is_searched_and_narrowed_down(call: Call, mirror: Path) -> None:
    assert mirror.exists()
    assert ids(call("search", "--view", "waiting", "--json")) == ids(
        call("search", "is:open is:waiting sort:waiting", "--json")
    )
    narrowed = call("search", "--view", "INBOX", "assignee:none sort:created", "--json")
    assert ids(narrowed) == ids(call("search", "is:open assignee:none sort:created", "--json"))
    assert narrowed.json["query"] == "is:open -is:done assignee:none sort:created"
    exported = call("export", "--view", "closed-today", "-q")
    assert [json.loads(line)["id"] for line in exported.out.splitlines()] == ids(
        call("search", "is:closed on:today", "--json", "--limit", "1000")
    )


def test_views_travel_as_toml(call: Call, mirror: Path, tmp_path: Path) -> None:
    assert mirror.exists()
    file = tmp_path / "views.toml"
    file.write_text(TOML)
    assert call("views", "import", file).err == "Saved 1 view: Old ones.\n"
    again = call("views", "import", file)
    assert (again.code, again.error) == (
        2,
        f"{file}, line 2: “Old ones” exists already; choose another name, or replace it",
    )
    assert call("views", "import", file, "--replace").code == 0
    assert TOML in call("views", "export").out
    copy = tmp_path / "copy.toml"
    assert call("views", "export", "-o", copy).err == f"Wrote the saved views to {copy}.\n"
    assert copy.read_text() == call("views", "export").out
    assert call("views", "rename", "old-ones", "Ancient").err == "Renamed to “Ancient”.\n"
    assert call("views", "delete", "ancient").err == "Deleted “Ancient”: is:closed sort:oldest\n"
    assert "[[view]]" not in call("views", "export").out


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["search", "--view", "waitng"], "no view is called “waitng”; did you mean “Waiting”?"),
        (["export", "--view", "x"], "no view is called “x”; choose from Inbox, Mine,"),
        (["views", "save", "Inbox", "late"], "“Inbox” is a built-in view; choose another name"),
        (["views", "save", "", "late"], "a view needs a name"),
        (["views", "save", "Late", "late", "--sort", "newest"], "there is no order “newest”"),
        (
            ["views", "save", "Late", "late", "--column", "custmer"],
            "there is no column “custmer”; did you mean",
        ),
        (["views", "delete", "inbox"], "“Inbox” is built in and cannot be deleted; hide it"),
        (["search"], "missing argument 'QUERY...' (see fastintercom "),
    ],
)
def test_what_cannot_be_is_said_in_one_line(
    call: Call, mirror: Path, arguments: list[str], message: str
) -> None:
    assert mirror.exists()
    result = call(*arguments)
    assert (result.code, result.out) == (2, "")
    assert result.error.startswith(message)


def test_a_bad_query_in_a_file_is_named_with_its_line(call: Call, mirror: Path, tmp_path: Path) -> None:
    assert mirror.exists()
    file = tmp_path / "views.toml"
    file.write_text(TOML + '\n[[view]]\nname = "Bad"\nquery = "is:opn"\n')
    result = call("views", "import", file)
    assert result.code == 2
    assert result.error.startswith(f"{file}, line 8: query: column 4: is: takes open, closed")
    assert "Old ones" not in call("views", "export").out
    assert (
        call("views", "import", tmp_path / "none.toml").error
        == f"{tmp_path}/none.toml: no such file or directory"
    )


def test_a_view_whose_query_became_unreadable_does_not_spoil_the_list(call: Call, mirror: Path) -> None:
    assert call("views", "save", "Odd", "late").code == 0
    with sqlite3.connect(mirror) as connection:
        connection.execute("UPDATE saved_view SET query = 'team:of-that-name-there-is-none'")
    connection.close()
    result = call("views")
    assert result.code == 0
    assert result.out.splitlines()[-1].split()[:2] == ["Odd", "?"]
    assert "Odd: column 1: no team is called “of-that-name-there-is-none”" in result.err
    view = call("views", "--json").json["views"][-1]
    assert (view["total"], view["problem"].startswith("column 1: no team")) == (None, True)


def test_local_triage_is_in_the_export_and_can_be_searched(call: Call, workspace: Workspace) -> None:
    first, second, *_ = workspace.search_ids(workspace.parse(""))
    tomorrow = from_epoch(int(workspace.clock().timestamp()) + 86_400)
    workspace.annotations.star([first])
    workspace.annotations.write_note([first], "=call back\n<b>soon</b>")
    workspace.annotations.follow_up([second], tomorrow)
    assert ids(call("search", "is:starred has:mynote", "--json")) == [first]
    assert ids(call("search", "has:followup", "--json")) == [second]
    records = {r["id"]: r for r in map(json.loads, call("export", "-q").out.splitlines())}
    assert records[first]["triage"] == {
        "starred": True,
        "done_until": None,
        "follow_up_at": None,
        "note": "=call back\n<b>soon</b>",
    }
    assert records[second]["triage"]["follow_up_at"] == tomorrow.strftime("%Y-%m-%dT%H:%M:%SZ")
    assert sum(record["triage"] is not None for record in records.values()) == 2
    rows = list(csv.DictReader(io.StringIO(call("export", "-q", "--format", "csv").out)))
    cells = {int(row["id"]): row["triage"] for row in rows}
    assert json.loads(cells[first]) == records[first]["triage"]
    assert sum(cell != "" for cell in cells.values()) == 2
    text = call("export", "is:starred", "-q", "--format", "markdown").out
    assert "- Starred\n- My note:\n\n  > =call back\n  > \\<b>soon\\</b>\n" in text
