"""The commands that change something in Intercom: what they do, ask, refuse, keep and hold."""

from __future__ import annotations

import io
import json
import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from tests.attacks import commands_in
from tests.cli.conftest import ROOT, TOKEN, Result, copied, options, synced_into
from tests.cli.test_terminal import on_terminal
from tests.waiting import until
from tui.settings.model import default_log_path
from tui.simulator.faults import Fault
from tui.simulator.journal import duplicates
from tui.simulator.model import Truth
from tui.simulator.server import RunningServer, running
from tui.simulator.world import World
from tui.store.database import Database
from tui.sync.lease import Lease

Call = Callable[..., Result]
Start = Callable[..., subprocess.Popen[str]]
WRITING = 'settle = 1\nhistory = "60d"\nwrites = true\nundo_window = 0\n'
WAIT = 30.0


@dataclass
class Desk:
    """A user who may write, with a mirror of a server of their own."""

    server: RunningServer
    config: Path
    call: Call
    monkeypatch: pytest.MonkeyPatch

    @property
    def world(self) -> World:
        return self.server.world

    def settings(self, more: str) -> None:
        self.config.write_text(WRITING + more)

    def stdin(self, content: str | bytes) -> None:
        raw = content.encode() if isinstance(content, str) else content
        self.monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(raw), "utf-8"))

    def pick(self, state: str = "open", count: int = 1) -> list[int]:
        return [i for i, c in self.world.truth().items() if c.state == state][:count]

    def state(self, id_: int) -> str:
        return self.world.truth()[id_].state

    def said(self) -> list[tuple[str, str | None]]:
        return [(write.kind, write.body) for write in self.world.writes]


@pytest.fixture
def desk(home: Path, call: Call, monkeypatch: pytest.MonkeyPatch) -> Iterator[Desk]:
    config = home / "config" / "fastintercom" / "config.toml"
    config.write_text(WRITING)
    monkeypatch.setenv("INTERCOM_ACCESS_TOKEN", TOKEN)
    with running(options(rate_limit=100_000, deletions=False)) as server:
        monkeypatch.setenv("FASTINTERCOM_BASE_URL", server.url)
        assert call("sync", "-q").code == 0
        yield Desk(server, config, call, monkeypatch)


@pytest.fixture(scope="module")
def still(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[RunningServer, Path]]:
    """A server that nothing is changed on, and a mirror of it. Those of all commands are made when the first
    test asks for how fresh they are."""
    with running(options()) as server:
        yield server, synced_into(tmp_path_factory.mktemp("still"), server)


@pytest.fixture
def shared(
    home: Path, call: Call, still: tuple[RunningServer, Path], monkeypatch: pytest.MonkeyPatch
) -> Desk:
    """The same with one server for several tests, for what must not change anything there."""
    server, mirror = still
    copied(mirror, home)
    config = home / "config" / "fastintercom" / "config.toml"
    config.write_text(WRITING)
    monkeypatch.setenv("INTERCOM_ACCESS_TOKEN", TOKEN)
    monkeypatch.setenv("FASTINTERCOM_BASE_URL", server.url)
    return Desk(server, config, call, monkeypatch)


@pytest.fixture
def mirror_of(home: Path) -> Path:
    """The database of the user."""
    return home / "data" / "fastintercom" / "fastintercom.db"


# --- what can be done ----------------------------------------------------------------------------------


def test_a_note_is_sent_and_its_number_told(desk: Desk, call: Call) -> None:
    (one,) = desk.pick()
    result = call("note", one, "--text", "for the **team**")
    assert (result.code, result.out) == (
        0,
        f"change 1 · conversation {one} · note “for the **team**” · sent\n",
    ), result.err
    assert desk.said() == [("note", "<p>for the <strong>team</strong></p>")]
    assert "for the team" in call("show", one).out


