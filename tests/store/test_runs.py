"""The history of syncs."""

from __future__ import annotations

from pathlib import Path

import pytest

from tui.domain import ConversationProblem
from tui.store.database import Database
from tui.store.runs import MOST_PROBLEMS, RunCounts, begin_run, finish_run, read_finished, read_runs


def test_only_the_newest_runs_are_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tui.store.runs.KEPT_RUNS", 3)
    database = Database(tmp_path / "mirror.db")
    ids = []
    for second in range(5):
        with database.transaction():
            ids.append(begin_run(database, second))
    assert [run.id for run in read_runs(database, 10)] == ids[:1:-1]
    assert [run.outcome for run in read_runs(database, 10)] == ["running", "interrupted", "interrupted"]
    database.close()


def test_a_run_names_what_it_could_not_read(tmp_path: Path) -> None:
    database = Database(tmp_path / "mirror.db")
    problems = [ConversationProblem(str(i), f"“odd” {i}") for i in range(MOST_PROBLEMS + 1)]
    with database.transaction():
        run = begin_run(database, 0)
        finish_run(
            database, run, finished_at=1, outcome="partial", counts=RunCounts(), error="", problems=problems
        )
    assert read_runs(database, 1)[0].problems == tuple(problems[:MOST_PROBLEMS])
    database.close()


def test_the_newest_run_that_read_everything_is_told_apart(tmp_path: Path) -> None:
    database = Database(tmp_path / "mirror.db")
    assert read_finished(database) is None
    for second, outcome in enumerate(("complete", "partial", "failed"), 1):
        with database.transaction():
            run = begin_run(database, second)
            finish_run(database, run, finished_at=second * 10, outcome=outcome, counts=RunCounts(), error="")
    assert (read_finished(database), read_finished(database, ["complete"])) == (20, 10)
    database.close()
