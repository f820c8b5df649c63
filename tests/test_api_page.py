"""The page of the Python API: it is made from the docstrings as they are, and its examples run."""

from __future__ import annotations

import doctest
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path

import pytest

from tests.api_page import CHAPTERS, PAGE, page
from tests.insights.support import NOW, at, workspace
from tests.store.records import conversation, with_thread
from tui.clock import to_epoch
from tui.workspace import Workspace

MODULES = sorted(
    {
        path.rpartition(".Workspace")[0] or path.rpartition(".")[0]
        for paths in CHAPTERS.values()
        for path in paths
    }
)
EXAMPLES = [
    test for name in MODULES for test in doctest.DocTestFinder().find(import_module(name)) if test.examples
]


@contextmanager
def three_conversations(folder: Path) -> Iterator[Workspace]:
    """The mirror of the examples: what it covers reaches from July to now."""
    noon = at(2026, 10, 5, 12)
    records = [
        conversation(1, subject="A late parcel", updated_at=noon),
        conversation(2, subject="Refund for my order", text="Where is my refund?", updated_at=noon + 60),
        conversation(3, subject="Refund", state="closed", updated_at=noon + 120),
    ]
    synced = [with_thread(record, "We are looking for it.") for record in records]
    with workspace(folder / "mirror.db", synced, covered=[(at(2026, 7, 1), to_epoch(NOW))]) as opened:
        yield opened


def test_the_page_is_made_from_the_docstrings_as_they_are() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(), "run: python -m tests.api_page"


def test_the_four_calls_have_examples() -> None:
    shown = {test.name.rpartition(".")[2] for test in EXAMPLES}
    assert {"Workspace", "search_conversations", "check_sync_state", "get_sync_status"} <= shown


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example.name)
def test_every_example_does_what_it_shows(
    example: doctest.DocTest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for kind in ("CONFIG", "DATA", "STATE"):
        monkeypatch.setenv(f"XDG_{kind}_HOME", str(tmp_path / kind))
    said: list[str] = []
    with three_conversations(tmp_path) as opened:
        example.globs["workspace"] = opened
        result = doctest.DocTestRunner().run(example, out=said.append)
    assert result.failed == 0, "".join(said)
