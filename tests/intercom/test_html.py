from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui.intercom.html import html_to_text
from tui.text import clean

_NAMES = ("p", "ul", "ol", "li", "a", "pre", "blockquote", "table", "td", "svg", "math", "select", "template")
TAGS = [f"<{slash}{name}>" for name in _NAMES for slash in ("", "/")]
TAGS += ["<br>", "<img>", "</body>", "</html>", "<!--", "-->", "&amp;", "&#0;", "<", ">"]


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("", ""),
        ("just text", "just text"),
        ("fish &amp; chips &lt;3", "fish & chips <3"),
        ("<p>one</p>\n<p>two</p>", "one\n\ntwo"),
        ("<p>one<br>two<br/>three</p>", "one\ntwo\nthree"),
        ("<p>a  lot \n of   space</p>", "a lot of space"),
        ("<p>so <b>bold</b> and <i>soft</i>.</p>", "so bold and soft."),
        ('<a href="https://x.io/a">here</a>', "here (https://x.io/a)"),
        ('<a href="https://x.io/">x.io</a>', "x.io"),
        ('<a href="mailto:ada@x.io">ada@x.io</a>', "ada@x.io"),
        ('<a href="https://x.io/a"></a>', "https://x.io/a"),
        ('<a href="javascript:alert(1)">click</a>', "click"),
        ('<a href="https://x.io/a"><img src="s.png" alt="shot"></a>', "[image: shot] (https://x.io/a)"),
        ("<ul><li>one</li><li>two</li></ul>", "- one\n- two"),
        ("<ol><li>one</li><li>two</li></ol>", "1. one\n2. two"),
        ("<ul><li>one<ul><li>deep</li></ul></li><li>two</li></ul>", "- one\n  - deep\n- two"),
        ("<ul><li><p>one</p><p>more</p></li></ul>", "- one\n  more"),
        (
            "<p>he said</p><blockquote><p>a</p><p>b<br>c</p></blockquote><p>ok</p>",
            "he said\n\n> a\n> b\n> c\n\nok",
        ),
        ("<pre>def f():\n    return 1</pre>", "def f():\n    return 1"),
        ("<p>see <code>x = 1</code></p>", "see x = 1"),
        ('<p>look <img src="x" alt="a  shot"></p>', "look [image: a shot]"),
        ('<img src="x">', "[image]"),
        ('<p>hi<img src="t.gif" width="1" height="1"></p>', "hi"),
        ("<h1>Title</h1><p>body</p>", "Title\n\nbody"),
        ("<table><tr><td>a</td><td>b</td></tr><tr><td>c</td></tr></table>", "a  b\nc"),
        ("<script>alert(1)</script><style>p{}</style>x<!-- no -->", "x"),
        ("a<hr>b", "a\n---\nb"),
        ("<p>un<b>closed", "unclosed"),
        ("<p>\x1b[31mred \u202eevil</p>", "red evil"),
        ("<p>&#27;[31mred&#x202e;</p>", "red"),
        ("1 < 2", "1 < 2"),
        ("<p>half \ud83d</p>", "half ?"),
        ("<frameset><frame></frameset>", ""),
        ("<p></p><p> </p>", ""),
        ("<p>[/b] [red]</p>", "[/b] [red]"),
    ],
)
def test_html_to_text(html: str, text: str) -> None:
    assert html_to_text(html) == text


@given(
    st.lists(
        st.one_of(
            st.sampled_from(TAGS),
            st.text(max_size=8),
        ),
        max_size=40,
    ).map("".join)
)
def test_garbage_never_raises_and_is_safe(html: str) -> None:
    text = html_to_text(html)
    assert clean(text) == text
    assert text == text.strip()


@pytest.mark.parametrize(
    "html",
    [
        "<table><tr><td>" * 10_000 + "deep",
        "<div>" * 3_999 + "deep",
        "<div>" * 1_000_000 + "deep",
        "<b><p>" * 1_999 + "deep",
        "<blockquote>" * 3_999 + "deep",
        "<ul><li>" * 1_900 + "deep",
        "<p>a paragraph of some words deep</p>" * 140_000,
        "<" * 5_000_000 + "deep",
        "<!--" * 1_000_000 + "--> deep",
        "<p " + "a=b " * 1_000_000 + ">deep",
        "<script>" * 100_000 + "</script>deep",
        "&amp;" * 1_000_000 + "deep",
    ],
    ids=lambda html: f"{html[:8]}…{len(html)}",
)
def test_hostile_sizes_take_linear_time(html: str) -> None:
    started = time.process_time()
    assert "deep" in html_to_text(html)
    assert time.process_time() - started < 10  # what is quadratic takes minutes
