"""Work on many widgets in steps so short that the event loop is never held up. Textual takes a single one."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterable, Iterator
from typing import TypeVar

from textual.dom import DOMNode
from textual.errors import NoWidget
from textual.widget import Widget

STEP = 0.01
"""Seconds of work between two turns of the event loop."""

Node = TypeVar("Node", bound=DOMNode)


async def in_steps(nodes: Iterable[Node], work: Callable[[Iterable[Node]], object]) -> None:
    """Give `work` as many at a time as it has time for."""
    rest = iter(nodes)
    for first in rest:
        work(_for_a_while(first, rest))
        await give_way()


async def give_way(turns: int = 2) -> None:
    """Two turns of the event loop, or more: in the first it finds what is due, in the second that is done."""
    for _ in range(turns):
        await asyncio.sleep(0)


def draw(widgets: Iterable[Widget]) -> None:
    """Have widgets keep what they look like: little is left to do then when all are painted at once."""
    for widget in widgets:
        try:
            place = widget.screen.find_widget(widget)
        except NoWidget:
            continue
        if shown := place.visible_region:
            widget.render_lines(shown.translate(-place.region.offset))


def _for_a_while(first: Node, rest: Iterator[Node]) -> Iterator[Node]:
    """Those that are still there, until the step is over."""
    until = time.perf_counter() + STEP
    node: Node | None = first
    while node is not None:
        if node.is_attached:
            yield node
        node = next(rest, None) if time.perf_counter() < until else None
