"""The layout of a thread: folds, links, days, authors, events."""

from __future__ import annotations

import time
from datetime import UTC, date, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st
from textual.content import Content

from tests.dashboard.stage import START
from tui.dashboard.thread.layout import (
    MAX_LINES,
    MAX_LINKS,
    DayItem,
    EventsItem,
    MatchSpans,
    MessageItem,
    ThreadLayout,
    day_text,
    lay_out_thread,
    summary,
)
from tui.dashboard.thread.message_blocks import Body, fold_of, footing, render_body
from tui.dashboard.thread.quotes import KEPT, LONG, find_folds
from tui.domain import Attachment, ConversationRow, PartKind, Person, Snippet, Thread, ThreadPart
from tui.links import MAX_URL

ADA = Person("admin", "1", "Ada [/b]")
ZOE = Person("user", "2", "Zoë")
URL = "https://shop.example/orders/1234567890/a-rather-long-path/that-goes-on?and=on"


def part(
    number: int,
    text: str = "",
    *,
    kind: PartKind = PartKind.MESSAGE,
    author: Person = ZOE,
    minutes: float | None = None,
    files: tuple[Attachment, ...] = (),
) -> ThreadPart:
    at = START + timedelta(minutes=number if minutes is None else minutes)
    return ThreadPart(number, "comment", kind, author, at, text, files)


def thread(*parts: ThreadPart, missing: int = 0) -> Thread:
    row = ConversationRow(
        1, "", Snippet(""), ZOE, "open", True, "none", "", "", (), START, START, None, None, 1, False, ""
    )
    return Thread(row, parts, "", {}, "", None, "", "", "", missing, None)


def message(text: str, matches: MatchSpans = ()) -> MessageItem:
    items = lay_out_thread(thread(part(1, text)), (matches,), UTC).items
    return next(item for item in items if isinstance(item, MessageItem))


def drawn(text: str, opened: tuple[int, ...] = ()) -> str:
    return render_body(message(text), opened, None).content.plain


ANSWER = "Thank you!\n\n"
SENT = "On Mon, 12 Aug 2024 at 10:00, Ada <ada@x.example>\nwrote:\n"
HISTORY = f"{SENT}\n> Dear Zoë,\n>\n> it is sent.\n> Ada\n"


@pytest.mark.parametrize(
    ("text", "hidden"),
    [
        (ANSWER + HISTORY, 7),
        (ANSWER + "Am 12.08.2024 um 10:00 schrieb Ada:\n> eins\n> zwei\n", 3),
        (ANSWER + "Le lun. 12 août 2024 à 10:00, Ada a écrit :\nBonjour\nAda", 3),
        (ANSWER + "-----Original Message-----\nFrom: Ada\nHello\n", 3),
        (ANSWER + "From: Ada\nSent: Monday\nTo: Zoë\nSubject: Hello\n\nDear Zoë", 6),
        (ANSWER + "> one\n> two\n> three\n", 3),
    ],
)
def test_quoted_mail_is_one_line_that_says_how_many(text: str, hidden: int) -> None:
    assert drawn(text) == f"{ANSWER}▸ {hidden} quoted lines"
    opened = drawn(text, (0,))
    assert opened == f"{ANSWER}▾ {hidden} quoted lines\n{text.removeprefix(ANSWER)}"


@pytest.mark.parametrize(
    "text",
    [
        "> two lines\n> are what one answers to\nYes.",
        "On Monday my boss wrote:\nI want my money back",
        HISTORY,
        "> all\n> of\n> it\n> is quoted",
        "-----Original Message-----\nonly that",
        "",
    ],
)
def test_what_has_to_be_seen_is_not_folded(text: str) -> None:
    assert find_folds(text) == ()
    assert drawn(text) == text


