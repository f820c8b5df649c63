"""What can stand at the cursor of the search line, as a list under it that never takes the focus."""

from __future__ import annotations

from textual.content import Content
from textual.widgets import OptionList
from textual.widgets.option_list import Option

from tui.dashboard.searching import Offer


class OfferList(OptionList, can_focus=False):
    """Shown while it has offers. A click posts `OptionList.OptionSelected`."""

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id)
        self._offers: tuple[Offer, ...] = ()
        self.display = False

    def show(self, offers: tuple[Offer, ...]) -> None:
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
    def chosen(self) -> Offer | None:
        """The offer under the cursor; None until one moved to it."""
        return None if self.highlighted is None or not self._offers else self._offers[self.highlighted]

    @property
    def best(self) -> Offer | None:
        """The one under the cursor, else the first."""
        return self.chosen or (self._offers[0] if self._offers else None)

    def offer(self, index: int) -> Offer:
        return self._offers[index]

    def move(self, step: int) -> None:
        """Move the cursor; above the first line there is none."""
        place = (-1 if self.highlighted is None else self.highlighted) + step
        self.highlighted = None if place < 0 else min(place, len(self._offers) - 1)
