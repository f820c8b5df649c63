"""The exit codes, and which error leads to which of them."""

from __future__ import annotations

from enum import IntEnum

import click


class ExitCode(IntEnum):
    OK = 0
    ERROR = 1
    USAGE = 2
    """Wrong arguments, query, settings or environment; nothing was tried."""
    HELD = 3
    """A change in Intercom is held: a person has to look and decide."""
    NOT_AUTHORISED = 4
    """No token, a wrong one, or one without the permission; or acting in Intercom is off."""
    PARTIAL = 10
    """`--require`: only a part of the period is synced."""
    STALE = 11
    """`--require`: nothing of the period is synced."""
    TRY_LATER = 75
    """No network, rate limit, or another process is syncing or holds the database: it may work later."""
    INTERRUPTED = 130


class CommandError(Exception):
    """A command failed: one line for people, and the exit code."""

    def __init__(self, message: str, code: ExitCode = ExitCode.ERROR) -> None:
        super().__init__(message)
        self.code = code


class StdoutClosed(Exception):
    """The program that read stdout (`| head`) has ended. Not an error."""


def explain(error: Exception) -> tuple[str, ExitCode] | None:
    """The message and the exit code of an expected error; None for a bug of the program.

    The message is one line; that of a bad query has two more, which point at the place.
    """
    if isinstance(error, CommandError):
        return str(error), error.code
    if isinstance(error, click.Abort):
        return "interrupted", ExitCode.INTERRUPTED
    if isinstance(error, click.ClickException):
        text = " ".join(error.format_message().split()).removesuffix(".")
        usage = isinstance(error, click.UsageError)
        return text[:1].lower() + text[1:], ExitCode.USAGE if usage else ExitCode.ERROR
    for explain_ in (_explain_settings, _explain_acting, _explain_store, _explain_sync, _explain_system):
        if (explained := explain_(error)) is not None:
            return explained
    return None


def _explain_settings(error: Exception) -> tuple[str, ExitCode] | None:
    from tui.query import QueryError
    from tui.settings import SettingsError, TokenError
    from tui.timeframe import TimeframeError
    from tui.views import ViewError

    if isinstance(error, TokenError):
        return str(error), ExitCode.NOT_AUTHORISED
    if isinstance(error, SettingsError | TimeframeError | ViewError):
        return str(error), ExitCode.USAGE
    if isinstance(error, QueryError):
        return f"{error}\n{error.pointer()}", ExitCode.USAGE
    return None


def _explain_acting(error: Exception) -> tuple[str, ExitCode] | None:
    from tui.outbox import ActingOff
    from tui.writes import BadWrite

    if isinstance(error, ActingOff):
        return str(error), ExitCode.NOT_AUTHORISED
    return (str(error), ExitCode.USAGE) if isinstance(error, BadWrite) else None


def _explain_store(error: Exception) -> tuple[str, ExitCode] | None:
    from tui.store.errors import DatabaseBusy, FenceLost, StoreError

    if isinstance(error, FenceLost | DatabaseBusy):
        return str(error), ExitCode.TRY_LATER
    return (str(error), ExitCode.ERROR) if isinstance(error, StoreError) else None


def _explain_sync(error: Exception) -> tuple[str, ExitCode] | None:
    from tui.intercom import errors
    from tui.sync.jobs import SyncError

    if isinstance(error, SyncError):
        return str(error), reason_code(error.reason.value)
    if isinstance(error, errors.Unauthorized | errors.Forbidden | errors.WrongRegion):
        return str(error), ExitCode.NOT_AUTHORISED
    if isinstance(error, errors.Unreachable | errors.RateLimited | errors.PageTooHeavy):
        return str(error), ExitCode.TRY_LATER
    if isinstance(error, errors.BadAddress | errors.BadEnvironment):
        return str(error), ExitCode.USAGE
    if isinstance(error, errors.IntercomError):
        return str(error), ExitCode.ERROR
    return None


def reason_code(reason: str) -> ExitCode:
    """The exit code of a failed sync, by the value of its `tui.sync.events.Reason`."""
    return {
        "unreachable": ExitCode.TRY_LATER,
        "rate-limited": ExitCode.TRY_LATER,
        "locked": ExitCode.TRY_LATER,
        "busy": ExitCode.TRY_LATER,
        "unauthorized": ExitCode.NOT_AUTHORISED,
        "forbidden": ExitCode.NOT_AUTHORISED,
        "settings": ExitCode.USAGE,
        "wrong-workspace": ExitCode.USAGE,
        "interrupted": ExitCode.INTERRUPTED,
    }.get(reason, ExitCode.ERROR)


def _explain_system(error: Exception) -> tuple[str, ExitCode] | None:
    if isinstance(error, OSError) and error.strerror:
        where = f"{error.filename}: " if error.filename else ""
        return f"{where}{error.strerror[:1].lower()}{error.strerror[1:]}", ExitCode.ERROR
    return None
