"""Bindings, keys set by the user, and conflicts between them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from textual.binding import Binding
from textual.dom import DOMNode
from textual.widget import Widget

from tests.dashboard.owners import owners
from tests.dashboard.stage import Stage, dashboard, press_each, screen_of, settle, text_of, toasts, wait_for
from tui.dashboard.keymap import FOCUS_CHAINS, actions, check_keymap, conflicts, declared
from tui.settings import SettingsError, load_settings

pytestmark = pytest.mark.anyio


def test_every_binding_has_an_id_of_its_own_and_a_tooltip() -> None:
    bindings = {binding for owner in owners() for binding in vars(owner).get("BINDINGS", ())}
    assert bindings
    assert all(isinstance(b, Binding) and b.id and b.tooltip and b.description for b in bindings)
    assert [id_ for id_, times in Counter(b.id for b in bindings).items() if times > 1] == []


def test_an_unknown_action_is_an_error_with_its_line_and_the_nearest(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    path.write_text('[keymap]\nrefresh = "f9"\ncoverage = "ctrl+k"\n')
    check_keymap(load_settings(config=path))
    path.write_text('[keymap]\ncoverage = "ctrl+k"\nrefrsh = "f9"\n')
    with pytest.raises(SettingsError) as caught:
        check_keymap(load_settings(config=path))
    assert str(caught.value) == f"{path}, line 3: keymap.refrsh is not an action; did you mean 'refresh'?"


async def test_a_keymap_moves_keys_and_the_footer_shows_them(stage_with: Callable[..., Stage]) -> None:
    stage = stage_with(settings={"keymap": {"search": "ctrl+s"}})
    stage.sync()
    async with dashboard(stage) as pilot:
        assert "^s search" in text_of(pilot)[-1]
        await pilot.press("slash")
        assert not screen_of(pilot).search_pane.input.has_focus
        await pilot.press("ctrl+s")
        assert screen_of(pilot).search_pane.input.has_focus


async def test_conflicting_keys_are_reported_with_both_names(
    stage_with: Callable[..., Stage], caplog: pytest.LogCaptureFixture
) -> None:
    stage = stage_with(settings={"keymap": {"refresh": "j", "sync_days": "v", "coverage": "c,f2"}})
    stage.sync()
    async with dashboard(stage) as pilot:
        await wait_for(pilot, lambda: bool(toasts(pilot)))
        (told,) = toasts(pilot)
        select = "“Select” (select_days)"
        first = "j is set for both “Next” (next) and “Sync” (refresh); “Next” (next) gets it"
        assert told == f"Conflicting keys: {first} · 2 more in the log"
        logged = [record.getMessage() for record in caplog.records if "conflicting" in record.getMessage()]
        assert logged == [
            f"conflicting keys: {first}",
            (
                "conflicting keys: j is set for both “Down” (thread_down) and “Sync” (refresh);"
                " “Down” (thread_down) gets it"
            ),
            f"conflicting keys: v is set for both {select} and “Sync days” (sync_days); {select} gets it",
        ]


def test_the_default_keys_do_not_conflict() -> None:
    assert conflicts({name: binding.key for name, binding in actions().items()}) == []


OPENED_BY = (
    ["enter"], ["p"], ["c"], ["i"], ["H"], ["H", "L"], ["comma"], ["T"], ["question_mark"], ["w"], ["y"],
    ["v"], ["V"], ["C"], ["F"], ["m"], ["B"], ["B", "ctrl+o"], ["B", "ctrl+t"],
)  # fmt: skip


async def test_conflicts_are_looked_for_wherever_the_keys_can_go(stage_with: Callable[..., Stage]) -> None:
    stage = stage_with(settings={"writes": True})
    known = [[b.id for owner in chain for b in declared(owner)] for chain in FOCUS_CHAINS]
    stage.sync()
    seen = set()
    async with dashboard(stage) as pilot:
        for keys in ([], *OPENED_BY):
            await press_each(pilot, *keys)
            screen = pilot.app.screen
            seen.add(type(screen).__name__)
            for widget in screen.walk_children(Widget):
                if widget.can_focus and not widget.disabled:
                    chain = widget.ancestors_with_self
                    nodes = chain[: chain.index(screen) + 1] if screen.is_modal else chain
                    ids = [b.id for node in nodes for b in bindings_of(type(node))]
                    assert any(is_within(ids, place) for place in known), (widget, ids)
            while pilot.app.screen is not screen_of(pilot):
                await pilot.press("escape")
                await pilot.pause()
    assert {"ComposerScreen", "MacroDialog", "AttachDialog"} < seen
    assert len(seen) > 16


def bindings_of(node: type[DOMNode]) -> list[Binding]:
    """The dashboard's own bindings of a class and of those it is made from."""
    classes = [owner for owner in node.__mro__ if issubclass(owner, DOMNode)]
    return [b for owner in classes if owner.__module__.startswith("tui.") for b in declared(owner)]


def is_within(ids: Sequence[str | None], place: Sequence[str | None]) -> bool:
    """Whether these come in this order, others in between."""
    rest = iter(place)
    return all(id_ in rest for id_ in ids)


async def test_markers_name_the_real_keys(stage_with: Callable[..., Stage]) -> None:
    stage = stage_with(settings={"keymap": {"take_new": "ctrl+n", "fill_gap": "f8,f"}})
    stage.sync()
    async with dashboard(stage) as pilot:
        screen = screen_of(pilot)
        assert screen.results.marker.take_key == "^n"
        stage.clock.move(hours=3)
        screen.sync.assess()
        await settle(pilot)
        assert "f8 syncs it" in text_of(pilot)[-2]
