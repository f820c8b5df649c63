"""The first start: asks for an access token, checks it with Intercom and saves it."""

from __future__ import annotations

import logging
import traceback
from dataclasses import dataclass
from importlib.util import find_spec
from typing import TYPE_CHECKING, ClassVar, Literal

import msgspec
from textual import getters, on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, VerticalScroll
from textual.content import Content
from textual.message import Message
from textual.screen import Screen
from textual.widgets import Button, Input, RadioButton, RadioSet, Static

from tui.dashboard.app_result import DemoChosen, RestartWithToken, TokenAccepted
from tui.dashboard.common.footer import KeyFooter
from tui.intercom.errors import IntercomError
from tui.settings import ADDRESSES, Secret, Settings, SettingsError, change_settings, save_token
from tui.text import one_line

if TYPE_CHECKING:
    import httpx


_REGION_NAMES = {"US": "United States", "EU": "Europe", "AU": "Australia"}
REGIONS = {_REGION_NAMES[region]: address for region, address in ADDRESSES.items()}
"""Where workspaces are hosted, and the address of each."""
CHECK_TIMEOUT = 15.0
"""Seconds to wait for Intercom's answer."""
LONGEST_REASON = 200
"""Characters of an unexpected error that are told."""


log = logging.getLogger(__name__)


class TokenRefused(Exception):
    """The token cannot be used; the text is one line for people."""


async def check_token(base_url: str, secret: Secret, transport: httpx.AsyncBaseTransport | None) -> None:
    """SearchRequest Intercom whose token this is. Raises `TokenRefused`."""
    from tui.intercom.client import IntercomClient  # the network stack: loaded when it is needed

    try:
        async with IntercomClient(
            base_url, secret, transport=transport, connections=1, timeout=CHECK_TIMEOUT, max_attempts=1
        ) as client:
            client.check_region(await client.me())
    except IntercomError as error:
        raise TokenRefused(error.message) from None


def save_token_and_region(
    secret: Secret, base_url: str, where: Literal["file", "keyring"], settings: Settings
) -> Settings:
    """Store the token, and the region if it is another one. Returns the settings to go on with.

    Raises `SettingsError`.
    """
    if base_url != settings.base_url:
        change_settings(settings.config_path, {"base_url": base_url})
        settings = msgspec.structs.replace(settings, base_url=base_url)
    save_token(secret, where, settings=settings)
    return settings


def describe_fault(error: Exception, secret: Secret) -> str:
    """An unexpected error while a token is tried or kept, in one line; its traceback goes to the log.

    The token is in neither, whatever the error says.
    """
    log.error("trying the token failed\n%s", secret.hide_in("".join(traceback.format_exception(error))))
    words = secret.hide_in(one_line(f"{type(error).__name__}: {error}"))[:LONGEST_REASON].removesuffix(":")
    return f"The token could not be tried or kept: {words}. Try again; the log has more."


INTRODUCTION = """\
fastintercom keeps a searchable copy of your Intercom workspace on this
machine. To read it, it needs an access token:

  1. Open https://app.intercom.com/a/apps/_/developer-hub
  2. Choose your app, or make a “New app” for your own workspace.
  3. Authentication → Access token: copy it, and paste it here."""


@dataclass
class TokenRejected(Message):
    """The token could not be used; `words` say why and what to do."""

    words: str


class FirstRunScreen(Screen[None]):
    """Asks for a token, tries it, and keeps it where the user wants it."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("f2", "demo", "Demo", id="start_demo", tooltip="Try it with an invented workspace"),
        Binding("ctrl+q", "app.quit", "Quit", id="leave", tooltip="Leave fastintercom"),
    ]

    token = getters.query_one("#token", Input)
    regions = getters.query_one("#region", RadioSet)
    place = getters.query_one("#place", RadioSet)
    problem = getters.query_one("#token-problem", Static)
    save = getters.query_one("#save", Button)

    def __init__(self, settings: Settings, transport: httpx.AsyncBaseTransport | None = None) -> None:
        super().__init__()
        self._settings = settings
        self._transport = transport

    def compose(self) -> ComposeResult:
        with VerticalScroll(id="first-run", can_focus=False) as frame:
            frame.border_title = "welcome to fastintercom"
            frame.border_subtitle = "nothing is sent anywhere but to Intercom"
            yield Static(Content(INTRODUCTION), id="first-run-words")
            yield Input(password=True, placeholder="access token", id="token")
            yield Static(id="token-problem")
            with Horizontal(id="choices"):
                with RadioSet(id="region") as region:
                    region.border_title = "region"
                    for number, name in enumerate(REGIONS):
                        yield RadioButton(name, value=number == self._present_region())
                with RadioSet(id="place") as place:
                    place.border_title = "keep the token in"
                    yield RadioButton("a private file", value=True)
                    yield RadioButton("the system’s keyring", disabled=find_spec("keyring") is None)
            with Horizontal(id="first-run-buttons"):
                yield Button("Save and start", variant="primary", compact=True, id="save")
                yield Button("Try the demo", id="demo", compact=True, disabled=not demo_installed())
        yield KeyFooter()

    def _present_region(self) -> int:
        addresses = list(REGIONS.values())
        return addresses.index(self._settings.base_url) if self._settings.base_url in addresses else 0

    def on_mount(self) -> None:
        self.token.focus()

    @on(Input.Submitted, "#token")
    @on(Button.Pressed, "#save")
    def _save(self, event: Message) -> None:
        event.stop()
        try:
            secret = Secret(self.token.value)
        except ValueError as error:
            self._reject(f"{error}")
            return
        self._say("asking Intercom…", "-busy")
        self.save.disabled = True
        where: Literal["file", "keyring"] = "keyring" if self.place.pressed_index == 1 else "file"
        self.try_token(secret, self._base_url(), where)

    def _base_url(self) -> str:
        """The chosen region's address; an address of one's own (a simulator) stays."""
        chosen = list(REGIONS.values())[max(0, self.regions.pressed_index)]
        own = self._settings.base_url not in REGIONS.values()
        return self._settings.base_url if own else chosen

    @work(exclusive=True, group="token", exit_on_error=False, name="token check")
    async def try_token(self, secret: Secret, base_url: str, where: Literal["file", "keyring"]) -> None:
        try:
            await check_token(base_url, secret, self._transport)
            settings = save_token_and_region(secret, base_url, where, self._settings)
        except (TokenRefused, SettingsError) as error:
            self.post_message(TokenRejected(str(error)))
        except Exception as error:  # noqa: BLE001 - whatever it is, one can try again
            self.post_message(TokenRejected(describe_fault(error, secret)))
        else:
            self.post_message(TokenAccepted(RestartWithToken(settings, secret)))

    @on(TokenRejected)
    def _rejected(self, message: TokenRejected) -> None:
        self._reject(message.words)

    def _reject(self, words: str) -> None:
        self.save.disabled = False
        self._say(words, "-wrong")
        self.token.focus()

    def _say(self, words: str, kind: str) -> None:
        self.problem.set_classes(kind)
        self.problem.update(Content(words))

    @on(Button.Pressed, "#demo")
    def _demo_pressed(self) -> None:
        self.action_demo()

    def action_demo(self) -> None:
        if demo_installed():
            self.post_message(DemoChosen())
        else:
            self._reject("The demo needs two more packages: pip install 'fastintercom[demo]'")


def demo_installed() -> bool:
    return all(find_spec(package) is not None for package in ("starlette", "uvicorn"))
