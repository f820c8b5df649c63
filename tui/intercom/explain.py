"""Error messages for people: what happened, where, and what would help. One line each, without secrets."""

from __future__ import annotations

import errno
import socket
import ssl
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

import httpx

from tui.intercom import decode
from tui.intercom.errors import BadAnswer, Forbidden, IntercomError, NotFound, Unauthorized, WrongRegion
from tui.intercom.payloads import Me
from tui.settings import ADDRESSES
from tui.text import one_line

_HOSTS = {urlsplit(url).hostname: region for region, url in ADDRESSES.items()}

_NO_ROUTE = {errno.ENETUNREACH, errno.EHOSTUNREACH, errno.ENETDOWN, errno.EADDRNOTAVAIL}
_HOW_TO_GET_ONE = (
    "create an access token in Intercom under Settings > Integrations > Developer Hub > your app > "
    "Authentication, and give it to `fastintercom login`, or set it as INTERCOM_ACCESS_TOKEN"
)


_LONGEST_NAME = 253
"""Characters of a host's name in DNS."""


@dataclass(frozen=True, slots=True)
class Failure:
    """A call that got no answer."""

    message: str
    connected: bool
    """Whether a connection stood: then it may be the answer that is slow or heavy."""
    final: bool = False
    """Trying again cannot help."""
    timed_out: bool = False
    bad_answer: bool = False
    """An answer came, and its body cannot be read."""
    too_large: bool = False
    """Its body is larger than any real answer."""


def failure(error: BaseException, host: str, timeout: float, proxy: str = "") -> Failure:
    """Name what kept a call from being answered, from the chain of errors below it.

    `proxy` is the variable that names the proxy in use: then it is the proxy that is connected to.
    """
    peer, check = (f"the proxy in {proxy}", proxy) if proxy else (host, "base_url")
    chain = list(_chain(error))
    for cause in chain:
        if isinstance(cause, ssl.SSLCertVerificationError):
            why = one_line(cause.verify_message)
            return Failure(
                f"the TLS certificate of {host} cannot be trusted ({why}); check the system clock, and if a "
                "proxy inspects the traffic, point SSL_CERT_FILE to its CA certificates",
                connected=False,
                final=True,
            )
        if isinstance(cause, ssl.SSLError):
            return Failure(
                f"no TLS connection to {host} ({one_line(cause.reason or str(cause))}); "
                "check base_url and any proxy in between",
                connected=False,
            )
        if isinstance(cause, socket.gaierror):
            return Failure(
                f"the name {f'of {peer}' if proxy else host} cannot be resolved (DNS); "
                f"check the network connection and {check}",
                connected=False,
            )
    if isinstance(error, httpx.ConnectTimeout):
        return Failure(
            f"{peer} does not accept a connection in time; check the network, VPN or firewall",
            connected=False,
            timed_out=True,
        )
    if isinstance(error, httpx.TimeoutException | TimeoutError):
        return Failure(f"{host} did not answer within {timeout:g} s", connected=True, timed_out=True)
    if isinstance(error, httpx.ProxyError):
        return Failure(
            f"{peer} refused the connection to {host} ({one_line(str(error))[:100]}); check {check}",
            connected=False,
        )
    numbers = {cause.errno for cause in chain if isinstance(cause, OSError)}
    if errno.ECONNREFUSED in numbers:
        return Failure(f"{peer} refused the connection; check {check}", connected=False)
    if numbers & _NO_ROUTE:
        return Failure(f"there is no network route to {peer}; check the network connection", connected=False)
    detail = one_line(str(error))[:120] or type(error).__name__
    if isinstance(error, httpx.ConnectError):
        return Failure(f"no connection to {peer} ({detail}); check the network and {check}", connected=False)
    return Failure(f"the connection to {host} broke off ({detail})", connected=True)


