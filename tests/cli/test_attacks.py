"""Whatever others write, the commands print it as plain text, each in its place."""

from __future__ import annotations

import csv
import io
import json
import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from markdown_it import MarkdownIt

from tests.attacks import ATTACKS, SEEN, commands_in, is_formula
from tests.cli.conftest import TOKEN, Result
from tests.cli.test_csv_cells import DELIMITERS, split
from tests.hostile_workspace import options, plant
from tui.simulator.server import running
from tui.text import one_line
from tui.visible import NO_NAME, is_blank, visible

Call = Callable[..., Result]


@pytest.fixture(scope="session")
def attacked(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, dict[str, int], Path]]:
    """A server full of attacks, the ids of its conversations, and a folder for the mirror of all tests."""
    with running(options(token=TOKEN)) as server:
        yield server.url, plant(server.world), tmp_path_factory.mktemp("attacked")


@pytest.fixture
def planted(
    attacked: tuple[str, dict[str, int], Path], home: Path, monkeypatch: pytest.MonkeyPatch, call: Call
) -> dict[str, int]:
    """The ids of the attacked conversations, which the default database of the user holds."""
    assert home.exists()
    url, ids, folder = attacked
    database = folder / "mirror.db"
    monkeypatch.setenv("FASTINTERCOM_BASE_URL", url)
    monkeypatch.setenv("INTERCOM_ACCESS_TOKEN", TOKEN)
    monkeypatch.setenv("FASTINTERCOM_DATABASE", str(database))
    if not database.exists():
        safe(call("sync"))
    return ids


def safe(result: Result) -> Result:
    """The result of a command that worked, and printed nothing that commands a terminal."""
    assert result.code == 0, result.err
    assert not commands_in(result.out + result.err)
    return result


def readable(result: Result) -> Result:
    """The result of a command that worked, and printed for people only what they see."""
    text = safe(result).out + result.err
    assert visible(text) == text
    return result


def is_plain(text: str) -> bool:
    """Whether a text is one that nothing may change: letters, digits and signs that are seen."""
    return (
        text.isprintable()
        and " ".join(text.split()) == text
        and not set(text) & set("<&")
        and len(text) < 1_000
        and all(unicodedata.category(character)[0] in "LNPSZ" for character in text)
    )


PLAIN = {name: text for name, text in ATTACKS.items() if is_plain(text) and not name.startswith("invisible")}


@pytest.mark.parametrize(
    "command", [("search", ""), ("stats",), ("status",), ("coverage",), ("doctor",), ("views",)]
)
def test_every_command_prints_attacks_as_plain_text(
    planted: dict[str, int], call: Call, command: tuple[str, ...]
) -> None:
    assert planted
    readable(call(*command))
    assert safe(call(*command, "--json")).json


def test_a_search_for_each_attack_is_answered_or_refused(planted: dict[str, int], call: Call) -> None:
    assert planted
    for name, text in ATTACKS.items():
        others = (f'tag:"{text}"', f"from:{text}", f'subject:"{text}"', f"attr:{text}={text}")
        for query in (text, *others) if name.startswith(("query", "number", "unencodable")) else (text,):
            result = call("search", "--no-sync", "--", query)
            assert result.code in {0, 2}, (query, result.err)
            assert not commands_in(result.out + result.err)


def test_every_thread_is_shown_as_plain_text(planted: dict[str, int], call: Call) -> None:
    for name, number in planted.items():
        lines = readable(call("show", number, "-q")).out.splitlines()
        assert lines[0].startswith(f"{number}  "), name
        kinds = [part["kind"] for part in safe(call("show", number, "-q", "--json")).json["parts"]]
        notes = [line for line in lines if line.startswith("── INTERNAL NOTE ── ")]
        assert len(notes) == kinds.count("note"), name


@pytest.mark.parametrize("name", SEEN)
def test_people_are_shown_what_can_be_seen(planted: dict[str, int], call: Call, name: str) -> None:
    number = planted[f"invisible: {name}"]
    lines = [line.strip() for line in readable(call("show", number, "-q")).out.splitlines()]
    assert lines.count(SEEN[name].strip()) >= 5
    (row,) = readable(call("search", f"#{number}", "-q")).out.splitlines()[1:]
    assert (NO_NAME if is_blank(SEEN[name]) else SEEN[name].strip()[:10]) in row


