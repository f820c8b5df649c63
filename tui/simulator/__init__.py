"""A stateful stand-in for Intercom's REST API: for the demo, for tests, for measurements. No token needed.

Needs the `demo` extra (starlette; uvicorn for real sockets)."""

from __future__ import annotations

from tui.simulator.app import create_app
from tui.simulator.options import SimulatorOptions

__all__ = ["SimulatorOptions", "create_app"]
