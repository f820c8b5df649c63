"""A mouse that goes the whole way through the application, so that what it drags can also become a click."""

from __future__ import annotations

from textual import events

from tests.dashboard.stage import Dashboard


async def drag(pilot: Dashboard, start: tuple[int, int], *stops: tuple[int, int], drop: bool = True) -> None:
    """Press at `start`, move over the `stops` and, with `drop`, let go at the last one."""
    await _send(pilot, events.MouseMove, start, button=0)
    await _send(pilot, events.MouseDown, start)
    for stop in stops:
        await _send(pilot, events.MouseMove, stop)
    if drop:
        await let_go(pilot, (start, *stops)[-1])


async def let_go(pilot: Dashboard, at: tuple[int, int]) -> None:
    await _send(pilot, events.MouseUp, at)


async def scroll_down(pilot: Dashboard, at: tuple[int, int]) -> None:
    """Turn the wheel by one notch."""
    await _send(pilot, events.MouseScrollDown, at, button=0)


async def _send(
    pilot: Dashboard, kind: type[events.MouseEvent], at: tuple[int, int], *, button: int = 1
) -> None:
    x, y = at
    pilot.app.post_message(
        kind(None, x, y, 0, 0, button, shift=False, meta=False, ctrl=False, screen_x=x, screen_y=y)
    )
    await pilot.pause()