def test_a_reply_from_a_file_or_stdin_with_an_image_and_a_file(
    desk: Desk, call: Call, tmp_path: Path
) -> None:
    one, two = desk.pick(count=2)
    text, picture = tmp_path / "text.md", tmp_path / "picture.png"
    text.write_text("Hello *there*\n")
    picture.write_bytes(b"\x89PNG....")
    result = call(
        "reply", one, "--file", text, "--attach", picture, "--image", "https://x.example/a.png", "--json"
    )
    assert result.code == 0, result.err
    (sent,) = result.json["writes"]
    assert (sent["state"], sent["text"], sent["images"]) == (
        "sent",
        "Hello *there*",
        ["https://x.example/a.png"],
    )
    assert sent["files"] == [{"name": "picture.png", "content_type": "image/png", "size": 8}]
    assert sent["request_id"] == desk.world.writes[0].request_id
    assert sent["part_id"] == desk.world.writes[0].part_id
    desk.stdin("from stdin\n")
    assert call("reply", two).code == 0
    desk.stdin("and named so\n")
    assert call("reply", two, "--file", "-").code == 0
    assert desk.said() == [
        ("comment", "<p>Hello <em>there</em></p>"),
        ("comment", "<p>from stdin</p>"),
        ("comment", "<p>and named so</p>"),
    ]


def test_placeholders_are_filled_or_stop_the_message(desk: Desk, call: Call) -> None:
    (id_,) = desk.pick()
    customer = json.loads(call("show", id_, "--json").out)["customer"]
    assert customer
    desk.stdin("Hello {{user.name}},\n{{user.shoe_size|fallback:'well'}}, \\{{this}}")
    assert call("reply", id_).code == 0
    ((_, body),) = desk.said()
    assert body is not None
    assert customer in body
    assert "well, {{this}}" in body
    desk.stdin("Hello\n{{user.shoe_size}}")
    refused = call("reply", id_)
    assert refused.code == 2
    assert "line 2: {{user.shoe_size}} has neither a value here nor a fallback" in refused.err
    assert "kept as the draft" in refused.err
    assert len(desk.said()) == 1
    assert call("note", id_, "--text", "x", "--no-wait").code == 0
    assert call("outbox", "edit", 2, "--text", "{{user.shoe_size}}").code == 2
    assert call("outbox", "edit", 2, "--text", "{{conversation.id}}").code == 0
    assert desk.said()[-1] == ("note", f"<p>{id_}</p>")


def test_every_change_of_one_conversation(desk: Desk, call: Call) -> None:
    (one,) = desk.pick()

    def truth() -> Truth:
        return desk.world.truth()[one]

    admin = next(a for a in desk.world.admins.values() if a.has_inbox_seat and a.id != desk.world.me)
    team = next(iter(desk.world.teams.values()))

    def done(*arguments: object) -> Any:
        result = call(*arguments, "-q")
        assert result.code == 0, result.err
        return result.out

    assert f" · assign to {admin.author.name} · sent" in done("assign", one, "--to", admin.author.name)
    assert truth().admin == admin.id
    done("assign", one, "--to", "nobody")
    assert truth().admin == 0
    done("assign", one, "--to", admin.id)
    assert truth().admin == admin.id
    done("assign", one, "--to", "me")
    assert truth().admin == desk.world.me
    done("assign", one, "--to", f"team:{team.name}")
    assert truth().team == team.id
    done("assign", one, "--to", "team:nobody")
    assert not truth().team
    done("snooze", one, "--until", "tomorrow 9:00")
    assert truth().state == "snoozed"
    assert (desk.world.conversations[one].snoozed_until or 0) > time.time()
    done("open", one)
    assert truth().state == "open"
    done("close", one)
    assert truth().state == "closed"
    done("tag", "brand new", one, "--create")
    made = next(id_ for id_, known in desk.world.tags.items() if known == "brand new")
    assert made in truth().tags
    call("sync", "-q")
    done("untag", "BRAND new", one)
    done("tag", made, one)
    assert made in truth().tags
    done("untag", made, one)
    assert made not in truth().tags
    audit = call("outbox", "list", "--all", "--json").json["writes"]
    assert [w["kind"] for w in reversed(audit)] == [
        "assign", "assign", "assign", "assign", "assign", "assign",
        "snooze", "open", "close", "tag", "untag", "tag", "untag",
    ]  # fmt: skip
    assert {w["state"] for w in audit} == {"sent"}
    assert {w["teammate_id"] for w in audit} == {desk.world.me}
    assert all(w["request_id"] for w in audit)


