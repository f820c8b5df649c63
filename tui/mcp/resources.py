"""What a client may read by its address: conversations, views, and the query language."""

from __future__ import annotations

from urllib.parse import unquote

from mcp.server import MCPServer
from mcp_types import TextContent

from tui.formatting import listed
from tui.mcp.arguments import read_conversation_id
from tui.mcp.mirror import Mirror
from tui.mcp.reading import document
from tui.mcp.searching import Search, find
from tui.query import OPERATORS, SYNTAX

LINES_OF_A_VIEW = 50


def add_resources(server: MCPServer, mirror: Mirror) -> None:
    """`conversation://{id}`, `view://{name}` and `schema://query-language`."""

    @server.resource("conversation://{id}", mime_type="text/markdown")
    async def conversation(id: str) -> str:  # noqa: A002 - the name in the address
        """A conversation with its whole thread, as Markdown."""
        number = read_conversation_id(id)
        return await mirror.read(lambda: document(mirror, number))

    @server.resource("view://{name}")
    async def view(name: str) -> str:
        """The first conversations of a view, such as view://inbox or view://closed-today."""
        search = Search(view=unquote(name))
        found = await mirror.read(
            lambda: find(mirror, search, LINES_OF_A_VIEW, None, mirror.workspace.outlook())
        )
        return "\n".join(part.text for part in found.content if isinstance(part, TextContent))

    @server.resource("schema://query-language", mime_type="text/markdown")
    def query_language() -> str:
        """What a query may hold, with an example of each."""
        return language()


def language() -> str:
    """The query language, for who writes queries."""
    lines = ["A query is words, phrases and operators; all must match. The newest activity comes first.", ""]
    lines += [f"- `{each.example}`: {each.summary}" for each in SYNTAX]
    lines.append("")
    for operator in OPERATORS.values():
        values = f" Such as {listed(operator.values, 'or')}." if operator.values else ""
        lines.append(f"- `{operator.name}:` {operator.summary}; needs {operator.needs}.{values}")
    return "\n".join(lines) + "\n"
