"""Sends single requests over HTTP and keeps the access token out of messages, logs and tracebacks.

Servers repeat what they are sent. Their text enters here, to be stored, logged and shown, so the token is
taken out of it here: out of the body of each answer, and out of each message (`HttpConnection.secrets`). The
password of a proxy goes to the proxy alone, which TLS keeps from every body. It may be a word that customers
use, so it is looked for in messages only.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Generator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from http import HTTPStatus
from typing import Protocol
from urllib.parse import urlsplit

import httpx

from tui.intercom import explain
from tui.intercom.bodies import ACCEPTED, BadBody, BodyTooLarge, read_body
from tui.intercom.environment import choose_proxy, tls_context
from tui.intercom.errors import BadAddress, Unauthorized
from tui.intercom.explain import Failure
from tui.secrecy import SecretFilter
from tui.settings import is_loopback
from tui.text import one_line
from tui.uptime import uptime

_PER_POOL = 8
"""Connections per httpx client: the cost of a request in its pool grows with the square of their number."""
_URGENT_CONNECTIONS = 2
_CONNECT_TIMEOUT = 5.0


class AccessToken(Protocol):
    """An access token whose text only `reveal` shows."""

    def reveal(self) -> str:
        """The text of the token."""
        ...


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer, whatever its status; times are those of `tui.uptime`."""

    status: int
    headers: Mapping[str, str] = field(repr=False)
    body: bytes = field(repr=False)
    sent: float
    received: float


class _BearerAuth(httpx.Auth):
    """Puts the token on each request as it is sent; its text is stored nowhere else."""

    def __init__(self, token: AccessToken) -> None:
        self._token = token

    def __repr__(self) -> str:
        return "<bearer auth •••>"

    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        request.headers["Authorization"] = f"Bearer {self._token.reveal()}"
        yield request


def checked_base_url(base_url: str) -> str:
    """The base URL without a trailing slash. Raises `BadAddress` unless it is https or on this machine."""
    shown = one_line(base_url)
    try:
        url = urlsplit(base_url.strip())
        host, _ = url.hostname, url.port
    except ValueError as error:
        raise BadAddress(f"base_url {shown!r} is not an address: {one_line(str(error))}") from None
    if url.username is not None or url.password is not None:
        raise BadAddress("base_url must not hold a user name or password; it is like https://api.intercom.io")
    if not host or url.scheme not in {"https", "http"} or url.query or url.fragment:
        raise BadAddress(f"base_url {shown!r} is not an address like https://api.intercom.io")
    if url.scheme == "http" and not is_loopback(host):
        raise BadAddress(
            f"base_url {shown!r} would send the access token unencrypted; use https:// "
            "(http:// is only allowed for this machine, such as http://127.0.0.1:8040)"
        )
    return base_url.strip().rstrip("/")


def _is_sendable(token: AccessToken) -> bool:
    text = token.reveal()
    return text.isascii() and text.isprintable() and bool(text) and " " not in text


class _Pool:
    """One httpx client, and how many calls it has in progress."""

    def __init__(self, client: httpx.AsyncClient) -> None:
        self.client = client
        self.busy = 0


