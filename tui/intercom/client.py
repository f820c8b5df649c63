"""Intercom's REST API, as far as a mirror needs it, in typed calls."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from types import TracebackType
from typing import Any, Self
from urllib.parse import quote

import httpx
import msgspec

from tui.domain import MacroText, Name
from tui.intercom import decode, explain
from tui.intercom.calls import CallCounts, Calls
from tui.intercom.connection import AccessToken, HttpConnection, Reply
from tui.intercom.errors import BadAnswer, UnknownOutcome
from tui.intercom.pace import Quota
from tui.intercom.payloads import ConversationPage, DeletedPage, FetchedContact, Me
from tui.intercom.searches import MAX_PER_PAGE, contacts_with_ids
from tui.intercom.server_time import ServerTimes
from tui.intercom.writes import WriteAnswer, new_tag_request, request_for
from tui.records import ConversationRecord
from tui.text import one_line
from tui.writes import Write

API_VERSION = "2.16"
_PATIENCE = 30.0
"""Seconds for the check of a token, all tries together: a person waits for it."""


class IntercomClient:
    """Talks to one workspace with one token; belongs to the event loop it is first used on.

    Every call paces itself by the rate limit the server states, is tried again where that can help, and
    raises an `IntercomError` whose message is fit for people. Calls marked `urgent` overtake the others.

    `timeout` (seconds) bounds one try, and three times as much a call with all its tries; `on_wait` is called
    with the seconds when calls begin to be held back by the rate limit, and with 0.0 when they go again;
    `backoff` (seconds) is the first pause after a failed try, doubled with each further one; `window`
    (seconds) is the length of the server's rate windows. With a `transport`, all calls go through it and no
    sockets are opened.
    """

    def __init__(
        self,
        base_url: str,
        token: AccessToken,
        *,
        version: str = API_VERSION,
        transport: httpx.AsyncBaseTransport | None = None,
        connections: int = 64,
        timeout: float = 60.0,
        on_wait: Callable[[float], None] | None = None,
        max_attempts: int = 6,
        backoff: float = 0.5,
        window: float = 10.0,
    ) -> None:
        """Raises `BadAddress`, `Unauthorized` or `BadEnvironment` for what cannot even be tried."""
        self._connection = HttpConnection(
            base_url, token, version=version, transport=transport, connections=connections, timeout=timeout
        )
        self._calls = Calls(
            self._connection, on_wait=on_wait, max_attempts=max_attempts, backoff=backoff, window=window
        )

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        await self.close()

    async def close(self) -> None:
        """Close the connections."""
        await self._connection.close()

    @property
    def stats(self) -> CallCounts:
        """Counts since the client was made."""
        return self._calls.stats

    @property
    def waiting(self) -> float:
        """Seconds for which calls are being held back by the rate limit; 0.0 when they are not."""
        return self._calls.budget.waiting

    @property
    def held(self) -> float:
        """Seconds in which the rate limit has held calls back noticeably, since the client was made."""
        return self._calls.budget.held

    @property
    def calls_per_second(self) -> float:
        """What the rate limit allows; 0.0 while that is not known."""
        return self._calls.budget.calls_per_second

    @property
    def quota(self) -> Quota | None:
        """What the newest answer says about the rate limit; None while none has said anything."""
        return self._calls.budget.quota

    def server_times(self) -> ServerTimes:
        """Where the server's clock stands now, by what its answers said; no local time of day is used."""
        return self._calls.server_clock.times()

    def server_now(self) -> datetime:
        """The earliest that the server's clock may stand at now (UTC): by the Date headers, else by the ends
        of the rate windows. While no two answers agree, the local time or what a Date says, whichever is
        earlier.
        """
        times = self.server_times()
        if span := times.date or times.reset:
            return datetime.fromtimestamp(span.earliest, UTC)
        said = times.unproven
        return datetime.fromtimestamp(min(time.time(), said or math.inf), UTC)

    def check_region(self, me: Me) -> None:
        """Raise `WrongRegion` when the workspace is in another region than the host asked."""
        explain.check_region(me, self._connection.base_url)

    async def me(self) -> Me:
        """The teammate the token belongs to, and the workspace: the check that a token works."""
        return decode.me((await self._get("/me", "the check of the access token", longest=_PATIENCE)).body)

    async def admins(self) -> list[Name]:
        """The teammates of the workspace."""
        return decode.admins((await self._get("/admins", "the list of teammates")).body)

    async def teams(self) -> list[Name]:
        """The teams of the workspace."""
        return decode.teams((await self._get("/teams", "the list of teams")).body)

    async def tags(self) -> list[Name]:
        """The tags of the workspace."""
        return decode.tags((await self._get("/tags", "the list of tags")).body)

    async def search_conversations(
        self,
        query: Mapping[str, Any],
        *,
        per_page: int = MAX_PER_PAGE,
        starting_after: str | None = None,
        sort_field: str = "updated_at",
        descending: bool = True,
        urgent: bool = False,
    ) -> ConversationPage:
        """One page of conversations, without their parts, that fulfil a condition (`tui.intercom.searches`).

        Raises `PageTooHeavy` when the server cannot produce a page of this size.
        """
        reply = await self._search(
            "/conversations/search",
            {
                "query": query,
                "sort": {"field": sort_field, "order": "descending" if descending else "ascending"},
                "pagination": _pagination(per_page, starting_after),
            },
            what="a search for conversations",
            per_page=per_page,
            urgent=urgent,
        )
        return decode.conversation_page(reply.body)

    async def newest_conversations(self, per_page: int = MAX_PER_PAGE) -> ConversationPage:
        """The first page of the list of all conversations, without their parts: a second opinion on what a
        search says. Their order is not documented.
        """
        path = f"/conversations?per_page={_checked_size(per_page)}"
        reply = await self._get(path, "the list of conversations")
        return decode.conversation_page(reply.body)

    async def conversation(
        self,
        id: int,  # noqa: A002
        *,
        asked_at: int | None = None,
        urgent: bool = False,
    ) -> ConversationRecord:
        """A conversation with its newest 500 parts.

        Raises `NotFound` when there is none, `BadAnswer` for an answer about another one or without the parts
        that it counts.

        `asked_at` is the server's time now (epoch seconds), as early as it may be: it decides whether the
        thread is `final`.
        """
        reply = await self._get(f"/conversations/{int(id)}", f"conversation {id}", urgent=urgent)
        record = decode.conversation(reply.body, asked_at)
        if record.id != id:
            raise BadAnswer(f"Intercom answered with conversation {record.id} when asked for {id}")
        return record

    async def write(self, write: Write, conversation_id: int, admin_id: int) -> WriteAnswer:
        """Change a conversation as a teammate, with one request that is never repeated.

        Raises `Unreachable` or `RateLimited` when nothing was changed and it may be tried later,
        `UnknownOutcome` when it may have been, and the other `IntercomError`s when Intercom refused it.
        """
        request = request_for(write, conversation_id, admin_id)
        reply = await self._calls.write(request.method, request.path, body=request.body, what=request.what)
        record: ConversationRecord | None = None
        try:
            if request.answers_tag:
                decode.tag(reply.body)
            else:
                record = decode.written_conversation(reply.body)
        except BadAnswer as error:
            raise UnknownOutcome(error.message) from None
        if record is not None and record.id != conversation_id:
            raise UnknownOutcome(f"{request.what}: Intercom answered about conversation {record.id}")
        return WriteAnswer(record, one_line(reply.headers.get("x-request-id", ""))[:100])

    async def create_tag(self, name: str) -> Name:
        """The tag with a name, created if there is none. It may be repeated. Raises as `write`."""
        request = new_tag_request(name)
        reply = await self._calls.write(request.method, request.path, body=request.body, what=request.what)
        return decode.tag(reply.body)

    async def macros(self) -> list[MacroText]:
        """The macros (saved replies) that the token may read. Their text is fetched one by one where the list
        lacks it (OpenAPI 2.16, "List all macros")."""
        found: list[MacroText] = []
        cursor: str | None = None
        while True:
            query = f"per_page={MAX_PER_PAGE}" + (
                "" if cursor is None else f"&starting_after={quote(cursor)}"
            )
            reply = await self._get(f"/macros?{query}", "the list of macros")
            page, cursor = decode.macro_page(reply.body)
            for macro in page:
                if not macro.text:
                    answer = await self._get(f"/macros/{macro.id}", f"macro {macro.id}")
                    macro = decode.macro(answer.body)
                found.append(macro)
            if cursor is None or not page:
                return found

    async def deleted_conversations(self, page: int = 1, per_page: int = 60) -> DeletedPage:
        """One page of the conversations deleted, newest deletion first."""
        path = f"/conversations/deleted?page={page}&per_page={per_page}&order=desc"
        return decode.deleted_page((await self._get(path, "the list of deleted conversations")).body, page)

    async def contact(self, id: str, *, urgent: bool = False) -> FetchedContact:  # noqa: A002
        """A contact. Raises `NotFound` when it is gone or was merged into another."""
        path = f"/contacts/{quote(id, safe='')}"
        return decode.contact((await self._get(path, f"contact {one_line(id)}", urgent=urgent)).body)

    async def companies_of(self, id: str, *, urgent: bool = False) -> list[str]:  # noqa: A002
        """The names of a contact's companies."""
        path, what = f"/contacts/{quote(id, safe='')}/companies", f"the companies of contact {one_line(id)}"
        return decode.companies((await self._get(path, what, urgent=urgent)).body)

    async def contacts(self, ids: Sequence[str]) -> list[FetchedContact]:
        """Those of the contacts that can be found; new ones may take minutes to."""
        found: list[FetchedContact] = []
        for first in range(0, len(ids), MAX_PER_PAGE):
            chunk = ids[first : first + MAX_PER_PAGE]
            cursor: str | None = None
            while True:
                reply = await self._search(
                    "/contacts/search",
                    {"query": contacts_with_ids(chunk), "pagination": _pagination(MAX_PER_PAGE, cursor)},
                    what="a search for contacts",
                )
                page, cursor = decode.contact_page(reply.body)
                found += page
                if cursor is None or not page:
                    break
        return found

    async def _get(self, path: str, what: str, *, urgent: bool = False, longest: float = math.inf) -> Reply:
        return await self._calls.call("GET", path, what=what, urgent=urgent, longest=longest)

    async def _search(
        self, path: str, body: dict[str, Any], *, what: str, per_page: int | None = None, urgent: bool = False
    ) -> Reply:
        encoded = msgspec.json.encode(body)
        return await self._calls.call("POST", path, body=encoded, what=what, per_page=per_page, urgent=urgent)


def _pagination(per_page: int, starting_after: str | None) -> dict[str, Any]:
    pagination: dict[str, Any] = {"per_page": _checked_size(per_page)}
    if starting_after is not None:
        pagination["starting_after"] = starting_after
    return pagination


def _checked_size(per_page: int) -> int:
    if not 1 <= per_page <= MAX_PER_PAGE:
        raise ValueError(f"per_page is {per_page}; Intercom takes 1 to {MAX_PER_PAGE}")
    return per_page
