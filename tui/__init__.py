"""fastintercom: a local, searchable mirror of an Intercom workspace that always says how fresh it is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tui.answers import to_json as to_json
    from tui.freshness import SyncState as SyncState
    from tui.settings import Secret as Secret
    from tui.settings import Settings as Settings
    from tui.settings import load_settings as load_settings
    from tui.workspace import Workspace as Workspace

_HOMES = {
    "Secret": "tui.settings",
    "Settings": "tui.settings",
    "SyncState": "tui.freshness",
    "Workspace": "tui.workspace",
    "load_settings": "tui.settings",
    "to_json": "tui.answers",
}
__all__ = ["Secret", "Settings", "SyncState", "Workspace", "load_settings", "to_json"]


def __getattr__(name: str) -> Any:
    """Import on first use: `fastintercom --version` must not pay for the database and the network."""
    if name in _HOMES:
        from importlib import import_module

        return getattr(import_module(_HOMES[name]), name)
    raise AttributeError(f"module 'tui' has no attribute {name!r}")
