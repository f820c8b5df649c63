"""Running a command on conversations, and what becomes of what it prints."""

from __future__ import annotations

import codecs
import threading
from collections.abc import Iterator, Mapping, Sequence

from tui.dashboard.own_commands.messages import CommandEnded, ConversationInput
from tui.formatting import number
from tui.programs import Finished, Limits, ProgramNotStarted, run_program
from tui.settings import OwnCommand
from tui.text import clean, one_line
from tui.visible import visible

LONGEST_OUTPUT = 100_000
"""Bytes of what a command prints that are shown."""
LONGEST_LINE = 200
"""Characters of a line of what it printed, in a message."""


def run_on(
    command: OwnCommand,
    conversations: Sequence[ConversationInput],
    environment: Mapping[str, str],
    cancel: threading.Event,
) -> CommandEnded:
    """Run a command once on these conversations, or once for each until one run fails."""
    limits = Limits(command.timeout, LONGEST_OUTPUT, goes_on=True, whole_group=True)
    output, is_cut, problem = b"", False, ""
    for done, (words, given, about) in enumerate(_runs(command, conversations)):
        try:
            finished = run_program(
                words,
                limits,
                given=given.encode() if command.input == "json" else None,
                environment=environment,
                cancel=cancel,
                reads_errors=True,
            )
        except ProgramNotStarted as error:
            problem = f"{one_line(words[0])} could not be started: {error}"
            break
        is_cut = is_cut or finished.is_cut or len(output) + len(finished.output) > LONGEST_OUTPUT
        output = (output + finished.output)[:LONGEST_OUTPUT]
        if failure := _failure(command, finished):
            after = f" (after {number(done)} that worked)" if done else ""
            problem = f"{about}{failure}{after}"
            break
    try:
        text = _text(output, is_cut=is_cut)
    except UnicodeDecodeError:
        text, problem = "", problem or "It printed something that is not UTF-8 text"
    return CommandEnded(command, len(conversations), problem, text, is_cut)


def _runs(
    command: OwnCommand, conversations: Sequence[ConversationInput]
) -> Iterator[tuple[list[str], str, str]]:
    """The arguments, the input, and for messages the conversation of each run."""
    if command.runs_for_each:
        for each in conversations:
            yield command.words(each.id, each.url), f"{each.json}\n", f"#{each.id}: "
    else:
        yield command.words(0, ""), "".join(f"{each.json}\n" for each in conversations), ""


def _failure(command: OwnCommand, finished: Finished) -> str:
    """What went wrong, in a few words; empty if nothing did."""
    if finished.code is None:
        return f"It took longer than {number(command.timeout)} s and was ended"
    if finished.code == 0:
        return ""
    code = finished.code
    how = f"It failed with exit code {code}" if code > 0 else f"It was ended by signal {-code}"
    said = last_line(visible(clean(finished.errors.decode("utf-8", "replace"))))
    return f"{how}: {said}" if said else how


def _text(output: bytes, *, is_cut: bool) -> str:
    """The output as text that is safe to show. Raises `UnicodeDecodeError`."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    return visible(clean(decoder.decode(output, final=not is_cut))).strip("\n")


def first_line(text: str) -> str:
    return _short(next((line for line in text.split("\n") if line.strip()), ""))


def last_line(text: str) -> str:
    return _short(next((line for line in reversed(text.split("\n")) if line.strip()), ""))


def _short(line: str) -> str:
    line = one_line(line)
    return line if len(line) <= LONGEST_LINE else f"{line[:LONGEST_LINE]}…"