def test_what_is_so_already_is_left_alone(desk: Desk, call: Call) -> None:
    (closed,) = desk.pick("closed")
    result = call("close", closed)
    assert (result.code, result.out) == (0, "")
    assert result.err == f"Nothing to do for conversation {closed}: it is so already (close).\n"
    refused = call("assign", closed, "--to", "me")
    if desk.world.truth()[closed].admin != desk.world.me:
        assert refused.code == 1
        assert refused.error.startswith(f"conversation {closed} is closed, and to assign it would open it")
    assert desk.world.writes == []


# --- many at once --------------------------------------------------------------------------------------


def test_a_query_closes_all_that_match_when_the_number_is_right(desk: Desk, call: Call) -> None:
    found = call("search", "is:open", "--json", "--limit", 1000).json["conversations"]
    ids = {c["id"] for c in found}
    assert len(ids) > 2
    unasked = call("close", "--query", "is:open")
    assert (unasked.code, unasked.out) == (2, "")
    assert unasked.error == (
        f"{len(ids)} will be closed: without a terminal add --yes {len(ids)} to do it, or --dry-run to see"
        " which"
    )
    wrong = call("close", "--query", "is:open", "--yes", len(ids) + 1)
    assert (wrong.code, wrong.out) == (2, "")
    assert wrong.error == f"--yes {len(ids) + 1}, but {len(ids)} will be closed: nothing was done"
    assert call("outbox", "list", "--all", "--json").json["writes"] == []
    right = call("close", "--query", "is:open", "--yes", len(ids))
    assert right.code == 0, right.err
    assert right.out.count(" · close · sent\n") == len(ids)
    assert {i for i in ids if desk.state(i) != "closed"} == set()
    assert len(desk.world.writes) == len(ids)
    nothing = call("close", "--query", "is:open")
    assert (nothing.code, nothing.out) == (0, "")
    assert "No matching conversations in the mirror: nothing to do." in nothing.err


def test_a_dry_run_changes_nothing(desk: Desk, call: Call) -> None:
    one, two = desk.pick(count=2)
    (closed,) = desk.pick("closed")
    plan = call("close", one, two, closed, "--dry-run")
    assert (plan.code, plan.out.splitlines()) == (
        0,
        [
            "2 will be closed · 1 is closed already",
            f"conversation {one} · close",
            f"conversation {two} · close",
        ],
    )
    as_json = call("close", one, two, closed, "--dry-run", "--json").json
    assert (as_json["change"], as_json["already"], as_json["writes"]) == ([one, two], [closed], [])
    shown = call("reply", one, "--text", "Hello **you**", "--image", "https://x.example/a.png", "--dry-run")
    assert shown.code == 0
    assert shown.out.startswith(f"conversation {one} · reply to ")
    assert shown.out.endswith("  Hello **you**\n  [https://x.example/a.png]\n")
    assert call("reply", one, "--text", "Hello", "--dry-run", "--json").json["change"] == [one]
    desk.settings("read_only = true\n")
    told = call("close", one, "--dry-run")
    assert told.code == 0
    assert told.err == (
        "It would not be done now: nothing is changed in Intercom: read_only = true in the settings.\n"
    )
    assert desk.world.writes == []
    assert call("outbox", "list", "--all", "--json").json["writes"] == []


def test_several_are_undone_as_one(desk: Desk, call: Call) -> None:
    ids = desk.pick(count=3)
    done = call("close", *ids, "--yes", 3, "--json")
    assert done.code == 0, done.err
    undone = call("outbox", "undo", done.json["writes"][1]["id"])
    assert undone.code == 0, undone.err
    assert "3 changes will be reversed in Intercom." in undone.err
    assert undone.out.count(" · open · sent\n") == 3
    assert {desk.state(i) for i in ids} == {"open"}
    note = call("note", ids[0], "--text", "x", "--json").json["writes"][0]["id"]
    late = call("outbox", "undo", note)
    assert late.code == 1
    assert "a sent message cannot be taken back" in late.err


@pytest.mark.skipif(sys.platform == "win32", reason="needs pseudo-terminals")
@pytest.mark.parametrize(("key", "code"), [("n\r", 1), ("y\r", 0)])
def test_a_terminal_is_asked_by_number(desk: Desk, key: str, code: int) -> None:
    ids = desk.pick(count=2)
    ended, shown = on_terminal("close", *map(str, ids), await_="[y/N]", press=key, columns=120)
    assert ended == code, shown
    assert "2 will be closed" in shown
    assert "Do this to 2 conversations?" in shown
    assert {desk.state(i) for i in ids} == {"open" if code else "closed"}


