from __future__ import annotations

import platform
import re
from collections.abc import Callable, Iterator
from difflib import unified_diff
from pathlib import Path
from typing import Any

import pytest
import textual
from syrupy.assertion import SnapshotAssertion
from syrupy.extensions.single_file import SingleFileSnapshotExtension, WriteMode

from tests.dashboard.screen_text import svg_text
from tests.dashboard.stage import Stage
from tui.dashboard.app import FastIntercomApp

BASELINE = ("3.11", "8.2.8")
"""The versions of Python and Textual with which the pictures were made; others may draw them differently."""


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture(autouse=True)
def colours(monkeypatch: pytest.MonkeyPatch) -> None:
    """The terminal in which the tests run does not change what they see."""
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.setenv("COLORTERM", "truecolor")
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.delenv("INTERCOM_ACCESS_TOKEN", raising=False)


@pytest.fixture
def stage_with(tmp_path: Path) -> Iterator[Callable[..., Stage]]:
    """Makes stages, which are closed at the end."""
    made: list[Stage] = []

    def make(**values: Any) -> Stage:
        stage = Stage(tmp_path, **values)
        made.append(stage)
        return stage

    yield make
    for stage in made:
        stage.close()


@pytest.fixture
def stage(stage_with: Callable[..., Stage]) -> Stage:
    return stage_with()


class Pictures(SingleFileSnapshotExtension):
    file_extension = "svg"
    _write_mode = WriteMode.TEXT


@pytest.fixture
def compare(snapshot: SnapshotAssertion, tmp_path: Path) -> Callable[[FastIntercomApp, str], None]:
    """Asserts that the screen looks like the picture of that name; reports the lines that differ."""
    here = (".".join(platform.python_version_tuple()[:2]), textual.__version__)
    if here != BASELINE:
        pytest.skip(f"the pictures were made with Python {BASELINE[0]} and Textual {BASELINE[1]}")
    pictures = snapshot.use_extension(Pictures)

    def compare(app: FastIntercomApp, name: str) -> None:
        svg = re.sub(r"terminal-\d+", "terminal", app.export_screenshot(title="fastintercom"))
        if svg != pictures(name=name):
            (tmp_path / f"{name}.svg").write_text(svg, "utf-8")
            *_, result = pictures.executions.values()
            lines = unified_diff(
                svg_text(str(result.recalled_data)), svg_text(svg), "before", "now", n=0, lineterm=""
            )
            pytest.fail(f"{tmp_path / name}.svg looks different\n" + "\n".join(lines), pytrace=False)

    return compare
