"""Two panes that share the screen, and the keys that move the border between them."""

from __future__ import annotations

from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.containers import Container
from textual.reactive import reactive

from tui.dashboard.remembered import SPLITS, USUAL_SPLIT
from tui.dashboard.seeing.messages import SplitChosen


class Split(Container):
    """Carries the class `-split-40` while the first pane has 40 %; the style sheet does the rest."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(
            "less_than_sign",
            "split(-1)",
            "Narrower",
            id="list_narrower",
            tooltip="More room for the conversation",
            show=False,
        ),
        Binding(
            "greater_than_sign",
            "split(1)",
            "Wider",
            id="list_wider",
            tooltip="More room for the results",
            show=False,
        ),
    ]

    share: reactive[int] = reactive(USUAL_SPLIT)
    """The share of the results of the whole, in percent: one of `SPLITS`."""

    def watch_share(self) -> None:
        for share in SPLITS:
            self.set_class(share == self.share, f"-split-{share}")

    def action_split(self, step: int) -> None:
        at = SPLITS.index(self.share) + step
        self.share = SPLITS[max(0, min(at, len(SPLITS) - 1))]
        self.post_message(SplitChosen(self.share))
