"""Placeholders of macros: any text comes out complete, and a value never becomes markup."""

from __future__ import annotations

from datetime import UTC, datetime

from hypothesis import example, given
from hypothesis import strategies as st
from markdown_it.common.utils import escapeHtml

from tui.domain import ContactDetails, ConversationRow, Person, Snippet, Thread
from tui.macros import known_values, missing, placeholders, render, value_of
from tui.message_html import literal, message_html
from tui.text import one_line

NOW = datetime(2024, 12, 20, tzinfo=UTC)
VALUES = {"user.name": "Gareth Ellison", "user.first_name": "Gareth", "company.name": "Bright Works"}


def thread_of(person: Person, **values: object) -> Thread:
    row = ConversationRow(
        id=1001,
        subject="SAML",
        snippet=Snippet(""),
        customer=person,
        state="open",
        read=True,
        priority="none",
        assignee="",
        team="",
        tags=(),
        created_at=NOW,
        updated_at=NOW,
        waiting_since=None,
        snoozed_until=None,
        message_count=1,
        thread_pending=False,
        url="",
    )
    known: dict[str, object] = {
        "title": "",
        "custom_attributes": {},
        "company": "",
        "rating": None,
        "rating_remark": "",
        "sla_name": "",
        "sla_status": "",
        "missing_parts": 0,
        "deleted_at": None,
    }
    return Thread(conversation=row, parts=(), **(known | values))  # type: ignore[arg-type]


def test_values_and_fallbacks_are_written() -> None:
    text = (
        "Hi {{user.first_name|fallback:\"there\"}}, {{ user.name }} of {{company.name | fallback: 'you'}}: "
        '{{order.number|fallback:""}}{{suggested_time|fallback:"next Tuesday at 2 PM EST"}}'
    )
    assert render(text, VALUES) == "Hi Gareth, Gareth Ellison of Bright Works: next Tuesday at 2 PM EST"
    assert render(text, {}).startswith("Hi there, {{ user.name }} of you: ")
    first = missing(text, {})
    assert first is not None
    assert text[first.start : first.end] == "{{ user.name }}"
    assert missing(text, VALUES) is None


def test_what_only_looks_like_a_placeholder_is_pointed_at() -> None:
    for text, name in (
        ("a {{order.number}}", "order.number"),
        ("a {{user.name|fallbck:'x'}}", "user.name|fallbck:'x'"),
        ("a {{user.name|fallback:there}}", "user.name|fallback:there"),
        ("a {{}}", ""),
        ("a {{user.name", ""),
        ("a {{user\n.name}}", ""),
    ):
        found = missing(text, VALUES)
        assert found is not None, text
        assert (found.start, found.name) == (2, name)


def test_escaped_braces_are_sent_as_they_are() -> None:
    text = r"in Liquid it is \{{ user.name }}, and \\{{user.first_name}}"
    assert missing(text, {"user.first_name": "Ada"}) is None
    assert message_html(render(text, {"user.first_name": "Ada"})) == (
        r"<p>in Liquid it is {{ user.name }}, and \Ada</p>"
    )


def test_the_mirror_knows_these_values() -> None:
    contact = ContactDetails("c", "Gareth", "", "Bright Works, Acme", {"Plan level": "pro", "seats": 12}, NOW)
    thread = thread_of(
        Person("user", "c", "Gareth Ellison", "g@example.com"),
        custom_attributes={"order number": "A-17", "vip": True, "items": [1, 2], "none": None},
        title="SAML login loop",
    )
    values = known_values(thread, contact, "Priya Raman")
    text = (
        "{{user.name}}/{{user.first_name}}/{{user.email}}/{{company.name}}/{{teammate.name}}/"
        "{{teammate.first_name}}/{{conversation.id}}/{{conversation.title}}/"
        "{{conversation.custom_attributes.order_number}}/{{conversation.custom_attributes.VIP}}/"
        "{{user.custom_attributes.plan_level}}/{{user.custom_attributes.seats}}"
    )
    assert render(text, values) == (
        "Gareth Ellison/Gareth/g@example.com/Bright Works, Acme/Priya Raman/Priya/1001/SAML login loop/"
        "A-17/yes/pro/12"
    )
    for unknown in ("items", "none", "other"):
        assert missing(f"{{{{conversation.custom_attributes.{unknown}}}}}", values) is not None


def test_a_word_that_stands_for_an_unknown_name_is_no_name() -> None:
    for person in (Person("user", "c", "Customer"), Person("lead", "c", "a@example.com", "a@example.com")):
        values = known_values(thread_of(person), None, "")
        assert render('{{user.name|fallback:"there"}}{{user.first_name|fallback:"!"}}', values) == "there!"
        assert missing("{{teammate.name}}", values) is not None


words = st.text(max_size=40)


@given(st.text(alphabet=list("{}|\\'\"fallback: user.name\n"), max_size=80) | words)
@example("{{" * 3)
@example('{{a|fallback:"{{b}}"}}')
def test_any_text_is_read_and_what_is_around_placeholders_stays(text: str) -> None:
    found = list(placeholders(text))
    ends = [0, *(each.end for each in found)]
    assert all(end <= each.start < each.end for end, each in zip(ends, found, strict=False))
    assert render(text, {}) == text or any(value_of(each, {}) is not None for each in found)
    if missing(text, {}) is None:
        assert not list(filter(lambda each: value_of(each, {}) is None, found))
    outside = (
        "".join(text[end : each.start] for end, each in zip(ends, found, strict=False)) + text[ends[-1] :]
    )
    assert "{{" not in outside.replace("\\{{", "")


@given(
    words,
    st.sampled_from(["", "Hi ", "- ", "1. ", "**", "a\n", "["]),
    st.sampled_from(["", "!", "**", "](x)"]),
)
@example("[pay here](https://evil.example)", "", "")
@example("<https://evil.example>", "Hi ", "")
@example("1. x", "", "")
@example("~~~", "", "")
@example("a\\", "", "**")
def test_a_value_is_only_text(value: str, before: str, after: str) -> None:
    """The same tags as with a word in its place, and the value to be read where the word was."""
    plain, word = one_line(value), "word"
    given = render(f"{before}{{{{user.name}}}}{after}", {"user.name": plain}) if plain else before + after
    if not plain:
        return
    assert given == f"{before}{literal(plain)}{after}"
    html, expected = message_html(given), message_html(f"{before}{word}{after}")
    if after in {"", "!"} and before not in {"**", "["}:
        assert html == expected.replace(word, escapeHtml(plain))
    assert html.count("<a ") == expected.count("<a ")
