"""The tools. Their names and arguments are part of what clients rely on: they only grow."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Annotated, TypeAlias

from mcp.server import MCPServer
from mcp.server.mcpserver import Context
from mcp_types import CallToolResult, ToolAnnotations
from pydantic import Field

from tui.mcp import overview, reading, searching, shapes
from tui.mcp.arguments import (
    ConversationId,
    Cursor,
    EndTime,
    Limit,
    QueryText,
    StartTime,
    Timeframe,
    Timeout,
    Wait,
    period,
    read_conversation_id,
    reporter,
)
from tui.mcp.mirror import Mirror
from tui.mcp.searching import Search

READS = ToolAnnotations(read_only_hint=True, destructive_hint=False, open_world_hint=False)
"""Intercom is never changed by any tool, and the mirror only becomes what Intercom is."""
DEFAULT_LIMIT = 50
DEFAULT_TIMEOUT = 60.0

ConversationList: TypeAlias = Annotated[CallToolResult, shapes.ConversationList]
ConversationThread: TypeAlias = Annotated[CallToolResult, shapes.ConversationThread]
ViewList: TypeAlias = Annotated[CallToolResult, shapes.ViewList]
Statistics: TypeAlias = Annotated[CallToolResult, shapes.Statistics]
SyncStatus: TypeAlias = Annotated[CallToolResult, shapes.SyncStatus]
Coverage: TypeAlias = Annotated[CallToolResult, shapes.Coverage]
SyncStart: TypeAlias = Annotated[CallToolResult, shapes.SyncStart]
Tool: TypeAlias = Callable[..., Awaitable[CallToolResult]]
Register: TypeAlias = Callable[[Tool], Tool]
ViewName = Annotated[str, Field(max_length=200, description="The name of a view, as list_views has it.")]


def add_tools(server: MCPServer, mirror: Mirror, interval: int | None) -> None:
    """All tools; `interval`: seconds between two syncs of this server, None when it syncs on request only."""

    def tool(function: Tool) -> Tool:
        server.add_tool(function, description=" ".join((function.__doc__ or "").split()), annotations=READS)
        return function

    _add_reading(tool, mirror)
    _add_views(tool, mirror)
    _add_status(tool, mirror, interval)
    _add_syncs(tool, mirror)


def _add_reading(tool: Register, mirror: Mirror) -> None:
    @tool
    async def search_conversations(
        context: Context,
        query: QueryText = None,
        timeframe: Timeframe = None,
        customer_email: Annotated[
            str | None,
            Field(max_length=searching.LONGEST_NAME, description="The customer's whole e-mail address."),
        ] = None,
        limit: Limit = DEFAULT_LIMIT,
        cursor: Cursor = None,
        wait: Wait = False,
        timeout: Timeout = DEFAULT_TIMEOUT,
    ) -> ConversationList:
        """Search the mirrored conversations, the newest activity first: lines with snippets, no threads.

        Every answer says how complete it is (sync_info); say so when it is not fresh. An empty answer that is
        not fresh does not mean that there are no such conversations.
        """
        search = Search(query or "", timeframe, customer_email)
        return await mirror.answer(
            lambda: searching.judge(mirror.workspace, search),
            lambda outlook: searching.find(mirror, search, limit, cursor, outlook),
            report=reporter(context),
            wait=timeout if wait else None,
        )

    @tool
    async def get_conversation(
        context: Context,
        conversation_id: ConversationId,
        cursor: Cursor = None,
        wait: Wait = False,
        timeout: Timeout = DEFAULT_TIMEOUT,
    ) -> ConversationThread:
        """One conversation with its messages, notes and events, the oldest first, in pages."""
        number = read_conversation_id(conversation_id)
        return await mirror.answer(
            lambda: reading.judge(mirror.workspace, number),
            lambda outlook: reading.read_thread(mirror, number, cursor, outlook),
            report=reporter(context),
            wait=timeout if wait else None,
        )

    @tool
    async def stats(
        context: Context,
        query: QueryText = None,
        timeframe: Timeframe = None,
        wait: Wait = False,
        timeout: Timeout = DEFAULT_TIMEOUT,
    ) -> Statistics:
        """Numbers of a period (by default the last 30 days), of all conversations or of those of a query:
        opened, first response, ratings, rising tags; and what is open and waiting now."""
        search = Search(query or "", timeframe)
        return await mirror.answer(
            lambda: mirror.workspace.verdict(overview.statistics_query(mirror.workspace, search)),
            lambda outlook: overview.statistics(mirror, search, outlook),
            report=reporter(context),
            wait=timeout if wait else None,
        )


def _add_views(tool: Register, mirror: Mirror) -> None:
    @tool
    async def list_views() -> ViewList:
        """The built-in queues and the saved views, which are queries with a name, and how many match now."""
        return await mirror.read(lambda: overview.views(mirror))

    @tool
    async def search_view(
        context: Context,
        name: ViewName,
        query: QueryText = None,
        limit: Limit = DEFAULT_LIMIT,
        cursor: Cursor = None,
        wait: Wait = False,
        timeout: Timeout = DEFAULT_TIMEOUT,
    ) -> ConversationList:
        """The conversations of a view, in its order; a query narrows it."""
        search = Search(query or "", view=name)
        return await mirror.answer(
            lambda: searching.judge(mirror.workspace, search),
            lambda outlook: searching.find(mirror, search, limit, cursor, outlook),
            report=reporter(context),
            wait=timeout if wait else None,
        )


def _add_status(tool: Register, mirror: Mirror, interval: int | None) -> None:
    @tool
    async def get_sync_status() -> SyncStatus:
        """What is mirrored, which times are synced, and whether a sync runs."""
        return await mirror.read(lambda: overview.status(mirror, interval))

    @tool
    async def get_server_status() -> SyncStatus:
        """The same as get_sync_status."""
        return await mirror.read(lambda: overview.status(mirror, interval))

    @tool
    async def get_data_info() -> SyncStatus:
        """The same as get_sync_status."""
        return await mirror.read(lambda: overview.status(mirror, interval))

    async def judged(start: str, end: str, names: tuple[str, str]) -> CallToolResult:
        first, last = period(start, end, names, now=mirror.workspace.clock(), tz=mirror.workspace.tz)
        return await mirror.read(lambda: overview.coverage(mirror, first, last))

    @tool
    async def check_sync_state(start: StartTime, end: EndTime) -> Coverage:
        """How complete the mirror is for a period of activity: stale, partial or fresh. Starts no sync."""
        return await judged(start, end, ("start", "end"))

    @tool
    async def check_coverage(start_date: StartTime, end_date: EndTime) -> Coverage:
        """The same as check_sync_state."""
        return await judged(start_date, end_date, ("start_date", "end_date"))


def _add_syncs(tool: Register, mirror: Mirror) -> None:
    async def started(context: Context, wait: float | None) -> CallToolResult:
        def build(is_started: bool) -> CallToolResult:
            return overview.sync_start(mirror, is_started=is_started)

        return await mirror.sync(build, report=reporter(context), wait=wait)

    @tool
    async def sync(
        context: Context,
        wait: Annotated[bool, Field(description="Wait for the end, with progress notifications.")] = False,
        timeout: Timeout = DEFAULT_TIMEOUT,
    ) -> SyncStart:
        """Bring the mirror up to date with Intercom. Starts that and returns at once, unless wait is set."""
        return await started(context, timeout if wait else None)

    @tool
    async def sync_conversations(
        context: Context,
        force: Annotated[
            bool | None,
            Field(description="Changes nothing: what is covered is proven, and never fetched twice."),
        ] = None,
    ) -> SyncStart:
        """Start a sync and return at once: the same as sync."""
        return await started(context, None)

    @tool
    async def force_sync(context: Context) -> SyncStart:
        """Start a sync and return at once: the same as sync."""
        return await started(context, None)
