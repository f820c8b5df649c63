"""The ASGI application."""

from __future__ import annotations

import time
from collections.abc import Callable

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware

from tui.simulator.gate import Gate
from tui.simulator.options import SimulatorOptions
from tui.simulator.routes import Endpoints, refuse
from tui.simulator.world import World


def create_app(options: SimulatorOptions | None = None, clock: Callable[[], float] = time.time) -> Starlette:
    """A new workspace behind Intercom's API; `app.state.world` is the workspace.

    `clock` gives epoch seconds; one that stands still gives a world that stands still."""
    world = World(options or SimulatorOptions(), clock)
    app = Starlette(
        routes=Endpoints(world).routes(),
        middleware=[Middleware(Gate, world=world)],
        exception_handlers={HTTPException: refuse},
    )
    app.router.redirect_slashes = False
    app.state.world = world
    return app
