"""`export`: whole files or none, three forms, safe in terminals and spreadsheets."""

from __future__ import annotations

import csv
import json
import os
import signal
import subprocess
import threading
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from tests.cli.conftest import Result
from tests.cli.test_show import HOSTILE, NOW, thread
from tui.cli.writers import Csv, JsonLines, Markdown
from tui.conversation_json import FIELDS
from tui.domain import ContactDetails
from tui.markdown import escape
from tui.simulator.server import RunningServer
from tui.store.database import Database
from tui.store.people import store_contact

Call = Callable[..., Result]


def test_json_lines_hold_every_conversation_with_its_whole_thread(
    call: Call, mirror: Path, server: RunningServer
) -> None:
    assert mirror.exists()
    result = call("export")
    assert result.code == 0
    records = [json.loads(line) for line in result.out.splitlines()]
    truth = server.world.truth()
    assert {record["id"] for record in records} == set(truth)
    for record in records:
        assert record["parts"][0]["type"] == "source"
        stored = {part["id"] for part in record["parts"][1:]}
        assert stored <= truth[record["id"]].part_ids
        assert len(stored) + record.get("missing_parts", 0) == truth[record["id"]].part_count
    assert result.err.startswith(f"Exported {len(truth)} conversations.\n🟢 Fresh")


def test_a_query_narrows_the_export(call: Call, mirror: Path) -> None:
    assert mirror.exists()
    total = call("search", "is:open", "--json").json["total"]
    result = call("export", "is:open", "--quiet")
    assert len(result.out.splitlines()) == total
    assert result.err == ""
    assert call("export", "is:opn").code == 2


def test_csv_has_a_line_for_each_conversation(call: Call, mirror: Path, tmp_path: Path) -> None:
    assert mirror.exists()
    path = tmp_path / "out.csv"
    result = call("export", "-o", path)
    assert (result.code, result.out) == (0, "")
    assert f" to {path}." in result.err
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == call("status", "--json").json["total_conversations"]
    records = {str(r["id"]): r for r in map(json.loads, call("export", "-q").out.splitlines())}
    for row in rows:
        record = records[row["id"]]
        assert list(row) == list(record) == list(FIELDS)
        parts = json.loads(row["parts"])
        left_out = parts.pop(0)["left_out"] if "left_out" in parts[0] else 0
        assert parts == record["parts"][left_out:]
        assert row["updated_at"] == record["updated_at"]
        assert row["read"] == str(record["read"]).lower()
        assert row["participants"].startswith(record["participants"][0]["name"])
        names = [each["name"] for each in record["attachments"]]
        assert all(name in row["attachments"] for name in names)
    assert any(row["attachments"] for row in rows)


STORED = {
    "channel": "email",
    "delivered_as": "automated",
    "ai_agent": "escalated",
    "rating": 2,
    "rating_remark": "slow",
    "sla_name": "Gold",
    "sla_status": "hit",
    "company": "Acme",
    "customer_email": "ann@x.example",
}


def test_everything_that_is_stored_is_exported(call: Call, mirror: Path) -> None:
    found = call("search", "has:attachment", "--json", "--limit", "1").json["conversations"][0]["id"]
    database = Database(mirror)
    with database.transaction() as connection:
        values = STORED | {"recipients": "Ann <ann@x.example>\nb@x.example", "snoozed_until": 1_700_000_000}
        assignments = ", ".join(f"{name} = :{name}" for name in values)
        connection.execute(f"UPDATE conversation SET {assignments} WHERE id = {found}", values)  # noqa: S608
        (customer,) = connection.execute(
            "SELECT customer_id FROM conversation WHERE id = ?", (found,)
        ).fetchone()
        details = ContactDetails(customer, "Ann", "ann@x.example", "Acme", {"plan": "pro"}, NOW)
        store_contact(connection, details)
    database.close()
    lines = map(json.loads, call("export", "-q").out.splitlines())
    record = next(each for each in lines if each["id"] == found)
    assert {name: record[name] for name in STORED} == STORED
    assert record["recipients"] == ["Ann <ann@x.example>", "b@x.example"]
    assert (record["customer_id"], record["snoozed_until"]) == (customer, "2023-11-14T22:13:20Z")
    assert record["contact"]["custom_attributes"] == {"plan": "pro"}
    authors = [(part["author"]["type"], part["author"]["id"]) for part in record["parts"]]
    assert [(p["type"], p["id"]) for p in record["participants"]] == list(dict.fromkeys(authors))
    assert record["attachments"] == [file for part in record["parts"] for file in part["attachments"]]
    assert set(record["attachments"][0]) == {"name", "content_type", "size"}
    shown = call("show", found, "--json").json
    assert shown.pop("schema_version") == 1
    assert shown == record


