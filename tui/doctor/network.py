"""How this machine reaches Intercom: proxy, name, TCP, TLS."""

from __future__ import annotations

import asyncio
import ipaddress
import time
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass

import httpx

from tui.doctor.finding import Finding, ok, problem
from tui.formatting import elapsed
from tui.intercom import explain
from tui.text import one_line

TIMEOUT = 10.0
"""Seconds for each step."""
VARIABLES = ("HTTPS_PROXY", "HTTP_PROXY", "ALL_PROXY", "NO_PROXY", "SSL_CERT_FILE", "SSL_CERT_DIR")
"""What changes the way there; those of proxies may be written in small letters."""
CURE = "check the network connection, base_url and any proxy"


@dataclass(frozen=True, slots=True)
class _Target:
    host: str
    port: int
    tls: bool
    proxy: bool


async def check_network(base_url: str, environ: Mapping[str, str]) -> Finding:
    """One connection, to Intercom or to the proxy in between, without a request."""
    target = _target(base_url)
    variables = [name for name in VARIABLES if environ.get(name) or environ.get(name.lower())]
    facts: dict[str, object] = {"host": target.host, "through_proxy": target.proxy, "variables": variables}
    said = f"; in effect: {', '.join(variables)}" if variables else ""
    what = f"the proxy {target.host}:{target.port}" if target.proxy else target.host
    try:
        times = await _connect(target)
    except (OSError, TimeoutError) as error:
        message, _, cure = explain.failure(error, what, TIMEOUT).message.partition("; ")
        return problem("network", message + said, cure or CURE, **facts)
    steps = ", ".join(f"{name} {elapsed(seconds)}" for name, seconds in times.items())
    facts |= {f"{name.lower()}_seconds": round(seconds, 4) for name, seconds in times.items()}
    return ok("network", f"{what}: {steps}{said}", **facts)


def _target(base_url: str) -> _Target:
    url = urlsplit(base_url)
    host = url.hostname or ""
    proxies = getproxies()
    proxy = proxies.get(url.scheme) or proxies.get("all")
    if proxy and not proxy_bypass(host) and not _is_this_machine(host):
        there = urlsplit(proxy if "://" in proxy else f"http://{proxy}")
        return _Target(one_line(there.hostname or ""), there.port or 80, tls=False, proxy=True)
    return _Target(
        host, url.port or (443 if url.scheme == "https" else 80), url.scheme == "https", proxy=False
    )


def _is_this_machine(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


async def _connect(target: _Target) -> dict[str, float]:
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
                await writer.start_tls(httpx.create_ssl_context(), server_hostname=target.host)
            done("TLS")
    finally:
        writer.close()
    return times
