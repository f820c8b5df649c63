"""Texts that are fitted to the cells of a column."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise, product

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len
from rich.style import Style

from tui.cells import align
from tui.dashboard.results.columns import GUTTER, lay_out
from tui.dashboard.results.messages import ResultLine
from tui.dashboard.results.row_rendering import PART_STYLES, RowStyles, cell_runs, draw_row, snippet_start
from tui.dashboard.triage.marks import (
    LEGEND,
    MARK_CELLS,
    NOTHING,
    PRIORITY_MARKS,
    SLA_MARKS,
    STATE_GLYPHS,
    UNSENT_MARKS,
    Ageing,
    annotation_mark,
)
from tui.domain import NO_FLAGS, AnnotationFlags, ConversationRow, Person, Snippet

NOW = datetime(2024, 12, 20, 14, 30, tzinfo=UTC)
STYLES = RowStyles(Style(), *(Style() for _ in PART_STYLES))
MOMENTS = st.none() | st.datetimes(NOW.replace(tzinfo=None) - timedelta(9), NOW.replace(tzinfo=None)).map(
    lambda at: at.replace(tzinfo=UTC)
)
ROWS = st.builds(
    ConversationRow,
    id=st.integers(1, 10**15),
    state=st.sampled_from(["open", "snoozed", "closed"]),
    subject=st.text(max_size=60),
    snippet=st.builds(Snippet, st.text(max_size=60), st.just(())),
    customer=st.builds(Person, name=st.text(max_size=40)),
    created_at=st.just(NOW),
    updated_at=st.just(NOW),
    snoozed_until=st.none(),
    priority=st.sampled_from(["urgent", "high", "not_priority", ""]),
    sla_status=st.sampled_from(["active", "hit", "missed", "cancelled", "of later times", ""]),
    annotation=st.builds(AnnotationFlags, st.booleans(), st.booleans(), MOMENTS, st.booleans()),
    waiting_since=MOMENTS,
)


@given(st.text(), st.integers(0, 30))
def test_fitted_text_has_exactly_the_width(text: str, width: int) -> None:
    assert cell_len(align(text, width)) == width


def test_a_snippet_begins_late_enough_to_show_its_match() -> None:
    text = "a" * 60 + " zeppelin and more"
    cut = snippet_start(text, ((61, 69),), 20)
    assert "zeppelin" in text[cut : cut + 20]
    assert snippet_start(text, ((0, 5),), 20) == 0


@given(ROWS, st.integers(50, 200), st.sampled_from(["updated", "waiting", "created"]))
def test_the_gutter_has_four_marks_and_every_column_begins_where_its_heading_does(
    row: ConversationRow, width: int, sort: str
) -> None:
    columns = lay_out(width, sort)
    strip = draw_row(ResultLine(row), columns, width, NOW, Ageing(), STYLES, "▌■")
    assert strip.cell_length == width
    place, *marks, gap = list(strip)[: MARK_CELLS + 2]
    assert place.text == "▌■"
    assert [cell_len(mark.text) for mark in marks] == [1] * MARK_CELLS
    meant = [glyphs.split() for glyphs, _ in LEGEND]
    assert all(mark.text in (*known, "·") for mark, known in zip(marks, meant, strict=True))
    assert gap.text == " "
    starts = [GUTTER, *(column.start for column in columns)]
    for left, right in pairwise(sorted({*starts, width})):
        assert strip.crop(left, right).cell_length == right - left, "no character crosses an edge"


def test_each_mark_has_one_meaning_in_its_cell() -> None:
    for glyphs, meaning in LEGEND:
        known = glyphs.split()
        meanings = meaning.partition(": ")[2].split(", ")
        assert len(meanings) == len(set(meanings)) == len(known), "one meaning for each"
        assert len(set(known)) == len(known)
        assert [cell_len(glyph) for glyph in known] == [1] * len(known)


def test_every_mark_there_can_be_is_in_the_legend_of_its_cell() -> None:
    flags = [
        AnnotationFlags(*given)
        for given in product((False, True), (False, True), (None, NOW, NOW + timedelta(1)), (False, True))
    ]
    marks = (
        set(STATE_GLYPHS.values()),
        {glyph for glyph, _ in PRIORITY_MARKS.values()},
        {glyph for glyph, _ in SLA_MARKS.values()},
        {annotation_mark(each, NOW)[0] for each in flags} - {NOTHING} | {g for g, _ in UNSENT_MARKS.values()},
    )
    assert [set(glyphs.split()) for glyphs, _ in LEGEND] == list(marks)


@pytest.mark.parametrize(
    ("waited", "shown", "style"),
    [(60, "1m", "fresh"), (7199, "1h", "fresh"), (7200, "2h", "warm"), (86400, "1d", "late")],
)
def test_an_age_is_drawn_in_the_style_of_its_length(waited: int, shown: str, style: str) -> None:
    styles = RowStyles(Style(), *(Style(color=f"color({number})") for number, _ in enumerate(PART_STYLES)))
    person, snippet = Person("user", "1", name="Ada"), Snippet("text", ())
    since = NOW - timedelta(seconds=waited)
    row = ConversationRow(
        id=1, state="open", read=True, subject="", snippet=snippet, customer=person, assignee="", team="",
        tags=(), message_count=1, thread_pending=False, url="", created_at=since, updated_at=since,
        snoozed_until=None, priority="", sla_status="", annotation=NO_FLAGS, waiting_since=since,
    )  # fmt: skip
    ((text, drawn),) = cell_runs(ResultLine(row), "waiting", 6, NOW, Ageing(), styles)
    assert (text.strip(), drawn) == (shown, styles.named(style))
    ((text, drawn),) = cell_runs(ResultLine(row), "updated", 6, NOW, Ageing(), styles)
    assert (text.strip(), drawn) == (shown, styles.muted), "only waiting is late"