def _chain(error: BaseException) -> Iterator[BaseException]:
    """The error, what caused it, and the members of groups among them."""
    todo, seen = [error], set[int]()
    while todo:
        cause = todo.pop()
        if id(cause) in seen:
            continue
        seen.add(id(cause))
        yield cause
        if isinstance(cause, BaseExceptionGroup):
            todo.extend(cause.exceptions)
        todo.extend(below for below in (cause.__cause__, cause.__context__) if below is not None)


def refusal(
    status: int, headers: Mapping[str, str], body: bytes, host: str, what: str, *, writes: bool = False
) -> IntercomError:
    """The error for an answer whose status is neither 200 nor worth another try; `writes`: it was asked to
    change something."""
    code, message = decode.problem(body)
    said = f'; Intercom says: "{message}"' if message else ""
    if 300 <= status < 400:
        return _redirect(status, headers, host)
    if status == 401:
        return Unauthorized(
            f"{host} does not accept the access token (401){said}",
            f"; {_HOW_TO_GET_ONE}{_other_regions(host)}",
        )
    if not code and is_html(headers, body):
        return BadAnswer(f"{web_page(host)} (status {status})")
    refused = f"Intercom refuses {what} ({status}{f' {code}' if code else ''}){said}"
    if status == 402 or code == "api_plan_restricted":
        return Forbidden(f"{refused}; a plan that includes this part of the API would allow it")
    if status == 403 and writes:
        return Forbidden(
            f"{refused}; the teammate needs an Inbox seat, and the token's app the permission to write"
            " conversations"
        )
    if status == 403:
        return Forbidden(
            f"{refused}; let the token's app read conversations, people, admins and tags in Intercom's "
            "Developer Hub"
        )
    if status in {404, 410}:
        return NotFound(f"{what}: not found ({status}){said}; deleted, or not visible to this access token")
    return BadAnswer(refused)


def _redirect(status: int, headers: Mapping[str, str], host: str) -> BadAnswer:
    target = one_line(headers.get("location", ""))
    try:
        there = (urlsplit(target).hostname or host)[:_LONGEST_NAME]
    except ValueError:
        there = "an unreadable address"
    return BadAnswer(
        f"{host} redirects to {there} ({status}), which is not followed because the access token would go "
        "there; a proxy or captive portal may have answered, or base_url is wrong"
    )


def is_html(headers: Mapping[str, str], body: bytes) -> bool:
    """Whether an answer is a web page, which Intercom never sends."""
    return "html" in headers.get("content-type", "") or body.lstrip()[:1] == b"<"


def web_page(host: str) -> str:
    """Words for a web page in place of an answer."""
    return (
        f"a web page came back instead of Intercom's answer from {host}: a proxy or captive portal answered; "
        "log in to the network, or check base_url"
    )


def _other_regions(host: str) -> str:
    region = _HOSTS.get(host)
    if region is None:
        return ""
    others = ", ".join(f"{url} ({name})" for name, url in ADDRESSES.items() if name != region)
    return f"; the token may also belong to another region: base_url {others}"


def check_region(me: Me, base_url: str) -> None:
    """Raise `WrongRegion` when the workspace lives elsewhere; hosts not Intercom's are not judged."""
    region = _HOSTS.get(urlsplit(base_url).hostname)
    if region is None or me.region not in ADDRESSES or me.region == region:
        return
    raise WrongRegion(
        f'the workspace "{me.app_name}" is in the region {me.region}, but {ADDRESSES[region]} serves '
        f"{region}; set base_url to {ADDRESSES[me.region]}",
        me.app_name,
        me.region,
    )


def broken(status: int, headers: Mapping[str, str], body: bytes, host: str, what: str) -> str:
    """Words for a server's own failure (5xx, 408)."""
    _, message = decode.problem(body)
    detail = f'; it says: "{message}"' if message else ""
    if is_html(headers, body):
        detail = "; the answer is a web page, from a gateway or proxy in between"
    return f"{host} failed to answer {what} (status {status}){detail}; try again later"
