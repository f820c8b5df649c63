"""A message as its reader will see it: what `tui.message_html` makes of the text, as styled lines."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.content import Content

from tui.dashboard.common.static_text import StaticText
from tui.message_html import message_tokens

if TYPE_CHECKING:
    from markdown_it.token import Token

LONGEST = 10_000
"""Characters of a message that are previewed."""
CUT = "… the rest is sent too"
CODE = "$text-accent"
_STYLES = {"strong": "bold", "em": "italic"}


class MessagePreview(VerticalScroll, can_focus=False):
    """Shows the message beside what is typed."""

    def compose(self) -> ComposeResult:
        yield StaticText()

    def show(self, content: Content) -> None:
        self.query_one(StaticText).set_text(content)


def preview(text: str) -> Content:
    """The message as its reader sees it; where links lead is shown beside them."""
    lines = _blocks(message_tokens(text[:LONGEST]))
    if len(text) > LONGEST:
        lines.append(Content.styled(CUT, "$muted"))
    return Content("\n").join(lines)


def _blocks(tokens: Sequence[Token]) -> list[Content]:
    lines: list[Content] = []
    lists: list[int | None] = []
    """The number of the next item of each list that is open; None of bullets."""
    mark = ""
    """What stands before the next paragraph."""
    for token in tokens:
        match token.type:
            case "bullet_list_open":
                lists.append(None)
            case "ordered_list_open":
                lists.append(int(token.attrGet("start") or 1))
            case "bullet_list_close" | "ordered_list_close":
                lists.pop()
                if not lists:
                    lines.append(Content(""))
            case "list_item_open":
                number = lists[-1]
                mark = "• " if number is None else f"{number}. "
                lists[-1] = None if number is None else number + 1
            case "inline":
                indentation = "  " * max(0, len(lists) - 1)
                rest = indentation + " " * len(mark)
                text = _inline(token.children or ())
                for count, line in enumerate(text.split("\n", allow_blank=True)):
                    lines.append(Content.assemble(rest if count else indentation + mark, line))
                mark = ""
            case "paragraph_close" if not lists:
                lines.append(Content(""))
            case "fence":
                lines += [Content.styled(line, CODE) for line in token.content.rstrip("\n").split("\n")]
                lines.append(Content(""))
            case _:
                pass
    while lines and not lines[-1]:
        lines.pop()
    return lines


def _inline(tokens: Sequence[Token]) -> Content:
    pieces: list[tuple[str, str]] = []
    styles: list[str] = []
    address = ""
    for token in tokens:
        kind, _, end = token.type.rpartition("_")
        if token.type == "link_open":
            address = str(token.attrGet("href") or "")
            styles.append("underline")
        elif token.type == "link_close":
            styles.pop()
            if pieces and pieces[-1][0] != address:
                pieces.append((f" ({address})", "$muted"))
        elif kind in _STYLES:
            if end == "open":
                styles.append(_STYLES[kind])
            else:
                styles.pop()
        elif token.type in {"softbreak", "hardbreak"}:
            pieces.append(("\n", ""))
        elif token.type == "code_inline":
            pieces.append((token.content, " ".join([*styles, CODE])))
        elif token.content:
            pieces.append((token.content, " ".join(styles)))
    return Content.assemble(*pieces)
