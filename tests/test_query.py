"""The query language: what queries mean, what is wrong with bad ones, and where."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from tui.query import (
    OPERATORS,
    SYNTAX,
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
    Span,
    Text,
    Who,
    conversation_number,
    parse,
)
from tui.query.spelling import likely_name
from tui.timeframe import MOMENT_FORMS

NOW = datetime(2024, 12, 20, 15, 0, tzinfo=UTC)  # a Friday
BERLIN = ZoneInfo("Europe/Berlin")
DEC_19 = Moment("", datetime(2024, 12, 18, 23, 0, tzinfo=UTC), datetime(2024, 12, 19, 22, 59, 59, tzinfo=UTC))
MONTH_AGO = datetime(2024, 11, 20, 15, 0, tzinfo=UTC)


def read(source: str, *, typing: bool = False) -> Query:
    return parse(source, now=NOW, tz=BERLIN, typing=typing)


def fail(source: str, *, typing: bool = False) -> QueryError:
    with pytest.raises(QueryError) as caught:
        read(source, typing=typing)
    return caught.value


A, B, C = Text("aa"), Text("bb"), Text("cc")
OPEN = Flag("is", "open")


@pytest.mark.parametrize(
    ("source", "expression"),
    [
        ("", None),
        (" \t\n", None),
        ("aa", A),
        ("aa bb", And((A, B))),
        ("aa AND bb", And((A, B))),
        ("aa OR bb", Or((A, B))),
        ("aa or bb", And((A, Text("or"), B))),
        ("aa bb OR cc", Or((And((A, B)), C))),
        ("aa (bb OR cc)", And((A, Or((B, C))))),
        (
            "(555) 010-4477",
            Or((Text("(555) 010-4477", phrase=True), And((Text("555"), Text("010-4477"))))),
        ),
        ("555 0104", Or((Text("555 0104", phrase=True), And((Text("555"), Text("0104")))))),
        ("555 010", And((Text("555"), Text("010")))),
        ("555 -0104477", And((Text("555"), Not(Text("0104477"))))),
        ('דו"ח aa', And((Text('דו"ח'), A))),
        ('"aa דו"ח bb"', Text('aa דו"ח bb', phrase=True)),
        ('"דו"ח"', Text('דו"ח', phrase=True)),
        ('subject:דו"ח', Text('דו"ח', field="subject")),
        ("aa & bb", And((A, B))),
        ("aa — | bb !!!", And((A, B))),
        ("aa OR (& bb)", Or((A, B))),
        ("aa -&", A),
        ("aa x -y", And((A, Text("x"), Not(Text("y"))))),
        ("(aa bb) cc", And((A, B, C))),
        ("aa OR (bb OR cc)", Or((A, B, C))),
        ("((aa))", A),
        ("-aa", Not(A)),
        ("--aa", A),
        ("-(-aa)", A),
        ("-(aa bb)", Not(And((A, B)))),
        ('-"late fee" cc', And((Not(Text("late fee", phrase=True)), C))),
        ("-is:open", Not(OPEN)),
        ('"late  fee"', Text("late fee", phrase=True)),
        ("“late fee”", Text("late fee", phrase=True)),
        ('“late fee"', Text("late fee", phrase=True)),
        (r'"say \"hi\" C:\x \\"', Text('say "hi" C:\\x \\', phrase=True)),
        ('aa"bb"', And((A, Text("bb", phrase=True)))),
        ("ref*", Text("ref", prefix=True)),
        ('"late f"*', Text("late f", phrase=True, prefix=True)),
        ("IS:Open", OPEN),
        ("has:NOTE", Flag("has", "note")),
        ('is:"open"', OPEN),
        ("assignee:Ada", Who("assignee", "Ada")),
        ("Assignee:ME", Who("assignee", "me")),
        ("team:None", Who("team", "none")),
        ("team:me", Who("team", "me")),
        ('tag:"Billing  Issue"', Who("tag", "Billing Issue")),
        ("tag:a:b/c", Who("tag", "a:b/c")),
        ("from:ada@example.com", Text("ada@example.com", field="from")),
        ('subject:"late fee"', Text("late fee", phrase=True, field="subject")),
        ("subject:ref*", Text("ref", prefix=True, field="subject")),
        ("waiting:>2h", Compare("waiting", ">", timedelta(hours=2))),
        ("waiting:<=90m", Compare("waiting", "<=", timedelta(minutes=90))),
        ("updated:>2d", Compare("updated", ">", timedelta(days=2))),
        ("CREATED:<1w", Compare("created", "<", timedelta(weeks=1))),
        ("created:yesterday", Compare("created", "=", DEC_19)),
        ("created:2024-12-19", Compare("created", "=", DEC_19)),
        ('Updated:">= 2024-12-19"', Compare("updated", ">=", DEC_19)),
        ("-created:<2024-12-19", Not(Compare("created", "<", DEC_19))),
        (
            "updated:<=now",
            Compare("updated", "<=", Moment("now", NOW, NOW)),
        ),
        ("created:>1mo", Compare("created", ">", Moment("1mo", MONTH_AGO, MONTH_AGO, ago=True))),
        ("replies:>5", Compare("replies", ">", 5)),
        ("replies:12", Compare("replies", "=", 12)),
        ("replies:0", Compare("replies", "=", 0)),
        ("rating:<=3", Compare("rating", "<=", 3)),
        ('rating:"5"', Compare("rating", "=", 5)),
        ("-rating:1", Not(Compare("rating", "=", 1))),
        ("is:starred -is:DONE", And((Flag("is", "starred"), Not(Flag("is", "done"))))),
        ("has:followup OR has:mynote", Or((Flag("has", "followup"), Flag("has", "mynote")))),
        # plainly text
        ("http://example.com/a?b=c:d", Text("http://example.com/a?b=c:d")),
        ("is://open", Text("is://open")),
        ("12:30", Text("12:30")),
        ('"is:open"', Text("is:open", phrase=True)),
        ("example.com:8080", Text("example.com:8080")),
        ("well-known", Text("well-known")),
        ("#1234 aa", And((Text("#1234"), A))),
        ("5", Text("5")),
        ("退", Text("退")),
        ("🙂", Text("🙂")),
        ("👍🏽", Text("👍🏽")),
        ("C++", Text("C++")),
        ("c#", Text("c#")),
        # copied text that is like an operator
        ("Re: aa", And((Text("Re:", phrase=True), A))),
        ("TypeError: aa", And((Text("TypeError:", phrase=True), A))),
        (r"C:\Users\ada", Text(r"C:\Users\ada", phrase=True)),
        ("-localhost:3000", Not(Text("localhost:3000", phrase=True))),
        ("localhost:30*", Text("localhost:30", phrase=True, prefix=True)),
        ('status:"too late"', Text("status:too late", phrase=True)),
        ("foo:(aa OR bb)", And((Text("foo:", phrase=True), Or((A, B))))),
        ("asignee: ada", And((Text("asignee:", phrase=True), Text("ada")))),
        ("port:3000", Text("port:3000", phrase=True)),
        ("line:20", Text("line:20", phrase=True)),
        # near
        ('"late fee"~5', Text("late fee", phrase=True, near=5)),
        ('-subject:"fee late"~99', Not(Text("fee late", phrase=True, field="subject", near=99))),
        ('company:"acme late"~1', Text("acme late", phrase=True, field="company", near=1)),
        ('"late-fee"~5 aa', And((Text("late-fee", phrase=True, near=5), A))),
        # further operators
        ("company:acme", Text("acme", field="company")),
        ("with:Ada -with:ME", And((Who("with", "Ada"), Not(Who("with", "me"))))),
        ("channel:CHAT", Choice("channel", "conversation")),
        ("channel:messenger", Choice("channel", "conversation")),
        ("channel:phone_call", Choice("channel", "phone_call")),
        ("-channel:email", Not(Choice("channel", "email"))),
        ("channel:customer_initiated", Choice("delivered", "customer_initiated")),
        ("channel:automated", Choice("delivered", "automated")),
        ("sla:missed OR sla:canceled", Or((Choice("sla", "missed"), Choice("sla", "cancelled")))),
        ("is:due -is:FIN", And((Flag("is", "due"), Not(Flag("is", "fin"))))),
        ("attr:plan", Attribute("plan")),
        ("-attr:plan=pro", Not(Attribute("plan", "pro"))),
        ('attr:plan="pro plus" aa', And((Attribute("plan", "pro plus"), A))),
        ('attr:"Plan  name"=pro', Attribute("Plan name", "pro")),
        ('attr:"Plan name"="pro plus"', Attribute("Plan name", "pro plus")),
        ('attr:"Plan name=pro plus"', Attribute("Plan name", "pro plus")),
        ("attr:“Plan name”=“pro plus”", Attribute("Plan name", "pro plus")),
        ('attr:"Plan name"', Attribute("Plan name")),
        ("attr:url=a=b&c", Attribute("url", "a=b&c")),
        ('attr:plan="*"', Attribute("plan", "*")),
        # what cannot be seen is not searched for
        ("a\u200ba\x00", A),
        ("\u202eis:\ufeffopen", OPEN),
    ],
)
def test_meaning(source: str, expression: Node | None) -> None:
    query = read(source)
    assert query.expression == expression
    assert read(str(query)) == query
    assert query.source == source


LINK = "https://app.intercom.com/a/inbox/abc123"


@pytest.mark.parametrize(
    ("source", "number"),
    [
        ("1330", 1330),
        (" #1330 ", 1330),
        ("(1330)", 1330),
        ("215470000136423", 215470000136423),
        ("1330 sort:oldest", 1330),
        ("１３３０", 1330),
        (f"{LINK}/inbox/conversation/1330", 1330),
        (f"{LINK}/inbox/shared/all/conversation/1330?view=List", 1330),
        (f"{LINK}/inbox/search/conversation/1330?query=late%20fee#part_id=comment-1330-9", 1330),
        (f"{LINK}/inbox/admin/99/conversation/1330/", 1330),
        ("https://app.eu.intercom.com/a/inbox/abc/inbox/view:12/conversation/1330", 1330),
        ("https://app.au.intercom.com/a/apps/abc/inbox/inbox/all/conversations/1330", 1330),
        ("app.intercom.io/a/apps/abc123/conversations/1330", 1330),
        ("HTTP://APP.INTERCOM.COM/a/apps/abc/conversations/1330", 1330),
        ("0", None),
        ("007", None),
        ("9" * 19, None),
        ('"1330"', None),
        ("-1330", None),
        ("1330 since:7d", None),
        ("1330 is:open", None),
        ("1330 1331", None),
        ("subject:1330", None),
        ("13a", None),
        ("https://example.com/a/apps/abc/conversations/1330", None),
        ("https://app.intercom.com.example.com/a/apps/abc/conversations/1330", None),
        (f"{LINK}/inbox/conversation/", None),
        (f"{LINK}/inbox/contact/1330", None),
    ],
)
def test_a_number_or_a_link_alone_is_a_conversation(source: str, number: int | None) -> None:
    for typing in (False, True):
        query = read(source, typing=typing)
        assert query.number == number
        if number is not None:
            assert isinstance(query.expression, Text)
            assert query.expression.text == str(number)
        assert read(str(query)) == query


def test_a_number_keeps_its_meaning_in_another_order() -> None:
    query = replace(read("#1330"), sort=Sort.WAITING)
    assert str(query) == "1330 sort:waiting"
    assert read(str(query)) == query


def test_a_reference_is_a_number_or_a_link() -> None:
    assert conversation_number("#1330") == 1330
    assert conversation_number(str(2**63 - 1)) == 2**63 - 1
    assert conversation_number(str(2**63)) is None
    assert conversation_number("late") is None
    assert conversation_number("") is None


@pytest.mark.parametrize(
    ("source", "start", "end"),
    [
        ("aa", None, None),
        ("since:7d", "2024-12-13T15:00:00", None),
        ("since:today", "2024-12-19T23:00:00", None),
        ("until:yesterday", None, "2024-12-19T22:59:59"),
        ("on:2024-12-18", "2024-12-17T23:00:00", "2024-12-18T22:59:59"),
        ("ON:Yesterday", "2024-12-18T23:00:00", "2024-12-19T22:59:59"),
        ("since:2024-11 until:2024-11", "2024-10-31T23:00:00", "2024-11-30T22:59:59"),
        ("since:2d until:1d", "2024-12-18T15:00:00", "2024-12-19T15:00:00"),
        ("until:1d since:2d", "2024-12-18T15:00:00", "2024-12-19T15:00:00"),
        ("on:2024-10-27", "2024-10-26T22:00:00", "2024-10-27T22:59:59"),
        ('since:"2024-12-20 14:30"', "2024-12-20T13:30:00", None),
        ("since:2024-12-20T14:30Z until:now", "2024-12-20T14:30:00", "2024-12-20T15:00:00"),
    ],
)
def test_windows(source: str, start: str | None, end: str | None) -> None:
    query = read(source)
    assert query.start == (start and datetime.fromisoformat(start).replace(tzinfo=UTC))
    assert query.end == (end and datetime.fromisoformat(end).replace(tzinfo=UTC))
    assert read(str(query)) == query


@pytest.mark.parametrize(
    ("source", "canonical"),
    [
        ("  is:open   AND aa ", "is:open aa"),
        ("sort:waiting (aa OR bb) since:7d cc", "(aa OR bb) cc since:7d sort:waiting"),
        ("(aa OR bb) since:7d", "(aa OR bb) since:7d"),
        ("aa OR bb sort:created", "(aa OR bb) sort:created"),
        ("aa sort:UPDATED", "aa"),
        ("“late fee”", '"late fee"'),
        ("TAG:'x'", "tag:'x'"),
        ('tag:"a b" -(aa bb)', 'tag:"a b" -(aa bb)'),
        ("waiting:>120m", "waiting:>2h"),
        ("until:Yesterday", "until:Yesterday"),
        ("Re: aa", '"Re:" aa'),
        ('"late fee"~05', '"late fee"~5'),
        ("channel:conversation SLA:canceled", "channel:chat sla:cancelled"),
        ("sla:kept OR -sla:breached", "sla:hit OR -sla:missed"),
        ("attr:“a b”=c", 'attr:"a b"=c'),
        ("#1330", "1330"),
        (f"{LINK}/inbox/conversation/1330", "1330"),
    ],
)
def test_canonical_spelling(source: str, canonical: str) -> None:
    assert str(read(source)) == canonical


def test_a_window_without_its_wording_is_spelt_in_utc() -> None:
    query = replace(read("aa on:yesterday"), times=())
    assert str(query) == "aa since:2024-12-18T23:00:00Z until:2024-12-19T22:59:59Z"
    assert read(str(query)) == query


def test_terms_are_what_matches_hold() -> None:
    query = read('aa -bb (cc OR subject:dd) -(ee OR -ff) "late fee" is:open')
    assert [term.text for term in query.terms] == ["aa", "cc", "dd", "late fee"]
    assert read("").terms == ()


def test_spans_point_into_the_source_and_do_not_matter_for_equality() -> None:
    query = read(' aa  tag:"b c"')
    assert isinstance(query.expression, And)
    text, tag = query.expression.operands
    assert isinstance(text, Text)
    assert isinstance(tag, Who)
    assert (text.span, tag.span) == (Span(1, 3), Span(5, 14))
    assert query == read('aa tag:"b c"')
    assert hash(query) == hash(read('aa tag:"b c"'))


FLAGS = "open, closed, snoozed, unread, waiting, priority, unassigned, fin, starred, done or due"
NAMES = (
    "Operators: is:, has:, assignee:, with:, team:, tag:, from:, company:, subject:, channel:, sla:, attr:, "
    "waiting:, updated:, created:, replies:, rating:, since:, until:, on:, sort:"
)
NEAREST = f"did you mean “yesterday”? Write {MOMENT_FORMS}"
LENGTHS = "write a whole number and a unit: 30s, 45m, 2h, 90d or 2w"
HELD = "has: takes note, attachment, rating, followup or mynote, not"
COMPARED = "alone or after >, <, >= or <=, as in"
MEANT = "did you mean “assignee:”? Or write"
UNSEARCHABLE = "cannot be searched for; write a word, a number or an emoji"
NEAR = 'needs a number from 1 to 99 directly after it, as in "late refund"~5'
NOT_NEGATED = "cannot be negated: it applies to the whole query"
CHANNELS = (
    "chat, email, whatsapp, sms, phone, phone_switch, facebook, instagram, twitter, push, "
    "customer_initiated, admin_initiated, operator_initiated, campaigns_initiated or automated"
)
OR_ALONE = "OR needs a term on both sides, as in refund OR invoice"
TIMES = (
    "write a date (2024-12-20, 2024-12, 2024-12-20T14:30), today, yesterday, monday … sunday, now, "
    "or how long ago (30m, 24h, 7d, 2w, 3mo, 1y)"
)


@pytest.mark.parametrize(
    ("source", "place", "message"),
    [
        ("aa is:opn", "opn", f"is: takes {FLAGS}, not “opn”; did you mean “open”?"),
        ("is:42", "42", f"is: takes {FLAGS}, not “42”"),
        (
            "has:notes",
            "notes",
            f"{HELD} “notes”; did you mean “note”?",
        ),
        ("is:stared", "stared", f"is: takes {FLAGS}, not “stared”; did you mean “starred”?"),
        (
            "has:follow-up",
            "follow-up",
            f"{HELD} “follow-up”; did you mean “followup”?",
        ),
        (
            "sort:newest",
            "newest",
            "sort: takes updated, waiting, created, oldest, relevance or due, not “newest”",
        ),
        ("aa is: open", "is:", f"is: needs a value directly after the colon: {FLAGS}"),
        ('tag:""', 'tag:""', "tag: needs a value directly after the colon: a tag’s name or none"),
        (
            "since:",
            "since:",
            "since: needs a value directly after the colon: a time, as in 7d, yesterday or 2024-12-20",
        ),
        ("tag:(aa OR bb)", "tag:", "tag: cannot be used before parentheses: write (tag:this OR tag:that)"),
        (
            "asignee:me",
            "asignee:me",
            f'there is no operator “asignee:”; {MEANT} "asignee:me" to search for the text. {NAMES}',
        ),
        ("y -x", "y", "“y” is too short; write at least two letters"),
        ("x*", "x*", "“x*” is too short; write at least two letters"),
        ('"x."', '"x."', "“x.” is too short; write at least two letters"),
        ("from:x", "x", "“x” is too short; write at least two letters"),
        ("é", "é", "“é” is too short; write at least two letters"),
        ("aa a*", "a*", "“a*” is too short; write at least two letters"),
        ("!!!", "!!!", f"“!!!” {UNSEARCHABLE}"),
        ("& —", "&", f"“&” {UNSEARCHABLE}"),
        ("since:7d &", "&", f"“&” {UNSEARCHABLE}"),
        ("(&) -&", "&", f"“&” {UNSEARCHABLE}"),
        ("*", "*", f"“*” {UNSEARCHABLE}"),
        ("€", "€", f"“€” {UNSEARCHABLE}"),
        ("subject:→", "→", f"“→” {UNSEARCHABLE}"),
        ("sla:zzzz", "zzzz", "sla: takes active, hit, missed or cancelled, not “zzzz”"),
        ("channel:emial", "emial", f"channel: takes {CHANNELS}, not “emial”; did you mean “email”?"),
        ("with:None", "None", "with: needs a teammate’s name or me, not none"),
        ('aa "late fee"~', "~", f"“~” {NEAR}"),
        ('"late fee"~0', "~0", f"“~” {NEAR}"),
        ('"late fee"~100', "~100", f"“~” {NEAR}"),
        ('"late fee"~5*', "~5*", f"“~” {NEAR}"),
        ('"late fee"~"aa"', "~", f"“~” {NEAR}"),
        (
            '"late"~5',
            "~5",
            '“~” works only after a phrase of two words or more, as in "late refund"~5',
        ),
        ('tag:"late fee"~5', "~5", "“~” does not work with tag:"),
        ("attr:=pro", "=pro", "attr: needs a name before “=”, as in attr:plan=pro"),
        ('attr:"a b"=', '"a b"=', 'attr: needs a value after “=”; for any value write attr:"a b"'),
        (
            "attr:plan=pr*",
            "plan=pr*",
            "“*” does not work with attr:; to search for one, put quotes around it",
        ),
        ('attr:plan="pro"*', "*", "“*” does not work with attr:"),
        ('attr:plan="pro', 'plan="pro', 'this quote is not closed; add a " at the end of the phrase'),
        (
            f"attr:plan={'x' * 101}",
            f"plan={'x' * 101}",
            "attr: only values of 100 characters or less are found; for any value write attr:plan",
        ),
        (
            "attr: plan",
            "attr:",
            "attr: needs a value directly after the colon: a name, or a name and a value, as in plan=pro",
        ),
        ('""', '""', "the quotes are empty"),
        ("- aa", "-", "put “-” directly before the word to exclude, as in -spam"),
        ("aa (-)", "-", "put “-” directly before the word to exclude, as in -spam"),
        (
            "re*nd",
            "re*nd",
            '“*” works only at the end of a word, as in refund*; to search for the text, quote it: "re*nd"',
        ),
        ('tag:"b"*', "*", "“*” does not work with tag:"),
        ('since:"7d"*', "*", "“*” does not work with since:"),
        ('aa "late fee', '"late fee', 'this quote is not closed; add a " at the end of the phrase'),
        ('tag:"late', '"late', 'this quote is not closed; add a " at the end of the phrase'),
        ('since:"7d', '"7d', 'this quote is not closed; add a " at the end of the phrase'),
        ("(aa bb", "(", "this “(” is not closed; add a “)”"),
        ("aa) bb", ")", "this “)” has no matching “(”"),
        ("aa ()", "()", "the parentheses are empty"),
        ("OR aa", "OR", OR_ALONE),
        ("aa OR", "OR", OR_ALONE),
        ("aa OR OR bb", "OR", OR_ALONE),
        ("(aa OR )", "OR", OR_ALONE),
        ("AND aa", "AND", "AND needs a term on both sides; it can also be left out"),
        (
            "aa AND OR bb",
            "AND",
            "AND needs a term on both sides; it can also be left out",
        ),
        ("NOT aa", "NOT", "instead of NOT, put “-” directly before the word to exclude, as in -spam"),
        ("-OR aa", "-OR", "“-” cannot be used before “OR”"),
        ("waiting:2h", "2h", "waiting: needs >, <, >= or <= and a length of time, as in >2h, not “2h”"),
        ("waiting:>2", "2", "waiting: “2” needs a unit: s, m, h, d or w, as in 2h"),
        (
            "waiting:>2024-01-01",
            "2024-01-01",
            f"waiting: “2024-01-01” is not a length of time: {LENGTHS}",
        ),
        (
            "aa updated:2d",
            "2d",
            "updated: needs a day, month or minute; for the last 2 days write updated:<2d",
        ),
        ("created:NOW", "NOW", "created: needs a day, month or minute; write created:today"),
        ("created:<2d1", "2d1", f"created: “2d1” is not a time: write {MOMENT_FORMS}"),
        ("created:yesterdy", "yesterdy", f"created: “yesterdy” is not a time: {NEAREST}"),
        ("created:>=", ">=", f"created: a time is missing: write {MOMENT_FORMS}"),
        (
            "updated:>=2024-02-30",
            "2024-02-30",
            "updated: “2024-02-30” is not a date: February 2024 has 29 days",
        ),
        ("created:>1M", "1M", "created: “1M” could be minutes or months: write 1m or 1mo"),
        ("created:>5", "5", "created: “5” needs a unit (m, h, d, w, mo or y), as in 5d for 5 days ago"),
        ("aa replies:>", ">", f"replies: needs a number, {COMPARED} >5, not “>”"),
        ("replies:many", "many", f"replies: needs a number, {COMPARED} >5, not “many”"),
        ("replies:>-1", ">-1", f"replies: needs a number, {COMPARED} >5, not “>-1”"),
        ("rating:bad", "bad", f"rating: needs a number from 1 to 5, {COMPARED} <3, not “bad”"),
        ("rating:<٣", "<٣", f"rating: needs a number from 1 to 5, {COMPARED} <3, not “<٣”"),
        ("rating:<0", "<0", "rating: must be from 1 to 5, not “0”"),
        ("rating:10", "10", "rating: must be from 1 to 5, not “10”"),
        (
            "rating:",
            "rating:",
            f"rating: needs a value directly after the colon: a number from 1 to 5, {COMPARED} <3",
        ),
        (
            "replys:>5",
            "replys:>5",
            (
                "there is no operator “replys:”; did you mean “replies:”? "
                f'Or write "replys:>5" to search for the text. {NAMES}'
            ),
        ),
        ("on:2024-02-30", "2024-02-30", "on: “2024-02-30” is not a date: February 2024 has 29 days"),
        ("since:last-week", "last-week", f"since: “last-week” is not a time: {TIMES}"),
        ("on:7d", "7d", "on: needs a day, month or minute; for the time up to now write since:7d"),
        ("on:now", "now", "on: needs a day, month or minute; for the time up to now write since:today"),
        ("since:2030", "2030", "since: “2030” is in the future; write a time before now"),
        ("-since:7d", "-since:7d", f"since: {NOT_NEGATED}; write updated:>7d"),
        ("-since:yesterday", "-since:yesterday", f"since: {NOT_NEGATED}; write updated:<yesterday"),
        ("-until:7d", "-until:7d", f"until: {NOT_NEGATED}; write updated:<7d"),
        ("-until:2024-12", "-until:2024-12", f"until: {NOT_NEGATED}; write updated:>2024-12"),
        ("-on:monday", "-on:monday", f"on: {NOT_NEGATED}; write -updated:monday"),
        ("-since:", "-since:", f"since: {NOT_NEGATED}"),
        ("-sort:waiting", "-sort:waiting", f"sort: {NOT_NEGATED}; write another order, as in sort:oldest"),
        ("(aa since:7d)", "since:7d", "since: applies to the whole query: put it outside the parentheses"),
        (
            "(sort:created)",
            "sort:created",
            "sort: applies to the whole query: put it outside the parentheses",
        ),
        ("aa OR bb since:7d", "since:7d", "since: applies to the whole query: write (… OR …) since:7d"),
        ("since:7d since:8d", "since:8d", "since: can be used only once"),
        ("sort:created sort:waiting", "sort:waiting", "sort: can be used only once"),
        ("on:today until:now", "until:now", "on: cannot be combined with until:"),
        ("since:7d on:today", "on:today", "on: cannot be combined with since:"),
        (
            "since:1d until:2d",
            "until:2d",
            "the period ends (2024-12-18 16:00:00) before it starts (2024-12-19 16:00:00)",
        ),
        (
            "until:2d since:1d",
            "since:1d",
            "the period ends (2024-12-18 16:00:00) before it starts (2024-12-19 16:00:00)",
        ),
        ("(" * 31 + "aa" + ")" * 31, "(", "more than 30 levels of parentheses"),
        ("aa " * 1334, "a ", "the query has 4,002 characters; at most 4,000 are allowed"),
    ],
)
def test_errors_say_what_is_wrong_and_where(source: str, place: str, message: str) -> None:
    error = fail(source)
    assert error.message == message
    assert source[error.start : error.end] == place
    assert str(error) == f"column {error.start + 1}: {message}"
    assert error.source == source


@pytest.mark.parametrize(
    ("source", "corrected"),
    [
        ("aa is:opn", "aa is:open"),
        ("replys:>5 aa", "replies:>5 aa"),
        ('asignee:"Ada L"', 'assignee:"Ada L"'),
        ("since:yesturday", "since:yesterday"),
        ("updated:>=yesturday", "updated:>=yesterday"),
        ('updated:">=yesturday"', "updated:>=yesterday"),
        ("aa tga:x", "aa tag:x"),
        ("tags:x", "tag:x"),
        ("assign:ada", "assignee:ada"),
        ("si:open", "is:open"),
        ("subj:fee", "subject:fee"),
        ("-since:7d aa", "updated:>7d aa"),
        ('-on:"2024-12-20 09:00"', '-updated:"2024-12-20 09:00"'),
        ("is:zzzzzz", None),
        ("since:2024-02-30", None),
        ("aa OR", None),
    ],
)
def test_a_suggestion_replaces_the_place(source: str, corrected: str | None) -> None:
    error = fail(source)
    if corrected is None:
        assert error.suggestion is None
        return
    assert error.suggestion is not None
    assert source[: error.start] + error.suggestion + source[error.end :] == corrected
    parse(corrected, now=NOW, tz=BERLIN)


@pytest.mark.parametrize(
    ("written", "name"),
    [
        ("asignee", "assignee"),
        ("ASIGNE", "assignee"),
        ("assigned", "assignee"),
        ("replys", "replies"),
        ("tga", "tag"),
        ("tags", "tag"),
        ("form", "from"),
        ("comp", "company"),
        *(
            (text, None)
            for text in ("TypeError", "Re", "C", "localhost", "status", "date", "user", "host", "to", "co")
        ),
        ("x" * 3000, None),
    ],
)
def test_what_is_like_the_name_of_an_operator(written: str, name: str | None) -> None:
    assert likely_name(written, OPERATORS) == name


@pytest.mark.parametrize(
    ("source", "pointer"),
    [
        ("aa is:opn", "aa is:opn\n      ^^^"),
        ("日本語 is:opn", "日本語 is:opn\n          ^^^"),
        ("is:開く", "is:開く\n   ^^^^"),
        ("cafe\u0301 is:opn", "cafe\u0301 is:opn\n        ^^^"),
        ("aa\tis:opn", "aa is:opn\n      ^^^"),
        ("\x1b]0;x\x07aa is:opn", "�]0;x�aa is:opn\n            ^^^"),
        ("is:o\u202ep", "is:o�p\n   ^^^"),
        ("aa OR", "aa OR\n   ^^"),
        ("x" * 200 + " is:opn", "…" + "x" * 36 + " is:opn\n" + " " * 41 + "^^^"),
        ("is:opn " + "x" * 200, "is:opn " + "x" * 113 + "…\n   ^^^"),
    ],
)
def test_the_pointer_stands_under_the_place(source: str, pointer: str) -> None:
    assert fail(source).pointer() == pointer


@pytest.mark.parametrize(
    ("source", "canonical"),
    [
        ("aa re", "aa re*"),
        ("aa re ", "aa re"),
        ("aa OR re", "aa OR re*"),
        ("(aa OR re", "aa OR re*"),
        ("subject:re", "subject:re*"),
        ('aa "late fee"', 'aa "late fee"'),
        ("aa -re", "aa -re"),
        ("aa is:open", "aa is:open"),
        ("re is:open", "re is:open"),
        ("退", "退*"),
        ("aa http:", 'aa "http:"*'),
        ("aa localhost:30", 'aa "localhost:30"*'),
        ('aa "late fee"~', 'aa "late fee"'),
        ('aa "late fee"~1', 'aa "late fee"~1'),
        ("attr:pl", "attr:pl"),
        # unfinished last terms are left out
        *(
            (f"aa {last}", "aa")
            for last in ("is:", "is:op", "IS:OP", "sort:", "sort:wai", "tag:", "-is:", "-")
        ),
        *(
            (f"aa {last}", "aa")
            for last in ("since:", "since:2", "since:2024-1", "since:yes", "on:2024-12-20T1")
        ),
        *(
            (f"aa {last}", "aa")
            for last in (
                "waiting:",
                "waiting:>",
                "waiting:>=2",
                "updated:<3",
                "created:>",
                "created:yes",
                "updated:<=2024-1",
                "created:20",
                "replies:>",
                "rating:<=",
                "is:star",
                "has:my",
                '"late f',
                'tag:"late',
                "(",
                "channel:mess",
                "sla:h",
                "attr:",
                "attr:plan=",
                'attr:"Plan na',
            )
        ),
        *((f"aa {last}", "aa") for last in ("OR", "OR ", "AND", "NOT", "-OR", "x", "-x", "!", "#", "(x")),
        ("x bb", "x bb*"),
        ("(x) bb", "x bb*"),
        ("x OR bb", "x OR bb*"),
        ("bb x", "bb"),
        ("aa OR since:7", "aa"),
        # unfinished, but no text
        *((unfinished, "") for unfinished in ("is:op", 'tag:"late', "sort:", "-is:")),
    ],
)
def test_while_typing(source: str, canonical: str) -> None:
    assert str(read(source, typing=True)) == canonical


@pytest.mark.parametrize(
    ("source", "place", "message"),
    [
        ("x", "x", "“x” is too short; write at least two letters"),
        (" -x", "x", "“x” is too short; write at least two letters"),
        ("x y", "x", "“x” is too short; write at least two letters"),
        ("from:x", "x", "“x” is too short; write at least two letters"),
        ("-", "-", "put “-” directly before the word to exclude, as in -spam"),
        ("!", "!", f"“!” {UNSEARCHABLE}"),
        ("sort:oldest €", "€", f"“€” {UNSEARCHABLE}"),
        ('"', '"', 'this quote is not closed; add a " at the end of the phrase'),
        ('"late f', '"late f', 'this quote is not closed; add a " at the end of the phrase'),
        ('""', '""', "the quotes are empty"),
        ("OR", "OR", "write a word, a number or an emoji to search for"),
        ("((", "((", "write a word, a number or an emoji to search for"),
        ("NOT", "NOT", "write a word, a number or an emoji to search for"),
    ],
)
def test_typing_nothing_that_can_be_found_says_what_is_needed(source: str, place: str, message: str) -> None:
    error = fail(source, typing=True)
    assert isinstance(error, IncompleteQuery)
    assert error.message == message
    assert source[error.start : error.end] == place


@pytest.mark.parametrize(
    "source",
    [
        "aa is:opn",
        "is: aa",
        "is:op aa",
        '"" aa',
        "- aa",
        "since:2 aa",
        "asignee:bar",
        '"late"~5',
        "-since:7d",
        "aa OR )",
        "on:2024-02-30",
        "() aa",
    ],
)
def test_typing_does_not_excuse_what_more_typing_cannot_mend(source: str) -> None:
    assert not isinstance(fail(source, typing=True), IncompleteQuery)


def test_every_example_in_the_help_is_a_good_query() -> None:
    for name, entry in OPERATORS.items():
        assert entry.name == name
        assert entry.summary
        for value in entry.values:
            read(f"{name}:{value}")
    for syntax in SYNTAX:
        read(syntax.example)


def test_a_naive_now_is_refused() -> None:
    with pytest.raises(ValueError, match="no time zone"):
        parse("aa", now=datetime(2024, 12, 20))  # noqa: DTZ001
