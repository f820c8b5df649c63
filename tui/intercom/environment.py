"""What the environment says about the way to a server: its proxy, and the certificates to trust.

Each complaint names the variable and the cure, and never the value of a proxy variable: it may hold a
password.
"""

from __future__ import annotations

import ipaddress
import os
import re
import ssl
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import urlsplit
from urllib.request import getproxies

import httpx

from tui.intercom.errors import BadEnvironment
from tui.settings import is_loopback
from tui.text import one_line

_EXAMPLE = "it must be like http://proxy.example:3128 or socks5://127.0.0.1:1080"
_is_name = re.compile(r"[\w.-]+").fullmatch


@dataclass(frozen=True, slots=True)
class ProxyChoice:
    """The proxy to use, and what names it."""

    proxy: httpx.Proxy
    variable: str


def choose_proxy(url: str) -> ProxyChoice | None:
    """The proxy for this https or http URL; None to go there directly, as to this machine always.

    Raises `BadEnvironment` for a proxy that cannot be used.
    """
    parts = urlsplit(url)
    host = parts.hostname or ""
    if is_loopback(host):
        return None
    found = getproxies()
    scheme = next((name for name in (parts.scheme, "all") if found.get(name)), None)
    if scheme is None or _is_excepted(host, parts.port, found.get("no", "")):
        return None
    variable = _variable(f"{scheme}_proxy")
    address = found[scheme] if "://" in found[scheme] else f"http://{found[scheme]}"
    try:
        named = urlsplit(address)
        proxy = httpx.Proxy(address) if named.hostname and named.port != 0 else None
    except (httpx.InvalidURL, ValueError):
        proxy = None
    if proxy is None:
        raise BadEnvironment(f"{variable} is not the address of a proxy; {_EXAMPLE}, or unset")
    if proxy.url.scheme.startswith("socks") and find_spec("socksio") is None:
        raise BadEnvironment(
            f"{variable} names a SOCKS proxy, which needs one more package: pip install 'fastintercom[socks]'"
        )
    return ProxyChoice(proxy, variable)


def _variable(name: str) -> str:
    """The variable that is set, in the case in which it is; the system has proxy settings elsewhere too."""
    return next((one for one in (name, name.upper()) if os.environ.get(one)), "the system's proxy setting")


def _is_excepted(host: str, port: int | None, no_proxy: str) -> bool:
    return any(
        entry.matches(host, port) for entry in map(_Exception.read, _entries(no_proxy)) if entry is not None
    )


def unreadable_exceptions(url: str) -> list[str]:
    """A line for people about each entry of NO_PROXY that cannot be read and is skipped; none where nothing
    depends on NO_PROXY."""
    found, parts = getproxies(), urlsplit(url)
    if is_loopback(parts.hostname or "") or not (found.get(parts.scheme) or found.get("all")):
        return []
    variable = _variable("no_proxy")
    return [
        f"{variable}: “{one_line(entry)[:60]}” is skipped; entries are like example.com, 10.0.0.0/8 or [::1]"
        for entry in _entries(found.get("no", ""))
        if _Exception.read(entry) is None
    ]


def _entries(no_proxy: str) -> list[str]:
    return no_proxy.replace(",", " ").split()


@dataclass(frozen=True, slots=True)
class _Exception:
    """One entry of NO_PROXY: a network, or a name and all names below it ("*": every one), and a port."""

    name: str = ""
    network: ipaddress.IPv4Network | ipaddress.IPv6Network | None = None
    port: int | None = None

    @classmethod
    def read(cls, text: str) -> _Exception | None:
        """None for an entry that cannot be read."""
        text = text.rpartition("://")[2]
        if text == "*":
            return cls("*")
        try:
            return cls(network=ipaddress.ip_network(text, strict=False))
        except ValueError:
            pass
        try:
            parts = urlsplit(f"//{text}")
            host, port = parts.hostname or "", parts.port
        except ValueError:
            return None
        if parts.netloc != text or parts.username is not None:
            return None
        try:
            return cls(network=ipaddress.ip_network(host), port=port)
        except ValueError:
            name = host.removeprefix("*").removeprefix(".")
            return cls(name, port=port) if _is_name(name) else None

    def matches(self, host: str, port: int | None) -> bool:
        if self.port is not None and self.port != (port or 443):
            return False
        if self.network is not None:
            try:
                return ipaddress.ip_address(host) in self.network
            except ValueError:
                return False
        return self.name == "*" or host == self.name or host.endswith(f".{self.name}")


def tls_context() -> ssl.SSLContext:
    """Trusts what SSL_CERT_FILE or SSL_CERT_DIR holds, else what certifi does. Raises `BadEnvironment`."""
    if file := os.environ.get("SSL_CERT_FILE", ""):
        try:
            return ssl.create_default_context(cafile=file)
        except OSError as error:
            why = "holds no readable certificates" if isinstance(error, ssl.SSLError) else _why(error)
            raise BadEnvironment(
                f"SSL_CERT_FILE names {one_line(file)}, which {why}; "
                "set it to a file of CA certificates (PEM), or unset it"
            ) from None
    if folder := os.environ.get("SSL_CERT_DIR", ""):
        if not Path(folder).is_dir():
            raise BadEnvironment(
                f"SSL_CERT_DIR names {one_line(folder)}, which is no folder; "
                "set it to a folder of CA certificates, or unset it"
            )
        return ssl.create_default_context(capath=folder)
    return httpx.create_ssl_context(trust_env=False)


def _why(error: OSError) -> str:
    return "does not exist" if isinstance(error, FileNotFoundError) else f"cannot be read ({error.strerror})"
