"""The screen of the first start: asks for an access token, or starts the demo."""

from __future__ import annotations

from importlib.util import find_spec
from typing import ClassVar

from textual import getters, on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.screen import Screen
from textual.widgets import Button, Static

from tui.dashboard.common.footer import KeyFooter
from tui.dashboard.first_run.messages import DemoChosen
from tui.dashboard.first_run.token_form import TokenForm, TokenPrompt

INTRODUCTION = """\
fastintercom keeps a searchable copy of your Intercom workspace on this
machine. To read it, it needs an access token:

  1. Open https://app.intercom.com/a/apps/_/developer-hub
  2. Choose your app, or create one with “New app”.
  3. Authentication → Access token: copy it, and paste it here."""


class FirstRunScreen(Screen[None]):
    """Asks for a token, or starts the demo instead."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("f2", "demo", "Demo", id="start_demo", tooltip="Start the demo with a simulated workspace"),
        # With priority, as Textual's own, which the footer does not show.
        Binding("ctrl+q", "app.quit", "Quit", id="leave", tooltip="Quit fastintercom", priority=True),
    ]

    form = getters.query_one(TokenForm)

    def __init__(self, prompt: TokenPrompt) -> None:
        super().__init__()
        self._prompt = prompt

    def compose(self) -> ComposeResult:
        with VerticalScroll(id="first-run", can_focus=False) as frame:
            title = self._prompt.settings.title
            frame.border_title = Content(f"welcome to fastintercom{f' · {title}' if title else ''}")
            frame.border_subtitle = Content(f"the token is sent to {self._prompt.receiver} only")
            yield Static(Content(INTRODUCTION), id="first-run-introduction")
            demo = Button("Try the demo", id="demo", compact=True, disabled=not demo_installed())
            yield TokenForm(self._prompt, demo, save_label="Save and start")
        yield KeyFooter()

    # --- the demo

    @on(Button.Pressed, "#demo")
    def action_demo(self) -> None:
        if demo_installed():
            self.post_message(DemoChosen())
        else:
            self.form.reject("The demo needs two more packages: pip install 'fastintercom[demo]'")


def demo_installed() -> bool:
    return all(find_spec(package) is not None for package in ("starlette", "uvicorn"))
