"""The first start: where to get an access token, a place to paste it, or the demo instead."""

from __future__ import annotations

from dataclasses import dataclass
from importlib.util import find_spec
from typing import TYPE_CHECKING, ClassVar, Literal

from textual import getters, on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, VerticalScroll
from textual.content import Content
from textual.message import Message
from textual.screen import Screen
from textual.widgets import Button, Input, RadioButton, RadioSet, Static

from tui.dashboard.credentials import REGIONS, TokenRefused, check_token, fault, keep
from tui.dashboard.messages import DemoChosen, TokenAccepted
from tui.dashboard.outcome import OpenWith
from tui.dashboard.widgets.key_footer import KeyFooter
from tui.settings import Secret, Settings, SettingsError

if TYPE_CHECKING:
    import httpx

WHERE = """\
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
            yield Static(Content(WHERE), id="first-run-words")
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
            settings = keep(secret, base_url, where, self._settings)
        except (TokenRefused, SettingsError) as error:
            self.post_message(TokenRejected(str(error)))
        except Exception as error:  # noqa: BLE001 - whatever it is, one can try again
            self.post_message(TokenRejected(fault(error, secret)))
        else:
            self.post_message(TokenAccepted(OpenWith(settings, secret)))

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
