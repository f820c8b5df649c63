"""The targets by name."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tests.fuzzing.html import Html
from tests.fuzzing.payloads import Payloads
from tests.fuzzing.queries import Queries
from tests.fuzzing.runner import Target
from tests.fuzzing.settings import SettingsFiles

TARGETS: dict[str, Callable[[], Target[Any]]] = {
    "html": Html,
    "payloads": Payloads,
    "query": Queries,
    "settings": SettingsFiles,
}