def test_an_answer_between_quotations_stays() -> None:
    text = "> one\n> two\n> three\nYes.\n> four\n> five\n> six\nNo."
    assert drawn(text) == "▸ 3 quoted lines\nYes.\n▸ 3 quoted lines\nNo."
    assert drawn(text, (1,)) == "▸ 3 quoted lines\nYes.\n▾ 3 quoted lines\n> four\n> five\n> six\nNo."


def test_the_end_of_a_long_message_is_folded() -> None:
    lines = [f"line {n}" for n in range(LONG + 20)]
    shown = drawn("\n".join(lines)).split("\n")
    assert shown == [*lines[:KEPT], f"▸ {LONG + 20 - KEPT} more lines"]
    assert drawn("\n".join(lines[:LONG])).split("\n") == lines[:LONG]
    paragraph = "word " * 2000
    shown_paragraph = drawn(paragraph)
    assert "more lines" in shown_paragraph
    assert len(shown_paragraph) < len(paragraph) / 3


@given(st.text(alphabet="> \nab", max_size=400), st.sets(st.integers(0, 3)))
def test_folds_lose_nothing(text: str, opened: set[int]) -> None:
    folds = find_folds(text)
    position = 0
    for fold in folds:
        assert position <= fold.start < fold.end <= len(text)
        position = fold.end
    body = render_body(message(text), opened, None)
    for low, high, at in body.runs:
        assert body.content.plain[at : at + high - low] == text[low:high]
    hidden = sum(f.end - f.start for n, f in enumerate(folds) if n not in opened)
    assert sum(high - low for low, high, _ in body.runs) == len(text) - hidden


def test_links_are_numbered_and_an_address_keeps_its_number() -> None:
    reading = lay_out_thread(
        thread(
            part(1, f"See the invoice ({URL}) and http://x.example/a_(b), or {URL}."),
            part(
                2, f"{URL} again", files=(Attachment("a.pdf", "application/pdf", 9, "https://f.example/1"),)
            ),
        ),
        (),
        UTC,
    )
    assert [(link.number, link.url, link.name) for link in reading.links] == [
        (1, URL, ""),
        (2, "http://x.example/a_(b)", ""),
        (3, "https://f.example/1", "a.pdf"),
    ]
    first, second = (block for block in reading.items if isinstance(block, MessageItem))
    short = "shop.example/orders/1234567890/a-rather-lon… [1]"
    assert render_body(first, (), None).content.plain == (
        f"See the invoice (shop.example) [1] and x.example/a_(b) [2], or {short}."
    )
    assert render_body(second, (), None).content.plain == f"{short} again"
    assert second.attachment_links == (3,)


def test_a_link_shows_its_host_unless_its_text_ends_with_it() -> None:
    text = (
        "here (https://a.example/x), a.example (https://a.example/y), b.example (https://a.example/z),"
        " https://c.example@a.example/ and a.pdf (https://a.example/a.pdf)"
    )
    assert drawn(text) == (
        "here (a.example) [1], a.example [2], b.example (⚠ a.example) [3],"
        " ⚠ a.example [4] and a.pdf (a.example) [5]"
    )
    doubts = [link.doubts for link in lay_out_thread(thread(part(1, text)), (), UTC).links]
    assert [len(each) for each in doubts] == [0, 0, 1, 1, 0]
    assert doubts[2] == ("The text of the link names b.example.",)


def test_one_label_that_names_another_host_is_enough() -> None:
    text = "here (https://a.example/) and bank.example (https://a.example/) and there (https://a.example/)"
    assert (
        drawn(text) == "here (a.example) [1] and bank.example (⚠ a.example) [1] and there (⚠ a.example) [1]"
    )
    (link,) = lay_out_thread(thread(part(1, text)), (), UTC).links
    assert link.doubts


def test_a_match_in_an_address_leaves_all_of_it_visible_with_the_real_host() -> None:
    text = "Go: https://bank.example@evil.example/ or https://bank.example/"
    item = message(text, ((12, 16), (text.rindex("bank"), text.rindex("bank") + 4)))
    assert render_body(item, (), None).content.plain == (
        "Go: https://bank.example@evil.example/ (⚠ evil.example) [1] or https://bank.example/ [2]"
    )


