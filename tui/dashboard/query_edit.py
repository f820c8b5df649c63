"""Changes to the text of a query. Pure."""

from __future__ import annotations

from tui.query.lexer import Kind, Token, tokens

TIMES = frozenset({"since", "until", "on"})


def with_since(text: str, value: str) -> str:
    """The query with `since:value` in place of its time terms; an empty value leaves them out."""
    found = [token for token in tokens(text) if _is_time(token)]
    if not found:
        return f"{text.strip()} since:{value}".lstrip() if value else text.strip()
    for number, token in reversed(list(enumerate(found))):
        before, after = text[: token.start], text[token.end :]
        text = f"{before}since:{value}{after}" if value and not number else before + after.lstrip()
    return text.strip()


def since_of(text: str) -> str | None:
    """The value of the only time term if that is `since:`; "" without any, None for anything else."""
    found = [token for token in tokens(text) if _is_time(token)]
    if not found:
        return ""
    if len(found) == 1 and found[0].name.lower() == "since":
        return found[0].text.lower()
    return None


def _is_time(token: Token) -> bool:
    return token.kind is Kind.OPERATOR and token.name.lower() in TIMES
