"""The pictures that tests compare and the README shows."""

from __future__ import annotations

from tests.dashboard.pictures import acting, main_screen, secondary_screens, thread, triage

ALL = (
    *main_screen.PICTURES,
    *thread.PICTURES,
    *secondary_screens.PICTURES,
    *triage.PICTURES,
    *acting.PICTURES,
)
