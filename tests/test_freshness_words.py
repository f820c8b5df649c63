from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from tui.clock import to_epoch
from tui.domain import Count
from tui.freshness import Coverage, Interval, KeptSince, LatestListing, assess
from tui.freshness_words import SyncOutlook, freshness_message

SYNCING = SyncOutlook(syncing=True)


def at(text: str) -> int:
    return to_epoch(datetime.fromisoformat(text).replace(tzinfo=UTC))


def message(
    coverage: list[tuple[str, str]],
    start: str,
    end: str,
    tz: ZoneInfo | None = None,
    outlook: SyncOutlook = SYNCING,
) -> str | None:
    verdict = assess(
        Coverage((at(a), at(b)) for a, b in coverage), Interval(at(start), at(end)), tolerance=300
    )
    return freshness_message(verdict, outlook, tz or ZoneInfo("UTC"))


DECEMBER = ("2024-12-01T00:00", "2024-12-20T14:30")


@pytest.mark.parametrize(
    ("coverage", "window", "expected"),
    [
        ([], ("2024-12-01T00:00", "2024-12-02T00:00"), "Data is stale - syncing latest conversations..."),
        (
            [DECEMBER],
            ("2024-12-20T15:00", "2024-12-20T16:00"),
            "Data is stale - syncing latest conversations...",
        ),
        ([DECEMBER], ("2024-12-02T00:00", "2024-12-20T14:35"), None),
        (
            [DECEMBER],
            ("2024-12-02T00:00", "2024-12-20T18:00"),
            "Analysis includes conversations up to 2024-12-20 14:30 - may be missing recent conversations",
        ),
        (
            [("2024-08-01T00:00", "2024-08-11T23:59:59"), ("2024-08-15T00:00", "2024-08-20T14:30")],
            ("2024-08-02T00:00", "2024-08-20T14:30"),
            "Analysis includes conversations up to 2024-08-20 14:30; not synced: 12–14 Aug",
        ),
        (
            [("2024-08-01T00:00", "2024-08-11T23:59:59"), ("2024-08-15T00:00", "2024-08-20T14:30")],
            ("2024-08-02T00:00", "2024-08-21T14:30"),
            "… 2024-08-20 14:30 - may be missing recent conversations; not synced: 12–14 Aug",
        ),
        (
            [("2024-08-15T00:00", "2024-08-20T14:30")],
            ("2023-12-30T00:00", "2024-08-20T14:30"),
            "… 2024-08-20 14:30; not synced: 30 Dec 2023–14 Aug 2024",
        ),
        (
            [("2024-08-01T00:00", "2024-08-12T13:59:59"), ("2024-08-12T16:30:01", "2024-08-20T14:30")],
            ("2024-08-02T00:00", "2024-08-20T14:30"),
            "Analysis includes conversations up to 2024-08-20 14:30; not synced: 12 Aug 14:00–16:30",
        ),
        (
            [
                ("2024-08-02T00:00", "2024-08-03T23:59:59"),
                ("2024-08-05T00:00", "2024-08-11T23:59:59"),
                ("2024-08-13T00:00", "2024-08-20T14:30"),
            ],
            ("2024-08-02T00:00", "2024-08-20T14:30"),
            "… 2024-08-20 14:30; not synced: 12 Aug and 1 other period",
        ),
    ],
)
def test_the_words(coverage: list[tuple[str, str]], window: tuple[str, str], expected: str | None) -> None:
    whole = expected and expected.replace("…", "Analysis includes conversations up to")
    assert message(coverage, *window) == whole


def test_times_are_local() -> None:
    said = message([DECEMBER], "2024-12-02T00:00", "2024-12-20T18:00", ZoneInfo("Asia/Tokyo"))
    assert said is not None
    assert "2024-12-20 23:30" in said


@pytest.mark.parametrize(
    ("outlook", "expected"),
    [
        (SyncOutlook(syncing=True), "Data is stale - syncing latest conversations..."),
        (SyncOutlook(syncing=True, reason="offline"), "Data is stale - syncing latest conversations..."),
        (SyncOutlook(reason="the token is wrong"), "Data is stale - the token is wrong"),
        (SyncOutlook(), "Data is stale - nothing of this period is synced"),
    ],
)
def test_a_sync_is_announced_only_while_one_runs(outlook: SyncOutlook, expected: str) -> None:
    later = ("2024-12-20T15:00", "2024-12-20T16:00")
    assert message([DECEMBER], *later, outlook=outlook) == expected
    partly = message([DECEMBER], "2024-12-02T00:00", "2024-12-20T18:00", outlook=outlook)
    assert partly is not None
    assert partly.endswith(" - may be missing recent conversations")
    assert message([DECEMBER], "2024-12-02T00:00", "2024-12-20T14:30", outlook=outlook) is None


