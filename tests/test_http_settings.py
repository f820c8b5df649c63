"""Where fastintercom listens, and who may read from it."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tui.settings import Settings, SettingsError
from tui.settings.http import ListenAddress, http_token, http_token_path, is_authorised, parse_listen_address


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(config_path=tmp_path / "new" / "config.toml")


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("127.0.0.1:8765", ListenAddress("127.0.0.1", 8765)),
        (" localhost:1 ", ListenAddress("localhost", 1)),
        ("[::1]:8765", ListenAddress("::1", 8765)),
    ],
)
def test_an_address_of_this_machine_is_read_and_written(text: str, address: ListenAddress) -> None:
    assert parse_listen_address(text) == address
    assert str(address) == text.strip()


@pytest.mark.parametrize(
    "text",
    ["", "8765", "127.0.0.1", "127.0.0.1:", "127.0.0.1:70000", "127.0.0.1:80/x", "a@127.0.0.1:80", "::1:80"],
)
def test_what_is_no_address_says_what_would_be_one(text: str) -> None:
    with pytest.raises(ValueError, match=r"such as 127\.0\.0\.1:8765"):
        parse_listen_address(text)


@pytest.mark.parametrize("text", ["0.0.0.0:8765", "[::]:8765", "192.168.1.4:8765", "example.com:8765"])
def test_an_address_that_others_reach_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="only through a server of yours with TLS"):
        parse_listen_address(text)


def test_the_token_is_made_once_and_private(settings: Settings) -> None:
    token = http_token(settings)
    assert http_token(settings) == token
    assert http_token_path(settings).stat().st_mode & 0o777 == 0o600
    assert http_token_path(settings).parent.stat().st_mode & 0o777 == 0o700
    assert len(token.reveal()) >= 43


def test_a_token_that_others_can_read_is_refused(settings: Settings) -> None:
    http_token(settings)
    http_token_path(settings).chmod(0o644)
    with pytest.raises(SettingsError, match="can be read by others; delete it"):
        http_token(settings)


@pytest.mark.parametrize("text", ["", "short", "two words and more of them"])
def test_a_file_without_a_token_is_refused(settings: Settings, text: str) -> None:
    path = http_token_path(settings)
    path.parent.mkdir()
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(text)
    with pytest.raises(SettingsError, match="delete it"):
        http_token(settings)


def test_only_the_token_opens(settings: Settings) -> None:
    token = http_token(settings)
    assert is_authorised(f"Bearer {token.reveal()}", token)
    assert is_authorised(f"bearer  {token.reveal()}", token)
    for wrong in (
        "",
        "Bearer",
        "Bearer ",
        f"Basic {token.reveal()}",
        token.reveal(),
        f"Bearer {token.reveal()}x",
        "Bearer é",
    ):
        assert not is_authorised(wrong, token)
