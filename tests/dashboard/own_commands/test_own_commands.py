"""The user's own commands: from a key or the palette to what the program gets and what is shown of it."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import msgspec
import pytest
from textual.widgets import TextArea

from tests.dashboard.stage import (
    TOKEN,
    Dashboard,
    Stage,
    Story,
    command,
    dashboard,
    press_each,
    screen_of,
    settle,
    text_of,
    toasts,
    type_query,
    wait_for,
)
from tests.test_programs import is_gone
from tests.waiting import until
from tui.conversation_json import ConversationJson
from tui.dashboard.own_commands.messages import CommandEnded
from tui.dashboard.own_commands.output_screen import OutputScreen
from tui.dashboard.own_commands.run_dialog import RunDialog
from tui.dashboard.play.screen import PlayScreen
from tui.settings import OwnCommand
from tui.simulator.model import Author

pytestmark = [pytest.mark.anyio, pytest.mark.skipif(os.name != "posix", reason="runs scripts")]
EVIL = "$(touch {trace}); `touch {trace}` | & > '\" \n--help \x1b]0;OWNED\x07 {{id}} [/b]"
RECORDER = """\
import json, os, sys
with open(sys.argv[1], "a") as file:
    record = {"arguments": sys.argv[2:], "input": sys.stdin.read(), "environment": dict(os.environ)}
    file.write(json.dumps(record) + "\\n")
