"""A thread is read whatever its events say."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.store.records import conversation, part, with_thread
from tui.settings import Settings
from tui.store.database import Database
from tui.store.ingest import store_threads
from tui.workspace import Workspace


def described(tmp_path: Path, kind: str, event: dict[str, Any], **author: Any) -> tuple[str, str]:
    """(author, words) of an event of a stored thread."""
    settings = Settings(database=tmp_path / "mirror.db", config_path=tmp_path / "config.toml")
    with Workspace(settings) as workspace:
        database = Database(settings.database)
        entry = replace(part(5, kind=kind), event=json.dumps(event), **author)
        with database.transaction() as connection:
            store_threads(connection, [replace(with_thread(conversation(1)), parts=(entry,))])
        database.close()
        thread = workspace.thread(1)
    assert thread is not None
    return thread.parts[-1].author.name, thread.parts[-1].text


@pytest.mark.parametrize("until", [0, -(10**12), 10**12, 10**15, 10**30])
def test_a_snooze_until_no_time_is_until_unknown(tmp_path: Path, until: int) -> None:
    words = described(tmp_path, "snoozed", {"snoozed_until": until})[1]
    assert words == "snoozed the conversation until unknown"


@pytest.mark.parametrize("until", ["soon", None, [1]])
def test_a_snooze_until_no_number_is_told_without_it(tmp_path: Path, until: object) -> None:
    assert described(tmp_path, "snoozed", {"snoozed_until": until})[1] == "snoozed the conversation"


@pytest.mark.parametrize("identity", ["²", "9" * 5_000, "٣", "-1", "x"])
def test_an_assignment_to_an_odd_id_is_told_with_it(tmp_path: Path, identity: str) -> None:
    event = {"assigned_to": {"type": "admin", "id": identity}}
    assert described(tmp_path, "assignment", event)[1] == f"assigned to admin {identity}"


def test_the_words_of_an_event_are_one_line(tmp_path: Path) -> None:
    event = {"assigned_to": {"type": "a\nb", "id": "c\n\nd"}}
    assert described(tmp_path, "assignment", event)[1] == "assigned to a b c d"


@pytest.mark.parametrize("identity", ["²", "9" * 5_000, ""])
def test_an_author_with_an_odd_id_has_no_name_in_the_directory(tmp_path: Path, identity: str) -> None:
    who, _ = described(tmp_path, "close", {}, author_name="", author_kind="admin", author_id=identity)
    assert who == "Teammate"