def test_only_the_chosen_fields_in_their_order(call: Call, mirror: Path) -> None:
    assert mirror.exists()
    lines = call("export", "-q", "--fields", "tags, id").out.splitlines()
    assert {tuple(json.loads(line)) for line in lines} == {("tags", "id")}
    head, *rows = csv.reader(call("export", "-q", "--format", "csv", "--fields", "id,parts").out.splitlines())
    assert head == ["id", "parts"]
    assert {len(row) for row in rows} == {2}


@pytest.mark.parametrize(
    ("options", "error"),
    [
        (["--fields", "id,custmer"], "--fields: there is no field “custmer”; did you mean “customer”?"),
        (["--fields", "qqqq"], "--fields: there is no field “qqqq”; choose from id, subject, snippet, "),
        (["--fields", ""], "--fields: there is no field “”; choose from id, "),
        (["--fields", "id,tags,id"], "--fields: “id” is given twice"),
        (
            ["--fields", "id", "--format", "markdown"],
            "--fields is for JSON Lines and CSV; Markdown has no fields",
        ),
        (["--bom"], "--bom is for CSV; add --format csv"),
        (["--delimiter", ";", "-o", "x.md"], "--delimiter is for CSV; add --format csv"),
        (["--delimiter", "x", "--format", "csv"], "invalid value for '--delimiter': 'x' is not one of "),
    ],
)
def test_wrong_options_are_told_in_one_line(call: Call, home: Path, options: list[str], error: str) -> None:
    assert home.exists()
    result = call("export", *options)
    assert (result.code, result.out) == (2, "")
    assert result.error.startswith(error)


@pytest.mark.parametrize(
    ("name", "options", "start"),
    [
        ("out.csv", [], b'\xef\xbb\xbf"id","subject"'),
        ("OUT.CSV", ["--delimiter", ";"], b'\xef\xbb\xbf"id";"subject"'),
        ("out.csv", ["--no-bom"], b'"id","subject"'),
        ("out.txt", ["--format", "csv", "--delimiter", "tab"], b'"id"\t"subject"'),
        ("out", ["--format", "csv", "--bom"], b'\xef\xbb\xbf"id","subject"'),
        ("out.csv", ["--format", "jsonl"], b'{"id": '),
        ("out.md", [], b"## "),
        ("out.jsonl", [], b'{"id": '),
    ],
)
def test_the_file_name_decides_unless_an_option_does(
    call: Call, mirror: Path, tmp_path: Path, name: str, options: list[str], start: bytes
) -> None:
    assert mirror.exists()
    assert call("export", "is:open", "-o", tmp_path / name, *options).code == 0
    assert (tmp_path / name).read_bytes().startswith(start)


def test_csv_on_stdout_has_a_byte_order_mark_only_on_request(call: Call, mirror: Path) -> None:
    assert mirror.exists()
    assert call("export", "is:open", "--format", "csv", "-q").out.startswith('"id"')
    assert call("export", "is:open", "--format", "csv", "--bom", "-q").out.startswith('\ufeff"id"')


def test_every_form_of_a_hostile_conversation_is_safe() -> None:
    hostile = thread()
    lines = JsonLines().conversation(hostile, None)
    assert lines.count("\n") == 1
    assert not set(lines) & set("\x1b\x07\x9b\u202e")
    record = json.loads(lines)
    assert record["custom_attributes"] == {"key": HOSTILE}
    assert record["parts"][0]["truncated"] is True
    assert record["missing_parts"] == 3
    row = next(csv.reader([Csv().conversation(hostile, None)]))
    assert row[0] == "7"
    assert len(row) == len(next(csv.reader([Csv().head()])))


def test_a_long_thread_is_cut_to_what_excel_takes(call: Call, mirror: Path, tmp_path: Path) -> None:
    found = call("search", "has:note", "--json", "--limit", "1").json["conversations"][0]["id"]
    database = Database(mirror)
    with database.transaction() as connection:
        connection.execute("UPDATE part SET text = ? WHERE conversation_id = ?", ("x" * 20_000, found))
    database.close()
    path = tmp_path / "out.csv"
    result = call("export", "-o", path, "--fields", "id,snippet,parts")
    assert " had to be cut to 32,000 characters, as Excel takes no more; --format jsonl has" in result.err
    csv.field_size_limit(10_000_000)
    with path.open(encoding="utf-8-sig", newline="") as file:
        parts = next(json.loads(row["parts"]) for row in csv.DictReader(file) if row["id"] == str(found))
    whole = call("show", found, "--json").json["parts"]
    assert parts == [{"left_out": len(whole) - 1}, whole[-1]]


