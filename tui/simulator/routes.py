"""The endpoints, thin: read the request, ask the world, render."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any
from zlib import crc32

import msgspec
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from tui.simulator import render, writes
from tui.simulator.contacts import contacts_page
from tui.simulator.errors import ApiError, envelope, invalid, missing, not_found
from tui.simulator.macros import macros_page, one_macro
from tui.simulator.model import Json, SimulatedContact, SimulatedConversation
from tui.simulator.options import SimulatorOptions
from tui.simulator.search import Page, page_size, search
from tui.simulator.world import World

WORKSPACE = "hrb1y7qx"
"""The id of the workspace that is simulated unless another one is named."""
MOST_DELETED_PER_PAGE = 60
Endpoint = Callable[[Request], Any]


def json(body: bytes, headers: Mapping[str, str] | None = None) -> Response:
    return Response(body, media_type="application/json", headers=headers)


async def read_json(request: Request) -> Json:
    """The body as an object; no body is an empty one. Raises a 400 for anything else."""
    raw = await request.body()
    if not raw:
        return {}
    try:
        body = msgspec.json.decode(raw)
    except msgspec.MsgspecError:
        raise invalid("The request body is not valid JSON") from None
    if not isinstance(body, dict):
        raise invalid("The request body must be a JSON object")
    return body


def page_json(page: Page, world: World, path: str) -> bytes:
    """A conversation.list. Built from kept bytes, because a page of 150 is 300 kB."""
    cursor = page.end_cursor if world.wrong.extra_next else page.next_cursor
    following = None if cursor is None else {"per_page": page.per_page, "starting_after": cursor}
    pages: Json = {"type": "pages", "page": page.number, "per_page": page.per_page}
    pages["total_pages"] = -(-page.total // page.per_page)
    if following is not None:
        pages["next"] = following
    rows = b",".join([world.wrong.header(item, world) for item in page.items])
    return b'{"type":"conversation.list","total_count":%d,"pages":%b,"conversations":[%b]}' % (
        page.total,
        render.encode(world.wrong.pages(path, pages)),
        rows,
    )


class Endpoints:
    """One method per endpoint of the documentation."""

    def __init__(self, world: World) -> None:
        self.world = world

    def routes(self) -> list[Route]:
        table: list[tuple[str, str, Endpoint]] = [
            ("GET", "/conversations/{id:int}", self.conversation),
            ("POST", "/conversations/search", self.search),
            ("GET", "/conversations", self.conversations),
            ("GET", "/conversations/deleted", self.deleted),
            ("GET", "/contacts/{id}", self.contact),
            ("GET", "/contacts/{id}/companies", self.contact_companies),
            ("POST", "/contacts/search", self.contacts),
            ("GET", "/me", self.me),
            ("GET", "/admins", self.admins),
            ("GET", "/teams", self.teams),
            ("GET", "/tags", self.tags),
            ("POST", "/tags", self.create_tag),
            ("GET", "/macros", self.macros),
            ("GET", "/macros/{id}", self.macro),
            ("GET", "/simulator/writes", self.applied_writes),
            ("POST", "/conversations/redact", self.redact),
            ("POST", "/conversations/{id}/reply", self.write(writes.reply)),
            ("POST", "/conversations/{id}/parts", self.write(writes.manage)),
            ("POST", "/conversations/{id}/tags", self.write(writes.tag)),
            ("DELETE", "/conversations/{id}/tags/{tag}", self.write(writes.untag)),
            ("PUT", "/conversations/{id:int}", self.write(writes.update)),
            ("DELETE", "/conversations/{id:int}", self.write(writes.delete)),
        ]
        return [Route(path, endpoint, methods=[method]) for method, path, endpoint in table]

    def find(self, given: object) -> SimulatedConversation:
        """Raises a 404 for what is not a live conversation's id."""
        text = str(given)
        found = self.world.conversations.get(int(text)) if text.isdecimal() else None
        if found is None:
            raise not_found()
        return found

    async def conversation(self, request: Request) -> Response:
        world, number = self.world, request.path_params["id"]
        with world.lock:
            world.catch_up()
            world.interrupted("read", number)
            found = world.replica.state(world.clock(), number, world.conversations.get(number))
            if found is None or world.wrong.misses(number):
                raise not_found()
            world.showed(found)
            shape = world.wrong.lacks(number)
            body = world.full(found) if shape is None else render.threadless(found, world, shape)
            return json(world.wrong.full(number, body))

    async def search(self, request: Request) -> Response:
        body = await read_json(request)
        if "query" not in body:
            raise missing("query")
        pagination = body.get("pagination") or {}
        if not isinstance(pagination, dict):
            raise invalid("pagination must be an object", "pagination")
        options = self.world.options
        per_page = page_size(pagination.get("per_page"))
        if options.heavy_page and per_page > options.heavy_page:
            return Response(b"", 504, media_type="text/html")
        with self.world.lock:
            self.world.catch_up()
            page = search(
                self.world.index,
                body["query"],
                sort=body.get("sort"),
                per_page=per_page,
                cursor=pagination.get("starting_after"),
                rules=self.world.search_rules,
                found=self.world.wrong.found,
            )
            answer = json(page_json(page, self.world, request.url.path))
            self.world.searched()
            return answer

    async def conversations(self, request: Request) -> Response:
        with self.world.lock:
            self.world.catch_up()
            page = search(
                self.world.index,
                None,
                per_page=page_size(request.query_params.get("per_page")),
                cursor=request.query_params.get("starting_after"),
                rules=self.world.search_rules,
            )
            return json(page_json(page, self.world, request.url.path))

    async def deleted(self, request: Request) -> Response:
        given = request.query_params
        number, per_page = given.get("page", "1"), given.get("per_page", "20")
        order = given.get("order", "desc")
        if not number.isdecimal() or int(number) < 1:
            raise invalid("page must be a positive integer", "page")
        if not per_page.isdecimal() or not 1 <= int(per_page) <= MOST_DELETED_PER_PAGE:
            raise invalid(f"per_page must be between 1 and {MOST_DELETED_PER_PAGE}", "per_page")
        if order not in {"asc", "desc"}:
            raise invalid("order must be asc or desc", "order")
        page, size = int(number), int(per_page)
        with self.world.lock:
            self.world.catch_up()
            rows = [row for row in self.world.deleted.items() if row[0] not in self.world.unlisted]
        if order == "desc":
            rows.reverse()
        total_pages = -(-len(rows) // size)
        base = str(request.base_url).rstrip("/")
        following = f"{base}/conversations/deleted?per_page={size}&order={order}&page={page + 1}"
        pages: Json = {"type": "pages", "page": page, "per_page": size, "total_pages": total_pages}
        pages["next"] = following if page < total_pages else None
        return json(
            render.encode(
                {
                    "type": "conversations.list",
                    "conversations": [
                        {"type": "conversation", "id": str(key), "metrics_retained": True, "deleted_at": at}
                        for key, at in rows[(page - 1) * size : page * size]
                    ],
                    "total_count": len(rows),
                    "pages": self.world.wrong.pages(request.url.path, pages),
                }
            )
        )

    async def contact(self, request: Request) -> Response:
        contact = self._find_contact(request)
        return json(render.encode(render.contact_json(contact, self.world, WORKSPACE)))

    async def contact_companies(self, request: Request) -> Response:
        contact = self._find_contact(request)
        return json(render.encode(render.contact_companies_json(contact, self.world)))

    def _find_contact(self, request: Request) -> SimulatedContact:
        """Raises a 404, or a 410 for one that was merged."""
        contact = self.world.contacts.get(request.path_params["id"])
        if contact is None:
            raise ApiError(404, "not_found", "User Not Found")
        if contact.merged_into:
            raise ApiError(
                410,
                "contact_merged",
                "This contact has been merged. See the 'Link' header for the canonical contact.",
                headers={"Link": f'</contacts/{contact.merged_into}>; rel="canonical"'},
            )
        return contact

    async def contacts(self, request: Request) -> Response:
        body = await read_json(request)
        return json(render.encode(contacts_page(self.world, body, WORKSPACE)))

    async def me(self, request: Request) -> Response:
        admin = render.admin_json(self.world.admins[self.world.me])
        admin["email_verified"] = True
        admin["avatar"] = {"type": "avatar", "image_url": "https://static.example/avatars/128.png"}
        admin["app"] = {
            "type": "app",
            "id_code": workspace_id(self.world.options.workspace),
            "name": self.world.options.workspace,
            "created_at": self.world.started - 5 * 365 * 86400,
            "secure": False,
            "identity_verification": False,
            "timezone": "Europe/Dublin",
            "region": self.world.options.region,
        }
        return json(render.encode(admin))

    async def admins(self, request: Request) -> Response:
        people = [render.admin_json(admin) for admin in self.world.admins.values()]
        return json(render.encode({"type": "admin.list", "admins": people}))

    async def teams(self, request: Request) -> Response:
        admins = list(self.world.admins.values())
        teams = [render.team_json(team, admins) for team in self.world.teams.values()]
        return json(render.encode({"type": "team.list", "teams": teams}))

    async def tags(self, request: Request) -> Response:
        tags = [render.tag_json(key, name) for key, name in self.world.tags.items()]
        return json(render.encode({"type": "list", "data": tags}))

    async def create_tag(self, request: Request) -> Response:
        body = await read_json(request)
        with self.world.lock:
            self.world.catch_up()
            effect = writes.create_tag(self.world, body)
            self.world.applied(effect, None, request.state.request_id)
            return json(effect.answer)

    async def macros(self, request: Request) -> Response:
        return json(render.encode(macros_page(self.world, request.query_params)))

    async def macro(self, request: Request) -> Response:
        return json(render.encode(one_macro(self.world, request.path_params["id"])))

    async def applied_writes(self, request: Request) -> Response:
        """What Intercom does not have: every change made through the API."""
        with self.world.lock:
            return json(render.encode({"type": "list", "data": self.world.writes}))

    async def redact(self, request: Request) -> Response:
        body = await read_json(request)
        return self._change(request, writes.redact, body.get("conversation_id"), body)

    def write(self, action: writes.Action) -> Endpoint:
        """An endpoint that changes one conversation."""

        async def endpoint(request: Request) -> Response:
            body = await read_json(request)
            return self._change(request, action, request.path_params["id"], body)

        return endpoint

    def _change(self, request: Request, action: writes.Action, given: object, body: Json) -> Response:
        """Changes the conversation with this id."""
        world = self.world
        with world.lock:
            world.catch_up()
            world.interrupted("write", self.find(given).id)
            conversation = self.find(given)
            effect = action(world, conversation, body, request.path_params)
            world.applied(effect, conversation, request.state.request_id)
            return json(effect.answer)


async def refuse(request: Request, error: Exception) -> Response:
    """Intercom answers an unknown path, and a wrong method on a known one, with 404."""
    status = error.status_code if isinstance(error, HTTPException) else 404
    api_error = not_found() if status in {404, 405} else ApiError(status, "client_error", "Bad request")
    return Response(
        envelope(api_error, request.scope["state"]["request_id"]),
        api_error.status,
        media_type="application/json",
    )


def workspace_id(name: str) -> str:
    """The id that a workspace of this name has."""
    return WORKSPACE if name == SimulatorOptions().workspace else f"w{crc32(name.encode()):08x}"