@pytest.mark.skipif(sys.platform == "win32", reason="needs pseudo-terminals")
def test_what_changes_while_a_terminal_is_asked_is_left_out(desk: Desk, call: Call) -> None:
    one, two = desk.pick(count=2)

    def elsewhere() -> None:
        desk.world.note(one)
        assert call("sync", "-q").code == 0

    ended, shown = on_terminal(
        "close", str(one), str(two), await_="[y/N]", press="y\r", columns=160, before=elsewhere
    )
    assert ended == 0, shown
    assert "1 will be closed · 1 changed since you looked (left out)" in shown
    assert (desk.state(one), desk.state(two)) == ("open", "closed")


# --- held, failed, not sent yet -----------------------------------------------------------------------


def test_a_reply_is_held_when_the_customer_wrote_meanwhile(desk: Desk, call: Call) -> None:
    (one,) = desk.pick()
    desk.world.reply(one, "<p>Wait!</p>")
    held = call("reply", one, "--text", "Closing this")
    assert held.code == 3
    assert f"change 1 · conversation {one} · reply “Closing this” · held: " in held.out
    assert " wrote at " in held.out
    assert "stays in the outbox: look with `fastintercom show`" in held.err
    assert desk.world.writes == []
    listed = call("outbox")
    assert "held: " in listed.out
    (entry,) = call("outbox", "list", "--json").json["writes"]
    assert (entry["state"], entry["reason"]) == ("held", "newer-message")
    shown = call("outbox", "show", 1)
    assert "Outcome:  held: " in shown.out
    assert shown.out.endswith("\n\n  Closing this\n")
    assert "1 change held or failed: see fastintercom outbox" in call("sync").err
    desk.stdin("Not yet closing this")
    edited = call("outbox", "edit", 1)
    assert edited.code == 0, edited.err
    assert desk.said() == [("comment", "<p>Not yet closing this</p>")]
    gone = call("outbox", "retry", 1)
    assert (gone.code, gone.error) == (1, "change 1 is sent: it cannot be sent again")


def test_a_held_close_is_sent_after_all_or_dropped(desk: Desk, call: Call) -> None:
    one, two = desk.pick(count=2)
    for id_ in (one, two):
        desk.world.reply(id_)
        assert call("close", id_).code == 3
    retried = call("outbox", "retry", 1, "--json")
    assert (retried.code, retried.json["writes"][0]["state"]) == (0, "sent")
    dropped = call("outbox", "drop", 2)
    assert (dropped.code, dropped.out) == (
        0,
        f"change 2 · conversation {two} · close · taken back: " + dropped.out.partition("taken back: ")[2],
    )
    assert (desk.state(one), desk.state(two)) == ("closed", "open")
    again = call("outbox", "drop", 2)
    assert (again.code, again.error) == (1, "change 2 is cancelled: it cannot be dropped")
    assert call("outbox", "show", 7).error == "there is no change 7 in the outbox"
    assert call("outbox").err == "The outbox is empty.\n"


def test_without_waiting_the_next_sync_sends(desk: Desk, call: Call) -> None:
    (one,) = desk.pick()
    asked = len(desk.world.requests)
    queued = call("note", one, "--text", "later", "--no-wait")
    assert queued.code == 0
    assert len(desk.world.requests) == asked
    assert queued.out == f"change 1 · conversation {one} · note “later” · not sent\n"
    assert "A sync, the dashboard or `fastintercom outbox send` sends it." in queued.err
    assert desk.world.writes == []
    assert call("sync").code == 0
    assert desk.said() == [("note", "<p>later</p>")]
    assert call("outbox", "send").err == "Nothing is due.\n"


def test_without_a_network_it_stays_and_is_sent_later(desk: Desk, call: Call) -> None:
    desk.monkeypatch.setattr("tui.cli.sending.PATIENCE", 0.5)
    one, two = desk.pick(count=2)
    url = os.environ["FASTINTERCOM_BASE_URL"]
    desk.monkeypatch.setenv("FASTINTERCOM_BASE_URL", "http://127.0.0.1:9")
    offline = call("note", one, "--text", "kept")
    assert offline.code == 75
    assert offline.error.startswith("not sent: ")
    assert call("close", two, "--json").json["error"]
    desk.monkeypatch.setenv("FASTINTERCOM_BASE_URL", url)
    sent = call("outbox", "send", "--json")
    assert sent.code == 0, sent.err
    assert [w["state"] for w in sent.json["writes"]] == ["sent", "sent"]
    assert [kind for kind, _ in desk.said()] == ["note", "close"]