def test_an_attachment_shows_where_it_leads() -> None:
    files = (
        Attachment("a.pdf", "application/pdf", 9, "https://f.example/1"),
        Attachment("bank.example", "", 9, "https://evil.example/"),
        Attachment("b", "", 9, "javascript:alert(1)"),
    )
    laid_out = lay_out_thread(thread(part(1, "", files=files)), (), UTC)
    (item,) = (item for item in laid_out.items if isinstance(item, MessageItem))
    assert footing(item) == [
        "⊕ a.pdf (9 Bytes, application/pdf) · f.example [1]",
        "⊕ bank.example (9 Bytes) · ⚠ evil.example [2]",
        "⊕ b (9 Bytes)",
    ]


@pytest.mark.parametrize(
    "text", ["http:// nothing", "javascript:alert(1)", "file:///etc/passwd", "https://["]
)
def test_what_no_browser_should_open_is_no_link(text: str) -> None:
    assert lay_out_thread(thread(part(1, text)), (), UTC).links == ()


@given(st.lists(st.sampled_from(["(", ")", "a", ".", "]", "/"]), max_size=12).map("".join))
def test_an_address_ends_before_the_punctuation_of_its_sentence(end: str) -> None:
    url = f"https://x.io/{end}".partition("](")[0]
    while url[-1] in ".)]" and not (url[-1] == ")" and url.count("(") >= url.count(")")):
        url = url[:-1]
    (link,) = lay_out_thread(thread(part(1, f"see https://x.io/{end}")), (), UTC).links
    assert link.url == url


