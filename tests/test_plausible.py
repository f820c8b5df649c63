"""Numbers that cannot be true are not known."""

from __future__ import annotations

import pytest

from tui.formatting import rating_words, size
from tui.plausible import (
    plausible_count,
    plausible_rating,
    plausible_size,
    plausible_time,
)


@pytest.mark.parametrize("number", [None, -5, 10**30, -(10**30), 10**16])
def test_sizes_and_counts_that_cannot_be_are_not_known(number: int | None) -> None:
    assert plausible_size(number) is None
    assert plausible_count(number) is None
    assert size(number) == "unknown size"


def test_sizes_counts_and_ratings_that_can_be_are_kept() -> None:
    assert [plausible_size(n) for n in (0, 1, 10**12)] == [0, 1, 10**12]
    assert [plausible_count(n) for n in (0, 812)] == [0, 812]
    assert [plausible_rating(n) for n in (None, -5, 0, 1, 5, 6, 17, 10**30)] == [
        *[None] * 3,
        1,
        5,
        *[None] * 3,
    ]


@pytest.mark.parametrize(
    ("number", "seconds"),
    [
        (1_734_700_000, 1_734_700_000),
        (1_734_700_000_123, 1_734_700_000),  # milliseconds
        (253_402_300_800, 253_402_300),  # the year 10000, as milliseconds
        (0, None),
        (-1, None),
        (4_102_444_800, None),
        (10**30, None),
        (None, None),
    ],
)
def test_times_are_between_1970_and_2100(number: int | None, seconds: int | None) -> None:
    assert plausible_time(number) == seconds


def test_a_rating_in_words() -> None:
    assert rating_words(4, "") == "4 of 5"
    assert rating_words(4, "slow") == "4 of 5 slow"
    assert rating_words(None, "slow") == "unknown slow"
    assert rating_words(None, "") == ""
