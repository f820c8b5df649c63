"""Changes of valid inputs: of text, and of JSON with its structure."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from random import Random
from typing import Any

from tests.attacks import ATTACKS

LONGEST = 300_000
"""Characters of a repeated piece."""
HUGE = "@huge@"
"""In JSON, stands for a number with more digits than Python writes."""
TEXTS = tuple(ATTACKS.values())


def joined(random: Random, pieces: Sequence[str], most: int) -> str:
    """Some pieces, `most` at most, one after the other."""
    return "".join(random.choices(pieces, k=random.randint(0, most)))


def repeated(random: Random, pieces: Sequence[str], longest: int = LONGEST) -> str:
    """One to three pieces again and again."""
    unit = "".join(random.choices(pieces, k=random.randint(1, 3))) or "x"
    return unit * (1 + int(longest ** random.random() / len(unit)))


def changed_text(random: Random, text: str, pieces: Sequence[str]) -> str:
    """The text with a few places cut out, doubled, moved or filled with a piece."""
    for _ in range(random.randint(1, 6)):
        first, last = sorted(random.randint(0, len(text)) for _ in range(2))
        if last - first > 200 and random.random() < 0.7:
            last = first + random.randint(0, 20)
        place = random.choice(pieces)
        text = random.choice(
            [
                text[:first] + text[last:],
                text[:last] + text[first:],
                text[last:] + text[:first],
                text[:first] + place + text[first:],
                text[:first] + place + text[last:],
            ]
        )[:LONGEST]
    return text


def changed_bytes(random: Random, data: bytes) -> bytes:
    """The bytes with a few of them changed, cut off or filled in."""
    changed = bytearray(data)
    for _ in range(random.randint(1, 4)):
        place = random.randint(0, len(changed))
        match random.randrange(4):
            case 0:
                del changed[place : place + random.randint(1, 8)]
            case 1:
                changed[place:place] = random.randbytes(random.randint(1, 4))
            case 2:
                del changed[place:]
            case _:
                changed[place : place + 1] = random.choice(
                    [b'"', b"{", b"[", b"}", b"\\", b"\xff", b"\0", b"9"]
                )
    return bytes(changed)


def odd_value(random: Random) -> Any:
    """A value that nobody expects."""
    match random.randrange(4):
        case 0:
            return random.choice(
                [None, True, False, 0, -1, 1, 2**31, 2**53 + 1, 2**63 - 1, 2**63, 10**15, 10**30, HUGE]
            )
        case 1:
            return random.choice([0.5, -0.0, 1e15, 1e300, float("inf"), float("nan"), -1.5, 4_102_444_800])
        case 2:
            return random.choice(TEXTS)
        case _:
            return random.choice(
                [
                    "",
                    "0",
                    "-1",
                    "²",
                    "٣",
                    "1.5",
                    " 7 ",
                    "1e3",
                    "null",
                    "nobody_admin",
                    [],
                    {},
                    [None],
                    [[]],
                    {"": ""},
                ]
            )


def changed_json(random: Random, document: Any, *, changes: int = 4) -> Any:
    """A copy of the document in which a few values are replaced, removed, doubled, moved or wrapped."""
    document = {"": json.loads(json.dumps(document))}
    for _ in range(random.randint(1, changes)):
        places = list(_places(document))
        container, key = random.choice(places)
        value = container[key]
        match random.randrange(8):
            case 0 | 1 | 2:
                container[key] = odd_value(random)
            case 3:
                if container is not document:
                    del container[key]
            case 4:
                other, other_key = random.choice(places)
                container[key] = json.loads(json.dumps(other[other_key]))
            case 5:
                container[key] = random.choice(
                    [[value], {"data": value}, {random.choice(TEXTS): value}, str(value)]
                )
            case 6:
                if isinstance(container, list):
                    container[key:key] = [json.loads(json.dumps(value))] * random.choice([1, 2, 600])
                elif container is not document:
                    container[random.choice(TEXTS)] = odd_value(random)
            case _:
                deep: Any = value
                for _ in range(random.choice([3, 12, 70, 300])):
                    deep = [deep] if random.random() < 0.5 else {"a": deep}
                container[key] = deep
    return document[""]


def json_bytes(document: Any, *, ascii_only: bool) -> bytes:
    text = json.dumps(document, ensure_ascii=ascii_only).replace(f'"{HUGE}"', "9" * 4_400)
    return text.encode("utf-8", "surrogatepass")


def _places(document: Any) -> Iterator[tuple[Any, Any]]:
    """(container, key) of every value in the document."""
    waiting = [document]
    while waiting:
        container = waiting.pop()
        items = container.items() if isinstance(container, dict) else enumerate(container)
        for key, value in items:
            yield container, key
            if isinstance(value, dict | list):
                waiting.append(value)