@pytest.mark.parametrize("text", ["http://", "https://x.io/", "https://x.io/("])
@pytest.mark.parametrize("end", [")", ")]", "()"])
def test_an_address_with_a_very_long_end_takes_linear_time(text: str, end: str) -> None:
    started = time.process_time()
    lay_out_thread(thread(part(1, text + end * (190_000 // len(end)))), (), UTC)
    assert time.process_time() - started < 5  # what is quadratic takes a minute


def test_there_is_a_limit_to_links() -> None:
    longest = "https://x.io/".ljust(MAX_URL, "a")
    assert [link.url for link in lay_out_thread(thread(part(1, f"{longest}a {longest}")), (), UTC).links] == [
        longest
    ]
    many = " ".join(f"https://x.io/{number}" for number in range(MAX_LINKS - 1))
    more = (Attachment("a", "", 1, "https://x.io/a"), Attachment("b", "", 1, "https://x.io/b"))
    laid_out = lay_out_thread(
        thread(part(1, many, files=more), part(2, "https://x.io/c https://x.io/5")), (), UTC
    )
    first, second = [item for item in laid_out.items if isinstance(item, MessageItem)]
    assert len(laid_out.links) == MAX_LINKS
    assert first.attachment_links == (MAX_LINKS, 0)
    assert render_body(second, (), None).content.plain == "https://x.io/c x.io/5 [6]"


def test_of_very_many_lines_the_first_are_shown() -> None:
    lines = [f"x{number}" for number in range(MAX_LINES + 1)]
    whole = message("\n".join(lines[:-1]))
    assert (whole.text, whole.is_cut, footing(whole)) == (whole.part.text, False, [])
    text = "\n".join(lines)
    cut = message(text, ((0, 2), (text.index("x9999"), text.index("x9999") + 5), (len(text) - 6, len(text))))
    assert (cut.part.text, cut.text, cut.is_cut) == (text, whole.text, True)
    assert cut.matches == ((0, 2), (len(whole.text) - 5, len(whole.text)))
    assert render_body(cut, {0}, None).content.plain.endswith("\nx9999")
    assert footing(cut) == ["[cut here: read the rest in Intercom]"]


RUNS = st.lists(st.tuples(st.integers(0, 5), st.integers(0, 4), st.integers(0, 3)), max_size=6)


@given(RUNS, st.integers(0, 40), st.integers(1, 10))
def test_spans_of_the_text_are_found_in_what_is_shown(
    gaps: list[tuple[int, int, int]], start: int, size: int
) -> None:
    runs, low, offset = [], 0, 0
    for gap, length, inserted in gaps:
        low, offset = low + gap, offset + inserted
        runs.append((low, low + length, offset))
        low, offset = low + length, offset + length
    shown = [
        at - low + offset
        for low, high, offset in runs
        for at in range(low, high)
        if start <= at < start + size
    ]
    body = Body(Content(""), tuple(run for run in runs if run[0] < run[1]))
    assert body.content_span(start, start + size) == ((shown[0], shown[-1] + 1) if shown else None)


def test_a_match_in_an_address_stays_in_sight() -> None:
    text = f"Look ({URL}) here"
    start = text.index("orders")
    shown = render_body(message(text, ((start, start + 6),)), (), 0)
    assert URL in shown.content.plain
    assert shown.content.plain.endswith(") [1] here")
    low, high = shown.content_span(start, start + 6) or (0, 0)
    assert shown.content.plain[low:high] == "orders"


def test_the_fold_that_hides_a_match_is_known() -> None:
    text = ANSWER + HISTORY
    start = text.index("sent")
    read = message(text, ((0, 5), (start, start + 4)))
    assert fold_of(read, 0, ()) is None
    assert fold_of(read, 1, ()) == 0
    assert fold_of(read, 1, {0}) is None
    assert render_body(read, (), None).content_span(start, start + 4) is None


def kinds(reading: ThreadLayout) -> list[str]:
    return [type(block).__name__ for block in reading.items]


def test_days_authors_and_events() -> None:
    note = part(5, "noted", kind=PartKind.NOTE, author=ADA)
    event = PartKind.EVENT
    parts = (
        part(1),
        part(2),
        part(3, author=ADA, minutes=20),
        part(4, author=ADA, minutes=40),
        note,
        part(6, "assigned to Ada", kind=event, author=ADA),
        part(7, "closed", kind=event, author=ADA),
        part(8, "closed", kind=event, author=ADA, minutes=24 * 60),
    )
    matches = ((), (), (), (), ((0, 4),), (), (), ())
    reading = lay_out_thread(thread(*parts), matches, UTC)
    assert kinds(reading) == ["DayItem", *["MessageItem"] * 5, "EventsItem", "DayItem", "EventsItem"]
    read = [block for block in reading.items if isinstance(block, MessageItem)]
    assert [(p.shows_author, p.shows_time) for p in read] == [
        (True, True),
        (False, False),
        (True, True),
        (False, True),
        (True, True),
    ]
    assert [p.matches for p in read] == [(), (), (), (), ((0, 4),)]
    days = [block.date for block in reading.items if isinstance(block, DayItem)]
    assert days == [date(2024, 12, 20), date(2024, 12, 21)]
    run = next(block for block in reading.items if isinstance(block, EventsItem))
    assert summary(run) == "2 events · assigned to Ada, closed"


def test_days_are_the_readers() -> None:
    late = part(1, minutes=9 * 60 + 45)  # 00:15 UTC
    items = lay_out_thread(thread(late), (), timezone(timedelta(hours=-5))).items
    assert items[0] == DayItem(date(2024, 12, 20))


@pytest.mark.parametrize(
    ("day", "words"),
    [
        (date(2024, 12, 20), "Today"),
        (date(2024, 12, 19), "Yesterday"),
        (date(2024, 12, 13), "Friday 13 December"),
        (date(2023, 12, 13), "Wednesday 13 December 2023"),
    ],
)
def test_days_have_names(day: date, words: str) -> None:
    assert day_text(day, START.date()) == words
