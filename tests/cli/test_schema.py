"""`schema`: every JSON output of the program is exactly what its schema says."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from copy import deepcopy
from functools import reduce
from importlib import import_module
from operator import getitem
from pathlib import Path
from typing import Any

import click
import pytest

from tests.cli.conftest import Result
from tests.cli.test_verify import lose_one
from tests.json_schemas import validator
from tui.cli.json_schemas import SHAPES, command_schema
from tui.cli.main import COMMANDS
from tui.simulator.server import RunningServer
from tui.store.database import Database
from tui.store.settings_table import write_setting
from tui.sync.index_lag import SEARCH_LAG

Call = Callable[..., Result]
TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")
FREE = {"custom_attributes", "facts"}
"""Keys of objects whose keys Intercom, the customer or a check chooses."""


def test_every_command_with_json_has_a_schema() -> None:
    commands = {name: getattr(import_module(f"tui.cli.{name}"), f"{name}_command") for name in COMMANDS}
    with_json = {
        name
        for name, command in commands.items()
        if isinstance(command, click.Command) and any("--json" in each.opts for each in command.params)
    }
    outbox = commands["outbox"]
    assert isinstance(outbox, click.Group)
    assert all(any("--json" in p.opts for p in each.params) for each in outbox.commands.values())
    assert {*SHAPES} == with_json | {"export", "outbox", "health"}


def test_schemas_are_printed_and_listed(call: Call) -> None:
    assert call("schema").out.split() == [*SHAPES]
    for name in SHAPES:
        schema = json.loads(call("schema", name).out)
        assert schema == command_schema(name)
        assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"
        assert ("schema_version" in schema["required"]) == (name != "export")
    wrong = call("schema", "serch")
    assert (wrong.code, wrong.out) == (2, "")
    assert wrong.error == "“serch” prints no JSON; did you mean “search”?"
    assert call("schema", "demo").error.startswith("“demo” prints no JSON; choose from sync, search, show, ")


def test_a_schema_says_what_a_key_means() -> None:
    schema = command_schema("show")
    assert schema["properties"]["waiting_since"] == {
        "anyOf": [{"type": "string", "format": "date-time"}, {"type": "null"}]
    }
    assert schema["properties"]["triage"]["description"] == "null without any."
    assert list(schema["properties"])[:3] == ["schema_version", "id", "subject"]
    assert schema["$defs"]["PartJson"]["properties"]["kind"]["enum"] == ["message", "note", "event"]


@pytest.fixture
def outputs(
    call: Call, connected: RunningServer, mirror: Path, home: Path, monkeypatch: pytest.MonkeyPatch
) -> dict[str, list[Any]]:
    """What each command prints, of a mirror that has something of everything."""
    assert connected.url
    database = Database(mirror)
    (now,) = database.one("SELECT max(updated_at) FROM conversation")
    with database.transaction():
        write_setting(database, SEARCH_LAG, json.dumps({"seconds": 90, "found_after": 90, "seen_at": now}))
    database.close()
    found = call("search", "has:attachment", "--json", "--limit", "1").json["conversations"][0]["id"]
    assert call("views", "save", "Odd", "is:open", "--key", "f2", "--column", "state").code == 0
    printed = {
        "search": call("search", "is:open", "--json"),
        "show": call("show", found, "--json"),
        "views": call("views", "--json"),
        "export": call("export", "-q"),
        "status": call("status", "--json"),
        "coverage": call("coverage", "--since", "90d", "--json"),
        "stats": call("stats", "--json"),
        "backup": call("backup", home / "copy.db", "--json"),
        "whoami": call("whoami", "--json"),
        "profiles": call("profiles", "--json"),
        "doctor": call("doctor", "--json"),
        "paths": call("paths", "--json"),
        "sync": call("sync", "--json"),
    }
    printed["purge"] = call("purge", "--conversation", found, "--yes", "--json")
    lose_one(mirror)
    printed["verify"] = call("verify", "--repair", "--json")
    printed |= changes(call, home)
    answers = {name: [json.loads(line) for line in each.out.splitlines()] for name, each in printed.items()}
    monkeypatch.setenv("INTERCOM_ACCESS_TOKEN", "wrong-token")
    assert call("sync", "--watch", "--health", home / "health.json").code == 4
    return answers | {"health": [json.loads((home / "health.json").read_text())]}


def changes(call: Call, home: Path) -> dict[str, Result]:
    """What the commands print that change something in Intercom; nothing of it is sent."""
    config = home / "config" / "fastintercom" / "config.toml"
    config.write_text('settle = 1\nhistory = "60d"\nwrites = true\nundo_window = 3600\n')
    one = call("search", "is:open", "--json").json["conversations"][0]["id"]
    tag = call("search", "has:note", "--json", "--limit", 1000).json["conversations"]
    tagged = next(each for each in tag if each["tags"] and each["state"] == "closed")
    picture = home / "a.png"
    picture.write_bytes(b"...")
    queued = ("--no-wait", "--json")
    message = ("--text", "x", "--image", "https://x.example/a.png", "--attach", picture, *queued)
    return {
        "note": call("note", one, *message),
        "reply": call("reply", one, *message),
        "close": call("close", one, *queued),
        "open": call("open", tagged["id"], *queued),
        "snooze": call("snooze", one, "--until", "2h", *queued),
        "assign": call("assign", one, "--to", "team:nobody", *queued),
        "tag": call("tag", "new", one, "--create", *queued),
        "untag": call("untag", tagged["tags"][0], tagged["id"], *queued),
        "outbox": call("outbox", "list", "--json"),
    }


def test_every_output_is_exactly_what_its_schema_says(outputs: dict[str, list[Any]]) -> None:
    assert {*outputs} == {*SHAPES}
    for name, answers in outputs.items():
        assert answers
        for answer in answers:
            validator(name).validate(answer)
        for changed in spoiled(answers[0]):
            assert not validator(name).is_valid(changed), name


def spoiled(answer: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """The answer in many wrong forms: a key less or more, a value of another type, a time that is none."""
    for *parent, key in keys(answer):
        here = reduce(getitem, parent, answer)
        value = here[key]
        without = {name: other for name, other in here.items() if name != key}
        wrong: list[dict[str, Any]] = [without, here | {key: [value]}, here | {"unknown": 1}]
        if isinstance(value, str) and TIME.fullmatch(value):
            wrong.append(here | {key: "yesterday"})
        for instead in wrong:
            changed = deepcopy(answer)
            if parent:
                reduce(getitem, parent[:-1], changed)[parent[-1]] = instead
            yield changed if parent else instead


def keys(value: Any, *above: Any) -> Iterator[tuple[Any, ...]]:
    """The way to every key of every object whose keys are fixed; of a list, to those of its first object."""
    if isinstance(value, dict):
        for key, below in value.items():
            yield (*above, key)
            if key not in FREE:
                yield from keys(below, *above, key)
    elif isinstance(value, list) and value:
        yield from keys(value[0], *above, 0)
