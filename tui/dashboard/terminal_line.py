"""A way to send the terminal a sequence that Textual has no call for."""

from __future__ import annotations

from typing import Any

from textual.driver import Driver


class TerminalLine:
    """Silent until a driver made from `hook` runs, as in tests without a terminal."""

    def __init__(self) -> None:
        self._driver: Driver | None = None

    def hook(self, driver_class: type[Driver]) -> type[Driver]:
        """The same driver, which makes itself known here when the application starts it."""
        line = self

        def begin(driver: Driver, *values: Any, **options: Any) -> None:
            driver_class.__init__(driver, *values, **options)
            line._driver = driver

        return type(driver_class.__name__, (driver_class,), {"__init__": begin})

    def write(self, sequence: str) -> None:
        if self._driver is not None and sequence:
            self._driver.write(sequence)
            self._driver.flush()