print("first \\x1b[31m[red]line[/red]\\x1b[0m")
print("second line")
"""


@pytest.fixture
def records(tmp_path: Path) -> Path:
    return tmp_path / "records"


@pytest.fixture
def stage_of(stage_with: Callable[..., Stage]) -> Callable[..., Stage]:
    """Makes a stage whose settings have these commands."""

    def make(*commands: OwnCommand, **settings: Any) -> Stage:
        stage = stage_with(settings={"commands": commands, **settings})
        stage.sync()
        return stage

    return make


def recorder(records: Path, *arguments: str, **values: Any) -> OwnCommand:
    """A command that writes down what it gets."""
    run = (sys.executable, "-c", RECORDER, str(records), *arguments)
    return OwnCommand(**{"name": "Record", "key": "f9", "run": run, **values})


def shell(script: str, **values: Any) -> OwnCommand:
    return OwnCommand(**{"name": "Try", "key": "f9", "run": ("sh", "-c", script), **values})


def written(records: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in records.read_text().splitlines()]


async def ended(pilot: Dashboard, story: Story, times: int = 1) -> CommandEnded:
    await wait_for(pilot, lambda: story.count("CommandEnded") == times)
    return next(m for m in reversed(story.messages) if isinstance(m, CommandEnded))


async def test_a_command_gets_the_id_as_one_argument_and_what_customers_write_only_as_input(
    stage_of: Callable[..., Stage], records: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    trace = tmp_path / "trace"
    monkeypatch.setenv("COPY_OF_TOKEN", f"Bearer {TOKEN}")
    stage = stage_of(recorder(records, "--of={id}", "{url}", "{{id}}"))
    evil = EVIL.format(trace=trace)
    contact = next(item for item in stage.world.contacts.values() if not item.merged_into)
    author = Author(contact.role, contact.id, evil, contact.email)
    stage.world.open_with(author, f"<p>zeppelin {evil}</p>", evil)
    stage.clock.move(minutes=1)
    stage.sync()
    story = Story()
    async with dashboard(stage, story=story) as pilot:
        await type_query(pilot, "zeppelin")
        await pilot.press("enter")
        await settle(pilot)
        id_ = screen_of(pilot).results.table.selected_id
        story.clear()
        await pilot.press("f9")
        await ended(pilot, story)
        assert story.tells("CommandTargetsRead", "CommandInputRead", "CommandEnded")
        await wait_for(pilot, lambda: toasts(pilot) == ["Record: first [red]line[/red]"])
    (record,) = written(records)
    url = stage.workspace.rows([id_])[0].url if id_ else ""
    assert record["arguments"] == [f"--of={id_}", url, "{id}"]
    given = msgspec.json.decode(record["input"], type=ConversationJson)
    assert given["id"] == id_
    assert "touch" in given["parts"][0]["text"]
    outside = json.dumps([record["arguments"], record["environment"]])
    assert not any(secret in outside for secret in ("zeppelin", "touch", TOKEN))
    assert "PATH" in record["environment"]
    assert not trace.exists()


async def test_one_run_gets_all_selected_conversations_and_a_placeholder_makes_a_run_for_each(
    stage_of: Callable[..., Stage], records: Path
) -> None:
    once = recorder(records, name="Once", key="f9")
    each = recorder(records, "{id}", name="Each", key="", input="none", output="none")
    stage = stage_of(once, each)
    story = Story()
    async with dashboard(stage, story=story) as pilot:
        await press_each(pilot, "x", "j", "x", "j", "x")
        picked = sorted(screen_of(pilot).results.table.selection.picked)
        await pilot.press("f9")
        await ended(pilot, story)
        await command(pilot, "each", "Each")
        assert (await ended(pilot, story, 2)).problem == ""
        assert screen_of(pilot).results.table.selection.picked == set(picked)
    first, *others = written(records)
    assert [json.loads(line)["id"] for line in first["input"].splitlines()] == picked
    assert [other["arguments"] for other in others] == [[str(id_)] for id_ in picked]
    assert {other["input"] for other in others} == {""}


async def test_many_conversations_are_asked_about_and_too_many_refused(
    stage_of: Callable[..., Stage], records: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stage = stage_of(recorder(records))
    story = Story()
    async with dashboard(stage, story=story) as pilot:
        await type_query(pilot, "since:30d")
        await press_each(pilot, "enter", "A", "f9")
        await wait_for(pilot, lambda: isinstance(pilot.app.screen, RunDialog))
        total = screen_of(pilot).results.table.count
        asked = f"Run Record on {total} conversations? The program runs once."
        assert any(asked in line for line in text_of(pilot))
        await pilot.press("escape")
        await settle(pilot)
        assert not records.exists()
        await press_each(pilot, "f9", "enter")
        await ended(pilot, story)
        assert story.count("CommandInputRead") > 1
        monkeypatch.setattr("tui.dashboard.own_commands.queries.MOST", 30)
        monkeypatch.setattr("tui.dashboard.own_commands.own_commands.MOST", 30)
        await pilot.press("f9")
        refused = f"Record: It can run on up to 30 conversations, not on {total}."
        await wait_for(pilot, lambda: refused in toasts(pilot))
    (record,) = written(records)
    assert len(record["input"].splitlines()) == total


@pytest.mark.parametrize(
    ("script", "told"),
    [
        (
            "echo no; echo 'a [b]' >&2; printf 'why \\033[2J\\n' >&2; exit 3",
            "It failed with exit code 3: why",
        ),
        ("kill -9 $$", "It was ended by signal 9"),
        ("printf '\\377\\376'", "It printed something that is not UTF-8 text"),
    ],
)
async def test_a_command_that_fails_says_so_in_one_line(
    stage_of: Callable[..., Stage], script: str, told: str
) -> None:
    story = Story()
    async with dashboard(stage_of(shell(script)), story=story) as pilot:
        await pilot.press("f9")
        await ended(pilot, story)
        await wait_for(pilot, lambda: toasts(pilot) == [f"Try: {told}"])


async def test_a_failure_can_be_read_beside_what_is_told_after_it(stage_of: Callable[..., Stage]) -> None:
    commands = (shell("exit 3"), shell("echo fine", name="Other", key="f8"))
    story = Story()
    async with dashboard(stage_of(*commands), size=(80, 24), story=story) as pilot:
        await pilot.press("f9")
        await ended(pilot, story)
        await pilot.press("f8")
        assert not (await ended(pilot, story, 2)).problem
        await wait_for(pilot, lambda: text_of(pilot)[1].endswith("▌ Other: fine"))
        assert text_of(pilot)[0].endswith("▌ Try: It failed with exit code 3")


async def test_the_first_run_that_fails_is_the_last(stage_of: Callable[..., Stage], tmp_path: Path) -> None:
    script = f'echo "$0" >> {tmp_path}/ids; [ $(wc -l < {tmp_path}/ids) = 1 ]'
    each = OwnCommand(name="Each", key="f9", run=("sh", "-c", script, "{id}"), output="none")
    story = Story()
    async with dashboard(stage_of(each), story=story) as pilot:
        await press_each(pilot, "x", "j", "x", "j", "x")
        second = sorted(screen_of(pilot).results.table.selection.picked)[1]
        await pilot.press("f9")
        failed = f"#{second}: It failed with exit code 1 (after 1 that worked)"
        assert (await ended(pilot, story)).problem == failed
    assert len((tmp_path / "ids").read_text().split()) == 2


async def test_a_program_that_is_missing_says_so(stage_of: Callable[..., Stage]) -> None:
    missing = OwnCommand(name="Ticket", key="f9", run=("no-such-program", "{id}"))
    async with dashboard(stage_of(missing)) as pilot:
        await pilot.press("f9")
        told = "Ticket: no-such-program could not be started: No such file or directory"
        await wait_for(pilot, lambda: told in toasts(pilot))


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
@pytest.mark.parametrize("by", ["timeout", "quit"])
async def test_what_takes_too_long_or_still_runs_at_the_end_is_ended_with_all_it_started(
    stage_of: Callable[..., Stage], tmp_path: Path, by: str
) -> None:
    started = tmp_path / "started"
    script = f"sleep 600 & echo $! > {started}.part; mv {started}.part {started}; wait"
    stage = stage_of(shell(script, timeout=1 if by == "timeout" else 600))
    story = Story()
    async with dashboard(stage, story=story) as pilot:
        await pilot.press("f9")
        await wait_for(pilot, started.exists)
        if by == "timeout":
            problem = (await ended(pilot, story)).problem
            assert problem == "It took longer than 1 s and was ended"
        else:
            await pilot.press("f9")  # the dashboard does not wait for it
            await wait_for(pilot, lambda: "Try: It still runs; its end is shown here." in toasts(pilot))
    until(partial(is_gone, int(started.read_text())))


@pytest.mark.parametrize("size", [(120, 36), (80, 24)])
async def test_a_window_shows_what_was_printed_without_control_characters_and_within_a_limit(
    stage_of: Callable[..., Stage], size: tuple[int, int]
) -> None:
    script = "printf '[red]a\\033[31mb\\033]0;OWNED\\007\\tc\\n\\n'; seq 100000; echo broken >&2; exit 1"
    story = Story()
    async with dashboard(stage_of(shell(script, output="window")), story=story, size=size) as pilot:
        await pilot.press("f9")
        await wait_for(pilot, lambda: isinstance(pilot.app.screen, OutputScreen))
        await settle(pilot)
        shown = pilot.app.screen.query_one(TextArea)
        assert shown.text.startswith("[red]ab c\n\n1\n2\n")
        assert len(shown.text) < 100_001
        lines = "\n".join(text_of(pilot))
        assert all(
            w in lines for w in ("It failed with exit code 1: broken", "only the first 100 kB", " Try ")
        )
        window = pilot.app.screen.query_one(".window").region
        assert abs(window.x - (size[0] - window.right)) <= 1, "in the middle"
        assert abs(window.y - (size[1] - window.bottom)) <= 1
        before = shown.scroll_y
        await pilot.press("pagedown")
        await wait_for(pilot, lambda: shown.scroll_y > before)
        assert not toasts(pilot)
        await pilot.press("escape")
        await wait_for(pilot, lambda: pilot.app.screen is screen_of(pilot))


async def test_commands_work_in_the_reader_and_in_play_but_not_in_the_search(
    stage_of: Callable[..., Stage], records: Path
) -> None:
    story = Story()
    async with dashboard(stage_of(recorder(records, "{id}", output="none")), story=story) as pilot:
        await pilot.press("slash", "f9")
        await settle(pilot)
        assert "CommandTargetsRead" not in story
        await press_each(pilot, "escape", "j", "enter")
        screen = screen_of(pilot)
        assert screen.thread.scroll.has_focus
        read = screen.thread.conversation_id
        await pilot.press("f9")
        await ended(pilot, story)
        await press_each(pilot, "escape", "p")
        assert isinstance(pilot.app.screen, PlayScreen)
        await press_each(pilot, "s")
        reviewed = pilot.app.screen.panel.current
        await command(pilot, "record", "Record")
        await ended(pilot, story, 2)
    assert [record["arguments"] for record in written(records)] == [[str(read)], [str(reviewed)]]


async def test_the_help_lists_the_commands_and_conflicting_keys_are_reported(
    stage_of: Callable[..., Stage], caplog: pytest.LogCaptureFixture
) -> None:
    commands = [shell("true", name=f"Try {key}", key=key) for key in ("d", "ctrl+q", "f9")]
    stage = stage_of(*commands, keymap={"refresh": "f9"})
    story = Story()
    async with dashboard(stage, story=story) as pilot:
        await wait_for(pilot, lambda: bool(toasts(pilot)))
        first, *others = (
            "d is set for both “Done” (done) and “Try d” (own command 1); “Done” (done) gets it",
            "ctrl+q is set for both “Quit” and “Try ctrl+q” (own command 2); “Quit” gets it",
            "f9 is set for both “Sync” (refresh) and “Try f9” (own command 3); “Sync” (refresh) gets it",
        )
        assert toasts(pilot)[0] == f"Conflicting keys: {first} · 2 more in the log"
        assert [record.getMessage() for record in caplog.records if "conflicting" in record.message] == [
            f"conflicting keys: {conflict}" for conflict in (first, *others)
        ]
        await pilot.press("question_mark", *"try f9")
        await wait_for(
            pilot, lambda: any("f9" in line and "Try f9: runs sh" in line for line in text_of(pilot))
        )


async def test_commands_that_are_off_say_why(stage_of: Callable[..., Stage]) -> None:
    stage = stage_of(
        commands_off="your own commands are off: others can write to /x", commands_cure="chmod go-w /x"
    )
    async with dashboard(stage) as pilot:
        told = "Settings: your own commands are off: others can write to /x; run: chmod go-w /x"
        await wait_for(pilot, lambda: told in [toast.replace("\n", " ") for toast in toasts(pilot)])
