"""A complete dashboard for tests and screenshots: a simulated Intercom, a mirror of it, a manual clock.

Only the network and the time are not real: the simulator answers inside this process, and the clock moves
when the test moves it.
"""

from __future__ import annotations

import asyncio
import re
import string
import threading
from collections.abc import AsyncIterator, Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any
from unittest.mock import patch

import httpx
from textual.app import App
from textual.content import Content
from textual.events import Callback, Key, Paste
from textual.message import Message
from textual.pilot import Pilot
from textual.widgets import Input, OptionList, TextArea

from tests.dashboard.mirrors import Mirrors, fingerprint, marks
from tests.dashboard.screen_text import screen_text
from tests.waiting import INTERVAL, PATIENCE, checks
from tui.dashboard import token_request
from tui.dashboard.app import FastIntercomApp, create_app
from tui.dashboard.app_result import AppResult
from tui.dashboard.main_screen import DashboardScreen
from tui.dashboard.sync_status.messages import SyncEventReceived
from tui.key_names import key_name
from tui.settings import Secret, Settings
from tui.simulator import SimulatorOptions
from tui.simulator import create_app as create_simulator
from tui.sync.events import SyncEvent
from tui.workspace import Workspace

START = datetime(2024, 12, 20, 14, 30, tzinfo=UTC)
TOKEN = "dashboard-test-token"
ROUNDS = 10_000
"""Rounds of messages until an app that never stops sending them fails the test."""
A_LONG_TIME = 3600.0
"""Seconds; longer than any test."""
MIRRORS = Mirrors()


class HandClock:
    """A clock that changes only when it is moved."""

    def __init__(self, now: datetime = START) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now

    def epoch(self) -> float:
        return self.now.timestamp()

    def move(self, **by: float) -> None:
        self.now += timedelta(**by)


class Wire(httpx.AsyncBaseTransport):
    """The connection to the simulator. It can be cut, and held so that calls neither end nor fail."""

    def __init__(self, app: Any) -> None:
        self._inner = httpx.ASGITransport(app=app)
        self.is_cut = False
        self._held = ""
        self._waiting: list[tuple[asyncio.AbstractEventLoop, asyncio.Event]] = []
        """An event for each held call: calls come from the event loop of the sync, in another thread."""
        self._lock = threading.Lock()

    def hold(self, path: str = ".*") -> None:
        """Calls whose whole path matches this expression wait for `release`."""
        self._held = path

    def release(self) -> None:
        with self._lock:
            self._held = ""
            for loop, released in self._waiting:
                loop.call_soon_threadsafe(released.set)

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        await self._pass(request.url.path)
        if self.is_cut:
            raise httpx.ConnectError("no route to host", request=request)
        return await self._inner.handle_async_request(request)

    async def _pass(self, path: str) -> None:
        """Wait while calls to this path are held."""
        while True:
            with self._lock:
                if not self._held or not re.fullmatch(self._held, path):
                    return
                waiting = asyncio.get_running_loop(), asyncio.Event()
                self._waiting.append(waiting)
            try:
                await waiting[1].wait()
            finally:
                with self._lock:
                    self._waiting.remove(waiting)


@dataclass
class Stage:
    """What a test controls: the world on the server, the connection, the clock, the mirror."""

    folder: Path
    clock: HandClock = field(default_factory=HandClock)
    options: dict[str, Any] = field(default_factory=dict)
    settings: dict[str, Any] = field(default_factory=dict)
    token: str | None = TOKEN

    def __post_init__(self) -> None:
        values: dict[str, Any] = {
            "conversations": 80,
            "days": 30,
            "activity": 0,
            "latency_ms": 0,
            "rate_limit": 1_000_000,
            "search_lag": 0,
            "long_threads": 0,
            "tie": 0,
            "token": TOKEN,
        }
        simulator = create_simulator(SimulatorOptions(**(values | self.options)), clock=self.clock.epoch)
        self.simulator = simulator
        self.world = simulator.state.world
        self.wire = Wire(simulator)
        changes: dict[str, Any] = {"settle": 2, "overlap": 30, "history": "30d", "interval": 3600}
        self.workspace = Workspace(
            Settings(
                base_url="http://localhost",
                database=self.folder / "mirror.db",
                config_path=self.folder / "config.toml",
                log_path=self.folder / "fastintercom.log",
                **(changes | self.settings),
            ),
            clock=self.clock,
            tz=UTC,
            transport=self.wire,
            token=Secret(self.token) if self.token else None,
        )
        self._marks = marks(self.workspace.settings.database)

    def sync(self, start: datetime | None = None, end: datetime | None = None) -> None:
        """Sync before the dashboard opens. The result of a first sync is kept for other tests."""
        database = self.workspace.settings.database
        is_first = marks(database) == self._marks
        key = fingerprint(self.world, self.clock.now, self.settings, self.token, start, end)
        if not (is_first and MIRRORS.bring(key, database)):
            self.workspace.request_sync(start, end).wait(PATIENCE)
            if is_first:
                MIRRORS.keep(key, database)

    def close(self) -> None:
        self.wire.release()
        self.workspace.close()


