"""What every request passes before it is answered: time, bearer, budget, faults, version."""

from __future__ import annotations

import asyncio
import contextlib
import hmac
from collections.abc import Callable, MutableMapping
from typing import Any

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from tui.simulator.errors import ApiError, envelope, no_seat, not_found
from tui.simulator.faults import APPLIED, Fault
from tui.simulator.limits import RateLimit
from tui.simulator.slow_answers import endless, explode, trickle, until_disconnect
from tui.simulator.world import World

KNOWN_VERSIONS = frozenset(
    {"1.0", "1.1", "1.2", "1.3", "1.4", *(f"2.{minor}" for minor in range(18)), "Preview", "Unstable"}
)

CONTROL = "/simulator/"
"""Paths that Intercom does not have: they tell the truth about the simulated workspace, and never fail."""
ERROR_PAGE = (
    b"<!DOCTYPE html>\n<html><head><title>502 Bad Gateway</title></head>"
    b"<body><h1>502 Bad Gateway</h1></body></html>"
)
LOGIN_PAGE = (
    b"<!DOCTYPE html>\n<html><head><title>Sign in to Wi-Fi</title></head><body>Please sign in.</body></html>"
)

Abort = Callable[[tuple[str, int]], bool]
"""Resets the connection from this (host, port); False when it knows of none."""


class Gate:
    """ASGI middleware around the endpoints."""

    def __init__(self, app: ASGIApp, world: World) -> None:
        self._app = app
        self._world = world
        self._limit = RateLimit(world.options.rate_limit)
        self._expected = b"Bearer " + world.options.token.encode()
        self._answered = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        world = self._world
        self._answered += 1
        headers: dict[str, str] = {"X-Request-Id": f"{self._answered:010x}{world.options.seed:010x}"}
        scope.setdefault("state", {})["request_id"] = headers["X-Request-Id"]

        async def reply(message: Message) -> None:
            if message["type"] == "http.response.start":
                world.requests.append((scope["method"], scope["path"], message["status"]))
                sent = dict(headers)
                if message["status"] in {429, 503} and world.faults.retry_after is not None:
                    sent["Retry-After"] = world.faults.retry_after
                world.clocks.stamp_headers(scope["path"], sent)
                message["headers"] = [
                    *message.get("headers", ()),
                    *((name.lower().encode(), value.encode()) for name, value in sent.items()),
                ]
            await send(message)

        try:
            await self._admit(scope, receive, reply, headers)
        except ApiError as error:
            headers.update(error.headers)
            await respond(reply, error.status, envelope(error, headers["X-Request-Id"]))

    async def _admit(self, scope: Scope, receive: Receive, send: Send, headers: dict[str, str]) -> None:
        world = self._world
        given = dict(scope["headers"])
        if not hmac.compare_digest(given.get(b"authorization", b""), self._expected):
            raise ApiError(401, "unauthorized", "Access Token Invalid")
        if scope["path"].startswith(CONTROL):
            await self._app(scope, receive, send)
            return
        receive = await read_whole(receive)
        allowed = self._limit.take(world.clocks.limit_now())
        headers.update(self._limit.headers())
        if world.options.latency_ms:
            await asyncio.sleep(world.options.latency_ms / 1000)
        if not allowed:
            raise too_many(self._limit.limit)
        fault = world.faults.next(scope["method"], scope["path"])
        if fault is not None and await self._fail(fault, scope, receive, send, headers):
            return
        version = given.get(b"intercom-version")
        if version is not None and version.decode("latin-1") not in KNOWN_VERSIONS:
            raise ApiError(
                400, "intercom_version_invalid", "Requested resource is not available in current API version."
            )
        await self._app(scope, receive, send)

    async def _fail(
        self, fault: Fault, scope: Scope, receive: Receive, send: Send, headers: MutableMapping[str, str]
    ) -> bool:
        """Answers in the fault's way; False when the right answer is still to be given."""
        fault = await self._prelude(fault, scope, receive)
        if fault is Fault.SLOW:
            await asyncio.sleep(self._world.options.slow_seconds)
            return False
        if fault is Fault.TRICKLE:
            await trickle(self._app, scope, receive, send, self._world.options.trickle_seconds)
            return True
        if fault is Fault.BOMB:
            await explode(send, self._world.options.bomb_megabytes)
            return True
        if fault is Fault.ENDLESS and reachable(scope):
            await until_disconnect(receive, endless(send))
            return True
        if fault is Fault.RESET and await reset(scope, receive):
            return True
        if fault is Fault.RATE_LIMITED:
            headers["X-RateLimit-Remaining"] = "0"
            headers["X-RateLimit-Reset"] = str(int(self._world.clocks.limit_now()) + 2)
            raise too_many(self._limit.limit)
        if fault is Fault.UNAUTHORIZED:
            for name in self._limit.headers():
                headers.pop(name, None)
        if (error := refusal(fault)) is not None:
            raise error
        status, body, kind = {
            # Without a socket of ours there is nothing to reset, and nobody to leave an endless answer.
            Fault.RESET: (502, ERROR_PAGE, "text/html"),
            Fault.ENDLESS: (502, ERROR_PAGE, "text/html"),
            Fault.BAD_GATEWAY: (502, ERROR_PAGE, "text/html"),
            Fault.TIMEOUT: (504, b"", "text/html"),
            Fault.EMPTY: (200, b"", "application/json"),
            Fault.HTML: (200, LOGIN_PAGE, "text/html"),
        }[fault]
        await respond(send, status, body, kind)
        return True

    async def _prelude(self, fault: Fault, scope: Scope, receive: Receive) -> Fault:
        """What happens before anything is answered: the request is carried out, or nothing for long. Returns
        how the fault goes on."""
        if fault in APPLIED:

            async def drop(_message: Message) -> None:
                """Nobody hears the answer."""

            with contextlib.suppress(ApiError):
                await self._app(scope, receive, drop)
            fault = APPLIED[fault]
        if fault is Fault.UNANSWERED:
            await until_disconnect(receive, asyncio.sleep(self._world.options.slow_seconds))
            fault = Fault.TIMEOUT
        return fault


