"""Reading and storing the access token."""

from __future__ import annotations

import os
import shlex
import stat
from importlib import import_module
from pathlib import Path
from typing import Any, Literal

from tui.files import read_ordinary_file
from tui.settings.command import run_token_command
from tui.settings.editing import change_settings, write_private
from tui.settings.hosts import check_command, check_saved, check_variable, origin
from tui.settings.model import APP, Secret, Settings, TokenError

LARGEST_FILE = 4096
"""Bytes of the token file. A token has less than a hundred."""
FOR_HOST = "for "
"""Begins the line below a saved token, which names the host that it was entered for."""
KEYRING_ENTRY = "access-token"


def resolve_token(settings: Settings) -> Secret | None:
    """The token: from the environment, else `token_command`, else the keyring (if opted in), else the file.

    None if no source has one. Raises `TokenError` if a configured source fails, or has a token for another
    host than that of `base_url`; `TokenForOtherHost` if it is a saved one (`tui.settings.hosts`).
    """
    found = find_token(settings)
    return None if found is None else found[0]


def find_token(settings: Settings) -> tuple[Secret, str] | None:
    """What `resolve_token` returns, and in words where it comes from. Raises `TokenError`."""
    if settings.token is not None:
        check_variable(settings)
        return settings.token, "INTERCOM_ACCESS_TOKEN"
    if settings.token_command:
        check_command(settings)
        return run_token_command(settings.token_command), "token_command"
    if settings.use_keyring and (secret := _from_keyring(settings)) is not None:
        return secret, "the keyring"
    secret = _from_file(settings)
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
    """Store `secret` for the host of `base_url`, in the 0600 token file or the system's keyring.

    What was chosen is also set in the settings file (`use_keyring`), which is made for a new profile. Returns
    the path of the token file, or None for the keyring. Raises `SettingsError`.
    """
    settings = settings or Settings()
    if settings.profile and not settings.config_path.exists():
        write_private(settings.config_path, "")  # the profile exists from now on
    if where == "file":
        write_private(settings.token_path, _with_host(secret, settings))
        if settings.use_keyring:
            change_settings(settings.config_path, {"use_keyring": False})
        return settings.token_path
    keyring = _keyring()
    try:
        keyring.set_password(APP, _entry(settings), _with_host(secret, settings))
    except keyring.errors.KeyringError as error:
        raise TokenError(f"the keyring could not store the token ({type(error).__name__})") from None
    change_settings(settings.config_path, {"use_keyring": True})
    return None


def forget_token(settings: Settings) -> list[str]:
    """Remove the saved token: its file, and its entry in the keyring, which are said in words.

    A keyring that was never chosen is looked into where the package is installed, because a token may be left
    from before; one that cannot be opened then counts as empty. Raises `SettingsError`.
    """
    removed = []
    if _removed_from_keyring(settings):
        removed.append("the keyring")
    if settings.use_keyring:
        change_settings(settings.config_path, {"use_keyring": None})
    try:
        settings.token_path.unlink()
    except FileNotFoundError:
        pass
    except OSError as error:
        raise TokenError(f"{settings.token_path}: cannot be removed ({error.strerror})") from None
    else:
        removed.append(str(settings.token_path))
    return removed


def _removed_from_keyring(settings: Settings) -> bool:
    try:
        keyring = _keyring()
    except TokenError:
        if settings.use_keyring:
            raise
        return False
    try:
        if keyring.get_password(APP, _entry(settings)) is None:
            return False
        keyring.delete_password(APP, _entry(settings))
    except keyring.errors.KeyringError as error:
        if settings.use_keyring:
            raise TokenError(f"the token in the keyring cannot be removed ({type(error).__name__})") from None
        return False
    return True


def _secret(text: str, place: str) -> Secret:
    try:
        return Secret(text)
    except ValueError as error:
        raise TokenError(f"{place}: {error}") from None


def _from_file(settings: Settings) -> Secret | None:
    path = settings.token_path
    try:
        content, found = read_ordinary_file(path, LARGEST_FILE)
    except FileNotFoundError:
        return None
    except OSError as error:
        raise TokenError(f"{path}: the token file cannot be read ({error.strerror})") from None
    if os.name == "posix" and found.st_mode & (stat.S_IRWXG | stat.S_IRWXO):
        raise TokenError(f"{path} can be read by others; run: chmod 600 {shlex.quote(str(path))}")
    return _saved(content.decode("utf-8", "replace"), settings, str(path))


def _saved(text: str, settings: Settings, place: str) -> Secret:
    """The token of a text that `_with_host` made, or that has no host. Raises `TokenError`."""
    token, _, host = text.strip().partition(f"\n{FOR_HOST}")
    secret = _secret(token, place)
    check_saved(settings, host.strip(), place)
    return secret


def _with_host(secret: Secret, settings: Settings) -> str:
    """The token, and the host it was entered for."""
    return f"{secret.reveal()}\n{FOR_HOST}{origin(settings.base_url)}\n"


def _entry(settings: Settings) -> str:
    """One entry per settings file, so that several workspaces can be used."""
    return f"{KEYRING_ENTRY}:{settings.config_path}"


def require_keyring() -> None:
    """Raise `TokenError` unless the package for the keyring is installed."""
    _keyring()


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
    return None if text is None else _saved(str(text), settings, "the keyring")
