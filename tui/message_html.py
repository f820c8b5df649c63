"""The small Markdown that messages are typed in, as the HTML that Intercom takes.

Bold, italics, links, lists, code and line breaks; all else, HTML above all, is sent as the text it is.
"""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.token import Token

_RULES = ("emphasis", "link", "autolink", "list", "backticks", "fence", "escape", "newline")
_SPECIAL = re.compile(r"[\\`*_\[\]<>~]")
_LEADING = re.compile(r"^(?:[-+]|([0-9]{1,9})(?=[.)]))")
"""What begins a list where it begins a line."""


@cache
def _parser() -> MarkdownIt:
    from markdown_it import MarkdownIt  # here, because most commands write no message

    return MarkdownIt("zero", {"html": False, "breaks": True}).enable(list(_RULES))


def message_html(text: str) -> str:
    """The HTML of a message; the same text always gives the same HTML."""
    return str(_parser().render(text)).strip()


def message_tokens(text: str) -> list[Token]:
    """What `message_html` makes HTML of."""
    return list(_parser().parse(text))


def literal(line: str) -> str:
    """A line of text as Markdown that is sent as this text, wherever it stands in a line."""
    escaped = _SPECIAL.sub(r"\\\g<0>", line)
    return _LEADING.sub(lambda found: f"{found[1]}\\" if found[1] else f"\\{found[0]}", escaped)
