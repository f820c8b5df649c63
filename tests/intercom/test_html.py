from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui.intercom.html import MAX_HTML, html_to_text
from tui.text import clean

_NAMES = ("p", "ul", "ol", "li", "a", "pre", "blockquote", "table", "td", "svg", "math", "select", "template")
TAGS = [f"<{slash}{name}>" for name in _NAMES for slash in ("", "/")]
TAGS += ["<p>&nbsp;</p>", "<ol start=-7>", "<ol start=''>", "<p hidden>", "<div style='display:none'>"]
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
        ('<a href="HTTPS://evil.example/">https://x.io</a>', "https://x.io (https://evil.example/)"),
        ('<a href=" ht&#10;tps:evil.example">https://x.io</a>', "https://x.io (https://evil.example/)"),
        ('<a href="https:\\\\evil.example">x.io</a>', "x.io (https://evil.example/)"),
        ('<a href="//evil.example/a">x.io</a>', "x.io (https://evil.example/a)"),
        ('<a href="\\\\evil.example">x.io</a>', "x.io (https://evil.example/)"),
        ('<a href="MailTo:ada@x.io">write</a>', "write (ada@x.io)"),
        ('<a href="https://x.io/a b">here</a>', "here (https://x.io/a%20b)"),
        ('<a href="/a">here</a>', "here"),
        ('<a href="https:">here</a>', "here"),
        ('<a href="data:text/html,x">here</a>', "here"),
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
        ("<p>a</p><p>&nbsp;</p><p>b</p>", "a\n\nb"),
        ("<p>a</p><p>&nbsp;</p><p> &nbsp; </p><p><br></p><p>b</p>", "a\n\nb"),
        ("<div>a</div><div>&nbsp;</div><div>b</div>", "a\n\nb"),
        ("<div>a</div><div><br></div><div>b</div>", "a\n\nb"),
        ("<p>&nbsp;</p><p>a&nbsp;b</p><p>&nbsp;</p>", "a b"),
        ("<ul><li>one<p>&nbsp;</p></li><li>two</li></ul>", "- one\n\n- two"),
        ("<pre>a\n  \n\n  b</pre>", "a\n\n  b"),
        ("<ol start=3><li>three</li><li>four</li></ol>", "3. three\n4. four"),
        ("<ol start='-1'><li>a</li><li>b</li><li>c</li></ol>", "-1. a\n0. b\n1. c"),
        ("<ol start=x><li>one</li></ol><ol start><li>one</li></ol>", "1. one\n\n1. one"),
        (f"<ol start={'9' * 5_000}><li>many</li></ol>", "999999999. many"),
        ("<ol><li>one<ol start=5><li>five</li></ol></li><li>two</li></ol>", "1. one\n   5. five\n2. two"),
    ],
)
def test_html_to_text(html: str, text: str) -> None:
    assert html_to_text(html) == text


@pytest.mark.parametrize(
    "attributes",
    [
        "style='display:none'",
        "style='display:none;font-size:1px;max-height:0;opacity:0;overflow:hidden;mso-hide:all'",
        "style='color:#fff; DISPLAY : None !important; visibility:hidden'",
        "style='display:block;display:none'",
        "style='display:none !important;display:block'",
        "hidden",
        "HIDDEN=hidden class=a",
        "style='display&#58;none' hidden",
    ],
)
@pytest.mark.parametrize("tag", ["div", "span", "p", "table"])
def test_what_is_not_displayed_is_left_out(tag: str, attributes: str) -> None:
    inside = (
        "<tr><td>preview</td></tr>" if tag == "table" else "preview <b>text <a href='https://x.io'>x</a></b>"
    )
    assert html_to_text(f"<{tag} {attributes}>{inside}</{tag}><p>Hello</p>") == "Hello"
    assert html_to_text(f"<div>a<{tag} {attributes}>{inside}</{tag}></div><div>b</div>") == "a\nb"


