"""The screen of the first start: asks for an access token, or starts the demo."""

from __future__ import annotations

from importlib.util import find_spec
from typing import TYPE_CHECKING, ClassVar

from textual import getters, on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, VerticalScroll
from textual.content import Content
from textual.message import Message
from textual.screen import Screen
from textual.widgets import Button, Input, RadioButton, RadioSet, Static

from tui.dashboard.app_result import RestartWithToken
from tui.dashboard.common.footer import KeyFooter
from tui.dashboard.first_run.credentials import (
    REGIONS,
    TokenPlace,
    TokenRefused,
    check_token,
    log_failure,
    save_token_and_region,
)
from tui.dashboard.first_run.messages import DemoChosen, TokenAccepted, TokenRejected
from tui.settings import Secret, Settings, SettingsError

if TYPE_CHECKING:
    import httpx

INTRODUCTION = """\
fastintercom keeps a searchable copy of your Intercom workspace on this
machine. To read it, it needs an access token:

  1. Open https://app.intercom.com/a/apps/_/developer-hub
  2. Choose your app, or create one with “New app”.
  3. Authentication → Access token: copy it, and paste it here."""


class FirstRunScreen(Screen[None]):
    """Asks for a token, checks it with Intercom, and stores it where the user wants it."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("f2", "demo", "Demo", id="start_demo", tooltip="Start the demo with a simulated workspace"),
        Binding("ctrl+q", "app.quit", "Quit", id="leave", tooltip="Quit fastintercom"),
    ]

    token = getters.query_one("#token", Input)
    region_choice = getters.query_one("#region", RadioSet)
    place_choice = getters.query_one("#place", RadioSet)
    status = getters.query_one("#token-status", Static)
    save = getters.query_one("#save", Button)

    def __init__(self, settings: Settings, transport: httpx.AsyncBaseTransport | None = None) -> None:
        super().__init__()
        self._settings = settings
        self._transport = transport

    def compose(self) -> ComposeResult:
        with VerticalScroll(id="first-run", can_focus=False) as frame:
            frame.border_title = "welcome to fastintercom"
            frame.border_subtitle = "the token is sent to Intercom only"
            yield Static(Content(INTRODUCTION), id="first-run-introduction")
            yield Input(password=True, placeholder="access token", id="token")
            yield Static(id="token-status")
            with Horizontal(id="choices"):
                with RadioSet(id="region") as region:
                    region.border_title = "region"
                    for number, name in enumerate(REGIONS):
                        yield RadioButton(name, value=number == self._configured_region())
                with RadioSet(id="place") as place:
                    place.border_title = "store the token in"
                    yield RadioButton("a private file", value=True)
                    yield RadioButton("the system keyring", disabled=find_spec("keyring") is None)
            with Horizontal(id="first-run-buttons"):
                yield Button("Save and start", variant="primary", compact=True, id="save")
                yield Button("Try the demo", id="demo", compact=True, disabled=not demo_installed())
        yield KeyFooter()

    def on_mount(self) -> None:
        self.token.focus()

    def _configured_region(self) -> int:
        addresses = list(REGIONS.values())
        return addresses.index(self._settings.base_url) if self._settings.base_url in addresses else 0

    def _base_url(self) -> str:
        """The address of the chosen region; an address outside the regions, as of a simulator, is kept."""
        if self._settings.base_url not in REGIONS.values():
            return self._settings.base_url
        return list(REGIONS.values())[max(0, self.region_choice.pressed_index)]

    # --- the token

    @on(Input.Submitted, "#token")
    @on(Button.Pressed, "#save")
    def _save(self, event: Message) -> None:
        event.stop()
        try:
            secret = Secret(self.token.value)
        except ValueError as error:
            self._reject(f"{error}")
            return
        self._show_status("Checking the token…", "-busy")
        self.save.disabled = True
        self.check_and_save(
            secret, self._base_url(), "keyring" if self.place_choice.pressed_index == 1 else "file"
        )

    @work(exclusive=True, group="token", exit_on_error=False, name="token check")
    async def check_and_save(self, secret: Secret, base_url: str, place: TokenPlace) -> None:
        try:
            await check_token(base_url, secret, self._transport)
            settings = save_token_and_region(secret, base_url, place, self._settings)
        except (TokenRefused, SettingsError) as error:
            self.post_message(TokenRejected(str(error)))
        except Exception as error:  # noqa: BLE001 - whatever it is, the user can try again
            self.post_message(TokenRejected(log_failure(error, secret)))
        else:
            self.post_message(TokenAccepted(RestartWithToken(settings, secret)))

    @on(TokenRejected)
    def _token_rejected(self, message: TokenRejected) -> None:
        self._reject(message.reason)

    def _reject(self, reason: str) -> None:
        self.save.disabled = False
        self._show_status(reason, "-error")
        self.token.focus()

    def _show_status(self, text: str, css_class: str) -> None:
        self.status.set_classes(css_class)
        self.status.update(Content(text))

    # --- the demo

    @on(Button.Pressed, "#demo")
    def action_demo(self) -> None:
        if demo_installed():
            self.post_message(DemoChosen())
        else:
            self._reject("The demo needs two more packages: pip install 'fastintercom[demo]'")


def demo_installed() -> bool:
    return all(find_spec(package) is not None for package in ("starlette", "uvicorn"))
