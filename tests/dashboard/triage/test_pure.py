"""Times to come, ages, marks and the selection: the parts without a screen."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui.dashboard.results.selection import Selection
from tui.dashboard.triage.follow_up_times import parse_later
from tui.dashboard.triage.marks import Age, Ageing, glyphs, later_text, marks_line
from tui.domain import NO_FLAGS, AnnotationFlags
from tui.settings import Settings
from tui.timeframe import TimeframeError

FRIDAY = datetime(2024, 12, 20, 14, 30, tzinfo=UTC)
BERLIN = ZoneInfo("Europe/Berlin")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2h", "2024-12-20 16:30"),
        ("45m", "2024-12-20 15:15"),
        ("3d", "2024-12-23 09:00"),
        ("1w 15:00", "2024-12-27 15:00"),
        ("tonight", "2024-12-20 17:00"),
        ("today 18:15", "2024-12-20 18:15"),
        ("tomorrow", "2024-12-21 09:00"),
        ("Tomorrow at 2pm", "2024-12-21 14:00"),
        ("monday", "2024-12-23 09:00"),
        ("mon 8:30", "2024-12-23 08:30"),
        ("friday", "2024-12-27 09:00"),
        ("next friday", "2024-12-27 09:00"),
        ("next week", "2024-12-23 09:00"),
        ("16:00", "2024-12-20 16:00"),
        ("9:30", "2024-12-21 09:30"),
        ("12 am", "2024-12-21 00:00"),
        ("2024-12-24", "2024-12-24 09:00"),
        ("2024-12-24 9:05", "2024-12-24 09:05"),
        ("2024-12-24T18:00", "2024-12-24 18:00"),
    ],
)
def test_times_to_come(text: str, expected: str) -> None:
    assert f"{parse_later(text, now=FRIDAY, tz=UTC):%Y-%m-%d %H:%M}" == expected


def test_days_are_those_of_the_wall_clock() -> None:
    assert parse_later("tomorrow", now=FRIDAY, tz=BERLIN) == datetime(2024, 12, 21, 8, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "write when: 30m, 2h"),
        ("tomorow", "did you mean “tomorrow”?"),
        ("yesterday", "is not a time to come"),
        ("2024-12-19", "2024-12-19 09:00 has passed already"),
        ("today 9:00", "has passed already"),
        ("2024-02-30", "February 2024 has 29 days"),
        ("monday 25:00", "is not a time of day"),
        ("0h", "has passed already"),
        ("99999999999999d", "too"),
    ],
)
def test_what_is_no_time_to_come_says_so_in_one_line(text: str, words: str) -> None:
    with pytest.raises(TimeframeError) as caught:
        parse_later(text, now=FRIDAY, tz=UTC)
    assert words in str(caught.value)
    assert "\n" not in str(caught.value)


@given(st.text(max_size=30))
def test_any_text_gives_a_time_to_come_or_a_timeframe_error(text: str) -> None:
    try:
        at = parse_later(text, now=FRIDAY, tz=BERLIN)
    except TimeframeError:
        return
    assert at > FRIDAY


def test_ages_follow_the_settings() -> None:
    ageing = Ageing.of(Settings(waiting_warm="30m", waiting_late="4h"))
    assert [ageing.age(s) for s in (0, 1799, 1800, 14399, 14400)] == [
        Age.FRESH,
        Age.FRESH,
        Age.WARM,
        Age.WARM,
        Age.LATE,
    ]
    assert len({age.glyph for age in Age}) == 3, "told apart without colour"


def test_marks_are_glyphs_in_the_list_and_words_above_the_thread() -> None:
    assert glyphs(NO_FLAGS, FRIDAY) == []
    marks = AnnotationFlags(True, True, FRIDAY + timedelta(hours=20), True)
    assert "".join(glyph for glyph, _ in glyphs(marks, FRIDAY)) == "★☑⚑✎"
    assert (
        marks_line(marks, FRIDAY, UTC).plain
        == "★ starred · ☑ done for today · ⚑ follow-up tomorrow 10:30 · ✎ my note"
    )
    due = AnnotationFlags(follow_up_at=FRIDAY - timedelta(hours=1))
    assert glyphs(due, FRIDAY) == [("⚑", "overdue")]
    assert marks_line(due, FRIDAY, UTC).plain == "⚑ follow-up due since 13:30"


def test_times_to_come_in_words() -> None:
    assert later_text(FRIDAY + timedelta(hours=1), FRIDAY, UTC) == "15:30"
    assert later_text(FRIDAY + timedelta(days=3), FRIDAY, UTC) == "Mon 23 Dec 14:30"
    assert later_text(FRIDAY + timedelta(days=30), FRIDAY, UTC) == "Sun 19 Jan 2025 14:30"


def test_a_selection_toggles_and_takes_ranges_by_id() -> None:
    selection = Selection()
    ids = [10, 11, 12, 13, 14]
    selection.toggle(11)
    selection.extend(ids, 3)
    assert sorted(selection) == [11, 12, 13]
    selection.extend([14, 13, 12, 11, 10], 0)
    assert sorted(selection) == [11, 12, 13, 14], "a range starts where the last one ended, in any order"
    selection.toggle(12)
    assert 12 not in selection
    assert selection.count_in([11, 12]) == 1
    selection.extend([1, 2, 3], 1)
    assert 2 in selection, "where the anchor is gone, the range is the line itself"
    selection.clear()
    assert not len(selection)