def test_a_token_that_is_refused_is_told_at_once(desk: Desk, call: Call) -> None:
    (one,) = desk.pick()
    desk.monkeypatch.setenv("INTERCOM_ACCESS_TOKEN", "a-wrong-one-1234567890")
    refused = call("note", one, "--text", "kept")
    assert refused.code == 4
    assert refused.error.startswith("not sent: ")
    assert "does not accept the access token (401)" in refused.error
    assert "a-wrong-one" not in refused.out + refused.err
    desk.monkeypatch.delenv("INTERCOM_ACCESS_TOKEN")
    desk.stdin("a second text")
    without = call("note", one)
    assert without.code == 4
    assert "there is no access token" in without.error
    kept = Path(without.err.partition("Your text is kept in ")[2].partition("\n")[0])
    assert kept.read_text() == "a second text"
    kept.unlink()
    desk.monkeypatch.setenv("INTERCOM_ACCESS_TOKEN", TOKEN)
    assert call("outbox", "send").code == 0
    assert desk.said() == [("note", "<p>kept</p>")]


def test_a_conversation_that_cannot_be_read_is_not_waited_for_for_ever(desk: Desk, call: Call) -> None:
    desk.monkeypatch.setattr("tui.cli.sending.PATIENCE", 0.5)
    one, two = desk.pick(count=2)
    desk.world.faults.script(Fault.FORBIDDEN, path=f"/conversations/{one}", times=None, method="GET")
    undecided = call("close", one, two, "--yes", 2)
    assert undecided.code == 75
    assert undecided.out.count(" · sent\n") == 1
    assert undecided.error.startswith("not sent: ")
    assert (desk.state(one), desk.state(two)) == ("open", "closed")


def test_while_another_syncs_it_waits_a_while(desk: Desk, call: Call, mirror_of: Path, start: Start) -> None:
    (one,) = desk.pick()
    with closing(Database(mirror_of)) as database:
        with Lease(database, datetime.now(UTC)):
            desk.monkeypatch.setattr("tui.cli.sending.PATIENCE", 0.5)
            busy = call("close", one)
            assert busy.code == 75
            assert "another fastintercom is syncing" in busy.error
            asked = len(desk.world.requests)
            waiting, log = start("outbox", "send"), default_log_path()
            said_before = log.read_text().count("the outbox waits")
            until(lambda: log.read_text().count("the outbox waits") > said_before + 1)
            assert len(desk.world.requests) == asked
        out, said = waiting.communicate(timeout=WAIT)
    assert (waiting.returncode, out) == (0, f"change 1 · conversation {one} · close · sent\n"), said
    assert desk.state(one) == "closed"


def forget_thread(mirror_of: Path, id_: int) -> None:
    with closing(sqlite3.connect(mirror_of)) as database, database:
        database.execute("UPDATE conversation SET thread_updated_at = 0 WHERE id = ?", (id_,))


def test_a_pending_thread_is_fetched_first(desk: Desk, call: Call, mirror_of: Path) -> None:
    (one,) = desk.pick()
    forget_thread(mirror_of, one)
    result = call("reply", one, "--text", "hello")
    assert result.code == 0, result.err
    words = f"The thread of conversation {one} is still to be fetched, or changed since: fetching it first."
    assert words in result.err
    forget_thread(mirror_of, one)
    desk.monkeypatch.setattr("tui.cli.sending.PATIENCE", 0.5)
    desk.monkeypatch.setenv("FASTINTERCOM_BASE_URL", "http://127.0.0.1:9")
    desk.stdin("never lost")
    offline = call("reply", one)
    assert offline.code == 75
    assert f"the thread of conversation {one} could not be fetched: " in offline.err
    assert f"Your text is kept as the draft of conversation {one}." in offline.err


