"""The one question before anything is done in Intercom."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from textual.screen import Screen

from tui.dashboard.common.key_hints import ShowsKeys
from tui.dashboard.permission.dialogs import ActAsDialog, FirstUseDialog
from tui.dashboard.permission.messages import PermissionGiven, PermissionRead
from tui.dashboard.permission.queries import confirm, read_permission, turn_on
from tui.dashboard.store_thread import Job, JobKind, StoreFailed, StoreThread


def when_allowed(
    screen: Screen[Any],
    store: StoreThread,
    kind: str,
    action: Callable[[], object],
    otherwise: Callable[[], object] = lambda: None,
) -> None:
    """Call `action` once a change of this kind (`WRITE_KINDS`) may be made in Intercom. Returns at once.

    Where acting was never turned on, or is to be done in another teammate's name, the user is asked first;
    where it cannot be done, `screen` says why. `otherwise` is called instead when it is not to be done.
    """

    async def ask() -> None:
        answer = action if await _may_act(screen, store, kind) else otherwise
        answer()

    screen.run_worker(ask(), group="permission", exit_on_error=False, name="permission")


async def _may_act(screen: Screen[Any], store: StoreThread, kind: str) -> bool:
    app, settings = screen.app, store.workspace.settings
    while True:
        read = await store.answer(Job(JobKind.OTHER, "permission", partial(read_permission, kind=kind)))
        if not isinstance(read, PermissionRead):
            _tell(screen, _problem_of(read))
            return False
        if read.refusal is None:
            return True
        identity = read.identity
        needs_consent = read.unconfirmed is not None
        if read.is_switched_off and identity is not None and (read.obstacle is None or needs_consent):
            undo = app.shown_key("undo") if isinstance(app, ShowsKeys) else "u"
            dialog = FirstUseDialog(identity, read.undo_window, str(settings.config_path), undo)
            if not await app.push_screen_wait(dialog):
                return False
            given = await store.answer(Job(JobKind.WRITE, "permission", turn_on))
        elif not read.is_switched_off and identity is not None and read.unconfirmed is not None:
            if not await app.push_screen_wait(ActAsDialog(read.unconfirmed, identity.workspace)):
                return False
            job = Job(JobKind.WRITE, "permission", partial(confirm, admin_id=read.unconfirmed.id))
            given = await store.answer(job)
        else:
            _tell(screen, read.obstacle or read.refusal if read.is_switched_off else read.refusal)
            return False
        if problem := _problem_of(given):
            _tell(screen, problem)
            return False


def _problem_of(message: object) -> str:
    match message:
        case PermissionGiven(problem=problem):
            return problem
        case StoreFailed(message=words):
            return words
        case _:
            return ""


def _tell(screen: Screen[Any], words: str) -> None:
    is_setting = "_" in words.partition(" ")[0]
    shown = words if is_setting else words[:1].upper() + words[1:]
    screen.notify(shown, severity="warning", markup=False)