@contextmanager
def staged(folder: Path, **values: Any) -> Iterator[Stage]:
    stage = Stage(folder, **values)
    try:
        yield stage
    finally:
        stage.close()


def steady_stopwatch() -> Callable[[], float]:
    """Every search takes 0.4 ms."""
    ticks = count()
    return lambda: next(ticks) * 0.0004


class Story(list[str]):
    """The names of the dashboard's own messages and of sync events, in the order in which they came."""

    def __init__(self) -> None:
        super().__init__()
        self.messages: list[Message | SyncEvent] = []

    def __call__(self, message: Message) -> None:
        """Called by Textual wherever a message arrives; a bubbling one is recorded once."""
        own = type(message).__module__.startswith("tui.dashboard.")
        what = message.event if isinstance(message, SyncEventReceived) else message
        if own and not any(what is known for known in self.messages[-200:]):
            self.messages.append(what)
            self.append(type(what).__name__)

    def tells(self, *names: str) -> bool:
        """Whether these came in this order, with others in between."""
        happened = iter(self)
        return all(name in happened for name in names)


class Dashboard(Pilot[AppResult]):
    """Drives the app. Keys and pauses end when the last message is handled and its effect painted.

    Textual's own pilot waits until the process uses little of the processor: too early on a busy machine,
    and 20 ms late with every key on an idle one.
    """

    def __init__(self, app: App[AppResult], story: Story | None) -> None:
        super().__init__(app)
        self._story = story
        self._arrived = 0
        """How many messages arrived so far, those with which `pause` itself waits left out."""

    def message_arrived(self, message: Message) -> None:
        """Called by Textual wherever a message arrives."""
        if not isinstance(message, Callback):
            self._arrived += 1
        if self._story is not None:
            self._story(message)

    async def pause(self, delay: float | None = None) -> None:
        """Wait `delay` seconds, then until every message is handled and the screen is painted."""
        if delay:
            await asyncio.sleep(delay)
        quiet = 0
        for _ in range(ROUNDS):
            await self.wait_for_animation()  # at "none" too, a value changes with the next frame
            if isinstance(self.app.focused, Input | TextArea):
                self.app.focused.cursor_blink = False
            before = self._arrived
            await super().pause(0)  # every widget has handled what it had got, and the screen is painted
            quiet = quiet + 1 if self._arrived == before else 0
            if quiet == 2:  # the first may have called back something that sends another message
                return
        raise AssertionError("the app never stops sending messages")

    async def press(self, *keys: str) -> None:
        for key in keys:
            self.app.post_message(key_event(key))
            await self.pause()


CHARACTERS = {key_name(character): character for character in f" {string.punctuation}"}
"""What the keys type that are named with words."""


def key_event(key: str) -> Key:
    """The event for a key named as in bindings, or by its character."""
    name = key_name(key)
    return Key(name, name if len(name) == 1 else CHARACTERS.get(name))


@contextmanager
def no_timeouts() -> Iterator[None]:
    """Inside, the screen changes when something happens, not when time passes.

    Toasts stay, calls that fail are given up soon, and syncs that failed are not tried again.
    """
    with (
        patch.object(FastIntercomApp, "NOTIFICATION_TIMEOUT", A_LONG_TIME),
        patch("tui.sync.failures.FIRST_RETRY", A_LONG_TIME),
        patch("tui.intercom.calls._MAX_BACKOFF", 0.01),
    ):
        yield


