"""The search line with its list of completions and the history of searches."""

from __future__ import annotations

from typing import ClassVar

from textual import events
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.widgets import Input, OptionList
from textual.widgets.option_list import Option

from tui.dashboard.search.messages import Completion, CompletionAccepted


class CompletionList(OptionList, can_focus=False):
    """Shown while it has offers. A click posts `OptionList.OptionSelected`."""

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id)
        self._offers: tuple[Completion, ...] = ()
        self.display = False

    def show(self, offers: tuple[Completion, ...]) -> None:
        self._offers = offers
        self.clear_options()
        width = max((len(offer.text) for offer in offers), default=0)
        self.add_options(
            Option(Content.assemble(f" {offer.text:<{width}}  ", (offer.detail, "$muted")))
            for offer in offers
        )
        self.highlighted = None
        self.display = bool(offers)
        self.refresh_bindings()  # Escape closes the offers while there are any

    @property
    def is_open(self) -> bool:
        return bool(self._offers)

    @property
    def chosen(self) -> Completion | None:
        """The offer under the cursor; None until one moved to it."""
        return None if self.highlighted is None or not self._offers else self._offers[self.highlighted]

    @property
    def best(self) -> Completion | None:
        """The one under the cursor, else the first."""
        return self.chosen or (self._offers[0] if self._offers else None)

    def offer(self, index: int) -> Completion:
        return self._offers[index]

    def move(self, step: int) -> None:
        """Move the cursor; above the first line there is none."""
        place = (-1 if self.highlighted is None else self.highlighted) + step
        self.highlighted = None if place < 0 else min(place, len(self._offers) - 1)


PLACEHOLDER = "words, “a phrase”, is:open tag:refund since:7d"


class SearchInput(Input):
    """↑ and ↓ walk through what is offered, or through earlier searches; Tab takes an offer."""

    HELP = (
        "Words are all searched for; narrow with is: assignee: team: tag: from: since: until: on: "
        "and -word, OR, ( )."
    )
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up", "walk(-1)", "Earlier", id="search_earlier", tooltip="The search before", show=False),
        Binding(
            "down", "walk(1)", "Later", id="search_later", tooltip="The next offer, or search", show=False
        ),
        Binding("tab", "take", "Complete", id="complete", tooltip="Take what is offered", show=False),
        Binding(
            "enter", "enter", "Search", id="submit_search", tooltip="Search, or take the offer", show=False
        ),
        Binding("escape", "close", "Close", id="close_offers", tooltip="Close the offers", show=False),
    ]

    def __init__(self, offers: CompletionList, *, id: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id, placeholder=PLACEHOLDER, compact=True, select_on_focus=False)
        self._offers = offers
        self.correction: Completion | None = None
        """What a bad query was probably meant to be."""
        self._history: tuple[str, ...] = ()
        self._place = -1
        """Of the history, newest first; -1 is the draft."""
        self._draft = ""
        self.submitted_by: events.Key | None = None
        """The key that asked for the search, until the focus is where it belongs."""

    def use_history(self, searches: tuple[str, ...]) -> None:
        """These were searched for before, the newest first."""
        self._history, self._place = searches, -1

    def remember(self, text: str) -> None:
        """Put `text` at the end of the history, once."""
        text = text.strip()
        if text:
            self._history = (text, *(known for known in self._history if known != text))
        self._place = -1

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        if action == "take":
            return self._offers.is_open or self.correction is not None
        if action == "close":
            return self._offers.is_open
        return True

    def put(self, offer: Completion) -> None:
        """Put an offer into the query; the cursor goes behind it."""
        before, after = self.value[: offer.start], self.value[offer.end :]
        blank = "" if offer.text.endswith(":") or after.startswith(" ") else " "
        self.value = f"{before}{offer.text}{blank}{after}"
        self.cursor_position = len(before) + len(offer.text) + (0 if offer.text.endswith(":") else 1)
        self._offers.show(())
        self.correction = None
        self.post_message(CompletionAccepted(self.value))

    def action_take(self) -> None:
        if (offer := self._offers.best or self.correction) is not None:
            self.put(offer)

    def on_key(self, event: events.Key) -> None:
        """What comes behind the key that searches is not part of the query any more."""
        if self.submitted_by is not None:
            event.prevent_default()
        elif not event.is_printable and self._is_for_enter(event.key):
            self.submitted_by = event

    def _is_for_enter(self, key: str) -> bool:
        active = self.screen.active_bindings.get(key)
        return active is not None and active.node is self and active.binding.action == "enter"

    async def action_enter(self) -> None:
        if (offer := self._offers.chosen) is not None:
            self.submitted_by = None
            self.put(offer)
        else:
            self._offers.show(())
            await self.action_submit()

    def action_close(self) -> None:
        self._offers.show(())

    def action_walk(self, step: int) -> None:
        recalling = self._place >= 0
        if self._offers.is_open and not recalling and (step > 0 or self._offers.chosen is not None):
            self._offers.move(step)
            return
        place = max(-1, min(len(self._history) - 1, self._place - step))
        if place == self._place:
            return
        if not recalling:
            self._draft = self.value
        self._place = place
        self.value = self._history[place] if place >= 0 else self._draft
        self.action_end()

    @property
    def is_recalling(self) -> bool:
        """Whether an earlier search is shown just as it was."""
        return self._place >= 0 and self.value == self._history[self._place]

    def on_blur(self, event: events.Blur) -> None:
        self.submitted_by = None
        self._offers.show(())
