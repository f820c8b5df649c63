from __future__ import annotations

import json
import lzma
from pathlib import Path
from typing import Any

import pytest

from tests.simulator.support import NOW, HandClock, caller, quiet
from tui.simulator.corpus import CorpusError, read_corpus
from tui.simulator.server import running
from tui.simulator.world import World

REAL = Path(__file__).resolve().parents[2] / "../shared/data/conversations.jsonl.xz"


def record(number: int, **changes: Any) -> dict[str, Any]:
    began = 1_500_000_000 + number * 50_000
    return {
        "id": f"forum-{number}",
        "subject": f"Question {number}",
        "messages": [
            {"author": "customer", "body": f"<p>Question {number}</p>", "created_at": began, "name": "Ann"},
            {
                "author": "agent",
                "body": "<p>Yes</p>",
                "created_at": began + 60,
                "who": "agent-7",
                "name": "Bo",
            },
            {"author": "customer", "body": "<p>Ok</p>", "created_at": began + 90 * 86400, "name": "Ann"},
        ],
        "source": "forum",
        "lang": "en",
        "tags": ["printing", f"t{number % 2}"],
        "topic": "printing",
        "state": "closed" if number % 2 else "open",
        "created_at": began,
        "updated_at": began + 90 * 86400,
        "url": f"https://forum.example/{number}",
        **changes,
    }


def write(path: Path, records: list[dict[str, Any]]) -> Path:
    text = "".join(json.dumps(item) + "\n" for item in records).encode()
    path.write_bytes(lzma.compress(text) if path.suffix == ".xz" else text)
    return path


@pytest.mark.parametrize("name", ["corpus.jsonl", "corpus.jsonl.xz"])
def test_a_corpus_is_served(tmp_path: Path, name: str) -> None:
    path = write(tmp_path / name, [record(number) for number in reversed(range(40))])
    with running(quiet(corpus=path, days=10), HandClock()) as server, caller(server) as client:
        items = list(server.world.conversations.values())
        assert [item.attributes["corpus_id"] for item in items] == [f"forum-{n}" for n in range(40)]
        times = [item.updated_at for item in items]
        assert times == sorted(times)
        assert times[0] >= NOW - 10 * 86400
        assert NOW - 86400 < times[-1] < NOW
        found = client.get(f"/conversations/{items[-1].id}").json()
        assert found["title"] == "Question 39"
        assert found["source"]["body"] == "<p>Question 39</p>"
        assert found["state"] == "closed"
        parts = found["conversation_parts"]["conversation_parts"]
        assert [part["part_type"] for part in parts] == ["comment", "comment", "close"]
        assert [part["author"]["name"] for part in parts][:2] == ["Bo", "Ann"]
        admin = found["admin_assignee_id"]
        assert admin in {int(person["id"]) for person in client.get("/admins").json()["admins"]}
        assert {tag["name"] for tag in found["tags"]["tags"]} == {"printing", "t1"}
        assert client.get(f"/contacts/{found['contacts']['contacts'][0]['id']}").json()["name"] == "Ann"
        assert len({item.admin for item in items}) == 1


def test_a_corpus_lives_on(tmp_path: Path) -> None:
    clock = HandClock()
    path = write(tmp_path / "c.jsonl", [record(number) for number in range(30)])
    world = World(quiet(corpus=path, activity=10), clock)
    clock.forward(300)
    world.catch_up()
    assert any(item.updated_at > NOW for item in world.conversations.values())


@pytest.mark.parametrize(
    ("text", "says"),
    [("{broken\n", "line 1"), ('{"id": 7, "messages": []}\n', "line 1"), (None, "cannot read")],
)
def test_an_unreadable_corpus_is_named(tmp_path: Path, text: str | None, says: str) -> None:
    path = tmp_path / "c.jsonl"
    if text is not None:
        path.write_text(text)
    with pytest.raises(CorpusError, match=says):
        list(read_corpus(path))


def test_five_hundred_records_are_read(tmp_path: Path) -> None:
    """The real ones where they are next to this repository."""
    made = [record(number) for number in range(500)]
    records = read_corpus(REAL if REAL.exists() else write(tmp_path / "corpus.jsonl.xz", made))
    assert all(next(records).messages for _ in range(500))
