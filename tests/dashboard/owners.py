"""The classes of the dashboard that can have bindings."""

from __future__ import annotations

import importlib
import pkgutil
from pathlib import Path

from textual.dom import DOMNode

import tui.dashboard

HOME = Path(tui.dashboard.__file__).parent


def owners() -> list[type[DOMNode]]:
    found = {
        value
        for module in pkgutil.walk_packages([str(HOME)], "tui.dashboard.")
        for value in vars(importlib.import_module(module.name)).values()
        if isinstance(value, type) and issubclass(value, DOMNode) and value.__module__.startswith("tui.")
    }
    return sorted(found, key=lambda owner: owner.__name__)
