"""Where fastintercom listens for HTTP, and the token that a program needs to read from it.

Only this machine can reach it, but every user of this machine can: what tells something of the mirror asks
for the token, which only the owner of its file can read.
"""

from __future__ import annotations

import hmac
import os
import secrets
import stat
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlsplit

from tui.files import create_private, make_private_folder, read_ordinary_file
from tui.settings.loading import is_loopback
from tui.settings.model import Secret, Settings, SettingsError

FILE_NAME = "http_token"
"""Of the file with the token, beside the settings file."""
LARGEST_FILE = 4096
SHORTEST_TOKEN = 16
"""Characters. A new one has 43."""


class ListenAddress(NamedTuple):
    """A host of this machine and a port."""

    host: str
    port: int

    def __str__(self) -> str:
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"


def parse_listen_address(text: str, port_of_example: int = 8765) -> ListenAddress:
    """An address such as "127.0.0.1:8765", "localhost:8765" or "[::1]:8765".

    Raises `ValueError`, with what would be right, for anything else, also for a host that others can reach.
    """
    allowed = f"must be a host of this machine and a port, such as 127.0.0.1:{port_of_example}"
    try:
        parts = urlsplit(f"//{text.strip()}")
        port = parts.port
    except ValueError:
        raise ValueError(allowed) from None
    host = parts.hostname or ""
    if not host or port is None or parts.netloc != text.strip() or "@" in parts.netloc:
        raise ValueError(allowed)
    if not is_loopback(host):
        raise ValueError(f"{allowed}; other machines reach it only through a server of yours with TLS")
    return ListenAddress(host, port)


def http_token_path(settings: Settings) -> Path:
    return settings.config_path.parent / FILE_NAME


def http_token(settings: Settings) -> Secret:
    """The token that a program must send as "Authorization: Bearer …"; the first call makes one.

    Raises `SettingsError` when its file cannot be used, or others can read it.
    """
    path = http_token_path(settings)
    try:
        make_private_folder(path.parent)
        try:
            handle = create_private(path)
        except FileExistsError:
            pass
        else:
            with os.fdopen(handle, "w", encoding="utf-8") as file:
                file.write(f"{secrets.token_urlsafe(32)}\n")
        content, found = read_ordinary_file(path, LARGEST_FILE)
    except OSError as error:
        raise SettingsError(f"{path}: the HTTP token cannot be read or made ({error.strerror})") from None
    if os.name == "posix" and found.st_mode & (stat.S_IRWXG | stat.S_IRWXO):
        raise SettingsError(f"{path} can be read by others; delete it, and a new token is made")
    try:
        secret = Secret(content.decode("utf-8", "replace"))
    except ValueError as error:
        raise SettingsError(f"{path}: {error}; delete it, and a new token is made") from None
    if len(secret.reveal()) < SHORTEST_TOKEN:
        raise SettingsError(
            f"{path}: a token has {SHORTEST_TOKEN} characters or more; delete it, and a new one is made"
        )
    return secret


def is_authorised(authorization: str, token: Secret) -> bool:
    """Whether the text of an Authorization header holds the token."""
    scheme, _, given = authorization.strip().partition(" ")
    return scheme.lower() == "bearer" and hmac.compare_digest(given.strip().encode(), token.reveal().encode())
