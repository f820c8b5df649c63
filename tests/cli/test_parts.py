"""The small parts: tables, progress, JSON text, exit codes of errors."""

from __future__ import annotations

import json
import unicodedata
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui.answers import to_json
from tui.cells import cell_width
from tui.cli.exits import ExitCode, explain
from tui.cli.output import json_text
from tui.cli.progress import ProgressPrinter, describe
from tui.cli.table import TableColumn, table
from tui.intercom import errors
from tui.outbox import ActingOff
from tui.sync.events import Reason, SyncProgress
from tui.sync.jobs import SyncError
from tui.writes import BadWrite

BIDI = {"LRE", "RLE", "PDF", "LRO", "RLO", "LRI", "RLI", "FSI", "PDI"}


def test_a_table_fits_its_space_and_aligns() -> None:
    columns = [
        TableColumn("ID", right=True),
        TableColumn("WHO", 6),
        TableColumn("TEXT", flexible=True),
        TableColumn("END"),
    ]
    rows = [["1", "日本語の名前", "x" * 100, "e"], ["22", "bo", "", "end"]]
    lines = table(columns, rows, 40)
    assert [cell_width(line) for line in lines[1:]] == [38, 40]
    assert all(line.index("e" if index else "E") for index, line in enumerate(lines))
    assert lines[1].startswith(" 1  日本…   xxx")
    wide = table(columns, rows, None)
    assert "x" * 100 in wide[1]
    assert "日本語の名前" in wide[1]
    assert table(columns, [], 40) == ["ID  WHO  TEXT        END"]


@given(st.text() | st.dictionaries(st.text(), st.text()))
def test_json_is_lossless_and_cannot_steer_a_terminal(value: object) -> None:
    text = json_text(value)
    assert json.loads(text) == value
    assert not {unicodedata.category(character) for character in text} & {"Cc", "Cs"}
    assert not {unicodedata.bidirectional(character) for character in text} & BIDI


def test_any_answer_becomes_json() -> None:
    tokyo = datetime(2024, 12, 20, 23, 30, 5, 999_999, tzinfo=timezone(timedelta(hours=9)))
    value = {"at": tokyo, "spans": [(tokyo, None)], "file": Path("/a/b")}
    assert (
        json_text(value)
        == to_json(value)
        == ('{"at": "2024-12-20T14:30:05Z", "spans": [["2024-12-20T14:30:05Z", null]], "file": "/a/b"}')
    )
    with pytest.raises(TypeError, match="set cannot be written as JSON"):
        to_json({"ids": {1}})


def progress(**changes: object) -> SyncProgress:
    values: dict[str, Any] = {
        "phase": "threads",
        "done": 1234,
        "total": 2000,
        "listing_done": True,
        "rate": 166.4,
        "eta": 72.0,
        "waiting": 0.0,
        "requests": 1300,
    }
    return SyncProgress(**(values | changes))


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, "1,234 of 2,000 threads · 166/s · 1 min 12 s left"),
        ({"listing_done": False, "rate": 3.2}, "1,234 of 2,000 threads, still listing · 3.2/s"),
        (
            {"waiting": 4.0, "rate": 0.0, "eta": None},
            "1,234 of 2,000 threads · waiting for the rate limit, 4 s",
        ),
        ({"phase": "connecting", "rate": 0.0, "eta": None, "total": 0}, "connecting"),
        ({"phase": "listing", "rate": 0.0, "eta": None, "total": 0, "listing_done": False}, "listing"),
    ],
)
def test_progress_in_words(changes: dict[str, object], expected: str) -> None:
    assert describe(progress(**changes)) == expected


def test_without_a_terminal_a_line_comes_every_few_seconds(capsys: pytest.CaptureFixture[str]) -> None:
    now = 100.0
    printer = ProgressPrinter(monotonic=lambda: now)
    for second in range(13):
        now = 100.0 + second
        printer(progress(done=second))
    lines = capsys.readouterr().err.splitlines()
    assert [line.split(" of ")[0] for line in lines] == ["Syncing: 0", "Syncing: 5", "Syncing: 10"]


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (errors.Unauthorized("x"), 4),
        (errors.Forbidden("x"), 4),
        (errors.WrongRegion("x", "Acme", "EU"), 4),
        (errors.Unreachable("x"), 75),
        (errors.RateLimited("x"), 75),
        (errors.PageTooHeavy("x", 150), 75),
        (errors.BadAnswer("x"), 1),
        (errors.BadAddress("x"), 2),
        (ActingOff("x"), 4),
        (BadWrite("x"), 2),
        *((SyncError(reason, "x"), code) for reason, code in zip(
            Reason, [75, 2, 4, 4, 75, 1, 75, 75, 2, 1, 130, 1], strict=True
        )),
    ],
)  # fmt: skip
def test_every_error_has_its_exit_code(error: Exception, code: int) -> None:
    assert explain(error) == ("x", ExitCode(code))


def test_an_unexpected_error_is_not_explained() -> None:
    assert explain(RuntimeError("x")) is None
