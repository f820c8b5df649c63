"""Glyphs and texts of annotations and waiting times."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from tui.dashboard.triage.marks import Age, Ageing, annotation_line, annotation_mark, later_text
from tui.domain import NO_FLAGS, AnnotationFlags
from tui.settings import Settings

FRIDAY = datetime(2024, 12, 20, 14, 30, tzinfo=UTC)


def test_ages_follow_the_settings() -> None:
    ageing = Ageing.of(Settings(waiting_warm="30m", waiting_late="4h"))
    assert [ageing.age(s) for s in (0, 1799, 1800, 14399, 14400)] == [
        Age.FRESH,
        Age.FRESH,
        Age.WARM,
        Age.WARM,
        Age.LATE,
    ]


def test_the_list_shows_the_most_important_annotation_and_the_thread_all_in_words() -> None:
    assert annotation_mark(NO_FLAGS, FRIDAY) == ("·", "muted")
    marks = AnnotationFlags(True, True, FRIDAY + timedelta(hours=20), True)
    assert annotation_mark(marks, FRIDAY) == ("★", "star")
    assert annotation_mark(replace(marks, starred=False), FRIDAY) == ("☑", "closed")
    assert annotation_mark(replace(marks, starred=False, done=False), FRIDAY) == ("⚑", "tag")
    assert annotation_mark(AnnotationFlags(has_note=True), FRIDAY) == ("✎", "tag")
    assert (
        annotation_line(marks, FRIDAY, UTC).plain
        == "★ starred · ☑ done for today · ⚑ follow-up tomorrow 10:30 · ✎ my note"
    )
    due = AnnotationFlags(follow_up_at=FRIDAY - timedelta(hours=1))
    assert annotation_mark(replace(due, starred=True), FRIDAY) == ("⚑", "due"), "before all others"
    assert annotation_line(due, FRIDAY, UTC).plain == "⚑ follow-up due since 13:30"


def test_times_to_come_in_words() -> None:
    assert later_text(FRIDAY + timedelta(hours=1), FRIDAY, UTC) == "15:30"
    assert later_text(FRIDAY + timedelta(days=3), FRIDAY, UTC) == "Mon 23 Dec 14:30"
    assert later_text(FRIDAY + timedelta(days=30), FRIDAY, UTC) == "Sun 19 Jan 2025 14:30"