def test_markdown_shows_customer_text_literally() -> None:
    text = Markdown().conversation(thread(title="# [click](javascript:x) <script>"), None)
    assert text.startswith("## 7: \\# \\[click](javascript:x) \\<script>\n")
    for line in (
        "- Priority: urgent",
        "- Rating: 4 of 5 Evil ",
        "- SLA: Gold (hit)",
        "\\<eve@example.com>\n",
    ):
        assert line in text
    assert " (image/png)\n" in text
    assert escape("1. one") == "1\\. one"
    assert escape("- item *bold* `code` |cell|") == "\\- item \\*bold\\* \\`code\\` |cell|"
    assert escape("![image](https://tracker.example)") == "!\\[image](https\\://tracker.example)"


def test_only_markdown_adds_the_host_that_an_address_hides() -> None:
    text = "https://bank.example@evil.example/"
    hiding = thread(parts=(replace(thread().parts[0], text=text),))
    written = text.replace(":", "\\:")
    assert f"> {written} \\[⚠ opens evil.example]\n" in Markdown().conversation(hiding, None)
    assert json.loads(JsonLines().conversation(hiding, None))["parts"][0]["text"] == text
    assert "⚠" not in Csv().conversation(hiding, None)


def test_markdown_marks_notes(call: Call, mirror: Path) -> None:
    assert mirror.exists()
    assert "· **internal note**\n\n> " in call("export", "has:note", "--format", "markdown").out


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs named pipes")
def test_a_pipe_is_written_straight_to(call: Call, mirror: Path, tmp_path: Path) -> None:
    assert mirror.exists()
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    received: list[str] = []
    reader = threading.Thread(target=lambda: received.append(pipe.read_text("utf-8")))
    reader.start()
    assert call("export", "is:open", "-o", pipe).code == 0
    reader.join(30)
    assert json.loads(received[0].splitlines()[0])["state"] == "open"


def test_a_place_that_cannot_be_written_is_told(call: Call, mirror: Path, tmp_path: Path) -> None:
    assert mirror.exists()
    folder = call("export", "-o", tmp_path)
    assert folder.code == 1
    assert folder.error == f"{tmp_path}: is a folder; name a file"
    absent = tmp_path / "absent" / "out.csv"
    nowhere = call("export", "-o", absent)
    assert nowhere.code == 1
    assert nowhere.error == f"{absent}: cannot be written: No such file or directory"


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
def test_a_full_disk_is_told_with_the_name_of_the_file(call: Call, mirror: Path) -> None:
    assert mirror.exists()
    result = call("export", "-o", "/dev/full")
    assert result.code == 1
    assert result.error == "/dev/full: no space left on device"


def test_a_bad_query_leaves_the_old_file(call: Call, mirror: Path, tmp_path: Path) -> None:
    assert mirror.exists()
    path = tmp_path / "out"
    path.write_text("old")
    assert call("export", "since:2024-02-30", "-o", path).code == 2
    assert path.read_text() == "old"


WAITS_WHILE_IT_WRITES = """
import sys, threading
from tui.cli.writers import JsonLines
def wait(*_):
    print("writing", file=sys.stderr, flush=True)
    threading.Event().wait()  # until the signal comes
JsonLines.conversation = wait
from tui.cli.main import main
main()
"""


@pytest.mark.skipif(os.name != "posix", reason="signals are a POSIX matter")
@pytest.mark.parametrize("number", [signal.SIGTERM, getattr(signal, "SIGHUP", 0)])
def test_an_export_that_is_ended_leaves_nothing(
    start: Callable[..., subprocess.Popen[str]], mirror: Path, tmp_path: Path, number: int
) -> None:
    assert mirror.exists()
    folder = tmp_path / "exports"
    folder.mkdir()
    child = start("export", "-o", folder / "all.jsonl", code=WAITS_WHILE_IT_WRITES)
    assert child.stderr is not None
    assert child.stderr.readline() == "writing\n"
    assert [file.stat().st_mode & 0o777 for file in folder.iterdir()] == [0o600]
    child.send_signal(number)
    _, err = child.communicate(timeout=30)
    assert (child.returncode, err.strip()) == (130, "fastintercom: interrupted")
    assert not list(folder.iterdir())