@pytest.mark.parametrize(
    "attributes",
    [
        "style='display:block'",
        "style='display:none;display:block'",
        "style='display:none;display:block !important'",
        "style='mso-hide:all'",
        "style='x-display:none'",
        "style='display:nonesuch'",
        "style=none class=hidden title='a hidden display: none'",
        "style",
    ],
)
def test_what_is_displayed_stays(attributes: str) -> None:
    assert html_to_text(f"<div {attributes}>seen</div><p>Hello</p>").split() == ["seen", "Hello"]


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


NUMBERS = range(200_000)
HOSTILE = {
    "tables": "<table><tr><td>" * 60_000,
    "divs below the limit": "<div>" * 3_999,
    "divs": "<div>" * 190_000,
    "divs behind foreign end tags": "<div></p>" * 1_900,
    "paragraphs in bold": "<b><p>" * 1_999,
    "quotes": "<blockquote>" * 3_999,
    "lists": "<ul><li>" * 1_900,
    "a long letter": "<p>a paragraph of some words</p>" * 30_000,
    "less-than signs": "<" * 900_000,
    "comments": "<!--" * 200_000 + "-->",
    "scripts": "<script>" * 100_000 + "</script>",
    "scripts that never start": "<script " * 100_000,
    "references": "&amp;" * 190_000,
    "ampersands": "&" * 900_000,
    "attributes": "<p " + " ".join(f"a{n}=1" for n in NUMBERS[:90_000]) + ">",
    "attributes without values": "<p " + "/".join(f"a{n}" for n in NUMBERS[:90_000]) + ">",
    "attributes with quoted tags": "<p " + " ".join(f"a{n}='>'" for n in NUMBERS[:90_000]) + ">",
    "an attribute": "<p a='" + "x" * 900_000 + "'>",
    "a tag": "<" + "x" * 900_000 + ">",
    "styles": "<p style='" + "display:none;display:block;" * 30_000 + "'>",
    "styled tags": "<p style='display:block;display'>x</p>" * 1_900,
    "hidden tags": "<p hidden>x</p>" * 1_900,
    "lists that start anywhere": f"<ol start={'9' * 400}><li>x" * 1_900,
    "blank paragraphs": "<p>&nbsp;</p>" * 1_900,
    "spaces in code": "<pre>\n" + " " * 900_000,
    "blank lines in code": "<pre>" + "\n  " * 300_000,
    "formatting opened again": "<p>" + "".join(f"<b a={n}>" for n in NUMBERS[:2_000]) + "<p>x" * 1_900,
    "nested links": "<a href=https://x.io><table><td>" * 60 + "<p>x</p>" * 20_000,
    "escape sequences": "\x9d" * 900_000,
    "escape sequences in a paragraph": "<p>" + "\x1b]" * 400_000,
    "surrogates": "\ud83d" * 900_000,
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_sizes_take_linear_time(name: str) -> None:
    started = time.process_time()
    assert "deep" in html_to_text(HOSTILE[name] + "deep")
    assert time.process_time() - started < 5  # what is quadratic takes minutes


def test_long_numbers_of_characters_are_no_characters() -> None:
    digits = "9" * 4_301
    assert html_to_text(f"a&#{digits};b&#65;") == "a\ufffdbA"
    assert html_to_text(f"<p>a&#{digits};b</p>") == "a\ufffdb"
    assert html_to_text("<p>" * 5_000 + f"a&#{digits};b") == "a\ufffdb"


def test_a_body_is_read_up_to_its_limit() -> None:
    body = "x" * (MAX_HTML - 10)
    assert html_to_text(body + "<p>12345678901234567890</p>") == body + "\n\n1234567"
    assert html_to_text(body + "<img src='12345678901234567890'>") == body


def test_only_the_outer_of_nested_links_is_shown() -> None:
    inner = "<table><td><a href='https://x.io/b'>in</a></td></table>"
    assert html_to_text(f"<a href='https://x.io/a'>out {inner}</a>") == "out\n\nin\n\n (https://x.io/a)"
    assert html_to_text(f"<a name='top'>out {inner}</a>") == "out\n\nin (https://x.io/b)"