# --- what cannot be meant -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("arguments", "code", "expected"),
    [
        (["note", "{one}", "--text", "  "], 2, "the note is empty"),
        (["reply", "{one}", "--text", "x" * 60_000], 2, "the reply has 60,000 characters; 50,000"),
        (["reply", "{one}", "--text", "x", "--file", "y"], 2, "with --text or with --file, not with both"),
        (["reply", "{one}", "--file", "absent.md"], 2, "absent.md: no such file or directory"),
        (["note", "{one}", "--text", "x", "--attach", "absent"], 2, "absent: no such file or directory"),
        (["note", "{one}", "--text", "x", "--image", "file:///x"], 2, "“file:///x” is not the address of an"),
        (
            ["note", "{one}", "--text", "x", *(["--image", "https://x.example/a.png"] * 11)],
            2,
            "the note has 11 addresses of images; Intercom takes 10",
        ),
        (["note", "{one}", "--text", "x", "--attach", "tests"], 2, "tests: is a directory"),
        (["note", "{one}", "--text", "x", *(["--attach", "README.md"] * 11)], 2, "the note has 11 files"),
        (["note", "abc", "--text", "x"], 2, "'abc' is no number (1330 or #1330)"),
        (["note", "5", "--text", "x"], 1, "no conversation 5 in the mirror, "),
        (["close", "{one}", "5"], 1, "no conversation 5 in the mirror, "),
        (["close"], 2, "name conversations, or --query"),
        (["close", "{one}", "--query", "x"], 2, "name conversations, or --query"),
        (["close", "{one}", "--yes", "2"], 2, "--yes 2, but 1 will be closed: nothing was done"),
        (["close", "--query", "stat:open is:opn"], 2, "is:opn"),
        (["assign", "{one}", "--to", "Nobody Atall"], 2, "there is no teammate “Nobody Atall” in the"),
        (["assign", "{one}", "--to", "team:zzz"], 2, "there is no team “zzz” in the workspace"),
        (["assign", "{one}", "--to", ""], 2, "there is no teammate “” in the workspace"),
        (["assign", "{one}"], 2, "missing option '--to'"),
        (["tag", "no such tag", "{one}"], 2, "no tag “no such tag” in the workspace; --create makes it"),
        (["untag", "no such tag", "{one}"], 2, "there is no tag “no such tag” in the workspace"),
        (["tag", " ", "{one}", "--create"], 2, "a tag needs a name"),
        (["snooze", "{one}", "--until", "2020-01-01"], 2, "--until: 2020-01-01 09:00 is in the past"),
        (["snooze", "{one}", "--until", "soon"], 2, "--until: “soon” is not a time in the future"),
        (["snooze", "{one}"], 2, "missing option '--until'"),
        (["outbox", "show", "1"], 1, "there is no change 1 in the outbox"),
        (["outbox", "retry", "1"], 1, "there is no change 1 in the outbox"),
        (["outbox", "edit", "1", "--text", "x"], 1, "there is no change 1 in the outbox"),
        (["outbox", "drop", "1"], 1, "there is no change 1 in the outbox"),
        (["outbox", "undo", "1"], 1, "there is no change 1 in the outbox"),
        (["outbox", "drop"], 2, "missing argument 'N...'"),
        (["outbox", "list", "--limit", "3"], 2, "--limit needs --all"),
        (["outbox", "act-as", "9", "--yes"], 2, "there is no teammate 9 in the workspace"),
        (["\x1b[31mnote"], 2, "no such command"),
        (["assign", "{one}", "--to", "\x1b[31mred\n"], 2, "there is no teammate “red” in the workspace"),
    ],
)  # fmt: skip
def test_what_cannot_be_meant_is_one_line(
    shared: Desk, call: Call, arguments: list[str], code: int, expected: str
) -> None:
    (one,) = shared.pick()
    result = call(*(word.format(one=one) for word in arguments))
    assert (result.code, result.out) == (code, ""), result.err
    assert expected in result.err
    assert "\x1b" not in result.err
    assert len([line for line in result.err.splitlines() if line.startswith("fastintercom: ")]) == 1
    assert shared.world.writes == []
    assert call("outbox", "list", "--all", "--json").json["writes"] == []


