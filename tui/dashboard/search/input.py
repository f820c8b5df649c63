"""The search line, with a list of completions and the history of searches."""

from __future__ import annotations

from typing import ClassVar

from textual import events
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.geometry import Region
from textual.widgets import Input, OptionList
from textual.widgets.option_list import Option

from tui.cells import align, cell_width
from tui.dashboard.common.key_hints import runs_action
from tui.dashboard.search.completion import Completion
from tui.dashboard.search.messages import CompletionAccepted
from tui.query.syntax import MAX_LENGTH
from tui.text import clean, one_line
from tui.visible import visible


class CompletionList(OptionList, can_focus=False):
    """The completions below the search line; hidden while there are none."""

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id)
        self._completions: tuple[Completion, ...] = ()
        self.display = False

    def show(self, completions: tuple[Completion, ...]) -> None:
        self._completions = completions
        self.clear_options()
        lines = [(visible(completion.text), visible(completion.detail)) for completion in completions]
        width = max((cell_width(text) for text, _ in lines), default=0)
        self.add_options(
            Option(Content.assemble(f" {align(text, width)}  ", (detail, "$muted"))) for text, detail in lines
        )
        self.highlighted = None
        self.display = bool(completions)
        self.refresh_bindings()  # `close` of the search line is enabled while the list is open

    def close(self) -> None:
        self.show(())

    @property
    def is_open(self) -> bool:
        return bool(self._completions)

    @property
    def highlighted_completion(self) -> Completion | None:
        """The completion under the cursor; None until the cursor is moved into the list."""
        return None if self.highlighted is None or not self.is_open else self._completions[self.highlighted]

    @property
    def best(self) -> Completion | None:
        """The highlighted completion, or the first one."""
        return self.highlighted_completion or (self._completions[0] if self._completions else None)

    def completion_at(self, index: int) -> Completion:
        return self._completions[index]

    def move_cursor(self, step: int) -> None:
        """Move the cursor down (1) or up (-1); above the first line it leaves the list."""
        line = (-1 if self.highlighted is None else self.highlighted) + step
        self.highlighted = None if line < 0 else min(line, len(self._completions) - 1)


PLACEHOLDER = "words, “a phrase”, is:open tag:refund since:7d"


class SearchInput(Input):
    """↑ and ↓ move through the completions, or through earlier searches; Tab inserts a completion."""

    HELP = (
        "All words must match. Narrow the search with is: assignee: team: tag: from: since: until: on: "
        "and -word, OR, ( ). A number or a link finds that conversation."
    )
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up", "move(-1)", "Earlier", id="search_earlier", tooltip="Previous search", show=False),
        Binding(
            "down", "move(1)", "Later", id="search_later", tooltip="Next completion or search", show=False
        ),
        Binding("tab", "complete", "Complete", id="complete", tooltip="Insert the completion", show=False),
        Binding(
            "enter",
            "enter",
            "Search",
            id="submit_search",
            tooltip="Search, or insert the highlighted completion",
            show=False,
        ),
        Binding(
            "escape", "close", "Close", id="close_completions", tooltip="Close the completions", show=False
        ),
    ]

    def __init__(self, completions: CompletionList, *, id: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id, placeholder=PLACEHOLDER, compact=True, select_on_focus=False)
        self._completions = completions
        self.correction: Completion | None = None
        """The correction of a query that cannot be parsed."""
        self._history: tuple[str, ...] = ()
        """Earlier searches, newest first."""
        self._history_index = -1
        """The earlier search that is shown; -1: the draft."""
        self._draft = ""
        self.submitted_by: events.Key | None = None
        """The key that searched. Until the focus leaves the search line, other keys are not typed into it."""

    def use_history(self, searches: tuple[str, ...]) -> None:
        """Set the earlier searches, newest first."""
        self._history, self._history_index = searches, -1

    def remember(self, text: str) -> None:
        """Put `text` at the front of the history."""
        text = text.strip()
        if text:
            self._history = (text, *(known for known in self._history if known != text))
        self._history_index = -1

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        if action == "complete":
            return self._completions.is_open or self.correction is not None
        if action == "close":
            return self._completions.is_open
        return True

    def insert_completion(self, completion: Completion) -> None:
        """Insert a completion into the query, and move the cursor after it."""
        before, after = self.value[: completion.start], self.value[completion.end :]
        needs_value = completion.text.endswith(":")
        blank = "" if needs_value or after.startswith(" ") else " "
        self.value = f"{before}{completion.text}{blank}{after}"
        self.cursor_position = len(before) + len(completion.text) + (0 if needs_value else 1)
        self._completions.close()
        self.correction = None
        self.post_message(CompletionAccepted(self.value))

    def action_complete(self) -> None:
        if (completion := self._completions.best or self.correction) is not None:
            self.insert_completion(completion)

    def on_key(self, event: events.Key) -> None:
        """Keep keys out of the query that are pressed after the one that searches (`KeysHeldForResults`)."""
        if self.submitted_by is not None:
            event.prevent_default()
        elif not event.is_printable and runs_action(self, event.key, "enter"):
            self.submitted_by = event

    def on_paste(self, event: events.Paste) -> None:
        """Paste all lines; an `Input` takes only the first."""
        event.prevent_default()
        event.stop()
        self._paste(event.text)

    def action_paste(self) -> None:
        self._paste(self.app.clipboard)

    def _paste(self, text: str) -> None:
        """Insert all of the text as one line, or nothing with a message if that makes the query too long."""
        line = clean(text)
        line = one_line(line) if "\n" in line else line
        start, end = sorted(self.selection)
        length = len(self.value) - (end - start) + len(line)
        if length > MAX_LENGTH:
            message = f"Not pasted: the query would have {length:,} characters; {MAX_LENGTH:,} are allowed."
            self.notify(message, severity="warning", markup=False)
        elif line:
            self.replace(line, start, end)
            self.call_after_refresh(self._show_cursor)

    def on_resize(self) -> None:
        self._show_cursor()

    def _show_cursor(self) -> None:
        """Scroll to the cursor: what is beside the text changes its room, and a paste its length."""
        cell = cell_width(self.value[: self.cursor_position])
        self.scroll_to_region(Region(cell, 0, 1, 1), animate=False)

    async def action_enter(self) -> None:
        if (completion := self._completions.highlighted_completion) is not None:
            self.submitted_by = None
            self.insert_completion(completion)
        else:
            self._completions.close()
            await self.action_submit()

    def action_close(self) -> None:
        self._completions.close()

    def action_move(self, step: int) -> None:
        """Move in the completions if they are open, otherwise in the history."""
        in_history = self._history_index >= 0
        in_list = step > 0 or self._completions.highlighted_completion is not None
        if self._completions.is_open and not in_history and in_list:
            self._completions.move_cursor(step)
            return
        index = max(-1, min(len(self._history) - 1, self._history_index - step))
        if index == self._history_index:
            return
        if not in_history:
            self._draft = self.value
        self._history_index = index
        self.value = self._history[index] if index >= 0 else self._draft
        self.action_end()

    @property
    def is_recalling(self) -> bool:
        """Whether an earlier search is shown and was not edited."""
        return self._history_index >= 0 and self.value == self._history[self._history_index]

    def on_blur(self, event: events.Blur) -> None:
        self.submitted_by = None
        self._completions.close()
