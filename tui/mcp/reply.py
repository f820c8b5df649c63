"""The two forms of an answer: text for who reads, and structured content for programs."""

from __future__ import annotations

from mcp_types import CallToolResult, TextContent
from pydantic import BaseModel

from tui.mcp.fence import fenced


def reply(sentence: str, shape: BaseModel, *words: str, others: str = "") -> CallToolResult:
    """`sentence` says how complete the answer is, `words` are the server's own lines, `others` what
    customers and others wrote."""
    text = "\n".join(filter(None, (sentence, *words, fenced(others) if others else "")))
    return CallToolResult(
        content=[TextContent(type="text", text=text)], structured_content=shape.model_dump(mode="json")
    )


def with_line(answer: CallToolResult, words: str) -> CallToolResult:
    """The answer with one more line of the server's own, after the one that says how complete it is."""
    first, *others = answer.content
    assert isinstance(first, TextContent)  # noqa: S101 - for mypy: `reply` makes no other
    sentence, _, rest = first.text.partition("\n")
    text = "\n".join(filter(None, (sentence, words, rest)))
    return answer.model_copy(update={"content": [TextContent(type="text", text=text), *others]})


def refusal(text: str, shape: BaseModel | None = None) -> CallToolResult:
    """An answer that says why there is none; `shape` where it is known how complete the mirror is."""
    return CallToolResult(
        content=[TextContent(type="text", text=text)],
        structured_content=None if shape is None else shape.model_dump(mode="json"),
        is_error=True,
    )
