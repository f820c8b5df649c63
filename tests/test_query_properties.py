"""The query language under random queries: spelling and reading are inverse, and errors always point."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from hypothesis import assume, example, given
from hypothesis import strategies as st
from rich.cells import cell_len

from tui.folding import is_phone_number, words
from tui.query import (
    OPERATORS,
    And,
    Attribute,
    Choice,
    Compare,
    Flag,
    IncompleteQuery,
    Moment,
    Node,
    Not,
    Or,
    Query,
    QueryError,
    Sort,
    Text,
    Who,
    conversation_number,
    describe,
    parse,
)
from tui.query.choices import SPELLING
from tui.query.nodes import CompareField, CompareSign
from tui.query.syntax import is_bare_word, is_one_letter, is_searchable
from tui.timeframe import ago_in_words, parse_moment

NOW = datetime(2024, 12, 20, 15, 0, tzinfo=UTC)
BERLIN = ZoneInfo("Europe/Berlin")

LETTERS = st.sampled_from("abzOR019éß日語🙂-_.:/@#'\\&“”")
ANY_TEXT = st.text(st.sampled_from('abc é日🙂"\\-:*()“”OR'), min_size=1, max_size=10).map(
    lambda t: " ".join(t.split())
)


def searchable(text: str) -> bool:
    return is_searchable(text) and not is_one_letter(text)


WORDS = st.text(LETTERS, min_size=1, max_size=8).filter(lambda t: searchable(t) and is_bare_word(t))
FIELD_WORDS = st.builds(
    Text,
    WORDS | st.sampled_from(["-refund", "OR", "re:fund"]),
    prefix=st.booleans(),
    field=st.sampled_from(["subject", "from", "company"]),
)
FREE_WORDS = st.builds(Text, WORDS.filter(lambda t: conversation_number(t) is None), prefix=st.booleans())
PHRASES = st.builds(
    Text,
    ANY_TEXT.filter(searchable),
    phrase=st.just(True),
    prefix=st.booleans(),
    field=st.sampled_from(["any", "subject", "from", "company"]),
)
NEAR_PHRASES = st.builds(
    Text,
    ANY_TEXT.filter(lambda t: len(words(t)) > 1),
    phrase=st.just(True),
    field=st.sampled_from(["any", "subject", "from", "company"]),
    near=st.integers(1, 99),
)


def flags(kind: Literal["is", "has"]) -> st.SearchStrategy[Flag]:
    return st.builds(Flag, st.just(kind), st.sampled_from(OPERATORS[kind].values))


NAMES = st.builds(
    Who,
    st.sampled_from(["assignee", "with", "team", "tag"]),
    ANY_TEXT.filter(lambda t: t != "") | st.sampled_from(["me", "none", "Ada Lovelace", "-x", "*"]),
).filter(lambda who: who.value.lower() not in ("me", "none") or (who.value.islower() and who.field != "with"))
CHOICES = st.sampled_from(sorted(SPELLING)).map(lambda meaning: Choice(*meaning))
ATTRIBUTES = st.builds(
    Attribute,
    ANY_TEXT.filter(lambda t: t != "" and "=" not in t),
    st.none() | (ANY_TEXT | st.sampled_from(["=", "a=b", "*", "true", "pro plus"])).filter(lambda t: t != ""),
)
COMPARED: tuple[CompareSign, ...] = (">", "<", ">=", "<=")
FIELDS: tuple[CompareField, ...] = ("updated", "created")
LENGTHS = st.builds(
    Compare,
    st.sampled_from(["waiting", *FIELDS]),
    st.sampled_from(COMPARED),
    st.integers(0, 10**7).map(lambda s: timedelta(seconds=s)),
)
MOMENTS = st.sampled_from(
    ["today", "Yesterday", "mon", "2024", "2024-12", "2024-02-29T23:59", "2024-12-20 09:00", "3mo", "1Y"]
) | st.dates(date(1971, 1, 1), date(2999, 1, 1)).map(str)


@st.composite
def placed(draw: st.DrawFn) -> Compare:
    """A comparison with a time; what is so long ago has no first and last second to lie between."""
    text = draw(MOMENTS)
    ago = ago_in_words(text) is not None
    sign = draw(st.sampled_from(COMPARED if ago else (*COMPARED, "=")))
    return Compare(
        draw(st.sampled_from(FIELDS)), sign, Moment(text, *parse_moment(text, now=NOW, tz=BERLIN), ago)
    )


SIGNS = st.sampled_from([">", "<", ">=", "<=", "="])
COMPARISONS = st.one_of(
    LENGTHS,
    placed(),
    st.builds(Compare, st.just("replies"), SIGNS, st.integers(0, 10**9)),
    st.builds(Compare, st.just("rating"), SIGNS, st.integers(1, 5)),
)
TERMS: st.SearchStrategy[Node] = st.one_of(
    FREE_WORDS,
    FIELD_WORDS,
    PHRASES,
    NEAR_PHRASES,
    flags("is"),
    flags("has"),
    NAMES,
    CHOICES,
    ATTRIBUTES,
    COMPARISONS,
)


def negated(node: Node) -> Node:
    return node.operand if isinstance(node, Not) else Not(node)


def joined(kind: type[And] | type[Or], nodes: list[Node]) -> Node:
    flat: list[Node] = []
    for node in nodes:
        flat.extend(node.operands if isinstance(node, kind) else [node])
    return kind(tuple(flat))


def combined(nodes: st.SearchStrategy[Node]) -> st.SearchStrategy[Node]:
    several = st.lists(nodes, min_size=2, max_size=3)
    return st.one_of(
        nodes.map(negated),
        several.map(lambda found: joined(And, found)),
        several.map(lambda found: joined(Or, found)),
    )


NODES = st.recursive(TERMS, combined, max_leaves=8)
INSTANTS = st.integers(0, int(NOW.timestamp())).map(lambda s: datetime.fromtimestamp(s, UTC))


@st.composite
def queries(draw: st.DrawFn) -> Query:
    start, end = draw(st.none() | INSTANTS), draw(st.none() | INSTANTS)
    if start and end and start > end:
        start, end = end, start
    expression, number = draw(st.none() | NODES), None
    if draw(st.booleans()):
        start = end = None
        number = draw(st.integers(1, 2**63 - 1))
        expression = Text(str(number), prefix=draw(st.booleans()))
    query = Query("", expression, start, end, draw(st.sampled_from(Sort)), number=number)
    assume(
        not (isinstance(expression, And) and is_phone_number(str(query)))
    )  # this is read as one number too
    return query


@given(query=queries())
def test_what_is_spelt_is_read_back(query: Query) -> None:
    again = parse(str(query), now=NOW, tz=BERLIN)
    assert again == query
    assert str(parse(str(again), now=NOW, tz=BERLIN)) == str(again)
    assert describe(query, BERLIN).isprintable()


PIECES = st.sampled_from(
    [
        *"ab-*()\":“” \t\\\x1b\u202e\u200b日\ud800",
        " OR ", " AND ", "NOT ", "refund", "is:", "open", "tag:", "since:", "7d", "2024-12-2", "until:",
        "today", "on:", "sort:", "waiting", ">2h", "replies:", "rating:", "created:",
        "updated:", "yesterday", "3mo", "2024",
        ">", "<=", "5", "http://", "12:30", "foo:", "attr:", "=", "~", "channel:", "sla:", "with:", "#",
        "1330",
        "🙂", "€", "C:", "asignee:",
    ]
)  # fmt: skip
SOURCES = st.text(max_size=40) | st.lists(PIECES, max_size=14).map("".join)


@given(source=SOURCES, typing=st.booleans())
@example(source="-" * 3999 + "x", typing=False)
@example(source="(" * 4000, typing=True)
@example(source='"\\' * 2000, typing=False)
@example(source="x OR " * 800, typing=True)
@example(source="a\u202e" * 30 + "foo:bar\u202e", typing=False)
def test_any_text_is_a_query_or_an_error_that_points_into_it(source: str, typing: bool) -> None:
    try:
        query = parse(source, now=NOW, tz=BERLIN, typing=typing)
    except QueryError as error:
        check_error(error, source)
    else:
        assert parse(str(query), now=NOW, tz=BERLIN) == query
        assert describe(query, BERLIN).isprintable()
        if not typing:
            assert parse(source, now=NOW, tz=BERLIN) == query


def check_error(error: QueryError, source: str) -> None:
    assert 0 <= error.start < error.end <= len(source)
    assert error.source == source
    assert str(error).isprintable()
    line, carets = error.pointer().split("\n")
    assert line.isprintable()
    assert carets.strip(" ") == "^" * carets.count("^") != ""


@given(source=st.text(st.sampled_from("ab é日語e\u0301ｆ한🙂"), max_size=20), place=st.data())
def test_carets_stand_under_the_cells_of_the_place(source: str, place: st.DataObject) -> None:
    start = place.draw(st.integers(0, len(source)))
    end = place.draw(st.integers(start, len(source)))
    line, carets = QueryError("wrong", start, end, source).pointer().split("\n")
    assert line == source
    assert len(carets) - len(carets.lstrip()) == cell_len(source[:start])
    assert carets.count("^") == max(1, cell_len(source[start:end]))


@given(source=SOURCES.filter(lambda s: s.strip() != ""))
def test_what_is_good_when_finished_is_good_while_typing(source: str) -> None:
    try:
        parse(source, now=NOW, tz=BERLIN)
    except QueryError:
        return
    parse(source, now=NOW, tz=BERLIN, typing=True)


def test_every_beginning_of_a_good_query_can_be_typed() -> None:
    source = (
        'refund -spam (is:open OR is:snoozed) tag:"billing issue" since:2024-12-01 '
        "sort:waiting assignee:me replies:>=12 rating:<3 created:<90d "
        "created:>=2024-12-20T14:30 updated:yesterday updated:<=3mo -created:2024-12 "
        'has:followup -is:starred "late fee"~12 attr:"Plan name"="pro plus" channel:phone -sla:missed '
        "TypeError: localhost:3000 with:ada company:acme C++ 🙂 ref"
    )
    for length in range(len(source) + 1):
        try:
            parse(source[:length], now=NOW, tz=BERLIN, typing=True)
        except IncompleteQuery:
            assert source[:length] == "r"
