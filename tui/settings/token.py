"""Reading and storing the access token."""

from __future__ import annotations

import os
import shlex
import stat
import subprocess
from importlib import import_module
from pathlib import Path
from typing import Any, Literal

from tui.settings.editing import change_settings, write_private
from tui.settings.model import APP, Secret, Settings, TokenError

COMMAND_TIMEOUT = 30
"""Seconds that `token_command` may take."""
KEYRING_ENTRY = "access-token"


def resolve_token(settings: Settings) -> Secret | None:
    """The token: from the environment, else `token_command`, else the keyring (if opted in), else the file.

    None if no source has one. Raises `TokenError` if a configured source fails.
    """
    found = find_token(settings)
    return None if found is None else found[0]


def find_token(settings: Settings) -> tuple[Secret, str] | None:
    """What `resolve_token` returns, and in words where it comes from. Raises `TokenError`."""
    if settings.token is not None:
        return settings.token, "INTERCOM_ACCESS_TOKEN"
    if settings.token_command:
        return _from_command(settings.token_command), "token_command"
    if settings.use_keyring and (secret := _from_keyring(settings)) is not None:
        return secret, "the keyring"
    secret = _from_file(settings.token_path)
    return None if secret is None else (secret, str(settings.token_path))


def has_token_source(settings: Settings) -> bool:
    """Whether anything is configured that may give a token. No program is run and no keyring opened."""
    if settings.token is not None or settings.token_command or settings.use_keyring:
        return True
    try:
        return settings.token_path.exists()
    except OSError:  # reading it will say what is wrong
        return True


def save_token(
    secret: Secret, where: Literal["file", "keyring"] = "file", *, settings: Settings | None = None
) -> Path | None:
    """Store `secret` for the next start, in the 0600 token file or the system's keyring.

    Choosing the keyring also sets `use_keyring = true` in the settings file. Returns the path of the token
    file, or None for the keyring. Raises `SettingsError`.
    """
    settings = settings or Settings()
    if where == "file":
        write_private(settings.token_path, secret.reveal() + "\n")
        return settings.token_path
    keyring = _keyring()
    try:
        keyring.set_password(APP, _entry(settings), secret.reveal())
    except keyring.errors.KeyringError as error:
        raise TokenError(f"the keyring could not store the token ({type(error).__name__})") from None
    change_settings(settings.config_path, {"use_keyring": True})
    return None


def _secret(text: str, place: str) -> Secret:
    try:
        return Secret(text)
    except ValueError as error:
        raise TokenError(f"{place}: {error}") from None


def _from_command(command: str) -> Secret:
    try:
        words = shlex.split(command)
    except ValueError as error:
        raise TokenError(f"token_command cannot be split into words: {str(error).lower()}") from None
    if not words:
        raise TokenError("token_command is empty; give a command that prints the token")
    try:
        done = subprocess.run(  # noqa: S603 - the user's own command, without a shell
            words, stdin=subprocess.DEVNULL, capture_output=True, timeout=COMMAND_TIMEOUT, check=False
        )
    except subprocess.TimeoutExpired:
        raise TokenError(f"token_command ({words[0]}) took longer than {COMMAND_TIMEOUT} s") from None
    except OSError as error:
        raise TokenError(f"token_command ({words[0]}) could not be started: {error.strerror}") from None
    if done.returncode != 0:
        # Its output may contain the token or a part of it, so it is not shown.
        raise TokenError(
            f"token_command ({words[0]}) failed with exit code {done.returncode}; run it by hand to see why"
        )
    return _secret(done.stdout.decode("utf-8", "replace"), f"token_command ({words[0]})")


def _from_file(path: Path) -> Secret | None:
    try:
        with path.open("rb") as file:
            mode = os.fstat(file.fileno()).st_mode
            if os.name == "posix" and mode & (stat.S_IRWXG | stat.S_IRWXO):
                raise TokenError(f"{path} can be read by others; run: chmod 600 {shlex.quote(str(path))}")
            text = file.read(4096).decode("utf-8", "replace")
    except FileNotFoundError:
        return None
    except OSError as error:
        raise TokenError(f"{path}: the token file cannot be read ({error.strerror})") from None
    return _secret(text, str(path))


def _entry(settings: Settings) -> str:
    """One entry per settings file, so that several workspaces can be used."""
    return f"{KEYRING_ENTRY}:{settings.config_path}"


def _keyring() -> Any:
    try:
        keyring = import_module("keyring")
        import_module("keyring.errors")
    except ImportError:
        raise TokenError("the keyring needs one more package: pip install 'fastintercom[keyring]'") from None
    return keyring


def _from_keyring(settings: Settings) -> Secret | None:
    keyring = _keyring()
    try:
        text = keyring.get_password(APP, _entry(settings))
    except keyring.errors.KeyringError as error:
        raise TokenError(f"the keyring cannot be read ({type(error).__name__})") from None
    return None if text is None else _secret(str(text), "the keyring's entry")
