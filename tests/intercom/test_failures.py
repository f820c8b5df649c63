"""Each way in which a call can fail has its own words, and says what to do."""

from __future__ import annotations

import asyncio
import socket
import ssl
import subprocess
from pathlib import Path

import httpx
import pytest

from tests.intercom.scripted import Answer, ScriptedServer, json_answer
from tests.intercom.support import HiddenToken, with_server
from tui.intercom import explain
from tui.intercom.client import IntercomClient
from tui.intercom.connection import checked_base_url
from tui.intercom.errors import (
    BadAddress,
    BadAnswer,
    Forbidden,
    IntercomError,
    NotFound,
    Unauthorized,
    Unreachable,
    WrongRegion,
)
from tui.intercom.payloads import Me


def envelope(code: str, message: str, status: int) -> Answer:
    return json_answer({"type": "error.list", "errors": [{"code": code, "message": message}]}, status)


@pytest.mark.parametrize(
    ("answer", "kind", "words"),
    [
        (envelope("unauthorized", "Token Invalid", 401), Unauthorized, ["Token Invalid", "Developer Hub"]),
        (Answer(401, b""), Unauthorized, ["INTERCOM_ACCESS_TOKEN"]),
        (envelope("api_plan_restricted", "Active subscription needed.", 403), Forbidden, ["needed", "plan"]),
        (envelope("action_forbidden", "No scope", 403), Forbidden, ["No scope", "Developer Hub"]),
        (envelope("payment", "Pay", 402), Forbidden, ["Pay", "plan"]),
        (envelope("param_invalid", "\x1b[31mred\nvalue", 400), BadAnswer, ['"red value"', "(400 par"]),
        (envelope("data_invalid", "no", 422), BadAnswer, ["422 data_invalid"]),
        (envelope("not_found", "Resource Not Found", 404), NotFound, ["Resource Not Found"]),
        (envelope("contact_merged", "merged", 410), NotFound, ["merged"]),
        (Answer(403, b"<html>blocked</html>"), BadAnswer, ["web page", "captive portal"]),
        (Answer(404, b"<!doctype html>"), BadAnswer, ["web page", "status 404"]),
        (Answer(200, b"<html>log in</html>"), BadAnswer, ["captive portal", "log in to the network"]),
        (Answer(302, b"", {"location": "https://a.example/x"}), BadAnswer, ["a.example", "not followed"]),
        (Answer(302, b"", {"location": "http://[bad"}), BadAnswer, ["unreadable address"]),
        (Answer(200, b'{"conversations": 1}'), BadAnswer, ["GET /me", "whole number"]),
        (Answer(200, b"{nonsense"), BadAnswer, ["not the JSON that Intercom sends"]),
    ],
)  # fmt: skip
def test_refusals_in_words(answer: Answer, kind: type[IntercomError], words: list[str]) -> None:
    async def use(client: IntercomClient, server: ScriptedServer) -> None:
        with pytest.raises(kind) as caught:
            await client.me()
        message = caught.value.message
        assert str(caught.value) == message
        assert all(word in message for word in words), message
        assert message.isprintable()

    with_server(lambda request: answer, use)


def test_a_missing_permission_is_one_plain_sentence() -> None:
    async def use(client: IntercomClient, server: ScriptedServer) -> None:
        with pytest.raises(Forbidden) as of_the_token:
            await client.me()
        with pytest.raises(Forbidden) as of_the_tags:
            await client.tags()
        assert of_the_token.value.message.startswith(
            "Intercom refuses the check of the access token (403 action_forbidden); "
        )
        assert of_the_tags.value.message == (
            "Intercom refuses the list of tags (403 action_forbidden); "
            "let the token's app read conversations, people, admins and tags in Intercom's Developer Hub"
        )

    with_server(lambda request: envelope("action_forbidden", "", 403), use)


def test_redirects_are_not_followed() -> None:
    async def use(client: IntercomClient, server: ScriptedServer) -> None:
        async with ScriptedServer(lambda request: json_answer({})) as elsewhere:
            targets.append(elsewhere.url)
            with pytest.raises(BadAnswer, match="not followed"):
                await client.me()
            assert elsewhere.requests == []

    targets: list[str] = []
    with_server(lambda request: Answer(307, b"", {"location": targets[0] + "/me"}), use)


def failing(base_url: str, timeout: float = 5.0) -> str:
    async def use() -> str:
        client = IntercomClient(base_url, HiddenToken(), timeout=timeout, backoff=0.01, max_attempts=2)
        async with client:
            with pytest.raises(Unreachable) as caught:
                await client.me()
            return caught.value.message

    return asyncio.run(use())


def test_dns() -> None:
    # The name can never exist; a machine without any resolver fails in the same way.
    assert "cannot be resolved (DNS)" in failing("https://intercom.invalid")


def test_refused() -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        port = unused.getsockname()[1]
        assert f"127.0.0.1:{port} refused the connection" in failing(f"http://127.0.0.1:{port}")