def test_a_name_that_could_be_several_is_not_guessed(desk: Desk, call: Call) -> None:
    (one,) = desk.pick()
    with desk.world.lock:
        desk.world.tags = {**desk.world.tags, 901: "Urgent", 902: "URGENT"}
    desk.monkeypatch.setattr("tui.sync.housekeeping.DIRECTORY_AGE", 0)
    assert call("sync", "-q").code == 0
    result = call("tag", "urgent", one)
    assert result.code == 2
    assert "“urgent” could be " in result.error
    assert result.error.endswith(": name one by its number")
    assert call("tag", 902, one).code == 0


@pytest.mark.parametrize(
    ("settings", "arguments", "expected"),
    [
        ("read_only = true\n", [], "nothing is changed in Intercom: read_only = true in the settings"),
        ("", ["--read-only"], "nothing is changed in Intercom: --read-only"),
        (None, [], "acting in Intercom is off: set writes = true in the settings"),
        ("act_as = {other}\n", [], "act_as sends what you write in the name of "),
        ("act_as = 7\n", [], "act_as: there is no teammate 7 in "),
    ],
)
def test_where_acting_is_off_nothing_is_done_and_a_text_is_kept(
    desk: Desk, call: Call, settings: str | None, arguments: list[str], expected: str
) -> None:
    (one,) = desk.pick()
    other = next(a.id for a in desk.world.admins.values() if a.id != desk.world.me)
    if settings is None:
        desk.config.write_text('settle = 1\nhistory = "60d"\n')
    else:
        desk.settings(settings.format(other=other))
    desk.stdin("a long answer")
    refused = call("reply", one, *arguments)
    assert (refused.code, refused.out) == (4, "")
    assert expected in refused.error
    assert f"Your text is kept as the draft of conversation {one}.\n" in refused.err
    for command in (["close", one], ["tag", "x", one, "--create"], ["outbox", "send"]):
        again = call(*command, *arguments)
        assert (again.code, again.out) == (4, "")
        assert expected in again.error
    assert desk.world.writes == []
    desk.stdin("a second one")
    second = call("reply", one, *arguments)
    kept = Path(second.err.partition("Your text is kept in ")[2].partition("\n")[0])
    assert kept.read_text() == "a second one"
    assert os.name != "posix" or kept.stat().st_mode & 0o077 == 0
    kept.unlink()


def test_without_a_seat_nothing_is_offered_and_a_refusal_is_remembered(desk: Desk, call: Call) -> None:
    (one,) = desk.pick()
    desk.world.faults.script(Fault.NO_SEAT, path="/reply")
    failed = call("note", one, "--text", "x")
    assert failed.code == 1
    assert " · failed: " in failed.out
    remembered = call("note", one, "--text", "x")
    assert (remembered.code, remembered.out) == (4, "")
    assert call("close", one).code == 0
    desk.world.give_seat(False)
    desk.monkeypatch.setattr("tui.sync.housekeeping.DIRECTORY_AGE", 0)
    assert call("sync", "-q").code == 0
    seatless = call("open", one)
    assert (seatless.code, seatless.out) == (4, "")
    assert "has no Inbox seat in Intercom, which changes need" in seatless.error


def test_a_conversation_that_is_gone_is_one_line(desk: Desk, call: Call) -> None:
    one, two = desk.pick(count=2)
    desk.world.delete(one)
    desk.stdin("too late")
    late = call("reply", one)
    assert (late.code, late.out.count(" · failed: ")) == (1, 1)
    assert "too late" in call("outbox", "show", 1).out
    desk.world.delete(two)
    assert call("sync", "-q").code == 0
    desk.stdin("too late")
    gone = call("reply", two)
    assert (gone.code, gone.out) == (1, "")
    assert f"conversation {two} was deleted in Intercom, 20" in gone.error
    kept = Path(gone.err.partition("Your text is kept in ")[2].partition("\n")[0])
    assert kept.read_text() == "too late"
    kept.unlink()


def test_a_text_that_is_no_text_is_refused(desk: Desk, call: Call) -> None:
    (one,) = desk.pick()
    desk.stdin(b"\xff\xfe")
    assert call("note", one).error == "stdin: not UTF-8 text"
    desk.stdin("y" * 60_000)
    long = call("note", one)
    assert long.error == "the note has 60,000 characters; 50,000 are allowed"
    assert f"Your text is kept as the draft of conversation {one}." in long.err


