"""Bodies of messages: `html_to_text` never raises, and gives safe text in linear time."""

from __future__ import annotations

from random import Random

from tests.attacks import ATTACKS, commands_in
from tests.fuzzing.corpus import bodies
from tests.fuzzing.mutation import changed_text, joined, repeated
from tui.intercom.html import MAX_HTML, html_to_text

MOST_GROWTH = 80
"""Characters that one character may become: a line break in code, in six lists that count to 999,999,999."""
_NAMES = (
    *(
        "p",
        "div",
        "br",
        "hr",
        "b",
        "i",
        "em",
        "a",
        "img",
        "ul",
        "ol",
        "li",
        "blockquote",
        "pre",
        "code",
        "h1",
        "h6",
    ),
    *(
        "table",
        "tr",
        "td",
        "th",
        "span",
        "font",
        "script",
        "style",
        "title",
        "head",
        "body",
        "html",
        "frameset",
    ),
    *(
        "frame",
        "select",
        "option",
        "textarea",
        "template",
        "noscript",
        "object",
        "svg",
        "math",
        "iframe",
        "video",
    ),
)
_ATTRIBUTES = (
    *(
        ' href="https://x.example/a"',
        ' href="javascript:x"',
        " href=mailto:a@b.c",
        ' href="ht\ntp://x"',
        " hidden",
    ),
    *(
        ' style="display:none"',
        " style='display:block!important;display:none'",
        ' width="1"',
        ' alt="a  shot"',
    ),
    *(" start=-7", " start=999999999", " start=''", ' a="<b>"', " a='", ' a="', " =x", "/", " x" * 400),
)
_TEXTS = (
    *(
        "a",
        " ",
        "\n",
        "\t",
        "\xa0",
        "word ",
        "&amp;",
        "&lt;",
        "&#0;",
        "&#x1b;[31m",
        "&#x202e;",
        "&#55296;",
        "&",
        "&#",
    ),
    *(
        "&#" + "9" * 30 + ";",
        "<",
        ">",
        "</",
        "<!",
        "<!--",
        "-->",
        "--!>",
        "<![CDATA[",
        "]]>",
        "<?x",
        "\x00",
        "\x1b",
    ),
    *("\ud83d", "é日🙂"),
)
PIECES = (
    *(f"<{name}>" for name in _NAMES),
    *(f"</{name}>" for name in _NAMES),
    *(
        f"<{name}{attribute}>"
        for name in ("p", "a", "ol", "img", "td", "iframe")
        for attribute in _ATTRIBUTES
    ),
    *_TEXTS,
    *ATTACKS.values(),
)


class Html:
    def __init__(self) -> None:
        self._bodies = bodies()

    def make(self, random: Random) -> str:
        kind = random.random()
        if kind < 0.45:
            return joined(random, PIECES, 60)
        if kind < 0.85:
            return changed_text(random, random.choice(self._bodies), PIECES)
        start = joined(random, PIECES, 8)
        return start + repeated(random, PIECES) + joined(random, PIECES, 8)

    def size(self, value: str) -> int:
        return len(value)

    def check(self, value: str) -> None:
        text = html_to_text(value)
        assert not commands_in(text)
        assert text == text.strip()
        assert len(text) <= MOST_GROWTH * (min(len(value), MAX_HTML) + 1)
        text.encode()

    def close(self) -> None:
        pass
