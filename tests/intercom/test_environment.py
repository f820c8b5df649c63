"""Proxies and certificates of the environment, with real sockets where they are used."""

from __future__ import annotations

import asyncio
import json
import os
import ssl
import subprocess
from collections.abc import Awaitable, Callable
from pathlib import Path
from urllib.parse import quote

import pytest

from tests.intercom.support import ME, HiddenToken
from tui.intercom.client import IntercomClient
from tui.intercom.environment import choose_proxy, tls_context, unreadable_exceptions
from tui.intercom.errors import BadEnvironment, Unreachable

URL = "https://api.intercom.io"
PROXY = "http://proxy.example:3128"


@pytest.fixture(autouse=True)
def _bare(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in list(os.environ):
        if name.lower().endswith("_proxy") or name.startswith("SSL_CERT_"):
            monkeypatch.delenv(name)


@pytest.mark.parametrize(
    ("variables", "expected"),
    [
        ({}, None),
        ({"HTTPS_PROXY": PROXY}, ("proxy.example", "HTTPS_PROXY")),
        ({"https_proxy": "proxy.example:3128"}, ("proxy.example", "https_proxy")),
        ({"ALL_PROXY": PROXY}, ("proxy.example", "ALL_PROXY")),
        ({"ALL_PROXY": "http://other:1", "HTTPS_PROXY": PROXY}, ("proxy.example", "HTTPS_PROXY")),
        ({"HTTP_PROXY": PROXY}, None),
        ({"HTTPS_PROXY": ""}, None),
        ({"HTTPS_PROXY": "http://user:secret@[::1]:3128"}, ("::1", "HTTPS_PROXY")),
    ],
)
def test_which_proxy_is_used(
    variables: dict[str, str], expected: tuple[str, str] | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    chosen = choose_proxy(URL)
    assert (chosen and (chosen.proxy.url.host, chosen.variable)) == expected
    assert choose_proxy("https://localhost:8040") is None
    assert choose_proxy("http://127.0.0.1:8040") is None


@pytest.mark.parametrize(
    ("no_proxy", "url", "direct"),
    [
        ("*", URL, True),
        ("api.intercom.io", URL, True),
        ("intercom.io", URL, True),
        (".intercom.io", URL, True),
        ("*.intercom.io", URL, True),
        ("INTERCOM.IO", URL, True),
        ("a.example, intercom.io b.example", URL, True),
        ("api.intercom.io:443", URL, True),
        ("api.intercom.io:8443", URL, False),
        ("https://api.intercom.io", URL, True),
        ("tercom.io", URL, False),
        ("10.0.0.0/8,fe80::/10,[::1]", URL, False),
        ("10.0.0.0/8", "https://10.1.2.3", True),
        ("10.1.2.3", "https://10.1.2.3", True),
        ("10.1.2.4", "https://10.1.2.3", False),
        ("fe80::/10", "https://[fe80::1]", True),
        ("[fe80::1]", "https://[fe80::1]", True),
        ("[fe80::1]:8443", "https://[fe80::1]:8443", True),
        ("fe80::1", "https://[fe80::2]", False),
        ("http://[,[::1,10.0.0.0/99,x:y,a b/c,intercom.io", URL, True),
        ("http://[,[::1,10.0.0.0/99,x:y", URL, False),
        ("", URL, False),
    ],
)
def test_exceptions_from_the_proxy(
    no_proxy: str, url: str, direct: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTPS_PROXY", PROXY)
    monkeypatch.setenv("NO_PROXY", no_proxy)
    assert (choose_proxy(url) is None) == direct


def test_exceptions_that_cannot_be_read_are_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_PROXY", "http://[, [::1], fe80::/10, 10.0.0.0/99, ok.example, *, us\x1b[31mer@x")
    assert unreadable_exceptions(URL) == []  # nothing depends on it
    monkeypatch.setenv("HTTPS_PROXY", PROXY)
    assert unreadable_exceptions("http://127.0.0.1:8040") == []
    lines = unreadable_exceptions(URL)
    assert [line.split("”")[0] for line in lines] == [
        "NO_PROXY: “http://[",
        "NO_PROXY: “10.0.0.0/99",
        "NO_PROXY: “user@x",
    ]


@pytest.mark.parametrize(
    "value",
    [
        "http://[",
        "foo://x",
        "http://",
        "http://u:secret@",
        "http://x:999999",
        "http://x:secret",
        "://",
        "x\ty",
    ],
)
def test_a_proxy_that_cannot_be_used_is_not_shown(value: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ALL_PROXY", value)
    with pytest.raises(BadEnvironment, match=r"^ALL_PROXY is not the address of a proxy; .*unset$") as caught:
        IntercomClient(URL, HiddenToken())
    assert "secret" not in caught.value.message


@pytest.mark.parametrize("scheme", ["socks5", "socks5h"])
def test_a_socks_proxy_needs_a_package(scheme: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("all_proxy", f"{scheme}://127.0.0.1:1080")
    monkeypatch.setattr("tui.intercom.environment.find_spec", lambda name: None)
    with pytest.raises(
        BadEnvironment, match=r"^all_proxy names a SOCKS .*pip install 'fastintercom\[socks\]'"
    ):
        IntercomClient(URL, HiddenToken())


@pytest.mark.parametrize(
    ("variable", "name", "words"),
    [
        ("SSL_CERT_FILE", "absent", "which does not exist"),
        ("SSL_CERT_FILE", ".", "which cannot be read"),
        ("SSL_CERT_FILE", "empty.pem", "which holds no readable certificates"),
        ("SSL_CERT_DIR", "absent", "which is no folder"),
        ("SSL_CERT_DIR", "empty.pem", "which is no folder"),
    ],
)
def test_certificates_that_are_not_there(
    variable: str, name: str, words: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "empty.pem").write_text("nothing")
    monkeypatch.setenv(variable, str(tmp_path / name))
    with pytest.raises(BadEnvironment) as caught:
        IntercomClient("https://localhost:1", HiddenToken())
    assert caught.value.message.startswith(f"{variable} names {tmp_path / name}, {words}")
    assert caught.value.message.endswith("or unset it")


def test_certificates_that_are(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert tls_context().cert_store_stats()["x509_ca"] > 20
    monkeypatch.setenv("SSL_CERT_DIR", str(tmp_path))
    assert tls_context().cert_store_stats()["x509_ca"] == 0


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A certificate for localhost and intercom.invalid, which is its own authority, and its key."""
    folder = tmp_path_factory.mktemp("tls")
    key, file = folder / "key.pem", folder / "certificate.pem"
    made = subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=localhost",
         "-addext", "subjectAltName=DNS:localhost,DNS:intercom.invalid", "-keyout", key, "-out", file],
        capture_output=True,
        check=False,
    )  # fmt: skip
    if made.returncode:
        pytest.skip("no openssl command to make a certificate with")
    return file, key


Handler = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


async def answer_me(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """One answer to GET /me."""
    await reader.readuntil(b"\r\n\r\n")
    body = json.dumps(ME).encode()
    writer.write(b"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: %d\r\n\r\n%b" % (len(body), body))
    await writer.drain()
    writer.close()


async def tls_server(certificate: tuple[Path, Path]) -> tuple[asyncio.Server, int]:
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(*certificate)
    server = await asyncio.start_server(answer_me, "127.0.0.1", 0, ssl=context)
    return server, server.sockets[0].getsockname()[1]


def test_certificates_count_on_this_machine_too(
    certificate: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    async def use() -> None:
        server, port = await tls_server(certificate)
        async with server:
            async with IntercomClient(f"https://localhost:{port}", HiddenToken()) as client:
                with pytest.raises(Unreachable, match=r"TLS certificate of localhost.*SSL_CERT_FILE"):
                    await client.me()
            monkeypatch.setenv("SSL_CERT_FILE", str(certificate[0]))
            monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:9")  # not for this machine
            async with IntercomClient(f"https://localhost:{port}", HiddenToken()) as client:
                assert (await client.me()).id == 991

    asyncio.run(use())


def test_a_proxy_is_used(certificate: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[bytes] = []
    pipes: list[asyncio.Task[None]] = []

    async def pipe(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while data := await reader.read(65536):
            writer.write(data)
        writer.close()

    async def use() -> None:
        server, port = await tls_server(certificate)

        async def forward(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            asked.append((await reader.readuntil(b"\r\n\r\n")).split(b"\r\n")[0])
            writer.write(b"HTTP/1.1 200 OK\r\n\r\n")
            there = await asyncio.open_connection("127.0.0.1", port)
            pipes.extend(
                [asyncio.create_task(pipe(reader, there[1])), asyncio.create_task(pipe(there[0], writer))]
            )

        async with server, await asyncio.start_server(forward, "127.0.0.1", 0) as proxy:
            monkeypatch.setenv("SSL_CERT_FILE", str(certificate[0]))
            address = f"127.0.0.1:{proxy.sockets[0].getsockname()[1]}"
            # A password that occurs in the answer: it is nobody's secret there.
            monkeypatch.setenv("https_proxy", f"http://me:{quote(str(ME['email']))}@{address}")
            async with IntercomClient("https://intercom.invalid", HiddenToken()) as client:
                me = await client.me()
                assert (me.id, me.email) == (991, ME["email"])
            await asyncio.gather(*pipes)
        assert asked == [b"CONNECT intercom.invalid:443 HTTP/1.1"]

    asyncio.run(use())


@pytest.mark.parametrize(
    ("proxy", "words"),
    [
        ("http://127.0.0.1:9", "the proxy in HTTPS_PROXY refused the connection; check HTTPS_PROXY"),
        ("http://proxy.invalid:1", "the name of the proxy in HTTPS_PROXY cannot be resolved"),
    ],
)
def test_a_proxy_that_is_not_there(proxy: str, words: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTPS_PROXY", proxy)

    async def use() -> None:
        async with IntercomClient(URL, HiddenToken(), backoff=0.01) as client:
            with pytest.raises(Unreachable, match=words):
                await client.me()

    asyncio.run(use())
