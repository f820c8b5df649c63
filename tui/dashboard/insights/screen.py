"""Statistics of a period; every number lists its conversations."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import tzinfo
from functools import partial
from typing import ClassVar

from textual import getters, on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.content import Content
from textual.widgets import Static

from tui.dashboard.common.cell_grid import CellGrid, CellHighlighted, CellOpened
from tui.dashboard.common.key_hints import ShowsKeys
from tui.dashboard.common.messages import QueryChosen
from tui.dashboard.insights.choices import DEFAULT_PERIOD, PeriodChoice, ScopeChoice
from tui.dashboard.insights.messages import (
    PeriodChosen,
    ReportFetched,
    ReportRefused,
    ReportRequest,
    ScopeChosen,
)
from tui.dashboard.insights.queries import fetch_report
from tui.dashboard.insights.report_lines import report_lines
from tui.dashboard.store_thread import Job, JobKind, StoreThread
from tui.dashboard.sync_status.feed import SyncFeed
from tui.dashboard.sync_status.messages import SyncEventReceived
from tui.dashboard.sync_status.state_line import STATE_COLOURS
from tui.dashboard.sync_status.synced_screen import SyncedScreen
from tui.freshness import SyncState, Verdict
from tui.insights import Report
from tui.query import Query, Sort, describe
from tui.sync.events import ConversationsStored, SyncFailed, SyncFinished, SyncStarted


@dataclass(frozen=True, slots=True)
class InsightsState:
    """What the screen shows: the results that it is on, its period and scope, and the cell of the cursor."""

    query: Query | None
    period: int
    results_only: bool
    index: int


class InsightsScreen(SyncedScreen):
    """The report on a period. It is loaded again when a sync has finished, not while it runs."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("p", "next_period", "Period", id="next_period", tooltip="Next period"),
        Binding("7", "period(7)", "7 days", id="period_7", tooltip="The last 7 days", show=False),
        Binding("3", "period(30)", "30 days", id="period_30", tooltip="The last 30 days", show=False),
        Binding("9", "period(90)", "90 days", id="period_90", tooltip="The last 90 days", show=False),
        Binding("w", "scope", "Scope", id="insights_scope", tooltip="These results or the whole workspace"),
        Binding("r", "load", "Reload", id="count_again", tooltip="Reload the numbers", show=False),
    ]

    grid = getters.query_one("#insights-grid", CellGrid)
    period_choice = getters.query_one("#insights-period", PeriodChoice)
    scope_choice = getters.query_one("#insights-scope", ScopeChoice)
    query_words = getters.query_one("#insights-query", Static)
    freshness = getters.query_one("#insights-freshness", Static)
    detail = getters.query_one("#insights-detail", Static)

    def __init__(self, store: StoreThread, feed: SyncFeed, query: Query | None, *, id: str) -> None:  # noqa: A002
        """`query` is the one of the main screen; the first report is on its results."""
        super().__init__(store, feed, id=id)
        self._query: Query | None = None
        if query is not None and (query.expression is not None or query.times):
            self._query = replace(query, sort=Sort.UPDATED)
        self._report: Report | None = None
        self._refusal = ""
        """Why the last request had no report; empty if it had one."""
        self._is_outdated = False
        """Whether conversations were stored since the report was loaded."""
        self._restored: InsightsState | None = None
        """What is to be shown as before."""

    def compose_body(self) -> ComposeResult:
        with Horizontal(id="insights-period-line"):
            yield Static(Content.styled("Insights", "bold $text-primary"), id="insights-title")
            yield PeriodChoice(id="insights-period")
        with Horizontal(id="insights-scope-line"):
            yield ScopeChoice(id="insights-scope")
            yield Static(id="insights-query")
        yield Static(id="insights-freshness")
        yield CellGrid(id="insights-grid")
        yield Static(id="insights-detail")

    def on_mount(self) -> None:
        self.grid.focus()
        before = self._restored
        self._show_scope(results_only=self._query is not None if before is None else before.results_only)
        if before is not None:
            self.period_choice.period = before.period
        self.action_load()

    @property
    def state(self) -> InsightsState:
        scope, period = self.scope_choice.results_only, self.period_choice.period
        return InsightsState(self._query, period, scope, self.grid.index)

    def restore(self, state: object) -> None:
        if isinstance(state, InsightsState):
            self._restored, self._query = state, state.query

    def on_resize(self) -> None:
        self.call_after_refresh(self._show_report)

    # --- the report

    @property
    def _request(self) -> ReportRequest:
        query = self._query if self.scope_choice.results_only else None
        return ReportRequest(self.period_choice.period, "" if query is None else str(query))

    def action_load(self) -> None:
        self._is_outdated = False
        self.freshness.update(Content.styled("Loading…", "$muted"))
        self.read(Job(JobKind.OTHER, "insights", partial(fetch_report, request=self._request)))

    @on(ReportRefused)
    def _report_refused(self, message: ReportRefused) -> None:
        if self.accept(message):
            self._refusal = f"These results cannot be counted: {message.reason}"
            self._show_freshness()

    @on(ReportFetched)
    def _report_fetched(self, message: ReportFetched) -> None:
        if message.request == self._request and self.accept(message):
            self._report, self._refusal = message.report, ""
            self._show_freshness()
            self._show_report()
            if self._restored is not None:
                self.grid.index, self._restored = self._restored.index, None

    def _show_freshness(self) -> None:
        if self._refusal:
            self.freshness.update(Content.styled(self._refusal, "$text-error"))
        elif self._report is not None:
            outlook = self._feed.activity.outlook()
            words = partial(self.workspace.message, outlook=outlook)
            lines = (freshness_lines(self._report, words), self._empty_words(self._report))
            self.freshness.update(Content("\n").join(line for line in lines if line))

    def _empty_words(self, report: Report) -> Content:
        """What to do where there is nothing to count; empty otherwise."""
        if report.created.value or report.active.value or not isinstance(self.app, ShowsKeys):
            return Content("")
        words = f"Nothing to count in this period · {self.app.shown_key('next_period')} next period"
        if self.scope_choice.results_only:
            words += f" · {self.app.shown_key('insights_scope')} all conversations"
        return Content(words)

    def _show_report(self) -> None:
        if self._report is not None and self.is_open:
            self.grid.show(report_lines(self._report, self.grid.scrollable_content_region.width))

    @on(SyncEventReceived)
    def _sync_event_received(self, message: SyncEventReceived) -> None:
        if isinstance(message.event, ConversationsStored):
            self._is_outdated = True
        elif self.is_waiting:
            return  # what is being read comes with its freshness
        elif isinstance(message.event, SyncFinished) and self._is_outdated:
            self.action_load()
        elif isinstance(message.event, SyncStarted | SyncFinished | SyncFailed):
            self._show_freshness()

    @on(CellHighlighted)
    def _cell_highlighted(self, message: CellHighlighted) -> None:
        message.stop()
        note = "" if message.exact else "  (also lists others)"
        self.detail.update(
            Content.assemble(
                (message.words, "bold"), ("  ⏎ " + message.query, "$text-accent"), (note, "$muted")
            )
        )

    @on(CellOpened)
    def _cell_opened(self, message: CellOpened) -> None:
        message.stop()
        self.post_message(QueryChosen(message.query))

    # --- period and scope

    def _show_scope(self, *, results_only: bool) -> None:
        """Set the scope, and offer the period of the search only where the report is on its results."""
        query, periods = self._query, self.period_choice
        self.scope_choice.results_only = results_only
        self.query_one("#insights-scope-line").display = query is not None
        has_period = query is not None and results_only and bool(query.times)
        periods.query_period = period_words(query, self.workspace.tz) if query and has_period else ""
        if has_period or periods.period not in periods.periods:
            periods.period = periods.periods[0] if has_period else DEFAULT_PERIOD
        if query is not None:
            words = describe(replace(query, start=None, end=None, times=()), self.workspace.tz)
            self.query_words.update(Content(words if results_only else "all conversations"))

    @on(PeriodChosen)
    def _period_chosen(self, message: PeriodChosen) -> None:
        message.stop()
        if message.days != self.period_choice.period:
            self.period_choice.period = message.days
            self.action_load()

    @on(ScopeChosen)
    def _scope_chosen(self, message: ScopeChosen) -> None:
        message.stop()
        if message.results_only is not self.scope_choice.results_only:
            self._show_scope(results_only=message.results_only)
            self.action_load()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        return self._query is not None if action == "scope" else True

    def action_scope(self) -> None:
        self.post_message(ScopeChosen(not self.scope_choice.results_only))

    def action_period(self, days: int) -> None:
        self.post_message(PeriodChosen(days))

    def action_next_period(self) -> None:
        self.action_period(self.period_choice.next_period)


def period_words(query: Query, zone: tzinfo | None) -> str:
    """The period that a query names: "last 7 days", "yesterday"."""
    return describe(replace(query, expression=None), zone)


def freshness_lines(report: Report, words: Callable[[Verdict], str | None]) -> Content:
    """How complete the report is: for its period and, if that differs, for what is open and waiting now.

    `words` says of a verdict what is missing.
    """
    lines = [freshness_line(report.verdict.state, words(report.verdict) or "Complete for this period")]
    if report.verdict_now.state is not report.verdict.state:
        line = freshness_line(report.verdict_now.state, words(report.verdict_now) or "Complete")
        lines.append(Content("Open and waiting now: ") + line)
    return Content("\n").join(lines)


def freshness_line(state: SyncState, text: str) -> Content:
    colour = STATE_COLOURS[state.value]
    return Content.assemble(f"{state.glyph} ", (state.value.capitalize(), f"bold {colour}"), f"  {text}")