@asynccontextmanager
async def dashboard(
    stage: Stage,
    *,
    size: tuple[int, int] = (120, 36),
    story: Story | None = None,
    ask_for_token: bool = False,
    ready: bool = True,
    is_demo: bool = False,
    problem: str = "",
) -> AsyncIterator[Dashboard]:
    """The app on the stage; with `ready` the first results and the first sync are in."""
    app = create_app(
        stage.workspace,
        token_request=token_request(stage.workspace.settings) if ask_for_token else None,
        transport=stage.wire,
        stopwatch=steady_stopwatch(),
        is_demo=is_demo,
        problem=problem,
    )
    app.animation_level = "none"
    pilot = Dashboard(app, story)
    threads = ThreadPoolExecutor()
    asyncio.get_running_loop().set_default_executor(threads)
    with no_timeouts(), threads:  # leaving waits for the store thread and the sync to end
        async with app.run_test(size=size, notifications=True, message_hook=pilot.message_arrived):
            if ready and not ask_for_token:
                screen = screen_of(pilot)
                await wait_for(pilot, lambda: screen.sync.activity.summary is not None)
                await settle(pilot)
            yield pilot


def app_of(pilot: Pilot[AppResult]) -> FastIntercomApp:
    assert isinstance(pilot.app, FastIntercomApp)
    return pilot.app


def screen_of(pilot: Pilot[AppResult]) -> DashboardScreen:
    return app_of(pilot).main_screen


async def wait_for(pilot: Dashboard, condition: Callable[[], bool]) -> None:
    """Let the app work until `condition` holds."""
    for _ in checks():
        await pilot.pause()
        if condition():
            return
        await asyncio.sleep(INTERVAL)


async def settle(pilot: Dashboard) -> None:
    """Wait until the app has no work left, and shows the results."""
    app = app_of(pilot)
    await wait_for(pilot, lambda: not app.has_pending_work)
    await pilot.pause()  # the last job on the store posts its result while it ends
    if app.has_pending_work:
        await settle(pilot)


async def type_query(pilot: Dashboard, text: str) -> None:
    """Paste a query into the search input and wait for its results; typed keys would cause other searches."""
    await pilot.press("slash")
    screen_of(pilot).search_pane.input.select_all()
    pilot.app.post_message(Paste(text))
    await settle(pilot)


async def press_each(pilot: Dashboard, *keys: str) -> None:
    """Press keys, each once the effect of the one before is shown."""
    for key in keys:
        press_at_once(pilot, key)
        await settle(pilot)


def press_at_once(pilot: Dashboard, *keys: str) -> None:
    """Press keys without waiting for the dashboard."""
    for key in keys:
        pilot.app.post_message(key_event(key))


async def resize(pilot: Dashboard, width: int, height: int) -> None:
    """Resize the terminal, and wait until the screen is laid out."""
    await pilot.resize_terminal(width, height)

    def is_laid_out() -> bool:
        screen = pilot.app.screen
        return screen.find_widget(screen).region.size == (width, height)

    await wait_for(pilot, is_laid_out)


def toasts(pilot: Dashboard) -> list[str]:
    """The notifications on screen: "title: message", or only the message."""
    shown = []
    for toast in pilot.app.screen.query("Toast"):
        content = toast.render()
        assert isinstance(content, Content)
        # The title is styled, a message never.
        shown.append(content.plain.replace("\n", ": ", 1) if content.spans else content.plain)
    return shown


def text_of(pilot: Dashboard) -> list[str]:
    """The lines on screen as plain text."""
    return screen_text(pilot.app)


async def command(pilot: Dashboard, text: str, title: str) -> None:
    """Run the first command that the palette finds for a text, once its list stays the same."""
    await pilot.press("ctrl+p", *text)
    before: list[str] = []

    def settled() -> bool:
        nonlocal before
        palette = pilot.app.screen
        found = [str(hit.prompt) for hit in palette.query_one(OptionList).options]
        same, before = found == before, found
        typed = palette.query_one(Input).value == text
        return typed and same and bool(found) and title in found[0]

    await wait_for(pilot, settled)
    await pilot.press("enter")


def table_lines(pilot: Dashboard) -> list[str]:
    """The lines of the screen from the headings of the results on."""
    lines = text_of(pilot)
    return lines[next(i for i, line in enumerate(lines) if "Customer " in line) :]


def tab_line(pilot: Dashboard) -> str:
    """The line of the tabs, above the headings."""
    lines = text_of(pilot)
    return lines[len(lines) - len(table_lines(pilot)) - 1]
