"""Takes an access token: checks it with Intercom, and stores it where the user wants it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from importlib.util import find_spec
from typing import TYPE_CHECKING

from textual import getters, on, work
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.message import Message
from textual.widgets import Button, Input, RadioSet, Static

from tui.credentials import (
    REGIONS,
    TokenPlace,
    TokenRefused,
    check_token,
    log_failure,
    save_token_and_region,
)
from tui.dashboard.app_result import RestartWithToken
from tui.dashboard.common.radio import Radio
from tui.dashboard.first_run.messages import TokenAccepted, TokenRejected
from tui.settings import Secret, Settings, SettingsError, is_intercom, origin

if TYPE_CHECKING:
    import httpx

    from tui.intercom.payloads import Me


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenPrompt:
    """Why a token is asked for, and what checks and stores it."""

    settings: Settings
    transport: httpx.AsyncBaseTransport | None
    """Replaces the network."""
    refuse_other_workspace: Callable[[Me], None]
    """Raises `SyncError`."""
    reason: str = ""
    """Why the present token, if there is one, does not do."""

    @property
    def receiver(self) -> str:
        """Who the token is sent to, in words."""
        address = self.settings.base_url
        return "Intercom" if is_intercom(address) else origin(address)


class TokenForm(Vertical):
    """The token, its region and where to store it. Posts `TokenAccepted` once it is checked and stored."""

    token = getters.query_one("#token", Input)
    region_choice = getters.query_one("#region", RadioSet)
    place_choice = getters.query_one("#place", RadioSet)
    status = getters.query_one("#token-status", Static)
    save = getters.query_one("#save", Button)

    def __init__(self, prompt: TokenPrompt, *buttons: Button, save_label: str) -> None:
        """`buttons` stand beside the one that saves."""
        super().__init__()
        self._prompt = prompt
        self._settings = prompt.settings
        self._buttons = buttons
        self._save_label = save_label

    def compose(self) -> ComposeResult:
        yield Input(password=True, placeholder="access token", id="token")
        yield Static(id="token-status")
        with Horizontal(id="choices"):
            with RadioSet(id="region") as region:
                region.border_title = "region"
                for number, name in enumerate(REGIONS):
                    yield Radio(name, value=number == self._configured_region())
            with RadioSet(id="place") as place:
                place.border_title = "store the token in"
                in_keyring = self._settings.use_keyring
                yield Radio("a private file", value=not in_keyring)
                has_keyring = find_spec("keyring") is not None
                yield Radio("the system keyring", value=in_keyring, disabled=not has_keyring)
        with Horizontal(id="token-buttons"):
            yield Button(self._save_label, variant="primary", compact=True, id="save")
            yield from self._buttons

    def on_mount(self) -> None:
        self.token.focus()
        if self._prompt.reason:
            self._show_status(self._prompt.reason, "-error")

    def reject(self, reason: str) -> None:
        """Say why it goes on with what is entered only when that is changed."""
        self.save.disabled = False
        self._show_status(reason, "-error")
        self.token.focus()

    def _configured_region(self) -> int:
        addresses = list(REGIONS.values())
        return addresses.index(self._settings.base_url) if self._settings.base_url in addresses else 0

    def _base_url(self) -> str:
        """The address of the chosen region; an address outside the regions, as of a simulator, is kept."""
        if self._settings.base_url not in REGIONS.values():
            return self._settings.base_url
        return list(REGIONS.values())[max(0, self.region_choice.pressed_index)]

    @on(Input.Submitted, "#token")
    @on(Button.Pressed, "#save")
    def _save(self, event: Message) -> None:
        event.stop()
        try:
            secret = Secret(self.token.value)
        except ValueError as error:
            self.reject(f"{error}")
            return
        self._show_status("Checking the token…", "-busy")
        self.save.disabled = True
        self.check_and_save(
            secret, self._base_url(), "keyring" if self.place_choice.pressed_index == 1 else "file"
        )

    @work(exclusive=True, group="token", exit_on_error=False, name="token check")
    async def check_and_save(self, secret: Secret, base_url: str, place: TokenPlace) -> None:
        try:
            await check_token(base_url, secret, self._prompt.transport, self._prompt.refuse_other_workspace)
            settings = save_token_and_region(secret, base_url, place, self._settings)
        except (TokenRefused, SettingsError) as error:
            self.post_message(TokenRejected(str(error)))
        except Exception as error:  # noqa: BLE001 - whatever it is, the user can try again
            self.post_message(TokenRejected(log_failure(error, secret)))
        else:
            self.post_message(TokenAccepted(RestartWithToken(settings, secret)))

    @on(TokenRejected)
    def _token_rejected(self, message: TokenRejected) -> None:
        self.reject(message.reason)

    def _show_status(self, text: str, css_class: str) -> None:
        self.status.set_classes(css_class)
        self.status.update(Content(text))
