"""A simulator in its own process, with hostile customers, and the environment of its user."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.benchmarks.server import TOKEN, simulator

if sys.platform == "win32":
    collect_ignore_glob = ["test_*.py"]

CONVERSATIONS = 150
TARGET = 20
"""The number of the conversation that tests annotate; it is so old that the simulator does not change it."""
EVIL = "\x1b]0;OWNED\x07\x1b]52;c;T1dORUQ=\x07\x1b[2J\x1b[?1049l\x1b[31m\x9b6n\u202ezebras\u202c [/b] {} \x08"
"""Sets title and clipboard, clears and leaves the alternate screen, requests the cursor, reverses text."""


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a simulator whose conversations keep changing, and stay: with a deleted one goes what
    was decided about it."""
    corpus = tmp_path_factory.mktemp("corpus") / "corpus.jsonl"
    corpus.write_text("".join(json.dumps(_conversation(n)) + "\n" for n in range(CONVERSATIONS)))
    with simulator(
        conversations=0, rate_limit=100_000, latency_ms=1, corpus=corpus, activity=30, deletions=False
    ) as url:
        yield url


@pytest.fixture
def environment(server: str, tmp_path: Path) -> dict[str, str]:
    """The environment of a user with a token, whose settings name this server."""
    (tmp_path / "config.toml").write_text('settle = 2\nhistory = "100d"\ninterval = 5\n')
    inherited = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("INTERCOM_", "FASTINTERCOM_", "XDG_", "TEXTUAL"))
        and name not in {"NO_COLOR", "COLUMNS", "LINES"}
    }
    return {
        **inherited,
        **{f"XDG_{kind}_HOME": str(tmp_path) for kind in ("CONFIG", "DATA", "STATE", "CACHE")},
        "HOME": str(tmp_path),
        "FASTINTERCOM_BASE_URL": server,
        "INTERCOM_ACCESS_TOKEN": TOKEN,
    }


def _conversation(number: int) -> dict[str, object]:
    animal, said = ("zebra", EVIL) if number == TARGET else ("camel", "Nothing is wrong with it.")
    texts = [f"Where is my {animal}? {said}", "We are looking for it.", f"Still no {animal}. {said}"]
    return {
        "id": str(number),
        "subject": f"Order {number} {said if number == TARGET else ''}",
        "state": "open" if number % 2 else "closed",
        "updated_at": number * 3600,
        "messages": [
            {
                "author": "agent" if place == 1 else "customer",
                "who": "ada" if place == 1 else "customer",
                "name": "Ada" if place == 1 else f"Customer {number}",
                "body": text,
                "created_at": number * 3600 + place * 60,
            }
            for place, text in enumerate(texts)
        ],
    }
