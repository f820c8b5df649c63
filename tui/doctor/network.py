"""How this machine reaches Intercom: proxy, name, TCP, TLS."""

from __future__ import annotations

import asyncio
import ssl
import time
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from tui.doctor.finding import Finding, ok, problem, warning
from tui.formatting import elapsed
from tui.intercom import explain
from tui.intercom.environment import choose_proxy, tls_context, unreadable_exceptions
from tui.intercom.errors import BadEnvironment
from tui.text import one_line

TIMEOUT = 10.0
"""Seconds for each step."""
VARIABLES = ("HTTPS_PROXY", "HTTP_PROXY", "ALL_PROXY", "NO_PROXY", "SSL_CERT_FILE", "SSL_CERT_DIR")
"""What changes the way there; those of proxies may be written in small letters."""
PROXY_PORTS = {"http": 80, "https": 443}
"""Where the address of a proxy names none; all others are SOCKS."""
CURE = "check the network connection, base_url and any proxy"


@dataclass(frozen=True, slots=True)
class _Target:
    host: str
    port: int
    tls: bool
    proxy: str = ""
    """The variable that names it, if the target is a proxy."""


async def check_network(base_url: str, environ: Mapping[str, str]) -> list[Finding]:
    """One connection, to Intercom or to the proxy in between, without a request; then what of NO_PROXY
    cannot be read."""
    variables = [name for name in VARIABLES if environ.get(name) or environ.get(name.lower())]
    skipped = [line.partition("; ") for line in unreadable_exceptions(base_url)]
    return [
        await _check_connection(base_url, variables),
        *(warning("proxy exception", text, cure) for text, _, cure in skipped),
    ]


async def _check_connection(base_url: str, variables: list[str]) -> Finding:
    facts: dict[str, object] = {"host": urlsplit(base_url).hostname, "variables": variables}
    said = f"; in effect: {', '.join(variables)}" if variables else ""
    try:
        target, context = _target(base_url), tls_context()
    except BadEnvironment as error:
        text, _, cure = error.message.partition("; ")
        return problem("network", text, cure, **facts)
    facts |= {"host": target.host, "through_proxy": bool(target.proxy)}
    what = f"the proxy in {target.proxy}, {target.host}:{target.port}" if target.proxy else target.host
    try:
        times = await _connect(target, context)
    except (OSError, TimeoutError) as error:
        message = explain.failure(error, target.host, TIMEOUT, target.proxy).message
        text, _, cure = message.partition("; ")
        return problem("network", text + said, cure or CURE, **facts)
    steps = ", ".join(f"{name} {elapsed(seconds)}" for name, seconds in times.items())
    facts |= {f"{name.lower()}_seconds": round(seconds, 4) for name, seconds in times.items()}
    return ok("network", f"{what}: {steps}{said}", **facts)


def _target(base_url: str) -> _Target:
    """Raises `BadEnvironment`."""
    chosen = choose_proxy(base_url)
    if chosen is not None:
        there = chosen.proxy.url
        port = there.port or PROXY_PORTS.get(there.scheme, 1080)
        return _Target(one_line(there.host), port, tls=False, proxy=chosen.variable)
    url = urlsplit(base_url)
    port = url.port or (443 if url.scheme == "https" else 80)
    return _Target(url.hostname or "", port, tls=url.scheme == "https")


async def _connect(target: _Target, context: ssl.SSLContext) -> dict[str, float]:
    """Seconds of each step. Raises `OSError` (those of TLS among them) and `TimeoutError`."""
    loop, times, started = asyncio.get_running_loop(), dict[str, float](), time.monotonic()

    def done(step: str) -> None:
        nonlocal started
        now = time.monotonic()
        times[step], started = now - started, now

    async with asyncio.timeout(TIMEOUT):
        await loop.getaddrinfo(target.host, target.port)
    done("DNS")
    async with asyncio.timeout(TIMEOUT):
        _, writer = await asyncio.open_connection(target.host, target.port)
    done("TCP")
    try:
        if target.tls:
            async with asyncio.timeout(TIMEOUT):
                await writer.start_tls(context, server_hostname=target.host)
            done("TLS")
    finally:
        writer.close()
    return times