def test_timeout() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        message = failing(f"http://127.0.0.1:{silent.getsockname()[1]}", timeout=0.2)
    assert "did not answer within 0.2 s" in message


def test_no_tls_at_all() -> None:
    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(1)
        writer.write(b"HTTP/1.1 400 Bad Request\r\n\r\n")
        writer.close()

    async def use() -> str:
        async with await asyncio.start_server(answer, "127.0.0.1", 0) as plain:
            port = plain.sockets[0].getsockname()[1]
            client = IntercomClient(f"https://127.0.0.1:{port}", HiddenToken(), backoff=0.01)
            async with client:
                with pytest.raises(Unreachable) as caught:
                    await client.me()
                return caught.value.message

    assert "no TLS connection to 127.0.0.1" in asyncio.run(use())


def test_untrusted_certificate(tmp_path: Path) -> None:
    key, certificate = tmp_path / "key.pem", tmp_path / "certificate.pem"
    made = subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=localhost",
         "-keyout", key, "-out", certificate],
        capture_output=True,
        check=False,
    )  # fmt: skip
    if made.returncode:
        pytest.skip("no openssl command to make a certificate with")
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate, key)

    async def use() -> str:
        server = await asyncio.start_server(lambda reader, writer: None, "127.0.0.1", 0, ssl=context)
        async with server:
            port = server.sockets[0].getsockname()[1]
            client = IntercomClient(f"https://127.0.0.1:{port}", HiddenToken())
            async with client:
                with pytest.raises(Unreachable) as caught:
                    await client.me()
                assert client.stats.requests == 1  # another try cannot help
                return caught.value.message

    message = asyncio.run(use())
    assert "TLS certificate of 127.0.0.1" in message
    assert "SSL_CERT_FILE" in message


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (101, "no network route"),
        (113, "no network route"),
        (111, "refused the connection"),
        (5, "no connection to"),
    ],
)
def test_socket_errors_below_the_http_library(number: int, words: str) -> None:
    error = httpx.ConnectError("All connection attempts failed")
    error.__cause__ = OSError("several")
    error.__cause__.__cause__ = ExceptionGroup("both", [OSError(number, "no"), OSError(number, "no")])
    assert words in explain.failure(error, "api.intercom.io", 60).message


@pytest.mark.parametrize(
    ("base_url", "complaint"),
    [
        ("http://api.intercom.io", "unencrypted"),
        ("http://127.0.0.1.evil.example", "unencrypted"),
        ("http://localhost.evil.example", "unencrypted"),
        ("https://user:pass@api.intercom.io", "user name or password"),
        ("ftp://api.intercom.io", "not an address like"),
        ("api.intercom.io", "not an address like"),
        ("https://", "not an address like"),
        ("https://x?y=1", "not an address like"),
        ("https://x:99999", "not an address"),
        ("https://[x", "not an address"),
        ("", "not an address like"),
    ],
)
def test_base_urls_that_cannot_be_used(base_url: str, complaint: str) -> None:
    with pytest.raises(BadAddress, match=complaint) as caught:
        IntercomClient(base_url, HiddenToken())
    assert "pass@" not in str(caught.value)


@pytest.mark.parametrize(
    "base_url", ["https://api.intercom.io/", "http://127.0.0.1:8040", "http://localhost:1", "http://[::1]:5"]
)
def test_base_urls_that_can(base_url: str) -> None:
    assert checked_base_url(f" {base_url} ") == base_url.rstrip("/")


@pytest.mark.parametrize("token", ["", "two words", "naïve", "line\nbreak", "x\r\nHost: evil"])
def test_tokens_that_cannot_be_sent(token: str) -> None:
    with pytest.raises(Unauthorized, match="empty or holds spaces") as caught:
        IntercomClient("https://api.intercom.io", HiddenToken(token))
    assert not token or token not in str(caught.value)


def me(region: str) -> Me:
    return Me(1, "Ada", "a@x.io", "abc", "Acme", region)


def test_wrong_region() -> None:
    with pytest.raises(
        WrongRegion, match=r'"Acme" is in the region EU.*set base_url to https://api\.eu\.intercom\.io'
    ):
        explain.check_region(me("EU"), "https://api.intercom.io")
    with pytest.raises(WrongRegion, match=r"https://api\.intercom\.io$"):
        explain.check_region(me("US"), "https://api.au.intercom.io")
    explain.check_region(me("AU"), "https://api.au.intercom.io")
    explain.check_region(me("EU"), "http://127.0.0.1:8040")
    explain.check_region(me(""), "https://api.intercom.io")


def test_a_401_of_intercom_itself_mentions_the_other_regions() -> None:
    error = explain.refusal(401, {}, b"", "api.eu.intercom.io", "x")
    assert "https://api.intercom.io (US), https://api.au.intercom.io (AU)" in error.message
    assert "region" not in explain.refusal(401, {}, b"", "127.0.0.1:8040", "x").message
