"""How the dashboard draws attention: toasts, the bell, the terminal's own notifications."""

from __future__ import annotations

from textual import events, on
from textual.driver import Driver

from tui.dashboard.background import BackgroundApp
from tui.dashboard.notices import Notice
from tui.dashboard.seeing.messages import NoticeGiven
from tui.dashboard.toasts import RELEASE_EVERY, Announcer, desktop_sequence
from tui.settings import Settings
from tui.workspace import Workspace


class AnnouncingApp(BackgroundApp):
    """Tells what any part of it wants told, as far as the settings allow, and when they allow it."""

    _driver_running: Driver | None = None

    def __init__(self, workspace: Workspace, *, may_sync: bool) -> None:
        super().__init__(workspace, may_sync=may_sync)
        self._preferences = workspace.settings
        """Of these, what takes effect at once."""
        self._announcer = Announcer(workspace.settings, workspace.tz)

    @on(events.Mount)
    def _look_at_the_clock(self) -> None:
        self.set_interval(RELEASE_EVERY, self._announce_held)

    def prefer(self, settings: Settings) -> None:
        """From now on these settings are in force."""
        self._preferences = settings
        self._announcer.follow(settings)

    def is_quiet(self) -> bool:
        """Whether the settings want nothing to draw attention now."""
        return self._announcer.is_quiet(self.workspace.clock())

    @on(NoticeGiven)
    def _notice_given(self, message: NoticeGiven) -> None:
        if self._announcer.admits(message.notice, self.workspace.clock()):
            self._announce(message.notice)

    def _announce_held(self) -> None:
        """The quiet hours may be over."""
        for notice in self._announcer.release(self.workspace.clock()):
            self._announce(notice)

    def _announce(self, notice: Notice) -> None:
        self.notify(
            notice.message,
            title=notice.title,
            severity=notice.severity,
            timeout=notice.seconds,
            markup=False,
        )
        if self._preferences.bell:
            self.bell()
        self._write(desktop_sequence(self._preferences.desktop_notifications, notice))

    def get_driver_class(self) -> type[Driver]:
        """The platform's driver, kept at hand: Textual has no call that writes a control sequence."""
        driver_class = super().get_driver_class()
        app = self

        class KnownDriver(driver_class):  # type: ignore[misc, valid-type]
            def start_application_mode(self) -> None:
                app._driver_running = self
                super().start_application_mode()

        return KnownDriver

    def _write(self, sequence: str) -> None:
        """Send the terminal a control sequence; nothing without a terminal."""
        if self._driver_running is not None and sequence:
            self._driver_running.write(sequence)
            self._driver_running.flush()
