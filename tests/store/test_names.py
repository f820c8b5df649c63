"""Names in queries: the same folding as text, all that fit, and errors that help."""

from __future__ import annotations

import unicodedata
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui.domain import Directory, Name
from tui.folding import words
from tui.query import Query, QueryError, Who, parse
from tui.query.syntax import term
from tui.store.names import resolve

NOW = datetime(2024, 12, 20, 15, 0, tzinfo=UTC)
ADA = Name(1, "Ada Lovelace", "ada@x.example")
ADMINS = (
    ADA,
    Name(2, "Zoë Ångström", "zoe.a@x.example"),
    Name(3, "Conor O’Brien", "cob@x.example"),
    Name(4, "山田 太郎", ""),
    Name(5, "Søren Kierkegård", ""),
    Name(6, "Zoe Adams", ""),
)
TEAMS = (Name(20, "Billing", ""), Name(21, "Billing & Payments", ""))
TAGS = (
    Name(30, "VIP [gold]", ""),
    Name(31, "urgent/ops", ""),
    Name(32, "C++", ""),
    Name(33, "C#", ""),
    Name(34, "🔥", ""),
    Name(35, "€ refunds", ""),
    Name(36, "Ａ／Ｂ test", ""),
    Name(37, "late refund", ""),
)
DIRECTORY = Directory(me=ADA, admins=ADMINS, teams=TEAMS, tags=TAGS)


def ids(source: str, directory: Directory = DIRECTORY) -> list[int]:
    query = parse(source, now=NOW, tz=UTC)
    assert isinstance(query.expression, Who)
    return list(resolve(query, lambda: directory)[query.expression])


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("assignee:ada", [1, 6]),
        ("assignee:lovelace", [1]),
        ("assignee:zoe", [2, 6]),
        ("assignee:ZOË", [2, 6]),
        ("assignee:angs", [2]),
        ('assignee:"zoe ang"', [2]),
        ("assignee:zoe-angstrom", [2]),
        ("assignee:zoe.a@x", [2]),
        ("assignee:obrien", [3]),
        ("assignee:o'brien", [3]),
        ("assignee:o’bri", [3]),
        ("assignee:brien", [3]),
        ("assignee:太郎", [4]),
        ("assignee:山", [4]),
        ("assignee:soren", [5]),
        ("assignee:kierkegard", [5]),
        ("assignee:me", [1]),
        ("assignee:none", [0]),
        ("with:ZOE", [2, 6]),
        ("with:me", [1]),
        ("team:billing", [20]),
        ("team:bill", [20, 21]),
        ("team:billing-payments", [21]),
        ("tag:gold", [30]),
        ("tag:vip-gold", [30]),
        ("tag:[gold", [30]),
        ("tag:ops", [31]),
        ("tag:urgent/ops", [31]),
        ("tag:C++", [32]),
        ("tag:c#", [33]),
        ("tag:c", [32, 33]),
        ("tag:🔥", [34]),
        ("tag:€", [35]),
        ("tag:a/b", [36]),
        ("tag:refund", [35, 37]),
        ("tag:late", [37]),
    ],
)
def test_a_name_stands_for_all_that_fit(source: str, expected: list[int]) -> None:
    assert ids(source) == expected


def test_names_that_fold_to_the_same_are_all_meant() -> None:
    tags = (Name(1, "Réfund", ""), Name(2, "refund", ""), Name(3, "refund later", ""))
    assert ids("tag:REFUND", Directory(me=None, admins=(), teams=(), tags=tags)) == [1, 2]


def test_before_the_names_are_known_nobody_is_meant() -> None:
    nobody = Directory(me=None, admins=(), teams=(), tags=())
    assert [ids(source, nobody) for source in ("with:ada", "with:me", "tag:x1", "team:none")] == [
        [], [], [], [0],
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("source", "message", "suggestion"),
    [
        ("assignee:adda", "no teammate is called “adda”; did you mean Ada?", "assignee:Ada"),
        ("with:angstrum", "no teammate is called “angstrum”; did you mean Ångström?", "with:Ångström"),
        ("tag:urgnt", "no tag is called “urgnt”; did you mean urgent/ops?", "tag:urgent/ops"),
        ("team:zzz", "no team is called “zzz”; known: Billing, Billing & Payments", None),
        ("tag:$$", "no tag is called “$$”; known: VIP [gold], urgent/ops, C++, C#, 🔥, …", None),
    ],
)
def test_a_name_that_fits_nothing_is_an_error(source: str, message: str, suggestion: str | None) -> None:
    with pytest.raises(QueryError) as caught:
        ids(source)
    assert (caught.value.message, caught.value.suggestion) == (message, suggestion)
    assert (caught.value.start, caught.value.end) == (0, len(source))


NAMES = st.text(
    st.sampled_from("abÅøßñ ёй'’-/[]#+@日語カが한글ｱＢ🙂€१दिन") | st.characters(codec="utf-8"),
    min_size=1,
    max_size=12,
).map(lambda text: " ".join(text.split()))


def found(name: str, wanted: str) -> bool:
    who = Who("tag", wanted)
    directory = Directory(me=None, admins=(), teams=(), tags=(Name(1, "other", ""), Name(2, name, "")))
    return 2 in resolve(Query("", who), lambda: directory)[who]


# "none" stands for no tag, however it is written.
@given(name=NAMES.filter(lambda text: text not in {"", "other"} and "none" not in text.casefold().split()))
def test_a_name_is_found_in_any_form_and_by_any_of_its_words(name: str) -> None:
    assert found(name, unicodedata.normalize("NFC", name))
    assert found(name, unicodedata.normalize("NFD", name))
    assert found(name, name.upper() if words(name.upper()) == words(name) else name)
    for word in words(name):
        assert found(name, word)


def suggested(source: str) -> str | None:
    try:
        ids(source)
    except QueryError as error:
        return error.suggestion
    return None


@given(wanted=NAMES.filter(lambda text: text not in {"", "none", "me"}))
def test_what_an_error_suggests_is_something_else_that_is_known(wanted: str) -> None:
    for field in ("tag", "assignee"):
        suggestion = suggested(term(field, wanted))
        assert suggestion != term(field, wanted)
        assert suggestion is None or ids(suggestion)