class HttpConnection:
    """Keeps the sockets. `connections` bounds the calls in progress, urgent ones not counted. `timeout`
    (seconds) bounds one request and its answer.

    Raises `BadAddress` for a base URL, `Unauthorized` for a token, `BadEnvironment` for a proxy or
    certificates, that cannot even be tried.
    """

    def __init__(
        self,
        base_url: str,
        token: AccessToken,
        *,
        version: str,
        transport: httpx.AsyncBaseTransport | None,
        connections: int,
        timeout: float,
    ) -> None:
        self.base_url = checked_base_url(base_url)
        self.host = urlsplit(self.base_url).netloc
        self._proxy = ""
        if not _is_sendable(token):
            raise Unauthorized("the access token is empty or holds spaces or characters that no token has")
        self._token = SecretFilter([token.reveal()])
        self.secrets = self._token
        """Hides the token, and the password of the proxy, in messages."""
        self.timeout = timeout
        self._slots = asyncio.Semaphore(connections)
        self._auth = _BearerAuth(token)
        headers = {
            "Accept": "application/json",
            "Accept-Encoding": ACCEPTED,
            "Content-Type": "application/json",
            "Intercom-Version": version,
            "User-Agent": "fastintercom",
        }
        timeouts = httpx.Timeout(timeout, connect=min(timeout, _CONNECT_TIMEOUT), pool=None)
        if transport is not None:
            client = httpx.AsyncClient(
                transport=transport, headers=headers, timeout=timeouts, trust_env=False
            )
            self._pools = [_Pool(client)]
            self._urgent_pool = self._pools[0]
            return
        chosen = choose_proxy(self.base_url)
        if chosen is not None:
            self._proxy = chosen.variable
            user, password = (part.decode("utf-8", "replace") for part in chosen.proxy.raw_auth or (b"", b""))
            self.secrets = SecretFilter([token.reveal(), password, f"{user}:{password}"])
        context = tls_context()

        def pool(size: int) -> _Pool:
            limits = httpx.Limits(max_connections=size, max_keepalive_connections=size, keepalive_expiry=30)
            return _Pool(
                httpx.AsyncClient(
                    headers=headers,
                    timeout=timeouts,
                    limits=limits,
                    verify=context,
                    proxy=None if chosen is None else chosen.proxy,
                    trust_env=False,
                )
            )

        self._pools = [
            pool(min(_PER_POOL, connections - first)) for first in range(0, connections, _PER_POOL)
        ]
        self._urgent_pool = pool(_URGENT_CONNECTIONS)

    async def close(self) -> None:
        """Close every socket."""
        for pool in (*self._pools, self._urgent_pool):
            await pool.client.aclose()

    @asynccontextmanager
    async def slot(self, *, urgent: bool = False) -> AsyncIterator[httpx.AsyncClient]:
        """Wait for a free connection (urgent calls have their own) and hold it."""
        if urgent:
            yield self._urgent_pool.client
            return
        async with self._slots:
            pool = min(self._pools, key=_busy)
            pool.busy += 1
            try:
                yield pool.client
            finally:
                pool.busy -= 1

    async def send(
        self,
        client: httpx.AsyncClient,
        method: str,
        path: str,
        body: bytes | None = None,
        *,
        timeout: float,
    ) -> Reply | Failure:
        """Send one request and read its whole answer within `timeout` seconds; never raises but for
        cancellation.

        Whatever goes wrong is put into words here, and its traceback dropped: the frames of the
        HTTP libraries hold the request's headers, and a traceback that shows locals would print them.
        """
        sent = uptime()
        try:
            async with asyncio.timeout(timeout):
                request = client.build_request(method, self.base_url + path, content=body)
                response = await client.send(request, auth=self._auth, follow_redirects=False, stream=True)
                try:
                    content = await self._read(response)
                finally:
                    await response.aclose()
        except BadBody as error:
            too_large = isinstance(error, BodyTooLarge)
            message = self.secrets.hide(f"{self.host} {error}")
            return Failure(message, connected=True, bad_answer=True, too_large=too_large, final=too_large)
        except (httpx.HTTPError, httpx.InvalidURL, OSError, ValueError) as error:
            # A ValueError: the libraries turn some header into a number before they have looked at it.
            failure = explain.failure(error, self.host, timeout, self._proxy)
            return replace(failure, message=self.secrets.hide(failure.message))
        except BaseException as error:
            error.__traceback__ = error.__context__ = error.__cause__ = None
            raise
        body = self._token.hide_in_body(content)
        return Reply(response.status_code, response.headers, body, sent, uptime())

    async def _read(self, response: httpx.Response) -> bytes:
        try:
            return await read_body(response)
        except BadBody:
            if response.status_code == HTTPStatus.OK:
                raise
            return b""  # the status says what is wrong


def _busy(pool: _Pool) -> int:
    return pool.busy
