"""Numbers about a period, each with the conversations behind it one key away."""

from __future__ import annotations

from dataclasses import replace
from datetime import tzinfo
from functools import partial
from typing import ClassVar

from textual import getters, on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.content import Content
from textual.widgets import Static

from tui.dashboard.common.cell_grid import CellGrid, LineOpened, NumberHighlighted
from tui.dashboard.common.footer import KeyFooter
from tui.dashboard.common.messages import QueryChosen
from tui.dashboard.common.screens import SecondaryScreen
from tui.dashboard.insights.choices import USUAL, PeriodChoice, ScopeChoice
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
from tui.dashboard.sync_status.status_bar import STATE_COLOURS, SyncLine
from tui.insights import Report
from tui.query import Query, Sort, describe
from tui.sync.events import ConversationsStored, SyncFinished


class InsightsScreen(SecondaryScreen):
    """The report on a period. It is read again when a sync is over, not while it runs."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("p", "next_period", "Period", id="next_period", tooltip="The last 7, 30 or 90 days"),
        Binding("7", "period(7)", "7 days", id="period_7", tooltip="The last 7 days", show=False),
        Binding("3", "period(30)", "30 days", id="period_30", tooltip="The last 30 days", show=False),
        Binding("9", "period(90)", "90 days", id="period_90", tooltip="The last 90 days", show=False),
        Binding("w", "scope", "Scope", id="insights_scope", tooltip="These results, or the whole workspace"),
        Binding("r", "count", "Count again", id="count_again", tooltip="Count again", show=False),
    ]

    sheet = getters.query_one("#insights-sheet", CellGrid)
    choice = getters.query_one("#insights-period", PeriodChoice)
    scope = getters.query_one("#insights-scope", ScopeChoice)
    about = getters.query_one("#insights-about", Static)
    label = getters.query_one("#insights-freshness", Static)
    detail = getters.query_one("#insights-detail", Static)

    _report: Report | None = None
    _changed = False

    def compose(self) -> ComposeResult:
        with Horizontal(id="insights-head"):
            yield Static(Content.styled("Insights", "bold $text-primary"), id="insights-title")
            yield PeriodChoice(id="insights-period")
        with Horizontal(id="insights-what"):
            yield ScopeChoice(id="insights-scope")
            yield Static(id="insights-about")
        yield Static(id="insights-freshness")
        yield CellGrid(id="insights-sheet")
        yield Static(id="insights-detail")
        yield SyncLine(self._feed, self.workspace.clock, id="insights-sync")
        yield KeyFooter()

    def __init__(self, store: StoreThread, feed: SyncFeed, query: Query | None, *, id: str) -> None:  # noqa: A002
        """`query` is what the main screen shows; the numbers begin with these conversations."""
        super().__init__(store, id=id)
        self._feed = feed
        self._query: Query | None = None
        if query is not None and (query.expression is not None or query.times):
            self._query = replace(query, sort=Sort.UPDATED)

    def on_mount(self) -> None:
        self._feed.subscribe(self)
        self.sheet.focus()
        self._narrow(self._query is not None)
        self.action_count()

    def _narrow(self, narrowed: bool) -> None:
        """Be about the results only, or about everything; say so."""
        query = self._query
        self.scope.narrowed = narrowed
        self.query_one("#insights-what").display = query is not None
        named = query is not None and narrowed and bool(query.times)
        self.choice.named = period_words(query, self.workspace.tz) if query and named else ""
        if named or self.choice.period not in self.choice.periods:
            self.choice.period = self.choice.periods[0] if named else USUAL
        if query is not None:
            words = describe(replace(query, start=None, end=None, times=()), self.workspace.tz)
            self.about.update(Content(words if narrowed else "all conversations, whatever was searched for"))

    @property
    def _asked(self) -> ReportRequest:
        query = self._query if self.scope.narrowed else None
        return ReportRequest(self.choice.period, "" if query is None else str(query))

    def action_count(self) -> None:
        """Have the numbers read, which the label says until they are there."""
        self._changed = False
        self.label.update(Content.styled("counting…", "$muted"))
        self.read(Job(JobKind.OTHER, "insights", partial(fetch_report, request=self._asked)))

    @on(ReportRefused)
    def _report_refused(self, message: ReportRefused) -> None:
        if not self.fetched(message):
            return
        self.label.update(Content.styled(f"These results cannot be counted: {message.words}", "$text-error"))

    @on(ReportFetched)
    def _report_fetched(self, message: ReportFetched) -> None:
        if message.asked != self._asked:
            return
        if not self.fetched(message):
            return
        self._report = message.report
        self.label.update(freshness(message.report))
        self._draw()

    def _draw(self) -> None:
        if self._report is not None and self.is_open:
            self.sheet.show(report_lines(self._report, self.sheet.scrollable_content_region.width))

    def on_resize(self) -> None:
        self.call_after_refresh(self._draw)

    def on_unmount(self) -> None:
        self._feed.unsubscribe(self)

    @on(SyncEventReceived)
    def _sync_event_received(self, message: SyncEventReceived) -> None:
        if isinstance(message.event, ConversationsStored):
            self._changed = True
        elif isinstance(message.event, SyncFinished) and self._changed and not self.is_waiting:
            self.action_count()

    @on(NumberHighlighted)
    def _highlighted(self, message: NumberHighlighted) -> None:
        message.stop()
        note = "" if message.exact else "  (it lists others too)"
        self.detail.update(
            Content.assemble(
                (message.words, "bold"), ("  ⏎ " + message.query, "$text-accent"), (note, "$muted")
            )
        )

    @on(LineOpened)
    def _opened(self, message: LineOpened) -> None:
        message.stop()
        self.post_message(QueryChosen(message.query))

    @on(PeriodChosen)
    def _period_chosen(self, message: PeriodChosen) -> None:
        message.stop()
        if message.days != self.choice.period:
            self.choice.period = message.days
            self.action_count()

    @on(ScopeChosen)
    def _scope_chosen(self, message: ScopeChosen) -> None:
        message.stop()
        if message.narrowed is not self.scope.narrowed:
            self._narrow(message.narrowed)
            self.action_count()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        return self._query is not None if action == "scope" else True

    def action_scope(self) -> None:
        self.post_message(ScopeChosen(not self.scope.narrowed))

    def action_period(self, days: int) -> None:
        self.post_message(PeriodChosen(days))

    def action_next_period(self) -> None:
        self.action_period(self.choice.following)


def period_words(query: Query, zone: tzinfo | None) -> str:
    """“last 7 days”, “yesterday”: the period that a query names."""
    return describe(replace(query, expression=None), zone)


def freshness(report: Report) -> Content:
    """How complete the numbers are: of the period, and of the open ones where that differs."""
    state = report.verdict.state
    parts = [
        Content.assemble(
            f"{state.glyph} ",
            (state.value.capitalize(), f"bold {STATE_COLOURS[state.value]}"),
            f"  {report.message or 'everything of this period is here'}",
        )
    ]
    now = report.verdict_now.state
    if now is not state:
        words = report.message_now or "everything is here"
        parts.append(Content(f"Open and waiting: {now.glyph} {now.value.capitalize()}  {words}"))
    return Content("\n").join(parts)
