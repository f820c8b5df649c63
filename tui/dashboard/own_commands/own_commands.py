"""The user's own commands, from the key to the end of the program."""

from __future__ import annotations

import threading
from functools import partial
from typing import Any

from textual.app import App

from tui.dashboard.own_commands.messages import CommandEnded, CommandInputRead, CommandTargetsRead, PendingRun
from tui.dashboard.own_commands.output_screen import OutputScreen
from tui.dashboard.own_commands.queries import MOST, read_command_input, read_command_targets
from tui.dashboard.own_commands.run_dialog import RunDialog
from tui.dashboard.own_commands.running import LONGEST_OUTPUT, first_line, run_on
from tui.dashboard.store_thread import Job, JobKind, StoreThread
from tui.dashboard.triage.targets import Targets
from tui.formatting import counted, number, size
from tui.settings import OwnCommand

ASKS_ABOVE = 20
"""Conversations; on more of them a command is run after a question."""


class OwnCommands:
    """Runs the commands of the settings.

    The app passes `CommandTargetsRead` on to `confirm`, `CommandInputRead` to `proceed` and `CommandEnded` to
    `report`, and calls `close` at the end.
    """

    def __init__(self, app: App[Any], store: StoreThread) -> None:
        self._app = app
        self._store = store
        self._running: set[str] = set()
        """The names of the commands that run."""
        self._cancel = threading.Event()

    @property
    def commands(self) -> tuple[OwnCommand, ...]:
        return self._store.workspace.settings.commands

    def close(self) -> None:
        """End the programs that run."""
        self._cancel.set()

    def start(self, index: int, targets: Targets) -> None:
        """Run a command of the settings on these conversations."""
        command = self.commands[index]
        if self._is_running(command):
            return
        function = partial(read_command_targets, command=command, targets=targets)
        self._store.run(Job(JobKind.OTHER, f"targets of {command.name}", function), self._app)

    def _is_running(self, command: OwnCommand) -> bool:
        """Whether a command runs already, which it then says."""
        if command.name in self._running:
            self._notify(command, "It still runs; its end is shown here.", severity="warning")
        return command.name in self._running

    def confirm(self, message: CommandTargetsRead) -> None:
        """Ask, if there are many conversations; refuse what is too many."""
        command, total = message.command, message.total
        if not total:
            self._notify(command, "There is no conversation to run it on.", severity="warning")
        elif not message.ids:
            self._notify(
                command,
                f"It can run on up to {number(MOST)} conversations, not on {number(total)}.",
                severity="warning",
            )
        elif total <= ASKS_ABOVE:
            self._read(PendingRun(command, message.ids))
        else:

            def answered(confirmed: bool | None) -> None:
                if confirmed:
                    self._read(PendingRun(command, message.ids))

            self._app.push_screen(RunDialog(command, total), answered)

    def _read(self, pending: PendingRun) -> None:
        function = partial(read_command_input, run=pending)
        self._store.run(Job(JobKind.OTHER, f"input of {pending.command.name}", function), self._app)

    def proceed(self, message: CommandInputRead) -> None:
        """Read on or, once all is read, run the program."""
        if message.run.unread:
            self._read(message.run)
        elif not self._is_running(message.run.command):
            self._run(message.run)

    def _run(self, pending: PendingRun) -> None:
        environment = self._store.workspace.environment_for_programs()
        self._running.add(pending.command.name)

        def run() -> None:
            ended = run_on(pending.command, pending.read, environment, self._cancel)
            self._app.post_message(ended)

        self._app.run_worker(
            run, thread=True, group="own commands", exit_on_error=False, name=pending.command.name
        )

    def report(self, message: CommandEnded) -> None:
        """Show what the program printed, or what went wrong."""
        command = message.command
        self._running.discard(command.name)
        if command.output == "window" and message.output:
            remark = f"only the first {size(LONGEST_OUTPUT)} of it" if message.is_cut else ""
            self._app.push_screen(
                OutputScreen(command.name, message.output, problem=message.problem, remark=remark)
            )
        elif message.problem:
            self._notify(command, message.problem, severity="error")
        elif command.output == "window":
            self._notify(command, "It printed nothing.")
        elif command.output == "toast":
            done = f"Done, on {counted(message.total, 'conversation')}."
            self._notify(command, first_line(message.output) or done)

    def _notify(self, command: OwnCommand, words: str, *, severity: Any = "information") -> None:
        self._app.notify(words, title=command.name, severity=severity, markup=False)
