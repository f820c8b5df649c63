"""Markdown read by a parser: the export makes the structure, customers only text."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from markdown_it.token import Token

from tests.cli.test_show import thread
from tui.domain import AnnotationDetails, Attachment, PartKind, Person, Thread
from tui.markdown import escape, part_markdown, thread_markdown
from tui.text import clean
from tui.visible import is_blank, visible

PARSER = MarkdownIt("gfm-like")
ATTACKS = (
    "Title\n===",
    "Title\n---",
    "Title\n  ---  ",
    "***\n___\n- - -\n* * *",
    "    code\n\tcode\n\n     code",
    "a\n\n    code",
    "```\ncode\n```",
    "~~~ sh\ncode\n~~~",
    "# one\n####### seven\n #\n#",
    "&#35; one &lt;script&gt; &amp; &copy; &notanentity; AT&T &#x23;",
    "a | b\n--|--\n1 | 2",
    "a\n:-:\n1",
    "a\n-|-",
    "<https://evil.example> <script>alert(1)</script>\n<!-- -->\n<div>",
    "https://evil.example/a_b*c* http://x.example/~z www.evil.example WWW.evil.example/_x_",
    "- [x] done\n- [ ] open\n* a\n+ b\n1. c\n2) d\n-\n1.\n1)",
    "[^1]\n\n[^1]: note",
    "[a]: https://evil.example 'title'\n[a]\n![a](https://evil.example/x.png)",
    "*a* _b_ **c** ~~d~~ `e` ***f***",
    "hard  \nbreak\\\nhere  \n",
    "\n\nafter an empty line\n\n\n",
    "> quote\n>> deeper\nlazy",
    "\u00a0\u3000- a\n\u2003\n\u3000# b",
    "a | b\n| - | - |\nc | d\n|-|\n || \n-:|",
    "a_b_ _c_d __e__f a_*b*_ x*y*z * a* *b *c * d",
    "C:\\ \\* \\_a_ \\\\ \\[x](y) end\\\nmore\\",
    "a # b #\n## \n\\# x\n#",
    "a < b <c <d> </e> <!f> <?g> <h@x.example> x > y\n>z",
    "-\n--\n- -\n+\n=\n==  =\n:\n:-\n-- a",
    "costs $5 and $6, $$x^2$$",
    "line\u2028other\u0085another\x0b# next\x0c- page",
    "\\# \\\\ \\",
    "*",
    "-",
    "=",
    "12345678901. x",
)
SIGNS = st.sampled_from(list("#*_-+=~`<>&;|\\[]()!$:. \n\t1a\u00a0\u3000") + list(ATTACKS))
TEXTS = st.one_of(st.sampled_from(ATTACKS), st.lists(SIGNS, max_size=12).map("".join), st.text(max_size=30))


def structure(tokens: Sequence[Token]) -> list[str]:
    """The elements of a document, without the paragraphs and line ends that belong to any text."""
    return [
        token.tag + token.type
        for outer in tokens
        for token in (outer, *(outer.children or ()))
        if token.type not in {"inline", "text", "softbreak", "paragraph_open", "paragraph_close"}
    ]


def words(tokens: Sequence[Token]) -> list[str]:
    """The words that a reader of the document sees."""
    return "\n".join(
        "".join(
            token.content or "\n"
            for token in outer.children or ()
            if not token.tag or token.type == "softbreak"
        )
        for outer in tokens
    ).split()


def seen(text: str) -> str:
    return clean(visible(text))


def filled(text: str) -> Thread:
    """A conversation with this text wherever a customer, or anybody else, can put one."""
    base = thread(title=text)
    author = Person("user", "1", text, text)
    parts = tuple(
        replace(
            part,
            author=author,
            text=text,
            attachments=(Attachment(text, text, None, text),) if part.attachments else (),
        )
        for part in base.parts
    )
    row = replace(base.conversation, customer=author, assignee=text, team=text, tags=(text,), priority=text)
    return replace(
        base,
        conversation=replace(row, subject=text),
        parts=parts,
        company=text,
        channel=text,
        recipients=(text,),
        ai_agent=text,
        rating_remark=text,
        sla_name=text,
        sla_status=text,
        annotation=AnnotationDetails(note=text),
    )


@given(TEXTS)
@example("Title\n===")
@example("a\n\n    code")
@example("&lt;script&gt;")
@example("https://evil.example/a_b")
def test_a_message_is_a_quotation_of_its_words(text: str) -> None:
    part = replace(thread().parts[0], kind=PartKind.MESSAGE, text=text, attachments=())
    tokens = PARSER.parse(part_markdown(part, UTC))
    assert structure(tokens) == [
        *("strongstrong_open", "strongstrong_close"),
        *("blockquoteblockquote_open", "blockquoteblockquote_close"),
    ]
    body = tokens[next(i for i, token in enumerate(tokens) if token.type == "blockquote_open") :]
    assert words(body) == seen(text).split()


@given(TEXTS)
@settings(max_examples=50)
@example("*")
@example("a\n\n# b")
@example("\x14\x96")
def test_no_text_in_any_field_adds_structure(text: str) -> None:
    tokens = PARSER.parse(thread_markdown(filled(text), UTC, private=True))
    expected = structure(PARSER.parse(thread_markdown(filled("word"), UTC, private=True)))
    if is_blank(seen(text)):  # facts without a value are left out
        assert set(structure(tokens)) <= set(expected)
    else:
        assert structure(tokens) == expected


@pytest.mark.parametrize("text", ATTACKS)
def test_every_word_of_a_field_is_shown(text: str) -> None:
    found = words(PARSER.parse(thread_markdown(filled(text), UTC, private=True)))
    wanted = seen(text).split()
    places = [i for i in range(len(found)) if found[i : i + len(wanted)] == wanted]
    assert len(places) >= 12


def test_an_indented_line_keeps_its_indentation() -> None:
    part = replace(thread().parts[0], text="if x:\n    y()", attachments=())
    assert part_markdown(part, UTC).endswith("> if x:\n> \u00a0\u00a0\u00a0\u00a0y()")


@pytest.mark.parametrize(
    "line",
    [
        "a_b_c and C:\\Users\\a",
        "5 * 3 < 16 > 14",
        "C# & D, AT&T",
        "Settings > General | Config",
        "--help +49 123 :) ->",
        "-5 degrees",
        "+49 123",
        ":) thanks",
        "=> done",
        "1.5 hours",
        "2024-12-20",
        "see a]",
    ],
)
def test_signs_that_mean_nothing_stay_as_they_are(line: str) -> None:
    assert escape(line) == line