async def read_whole(receive: Receive) -> Receive:
    """Reads the request, and gives it again: what has arrived is carried out although its sender has left."""
    messages: list[Message] = []
    while not messages or (messages[-1]["type"] == "http.request" and messages[-1].get("more_body")):
        messages.append(await receive())

    async def again() -> Message:
        return messages.pop(0) if messages else await receive()

    return again


def refusal(fault: Fault) -> ApiError | None:
    """What a fault that is a refusal in Intercom's JSON says."""
    match fault:
        case Fault.UNAVAILABLE:
            return ApiError(503, "service_unavailable", "Sorry, the API service is temporarily unavailable")
        case Fault.UNAUTHORIZED:
            return ApiError(401, "unauthorized", "Access Token Invalid")
        case Fault.NOT_FOUND:
            return not_found()
        case Fault.FORBIDDEN:
            return ApiError(403, "api_plan_restricted", "Active subscription needed.")
        case Fault.NO_SEAT:
            return no_seat()
        case _:
            return None


def too_many(limit: int) -> ApiError:
    return ApiError(429, "rate_limit_exceeded", f"Exceeded rate limit of {limit} in 10_seconds")


def reachable(scope: Scope) -> bool:
    """Whether the request came over a socket of ours, so that its end is noticed."""
    return hasattr(scope["app"].state, "abort")


async def reset(scope: Scope, receive: Receive) -> bool:
    """Cuts the connection under the request. False when it did not come over a socket of ours."""
    abort: Abort | None = getattr(scope["app"].state, "abort", None)
    client: Any = scope.get("client")
    if abort is None or client is None or not abort((client[0], client[1])):
        return False
    while (await receive())["type"] != "http.disconnect":
        continue
    return True


async def respond(send: Send, status: int, body: bytes, kind: str = "application/json") -> None:
    headers = [
        (b"content-type", f"{kind}; charset=utf-8".encode()),
        (b"content-length", str(len(body)).encode()),
    ]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
