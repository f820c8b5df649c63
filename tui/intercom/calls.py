"""Makes one call to Intercom: paced, tried again where that can help, its failure explained."""

from __future__ import annotations

import asyncio
import math
import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from http import HTTPStatus

from tui.intercom import explain
from tui.intercom.budget import RateBudget
from tui.intercom.connection import HttpConnection, Reply
from tui.intercom.errors import (
    BadAnswer,
    IntercomError,
    PageTooHeavy,
    RateLimited,
    UnknownOutcome,
    Unreachable,
)
from tui.intercom.explain import Failure
from tui.intercom.headers import parse_pause
from tui.intercom.server_time import ServerClock
from tui.uptime import uptime

_MAX_BACKOFF = 20.0
_TIMES = 3
"""A call ends, tries and the pauses between them together, after so many times the timeout of one try."""
_HEAVY = {502, 504}
_random = random.SystemRandom()


@dataclass(slots=True)
class CallCounts:
    """What a client has done since it was made."""

    requests: int = 0
    rate_limited: int = 0
    """Answers with status 429."""
    retries: int = 0
    """Calls tried again, those after a 429 included."""


@dataclass(frozen=True, slots=True)
class RetryableFailure:
    """A try without a usable answer that may be repeated."""

    error: IntercomError
    heavy: bool = False
    """The answer may have been too big for the server."""
    final: bool = False
    """The same call would fail again; a smaller page may not."""
    tries_at_first: int | None = None
    """How often to try while no call has ever succeeded: then the set-up is likely wrong."""
    pause: float = 0.0
    """Seconds the server asks to wait."""


