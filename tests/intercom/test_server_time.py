from __future__ import annotations

from email.utils import formatdate

import pytest

from tui.clock import Span
from tui.intercom.headers import parse_date, parse_epoch, parse_number
from tui.intercom.server_time import ServerClock

NOW = 1_734_537_600.0
"""The server's time (a whole second, the start of a rate window) when the local clock stands at 0."""
DAY = 86_400.0


class Answers:
    """Feeds a `ServerClock` with answers; a call takes a fifth of a second."""

    def __init__(self) -> None:
        self.local = 0.0
        self.clock = ServerClock(10.0, lambda: self.local)

    def answer(self, date: float | None = None, reset: float | str | None = None) -> None:
        """One that left the server 0.1 s ago, when its clocks stood at these times."""
        self.local += 0.3
        headers = {}
        if date is not None:
            headers["date"] = formatdate(date // 1, usegmt=True)
        if reset is not None:
            headers["x-ratelimit-reset"] = str(reset)
        self.clock.learn(headers, self.local - 0.2, self.local)

    @property
    def then(self) -> float:
        """The server's time when the next answer leaves it."""
        return NOW + self.local + 0.2

    @property
    def date(self) -> Span | None:
        return self.clock.times().date

    @property
    def reset(self) -> Span | None:
        return self.clock.times().reset


def assert_holds(span: Span | None, *moments: float, within: float = 1.6) -> None:
    """The span holds these moments and reaches not much further."""
    assert span is not None
    assert span.earliest <= min(moments) <= max(moments) <= span.latest
    assert span.earliest > min(moments) - within
    assert span.latest < max(moments) + within


def test_one_answer_is_no_proof_and_two_are() -> None:
    answers = Answers()
    assert answers.clock.times().date is None
    answers.answer(answers.then, NOW + 10)
    assert answers.clock.times().date is None
    assert answers.clock.times().reset is None
    answers.answer(answers.then, NOW + 10)
    assert_holds(answers.date, NOW + answers.local)
    assert_holds(answers.reset, NOW + answers.local, within=12)


def test_time_goes_on_without_answers() -> None:
    answers = Answers()
    for _ in range(3):
        answers.answer(answers.then)
    answers.local += 3600
    assert_holds(answers.date, NOW + answers.local)


@pytest.mark.parametrize("off", [-10 * 365 * DAY, -DAY, -30.0, 30.0, DAY, 10 * 365 * DAY])
@pytest.mark.parametrize("wrong", [{0}, {2}, {8}, {0, 4}], ids=str)
def test_a_few_wrong_dates_neither_move_nor_destroy_it(off: float, wrong: set[int]) -> None:
    answers = Answers()
    for number in range(9):
        answers.answer(answers.then + (off if number in wrong else 0))
    assert_holds(answers.date, NOW + answers.local)


def test_a_wrong_first_date_is_outvoted_by_the_next_two() -> None:
    answers = Answers()
    answers.answer(answers.then - DAY)
    answers.answer(answers.then)
    assert answers.date is None
    answers.answer(answers.then)
    assert_holds(answers.date, NOW + answers.local)


def test_dates_of_which_no_two_agree_say_nothing() -> None:
    answers = Answers()
    for number in range(9):
        answers.answer(answers.then + number * 60)
    assert answers.date is None


@pytest.mark.parametrize("apart", [1.0, 3.0, 5.0, DAY])
def test_two_clocks_behind_one_name_get_a_span_that_holds_both(apart: float) -> None:
    answers = Answers()
    for number in range(12):
        answers.answer(answers.then + apart * (number % 2))
        if number > 3:
            assert_holds(answers.date, NOW + answers.local, NOW + answers.local + apart)


@pytest.mark.parametrize("off", [-DAY, -300, 300, DAY])
def test_a_clock_that_was_set_is_followed_after_three_answers(off: float) -> None:
    answers = Answers()
    for _ in range(20):
        answers.answer(answers.then + off)
    for _ in range(2):
        answers.answer(answers.then)
        assert_holds(answers.date, NOW + answers.local + off)
    answers.answer(answers.then)
    assert_holds(answers.date, NOW + answers.local)


def test_resets_are_evidence_too() -> None:
    answers = Answers()
    for _ in range(100):
        end = (answers.then // 10 + 1) * 10
        answers.answer(None, end)
        if answers.reset is not None:
            assert_holds(answers.reset, NOW + answers.local, within=20)
    assert answers.date is None


def test_a_tick_of_the_date_narrows_what_calls_are_planned_with() -> None:
    clock = ServerClock(10.0, lambda: 0.0)
    assert clock.locally(NOW) is None
    clock.learn_date(NOW, sent=1000.0, received=1000.2)
    assert clock.locally(NOW) == pytest.approx((999.0, 1000.2))
    clock.learn_date(NOW + 1, sent=1000.5, received=1000.6)
    assert clock.locally(NOW) == pytest.approx((999.0, 999.6))


def test_planning_follows_the_majority_of_the_seconds() -> None:
    clock = ServerClock(10.0, lambda: 0.0)
    for second in range(10):
        clock.learn_date(NOW + second + (3600 if second in {0, 4} else 0), second, second + 0.1)
    assert clock.locally(NOW) == pytest.approx((-1.0, 0.1))
    for second in range(10, 30):
        clock.learn_date(NOW + second + 3600, second, second + 0.1)
    assert clock.locally(NOW + 3600) == pytest.approx((-1.0, 0.1))
    for second in range(30, 50):
        clock.learn_date(NOW + second, second, second + 0.1)
        clock.learn_date(NOW + second + 5, second + 0.2, second + 0.3)
    assert clock.locally(NOW) is None  # two clocks


@pytest.mark.parametrize("reset", ["nan", "inf", "-1", "7", "soon", "", "9" * 5000, "253402300800", "1e308"])
def test_absurd_resets_say_nothing(reset: str) -> None:
    answers = Answers()
    for _ in range(5):
        answers.answer(answers.then, reset)
    assert answers.reset is None
    assert_holds(answers.date, NOW + answers.local)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "yesterday",
        "Fri, 31 Dec 9999 23:59:59 GMT",
        "Fri, 31 Dec 9999 23:59:59 -2300",
        "Mon, 01 Jan 1000 00:00:00 +2300",
        "Thu, 01 Jan 1970 00:00:00 GMT",
        "Wed, 18 Dec 10000 16:00:00 GMT",
        "Wed, 99 Dec 2024 16:00:00 GMT",
        "Wed, 18 Dec 2024 16:00:00 +9999999999999999999",
        "Wed, 18 Dec " + "2" * 5000 + " 16:00:00 GMT",
        "\x00\ud800",
    ],
)
def test_absurd_dates(text: str) -> None:
    assert parse_date(text) is None


@pytest.mark.parametrize("zone", ["GMT", "-0000", "+0000", ""])
def test_a_date_without_a_zone_is_utc(zone: str) -> None:
    date = parse_date(f"Wed, 18 Dec 2024 16:00:00 {zone}".strip())
    assert date is not None
    assert date.timestamp() == NOW


def test_numbers() -> None:
    assert parse_number(" 12 ") == 12
    assert parse_number("1.5") == 1.5
    assert [parse_number(text) for text in ("nan", "-inf", "", "1e999", "0x1", "9" * 65)] == [None] * 6
    assert parse_epoch("1734537600") == NOW