def test_a_period_that_no_sync_can_prove_yet() -> None:
    now = at("2024-12-20T14:30:20")
    verdict = assess(Coverage(), Interval(now - 30, now), 300, LatestListing(now - 10, now - 70))
    assert freshness_message(verdict, SyncOutlook(), ZoneInfo("UTC")) == (
        "Analysis includes conversations listed up to 2024-12-20 14:30 - may be missing recent conversations:"
        " the period is newer than Intercom's index can prove"
    )


@pytest.mark.parametrize(
    ("start", "expected"),
    [
        (
            "2024-12-02T00:00",
            "Analysis includes conversations up to 2024-12-20 14:22",
        ),
        (
            "2024-12-20T14:25",
            "Analysis includes conversations listed up to 2024-12-20 14:30",
        ),
    ],
)
def test_a_lag_of_the_index_is_the_reason_that_is_given(start: str, expected: str) -> None:
    until = at("2024-12-20T14:22")
    coverage, listing = (
        Coverage([(at("2024-12-01T00:00"), until)]),
        LatestListing(at("2024-12-20T14:30"), until),
    )
    verdict = assess(coverage, Interval(at(start), at("2024-12-20T14:30")), 300, listing, 420)
    words = f"{expected} - may be missing recent conversations: Intercom's index lags 7 min"
    assert freshness_message(verdict, SyncOutlook(), ZoneInfo("UTC")) == words


@pytest.mark.parametrize(
    ("end", "outdated", "expected"),
    [
        (
            "2024-12-20T14:30",
            Count(1234, exact=True),
            "Analysis may be missing conversations: 1,234 of this period were stored by an older version,",
        ),
        (
            "2024-12-20T14:30",
            Count(1, exact=True),
            "Analysis may be missing conversations: 1 of this period was stored by an older version,",
        ),
        (
            "2024-12-20T18:00",
            Count(10_000, exact=False),
            (
                "Analysis includes conversations up to 2024-12-20 14:30"
                " - may be missing recent conversations;"
                " 10,000+ of this period were stored by an older version,"
            ),
        ),
    ],
)
def test_what_an_older_version_stored_is_told(end: str, outdated: Count, expected: str) -> None:
    coverage = Coverage([(at(DECEMBER[0]), at(DECEMBER[1]))])
    verdict = assess(coverage, Interval(at("2024-12-02T00:00"), at(end)), 300, outdated=outdated)
    assert freshness_message(verdict, SyncOutlook(), ZoneInfo("UTC")) == (
        f"{expected} without all that the query asks for; each sync reads more of them again"
    )


NOT_KEPT = "before 1 Dec 2024 are not kept (retention = 19d)"
UP_TO = "Analysis includes conversations up to 2024-12-20 14:30"


@pytest.mark.parametrize(
    ("coverage", "window", "expected"),
    [
        (
            [DECEMBER],
            ("2024-11-01T00:00", "2024-12-20T14:30"),
            f"Analysis may be missing conversations: those {NOT_KEPT}",
        ),
        (
            [DECEMBER],
            ("2024-11-01T00:00", "2024-11-09T00:00"),
            f"Analysis may be missing conversations: those {NOT_KEPT}",
        ),
        (
            [DECEMBER],
            ("2024-11-01T00:00", "2024-12-20T18:00"),
            f"{UP_TO} - may be missing recent conversations; conversations {NOT_KEPT}",
        ),
        (
            [("2024-12-05T00:00", "2024-12-20T14:30")],
            ("2024-11-01T00:00", "2024-12-20T14:30"),
            f"{UP_TO}; not synced: 1–4 Dec; conversations {NOT_KEPT}",
        ),
        (
            [],
            ("2024-11-01T00:00", "2024-12-20T14:30"),
            f"Data is stale - syncing latest conversations...; conversations {NOT_KEPT}",
        ),
    ],
)
def test_what_is_not_kept_is_named_and_nothing_is_said_to_sync_it(
    coverage: list[tuple[str, str]], window: tuple[str, str], expected: str
) -> None:
    kept = KeptSince(at("2024-12-01T00:00"), "19d")
    verdict = assess(
        Coverage((at(a), at(b)) for a, b in coverage), Interval(*map(at, window)), kept_since=kept
    )
    assert freshness_message(verdict, SYNCING, ZoneInfo("UTC")) == expected


def test_a_purge_is_named_with_its_time_of_day() -> None:
    kept, window = (
        KeptSince(at("2024-12-01T09:30"), ""),
        Interval(at("2024-11-01T00:00"), at("2024-11-02T00:00")),
    )
    verdict = assess(Coverage(), window, kept_since=kept)
    message = freshness_message(verdict, SYNCING, ZoneInfo("Asia/Tokyo"))
    assert message == (
        "Analysis may be missing conversations: those before 1 Dec 2024 18:30 are not kept (purged)"
    )