class Calls:
    """Sends requests through a budget and over a connection, and estimates the server's time from answers."""

    def __init__(
        self,
        connection: HttpConnection,
        *,
        on_wait: Callable[[float], None] | None,
        max_attempts: int,
        backoff: float,
        window: float,
    ) -> None:
        self.stats = CallCounts()
        self.server_clock = ServerClock(window)
        self.budget = RateBudget(self.server_clock, window=window, on_wait=on_wait)
        self._connection = connection
        self._max_attempts = max_attempts
        self._backoff = backoff
        self._worked = False

    async def call(
        self,
        method: str,
        path: str,
        *,
        body: bytes | None = None,
        what: str,
        urgent: bool = False,
        per_page: int | None = None,
        longest: float = math.inf,
    ) -> Reply:
        """Return an answer with status 200 and a JSON body.

        `what` names the thing asked for in messages. `per_page` marks a search: it is tried only once
        more after a timeout, 502 or 504, and then raises `PageTooHeavy`. `longest` bounds the seconds of all
        tries and of the pauses between them; what the rate limit asks to wait is not counted. Raises the
        other `IntercomError`s as their docstrings say.
        """
        try:
            return await self._call(method, path, body, what, urgent, per_page, longest)
        except IntercomError as error:
            error.say(self._connection.secrets.hide(error.message))
            raise

    async def write(self, method: str, path: str, *, body: bytes, what: str) -> Reply:
        """Send a request that changes something, once; return its answer with status 200.

        It overtakes other calls. Raises `Unreachable` or `RateLimited` when nothing was changed and the same
        request may be sent later, `UnknownOutcome` when it may have been carried out, and the other
        `IntercomError`s when Intercom refused it.
        """
        reply, _ = await self._try(method, path, body, urgent=True, timeout=self._connection.timeout)
        try:
            return self._outcome(reply, what)
        except IntercomError as error:
            error.say(self._connection.secrets.hide(error.message))
            raise

    def _outcome(self, reply: Reply | Failure, what: str) -> Reply:
        if isinstance(reply, Failure):
            raise (UnknownOutcome if reply.connected else Unreachable)(reply.message)
        host = self._connection.host
        if reply.status == 200:
            if reply.body.lstrip()[:1] == b"{":
                return reply
            raise UnknownOutcome(f"{host} sent an unreadable answer to {what} (200 without JSON)")
        if reply.status == 429:
            self.stats.rate_limited += 1
            raise RateLimited(f"Intercom's rate limit is reached: {what} waits")
        if reply.status == 408 or reply.status >= 500:
            raise UnknownOutcome(explain.broken(reply.status, reply.headers, reply.body, host, what))
        raise explain.refusal(reply.status, reply.headers, reply.body, host, what, writes=True)

    async def _call(
        self,
        method: str,
        path: str,
        body: bytes | None,
        what: str,
        urgent: bool,
        per_page: int | None,
        longest: float,
    ) -> Reply:
        attempts = limited = heavy = 0
        longest = min(longest, _TIMES * self._connection.timeout)
        spent = 0.0
        while True:
            timeout = min(self._connection.timeout, longest / 2, longest - spent)
            reply, seconds = await self._try(method, path, body, urgent=urgent, timeout=timeout)
            spent += seconds
            if isinstance(reply, Reply) and reply.status == 429:
                limited += 1
                self.stats.rate_limited += 1
                if limited >= self._max_attempts:
                    raise RateLimited(
                        f"Intercom's rate limit stayed exhausted for {limited} tries of {what}; "
                        "other apps of the workspace may use it up: try again later"
                    )
                self.stats.retries += 1
                continue
            result = self._classify(reply, what)
            if isinstance(result, Reply):
                return result
            attempts += 1
            heavy += result.heavy
            if per_page is not None and (heavy >= 2 or (result.heavy and result.final)):
                raise PageTooHeavy(
                    f"a search page of {per_page} is too heavy: {result.error.message}", per_page
                )
            pause = self._pause(attempts, result.pause)
            spent += pause
            if result.final or attempts >= self._attempts(result) or spent >= longest:
                raise result.error
            self.stats.retries += 1
            await asyncio.sleep(pause)

    def _attempts(self, failure: RetryableFailure) -> int:
        if failure.tries_at_first is None or self._worked:
            return self._max_attempts
        return min(failure.tries_at_first, self._max_attempts)

    async def _try(
        self,
        method: str,
        path: str,
        body: bytes | None,
        *,
        urgent: bool,
        timeout: float,
    ) -> tuple[Reply | Failure, float]:
        """What came of one request, and the seconds it took once it could go."""
        async with self._connection.slot(urgent=urgent) as client:
            number = await self.budget.acquire(urgent=urgent)
            headers: Mapping[str, str] | None = None
            status = 0
            try:
                self.stats.requests += 1
                began = uptime()
                reply = await self._connection.send(client, method, path, body, timeout=timeout)
                seconds = uptime() - began
                if isinstance(reply, Reply):
                    headers, status = reply.headers, reply.status
                    # Other answers may come from a gateway on the way, with a clock of its own.
                    if reply.status == HTTPStatus.OK or "x-ratelimit-reset" in reply.headers:
                        self.server_clock.learn(reply.headers, reply.sent, reply.received)
            finally:
                self.budget.settle(number, headers, status)
        return reply, seconds

    def _classify(self, reply: Reply | Failure, what: str) -> Reply | RetryableFailure:
        """The reply if it is usable, or why it is worth another try. Raises the error if it is final."""
        if isinstance(reply, Failure):
            error = BadAnswer(reply.message) if reply.bad_answer else Unreachable(reply.message)
            if reply.too_large:
                return RetryableFailure(error, heavy=True, final=True)
            if reply.final:
                raise error
            if reply.connected:
                return RetryableFailure(error, heavy=reply.timed_out)
            return RetryableFailure(error, tries_at_first=1 if reply.timed_out else 2)
        host = self._connection.host
        if reply.status == 200:
            if reply.body.lstrip()[:1] in {b"{", b"["}:
                self._worked = True
                return reply
            if explain.is_html(reply.headers, reply.body):
                return RetryableFailure(BadAnswer(explain.web_page(host)), tries_at_first=2)
            return RetryableFailure(
                BadAnswer(f"{host} sent an empty or unreadable answer to {what} (200 without JSON)")
            )
        if reply.status == 408 or reply.status >= 500:
            return RetryableFailure(
                BadAnswer(explain.broken(reply.status, reply.headers, reply.body, host, what)),
                heavy=reply.status in _HEAVY,
                pause=parse_pause(reply.headers, _MAX_BACKOFF) or 0.0,
            )
        raise explain.refusal(reply.status, reply.headers, reply.body, host, what)

    def _pause(self, attempts: int, asked: float) -> float:
        """Seconds before the next try, of which the server asked for so many."""
        delay = min(self._backoff * 2.0 ** (attempts - 1), _MAX_BACKOFF)
        return max(delay * _random.uniform(0.5, 1.5), asked)
