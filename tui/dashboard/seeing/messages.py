"""What happens on the screens that show coverage, numbers, syncs and the log."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from textual.message import Message

from tui.dashboard.notices import Notice
from tui.domain import Changes, RunRecord
from tui.freshness import Interval
from tui.insights import DayCoverage, Report
from tui.settings import Settings


@dataclass(frozen=True, slots=True)
class ReportAsk:
    """What numbers should be about: the last so many `days`, or 0 for the period that `query` names."""

    days: int
    query: str = ""


@dataclass
class DaysFetched(Message):
    """The coverage of every day of the configured history, oldest first."""

    days: tuple[DayCoverage, ...]


@dataclass
class ReportFetched(Message):
    """The numbers that were asked for."""

    asked: ReportAsk
    report: Report


@dataclass
class ReportRefused(Message):
    """The search that the numbers should be about can no longer be read; `words` say why."""

    words: str


@dataclass
class RunsFetched(Message):
    """The newest syncs, newest first."""

    runs: tuple[RunRecord, ...]


@dataclass
class LogFetched(Message):
    """The end of the log file, safe to show; `problem` says why there is none."""

    path: Path
    lines: tuple[str, ...]
    problem: str = ""


@dataclass
class QueryChosen(Message):
    """The conversations behind something shown should be listed on the main screen."""

    query: str


@dataclass
class DaysHighlighted(Message):
    """The cursor of the calendar moved, or the selection changed: first and last day of it."""

    first: date
    last: date


@dataclass
class DaysChosen(Message):
    """The day under the cursor was opened."""

    day: date


@dataclass
class RangeSyncRequested(Message):
    """These days should be synced, whatever is known of them."""

    window: Interval


@dataclass
class PeriodChosen(Message):
    """The numbers should be about the last so many days."""

    days: int


@dataclass
class ScopeChosen(Message):
    """The numbers should be about the results of the search only, or about all conversations."""

    narrowed: bool


@dataclass
class NumberHighlighted(Message):
    """The cursor came to another number: what it is, and the query behind it."""

    words: str
    query: str
    exact: bool


@dataclass
class LineOpened(Message):
    """Enter on a line of a sheet."""

    query: str


@dataclass
class TallyTaken(Message):
    """What changed since the last time was counted."""

    changes: Changes


@dataclass
class NoticeGiven(Message):
    """Something should be told with a toast, as far as the settings allow."""

    notice: Notice


@dataclass
class ThemeChosen(Message):
    """The dashboard should look like this from now on."""

    name: str


@dataclass
class SplitChosen(Message):
    """The results should take this share of the screen, in percent."""

    share: float


@dataclass
class PreferencesFetched(Message):
    """What the settings file says."""

    settings: Settings


@dataclass
class PreferenceEdited(Message):
    """A setting has another value on the screen; `problem` says why it cannot be used, if it cannot."""

    key: str
    value: str | bool
    problem: str


@dataclass
class PreferencesSaved(Message):
    """The settings file was written; `keys` are those that were edited."""

    settings: Settings
    keys: tuple[str, ...]


@dataclass
class PreferencesRefused(Message):
    """The settings file cannot be read or written; `words` is one line for people."""

    words: str
