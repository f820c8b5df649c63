"""A calendar of the configured history, with a cursor and a selection."""

from __future__ import annotations

from datetime import date, timedelta
from typing import ClassVar

from rich.segment import Segment
from rich.style import Style
from textual import events, on
from textual.binding import Binding, BindingType
from textual.geometry import Region, Size
from textual.reactive import reactive
from textual.scroll_view import ScrollView
from textual.strip import Strip

from tui.dashboard.coverage.calendar_layout import (
    COUNT_CELLS,
    EMPTY_LAYOUT,
    HEADING,
    MARKS,
    WEEKDAYS,
    VolumeScale,
    lay_out,
)
from tui.dashboard.coverage.messages import DayOpened, DaysHighlighted
from tui.insights import DayCoverage, DayState

NO_DAY = date.min


class CoverageCalendar(ScrollView, can_focus=True):
    """Shows the volume and the state of each day. The selection is from its origin to the cursor."""

    HELP = "The days of the configured history. Select a range of days to sync it."
    COMPONENT_CLASSES: ClassVar[set[str]] = {
        f"calendar--{name}"
        for name in (*(state.value for state in DayState), "heading", "outside", "selected", "cursor")
    }
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("left,h", "step(-1)", "Previous day", show=False, id="day_before", tooltip="Previous day"),
        Binding("right,l", "step(1)", "Next day", show=False, id="day_after", tooltip="Next day"),
        Binding("up,k", "step(-7)", "Previous week", show=False, id="week_before", tooltip="Previous week"),
        Binding("down,j", "step(7)", "Next week", show=False, id="week_after", tooltip="Next week"),
        Binding(
            "pageup,left_curly_bracket",
            "step(-28)",
            "Earlier",
            show=False,
            id="weeks_before",
            tooltip="Four weeks earlier",
        ),
        Binding(
            "pagedown,right_curly_bracket",
            "step(28)",
            "Later",
            show=False,
            id="weeks_after",
            tooltip="Four weeks later",
        ),
        Binding("home,g", "edge(0)", "Oldest", show=False, id="oldest_day", tooltip="Oldest day"),
        Binding("end,G", "edge(-1)", "Today", show=False, id="newest_day", tooltip="Today"),
        Binding(
            "shift+left",
            "extend(-1)",
            "Select",
            show=False,
            id="select_left",
            tooltip="Extend the selection to the previous day",
        ),
        Binding(
            "shift+right",
            "extend(1)",
            "Select",
            show=False,
            id="select_right",
            tooltip="Extend the selection to the next day",
        ),
        Binding(
            "shift+up",
            "extend(-7)",
            "Select",
            show=False,
            id="select_up",
            tooltip="Extend the selection by a week back",
        ),
        Binding(
            "shift+down",
            "extend(7)",
            "Select",
            show=False,
            id="select_down",
            tooltip="Extend the selection by a week forward",
        ),
        Binding(
            "v", "toggle_selection", "Select", id="select_days", tooltip="Start or end a selection of days"
        ),
        Binding(
            "enter", "open_day", "Open day", id="search_day", tooltip="Show the conversations of the day"
        ),
    ]

    cursor: reactive[date] = reactive(NO_DAY, repaint=False)
    origin: reactive[date | None] = reactive(None)

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id)
        self._days: dict[date, DayCoverage] = {}
        self._positions = EMPTY_LAYOUT
        self.scale = VolumeScale()

    def show(self, days: tuple[DayCoverage, ...]) -> None:
        """Show these days, oldest first. The cursor keeps its day, and starts on the newest one."""
        first = not self._days
        self._days = {day.date: day for day in days}
        self.scale = VolumeScale.of(day.conversations.value for day in days)
        self._arrange()
        self.cursor = days[-1].date if first and days else self.validate_cursor(self.cursor)

    def day(self, day: date) -> DayCoverage | None:
        """What is stored of a day; None outside the calendar."""
        return self._days.get(day)

    @property
    def selected(self) -> tuple[date, date]:
        """First and last day of the selection; without one, both are the day under the cursor."""
        other = self.origin or self.cursor
        return min(other, self.cursor), max(other, self.cursor)

    def validate_cursor(self, day: date) -> date:
        known = list(self._days)
        return min(max(day, known[0]), known[-1]) if known else day

    def watch_cursor(self) -> None:
        self._selection_changed()
        if (place := self._positions.places.get(self.cursor)) is not None:
            x, y = place
            region = Region(x, max(0, y - HEADING), self._positions.cell, 2 * HEADING)
            # How far it can scroll is known only after the layout.
            self.call_after_refresh(self.scroll_to_region, region, animate=False, force=True)

    def watch_origin(self) -> None:
        self._selection_changed()

    def _selection_changed(self) -> None:
        self.refresh()
        if self._days:
            self.post_message(DaysHighlighted(*self.selected))

    # --- keys and mouse

    def action_step(self, days: int) -> None:
        if self._days:
            self.cursor += timedelta(days=days)

    def action_edge(self, place: int) -> None:
        if self._days:
            self.cursor = list(self._days)[place]

    def action_extend(self, days: int) -> None:
        if self._days:
            self.origin = self.origin or self.cursor
            self.cursor += timedelta(days=days)

    def action_toggle_selection(self) -> None:
        self.origin = self.cursor if self.origin is None else None

    def action_open_day(self) -> None:
        if self.cursor in self._days:
            self.post_message(DayOpened(self.cursor))

    def _day_at(self, event: events.MouseEvent) -> date | None:
        offset = event.get_content_offset(self)
        if offset is None:
            return None
        found = self._positions.day_at(offset.x + round(self.scroll_x), offset.y + round(self.scroll_y))
        return found if found in self._days else None

    def on_mouse_down(self, event: events.MouseDown) -> None:
        if (day := self._day_at(event)) is None:
            return
        if event.shift:
            self.origin = self.origin or self.cursor
        else:
            self.origin = None
        self.cursor = day

    def on_mouse_move(self, event: events.MouseMove) -> None:
        """Extend the selection while the button is pressed."""
        if event.button and (day := self._day_at(event)) not in (None, self.cursor):
            self.origin = self.origin or self.cursor
            self.cursor = day

    def on_click(self, event: events.Click) -> None:
        if event.chain == 2:
            self.action_open_day()

    @on(events.Resize)
    def _arrange(self) -> None:
        if self._days:
            known = list(self._days)
            self._positions = lay_out(known[0], known[-1], self.scrollable_content_region.width)
            self.virtual_size = Size(0, self._positions.height)
            self.refresh()

    def render_line(self, y: int) -> Strip:
        width = self.scrollable_content_region.width
        line = y + round(self.scroll_y)
        base = self.rich_style
        pieces: dict[int, list[Segment]] = {}
        heading = self.get_component_rich_style("calendar--heading")
        before_number = " " * self._positions.shading
        weekdays = "".join(f"{before_number}{name}".ljust(self._positions.cell) for name in WEEKDAYS).rstrip()
        for month in self._positions.months:
            if line == month.y:
                pieces[month.x] = [Segment(month.title, heading + Style(bold=True))]
            elif line == month.y + 1:
                pieces[month.x] = [Segment(weekdays, heading)]
        for day, (x, top) in self._positions.places.items():
            if top == line:
                pieces[x] = self._draw(day)
        segments, at = [], 0
        for x in sorted(pieces):
            segments += [Segment(" " * (x - at), base), *pieces[x]]
            at = x + Segment.get_line_length(pieces[x])
        return Strip(segments).crop_extend(0, width, base)

    def _draw(self, day: date) -> list[Segment]:
        """A day: the glyph of its volume, its number, the mark of its state, and where there is room its
        number of conversations."""
        shading, found = self._positions.shading, self._days.get(day)
        if found is None:
            return [
                Segment(f"{'':{shading}}{day.day:>2}", self.get_component_rich_style("calendar--outside"))
            ]
        style = self.get_component_rich_style(f"calendar--{found.state.value}")
        marked = Style()
        count_style = style + self.get_component_rich_style("calendar--outside", partial=True)
        first, last = self.selected
        if self.origin is not None and first <= day <= last:
            marked += self.get_component_rich_style("calendar--selected", partial=True) + Style(
                underline=True
            )
        if day == self.cursor:
            marked += self.get_component_rich_style("calendar--cursor", partial=True) + Style(reverse=True)
        volume = found.conversations.value
        text = f"{self.scale.glyph(volume) * shading}{day.day:>2}{MARKS[found.state]}"
        drawn = [Segment(text, style + marked)]
        if self._positions.is_counted:
            drawn.append(Segment(f"{short_number(volume):>{COUNT_CELLS - 1}}", count_style + marked))
        return drawn


def short_number(count: int) -> str:
    """A number in at most four cells: "9999", "12k"; empty for none."""
    if not count:
        return ""
    return f"{count}" if count < 10_000 else f"{count // 1000}k"