def test_hostile_texts_are_shown_as_plain_text(desk: Desk, call: Call) -> None:
    (one,) = desk.pick()
    hostile = "a\x1b]0;owned\x07b\u202ec\x9b31m"
    with desk.world.lock:
        desk.world.tags = {**desk.world.tags, 901: hostile}
    desk.monkeypatch.setattr("tui.sync.housekeeping.DIRECTORY_AGE", 0)
    assert call("sync", "-q").code == 0
    for arguments in (
        ["tag", "901", one],
        ["note", one, "--text", hostile, "--image", "https://x.example/\x1b[31m.png"],
        ["note", one, "--text", hostile, "--dry-run"],
        ["outbox", "list", "--all"],
        ["outbox", "list", "--all", "--json"],
        ["outbox", "show", "2"],
    ):
        result = call(*arguments)
        assert result.code == 0, result.err
        assert not commands_in(result.out + result.err)
    assert TOKEN not in call("outbox", "list", "--all", "--json").out


def test_another_teammate_is_agreed_to_once(desk: Desk, call: Call) -> None:
    (one,) = desk.pick()
    other = next(a for a in desk.world.admins.values() if a.id != desk.world.me and a.has_inbox_seat)
    assert call("outbox", "act-as", other.id, "--yes").error == (
        f"set act_as = {other.id} in the settings first"
    )
    desk.settings(f"act_as = {other.id}\n")
    desk.stdin("")
    assert call("outbox", "act-as", other.id).error == "nobody can be asked without a terminal: add --yes"
    agreed = call("outbox", "act-as", other.id, "--yes", "--json")
    assert (agreed.code, agreed.json["acting_as"]["name"], agreed.json["acting_as"]["own"]) == (
        0,
        other.author.name,
        False,
    )
    assert call("note", one, "--text", "x").code == 0
    assert desk.world.writes[0].admin == other.id


# --- killed, and gone on with -------------------------------------------------------------------------


def test_a_killed_wait_is_gone_on_with_by_another(desk: Desk, call: Call, start: Start) -> None:
    ids = desk.pick(count=3)
    desk.settings("[undo_windows]\nclose = 2\n")
    waiting = start("close", *ids, "--yes", 3)
    until(lambda: len(call("outbox", "list", "--json").json["writes"]) == 3)
    waiting.kill()
    waiting.wait(WAIT)
    until(lambda: "Nothing is due" not in call("outbox", "send").err)
    assert {desk.state(i) for i in ids} == {"closed"}
    assert len(desk.world.writes) == 3


def test_what_was_killed_while_it_was_sent_is_not_sent_twice(desk: Desk, call: Call, start: Start) -> None:
    (one,) = desk.pick()
    desk.world.faults.script(Fault.APPLIED_UNANSWERED, path="/reply")
    sending = start("reply", one, "--text", "only once")
    until(lambda: len(desk.world.writes) == 1)
    sending.kill()
    sending.wait(WAIT)
    assert call("outbox", "list", "--json").json["writes"][0]["state"] == "sending"
    went_on = call("outbox", "send")
    assert went_on.code == 0, went_on.err
    assert went_on.out == f"change 1 · conversation {one} · reply “only once” · sent\n"
    assert len(desk.world.writes) == 1
    assert duplicates(desk.world.writes) == []


@pytest.mark.skipif(sys.platform == "win32", reason="needs POSIX signals and pseudo-terminals")
@pytest.mark.parametrize("on_a_terminal", [False, True])
def test_an_interruption_takes_back_only_what_a_person_sees(
    desk: Desk, call: Call, on_a_terminal: bool
) -> None:
    import pty

    (one,) = desk.pick()
    desk.settings("[undo_windows]\nnote = 600\n")
    ours, theirs = pty.openpty()
    child = subprocess.Popen(
        [sys.executable, "-m", "tui", "note", str(one), "--text", "wait"],
        cwd=ROOT,
        stdin=theirs if on_a_terminal else subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    until(lambda: call("outbox", "list", "--json").json["writes"])
    child.send_signal(signal.SIGINT)
    _, said = child.communicate(timeout=WAIT)
    os.close(ours)
    os.close(theirs)
    assert child.returncode == 130
    expected = "1 change taken back before sending" if on_a_terminal else "1 change stays in the outbox"
    assert expected in said
    (entry,) = call("outbox", "list", "--all", "--json").json["writes"]
    assert entry["state"] == ("cancelled" if on_a_terminal else "waiting")
    assert desk.world.writes == []