def test_json_says_what_was_written(planted: dict[str, int], call: Call) -> None:
    records = {
        record["id"]: record for record in map(json.loads, safe(call("export", "-q")).out.splitlines())
    }
    assert set(records) == set(planted.values())
    assert len(PLAIN) > 25
    for name, text in PLAIN.items():
        record = records[planted[name]]
        named = (record["subject"], record["customer"], record["customer_email"], record["company"])
        assert set(named) == {text}, name
        assert record["custom_attributes"][text] == text
        assert (record["rating_remark"], record["sla_name"], record["tags"]) == (text, text, [text])
        assert record["parts"][0]["attachments"][0]["name"] == text
        assert record["parts"][0]["text"] == text
        assert safe(call("show", planted[name], "--json", "-q")).json["parts"] == record["parts"]


@pytest.mark.parametrize("delimiter", DELIMITERS)
def test_no_cell_of_csv_is_a_formula_and_none_is_added(
    planted: dict[str, int], call: Call, delimiter: str
) -> None:
    named = {"\t": "tab"}.get(delimiter, delimiter)
    out = call("export", "-q", "--format", "csv", "--delimiter", named).out
    assert visible(out) == out
    csv.field_size_limit(10_000_000)
    head, *rows = csv.reader(io.StringIO(out, newline=""), delimiter=delimiter, strict=True)
    assert sorted(row[0] for row in rows) == sorted(map(str, planted.values()))
    for row in rows:
        assert len(row) == len(head)
        assert not commands_in("".join(row))
        assert not [cell for cell in row if is_formula(cell)]
    for other in {*DELIMITERS} - {delimiter}:
        assert not [cell for cell in split(out, other) if is_formula(cell)]


INJECTED = {
    *(
        "html_block",
        "html_inline",
        "image",
        "code_block",
        "fence",
        "code_inline",
        "hr",
        "table_open",
        "s_open",
    ),
    *("ordered_list_open", "hardbreak"),
}
"""What no exported conversation has of its own."""


def tokens(text: str) -> list[Any]:
    """What a reader of Markdown makes of a text, in the order of it."""
    blocks = MarkdownIt("gfm-like", {"linkify": False}).parse(text)
    return [token for block in blocks for token in (block, *(block.children or ()))]


def test_markdown_keeps_its_structure(planted: dict[str, int], call: Call) -> None:
    out = readable(call("export", "-q", "--format", "markdown")).out
    sections = {
        int(text.split(":")[0].removeprefix("## ")): text
        for text in re.split(r"^(?=## )", out, flags=re.M)
        if text
    }
    assert set(sections) == set(planted.values())
    for name, number in planted.items():
        found = tokens(sections[number])
        kinds = Counter(token.type for token in found)
        assert kinds["heading_open"] == 1, name
        assert not kinds.keys() & INJECTED, name
        links = {token.attrs["href"] for token in found if token.type == "link_open"}
        assert all(link.startswith("https://app.intercom.com/") for link in links), (name, links)


def test_names_of_files_are_printed_as_plain_text(
    planted: dict[str, int], call: Call, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert planted
    name = f"a{ATTACKS['terminal: title']}{ATTACKS['bidi: override']}\nfastintercom: all is well"
    commands = (
        ("backup", tmp_path / f"{name}.db"),
        *(("export", "-o", tmp_path / f"{name}.{ending}") for ending in ("csv", "md", "jsonl")),
        ("views", "export", "-o", tmp_path / f"{name}.toml"),
    )
    for command in commands:
        result = safe(call(*command))
        assert "\nfastintercom: all is well" not in result.err
    monkeypatch.setenv("FASTINTERCOM_DATABASE", str(tmp_path / f"{name}.db"))
    for command in (("paths",), ("status",), ("doctor",)):
        assert "\nfastintercom: all is well" not in safe(call(*command)).out


@pytest.mark.parametrize("host", ["a\x1b[31m\nb", "a" * 100, "nobody.invalid"])
def test_a_host_that_there_is_not_is_told(call: Call, host: str) -> None:
    result = call("simulate", "--host", host)
    assert (result.code, result.out) == (1, "")
    assert result.error == f"cannot listen on {one_line(host)}:8040: there is no such host"
