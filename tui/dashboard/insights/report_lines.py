"""A report as lines of a `CellGrid`, with bars and charts. Pure; widths are in terminal cells."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

from tui.cells import align
from tui.dashboard.common.cell_grid import BLANK_LINE, Cell, Line, beside
from tui.formatting import counted, duration
from tui.insights import DayVolume, Distribution, Group, Number, Ratings, Report, Rising
from tui.visible import visible_name

TWO_COLUMNS = 100
"""Cells from which on the blocks are in two columns."""
CHART_LINES = 4
MOST_GROUPS = 8
"""Teams or teammates that have a line of their own."""
NAME_WIDTH = 18
"""Cells of a name at most."""
LEVELS = " ▁▂▃▄▅▆▇█"
EIGHTHS = " ▏▎▍▌▋▊▉█"
HEAT = " ·░▒▓█"
WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


def report_lines(report: Report, width: int) -> list[Line]:
    """All blocks from top to bottom, or in two columns if there is room."""
    wide = width >= TWO_COLUMNS
    half = width // 2 if wide else width
    lines = [
        *volume("Opened", "opened", report.created, [(d, d.created) for d in report.days], width),
        BLANK_LINE,
        *volume("Last active", "last active", report.active, [(d, d.active) for d in report.days], width),
        BLANK_LINE,
    ]
    pairs = (
        (first_response(report, half), waiting(report, half)),
        (
            groups("Open by team", report.open.by_team, half),
            groups("Open by assignee", report.open.by_assignee, half),
        ),
        (
            heat_map(report.busiest),
            [*rising(report.rising, half), BLANK_LINE, *ratings(report.ratings, half)],
        ),
    )
    for left, right in pairs:
        lines += [*beside(left, right, half), BLANK_LINE] if wide else [*left, BLANK_LINE, *right, BLANK_LINE]
    return lines[:-1]


def volume(
    title: str, word: str, total: Number, days: Sequence[tuple[DayVolume, Number]], width: int
) -> list[Line]:
    """The total and a chart with a column for each day; a long period takes several charts."""
    most = max((number.value for _, number in days), default=0)
    heading = (
        Cell(title, "title"),
        Cell("  "),
        number_cell(
            total, f"{total.value:,}", f"{counted(total.value, 'conversation')} {word} in this period"
        ),
        Cell(f"  peak {most:,} per day", "muted"),
    )
    cells = max(1, min(4, (width - 1) // max(1, min(len(days), width - 1))))
    per_row = max(1, (width - 1) // cells)
    lines: list[Line] = [heading]
    for start in range(0, len(days), per_row):
        lines += chart(days[start : start + per_row], word, most, cells)
    return lines


def chart(days: Sequence[tuple[DayVolume, Number]], word: str, most: int, cells: int) -> list[Line]:
    """A column of `cells` for each day, as high as its share of `most`, and the dates below."""
    lines: list[Line] = []
    steps = [round(number.value * CHART_LINES * 8 / most) if most else 0 for _, number in days]
    steps = [max(step, 1) if number.value else 0 for step, (_, number) in zip(steps, days, strict=True)]
    for level in reversed(range(CHART_LINES)):
        row = []
        for step, (day, number) in zip(steps, days, strict=True):
            glyph = LEVELS[max(0, min(8, step - 8 * level))]
            text = glyph * max(1, cells - 1) + " " * (cells > 1)
            if level:
                row.append(Cell(text, "bar"))
                continue
            if not number.value:
                text = "_" * max(1, cells - 1) + " " * (cells > 1)
            part = "" if day.whole else " (part of the day)"
            words = f"{name_day(day.date)}{part}: {counted(number.value, 'conversation')} {word}"
            row.append(number_cell(number, text, words, "bar" if number.value else "muted"))
        lines.append(tuple(row))
    lines.append((Cell(axis([day.date for day, _ in days], cells), "muted"),))
    return lines


def axis(days: Sequence[date], cells: int) -> str:
    """The dates of the Mondays, and of the first day, below their columns where there is room."""
    line = ""
    for number, day in enumerate(days):
        place = number * cells
        if (day.weekday() == 0 or number == 0) and len(line) + (1 if line else 0) <= place:
            line = f"{line:<{place}}{day.day} {day:%b}"
    return line


def name_day(day: date) -> str:
    return f"{day:%a} {day.day} {day:%b}"


def number_cell(number: Number, text: str, words: str, style: str = "number") -> Cell:
    """A cell that lists the conversations of `number`; `words` describe it."""
    return Cell(text, style, words, number.query, number.exact)


def bar(value: int, largest: int, cells: int) -> str:
    """A bar of at most `cells` cells; a value above zero shows at least an eighth of a cell."""
    if value <= 0 or not largest:
        return ""
    eighths = max(1, round(value * cells * 8 / largest))
    return "█" * (eighths // 8) + EIGHTHS[eighths % 8].strip()


def bars(rows: Iterable[tuple[str, Number, str]], width: int) -> list[Line]:
    """A name, a number and a bar on each line, from rows of name, number and its description."""
    known = list(rows)
    most = max((number.value for _, number, _ in known), default=0)
    digits = max((len(f"{number.value:,}") for _, number, _ in known), default=1)
    names = min(NAME_WIDTH, max((Cell(name).width for name, _, _ in known), default=0))
    room = max(4, width - names - digits - 12)
    return [
        (
            Cell(f"  {align(name, names)}  "),
            number_cell(number, f"{number.value:>{digits},}", words),
            Cell(" "),
            Cell(bar(number.value, most, room), "bar"),
        )
        for name, number, words in known
    ]


def distribution(title: str, word: str, found: Distribution, width: int) -> list[Line]:
    heading: list[Cell] = [Cell(title, "title"), Cell("  ")]
    if found.median is None or found.p90 is None:
        return [(*heading, Cell(f"none {word}", "muted"))]
    count = found.number
    words = f"{counted(count.value, 'conversation')} {word}"
    heading.append(number_cell(count, f"{count.value:,}", words))
    times = f" · median {duration(found.median)} · p90 {duration(found.p90)}"
    heading.append(Cell(times, "muted"))
    rows = (
        (
            bucket.label,
            bucket.number,
            f"{counted(bucket.number.value, 'conversation')} {word}: {bucket.label}",
        )
        for bucket in found.buckets
    )
    return [tuple(heading), *bars(rows, width)]


def first_response(report: Report, width: int) -> list[Line]:
    lines = distribution("First response", "answered", report.first_response.times, width)
    unanswered = report.first_response.unanswered
    if unanswered.value:
        words = f"{counted(unanswered.value, 'conversation')} not answered yet"
        number = number_cell(unanswered, f"{unanswered.value:,}", words)
        lines.append((Cell("  "), number, Cell(" not answered yet")))
    return lines


def waiting(report: Report, width: int) -> list[Line]:
    return distribution("Waiting now", "waiting", report.waiting, width)


def groups(title: str, found: Sequence[Group], width: int) -> list[Line]:
    shown = found if len(found) <= MOST_GROUPS + 1 else found[:MOST_GROUPS]
    rows = []
    for group in shown:
        name = visible_name(group.name)
        rows.append((name, group.number, f"{name}: {group.number.value:,} open"))
    lines: list[Line] = [(Cell(title, "title"),), *bars(rows, width)]
    if not found:
        lines.append((Cell("  none open", "muted"),))
    if rest := found[len(shown) :]:
        total = sum(group.number.value for group in rest)
        lines.append((Cell(f"  {counted(len(rest), 'other')}: {total:,}", "muted"),))
    return lines


def heat_map(busiest: Sequence[Sequence[Number]]) -> list[Line]:
    """Opened conversations by weekday and local hour; a denser cell has more."""
    most = max((number.value for hours in busiest for number in hours), default=0)
    heading: Line = (Cell("Busiest hours", "title"), Cell(f"  opened, peak {most:,} per hour", "muted"))
    scale = "".join(f"{hour:<6}" for hour in range(0, 24, 3)).rstrip()
    lines: list[Line] = [heading, (Cell(f"      {scale}", "muted"),)]
    for weekday, hours in enumerate(busiest):
        row = [Cell(f"  {WEEKDAYS[weekday]} ", "muted")]
        for hour, number in enumerate(hours):
            level = -(-number.value * (len(HEAT) - 1) // most) if most else 0
            amount = counted(number.value, "conversation")
            words = f"{WEEKDAYS[weekday]} {hour:02}–{hour + 1:02} h: {amount} opened"
            row.append(number_cell(number, HEAT[level] * 2, words, "bar"))
        lines.append(tuple(row))
    return lines


def rising(found: Rising, width: int) -> list[Line]:
    title = Cell("Rising tags", "title")
    if not found.weeks:
        return [(title, Cell("  no earlier week is synced to compare with", "muted"))]
    before = "the week before" if found.weeks == 1 else f"the {found.weeks} weeks before"
    lines: list[Line] = [(title, Cell(f"  last 7 days compared with {before}", "muted"))]
    if not found.tags:
        return [*lines, (Cell("  none", "muted"),)]
    names = min(NAME_WIDTH, max(Cell(visible_name(tag.name)).width for tag in found.tags))
    for tag in found.tags:
        name = visible_name(tag.name)
        mean = f"{tag.mean:,.1f} per week before"
        words = f"{name}: {tag.number.value:,} in the last 7 days, {mean}"
        lines.append(
            (
                Cell(f"  {align(name, names)}  ▲ "),
                number_cell(tag.number, f"{tag.number.value:>4,}", words),
                Cell(f"  {mean}"[: max(0, width - names - 10)], "muted"),
            )
        )
    return lines


def ratings(found: Ratings, width: int) -> list[Line]:
    heading: list[Cell] = [Cell("Ratings", "title"), Cell("  ")]
    if found.mean is None:
        return [(*heading, Cell("none in this period", "muted"))]
    words = f"{counted(found.number.value, 'conversation')} rated"
    heading.append(number_cell(found.number, f"{found.number.value:,} rated", words))
    heading.append(Cell(f"  mean {found.mean:.2f}", "muted"))
    rows = (
        (f"{'★' * stars:<5}", number, f"{counted(number.value, 'conversation')} rated {stars} of 5")
        for stars, number in reversed(found.stars)
    )
    return [tuple(heading), *bars(rows, width)]
