from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui.clock import (
    AGREEMENT,
    ClockOffset,
    OffsetClock,
    Reading,
    Span,
    SteadyClock,
    judge,
    steady_clock,
)

NOW = 1_734_537_600.0
DAY = 86_400.0


def around(moment: float, width: float = 1.0) -> Span:
    return Span(moment, moment + width)


def test_witnesses_that_agree_are_all_heard() -> None:
    reading = judge(NOW + 5, date=around(NOW), reset=around(NOW - 8, 12))
    assert reading == Reading(NOW, NOW + 5, agreed=True, unanimous=True)


@pytest.mark.parametrize(
    ("local", "date", "reset", "expected"),
    [
        (NOW, around(NOW + DAY), around(NOW - 8, 12), Reading(NOW, NOW, True, False)),
        (NOW + DAY, around(NOW), around(NOW - 8, 12), Reading(NOW, NOW + 1, True, False)),
        (NOW, around(NOW), around(NOW + DAY, 12), Reading(NOW, NOW + 1, True, False)),
        (NOW, around(NOW + DAY), None, Reading(NOW, NOW + DAY + 1, False, False)),
        (NOW, None, around(NOW - DAY, 12), Reading(NOW - DAY, NOW, False, False)),
        (NOW, around(NOW - DAY), around(NOW + DAY, 12), Reading(NOW - DAY, NOW + DAY + 12, False, False)),
        (NOW, None, None, Reading(NOW, NOW, False, False)),
    ],
)
def test_two_are_believed_against_one_and_none_alone(
    local: float, date: Span, reset: Span | None, expected: Reading
) -> None:
    assert judge(local, date, reset) == expected


seconds = st.floats(NOW - 10 * DAY, NOW + 10 * DAY)
spans = st.none() | st.builds(around, seconds, st.floats(0, 20))


@given(seconds, spans, spans)
def test_a_reading_is_between_what_the_witnesses_say(
    local: float, date: Span | None, reset: Span | None
) -> None:
    reading = judge(local, date, reset)
    witnesses = [Span(local, local), *(span for span in (date, reset) if span is not None)]
    assert min(w.earliest for w in witnesses) <= reading.earliest <= reading.latest
    assert reading.latest <= max(w.latest for w in witnesses)
    assert reading.agreed or not reading.unanimous
    if reading.agreed:
        near = [
            w for w in witnesses
            if w.earliest <= reading.latest + AGREEMENT and reading.earliest <= w.latest + AGREEMENT
        ]  # fmt: skip
        assert len(near) >= 2


class Machine:
    """A machine whose clock can be set, and that can be started again."""

    def __init__(self) -> None:
        self.local = NOW
        self.up = 5_000.0
        self.boot = "a"

    def pass_time(self, seconds: float) -> None:
        self.local += seconds
        self.up += seconds

    def start_again(self) -> None:
        self.boot, self.up = "b", 10.0

    def clock(self, offset: ClockOffset | None = None) -> OffsetClock:
        return OffsetClock(
            lambda: datetime.fromtimestamp(self.local, UTC),
            offset,
            steady=SteadyClock(self.boot, lambda: self.up),
        )

    def learned(self, server: float) -> OffsetClock:
        clock = self.clock()
        clock.learn(Reading(server, server, agreed=True, unanimous=True))
        return clock


def shown(clock: OffsetClock) -> float:
    return clock().timestamp()


def test_small_differences_are_no_offset() -> None:
    machine = Machine()
    clock = machine.clock()
    clock.learn(Reading(NOW + 20, NOW + 20, agreed=True, unanimous=True))
    assert shown(clock) == NOW


def test_verdicts_are_made_by_the_latest_that_now_may_be() -> None:
    clock = Machine().clock()
    clock.learn(Reading(NOW, NOW + 3600, agreed=False, unanimous=False))
    assert shown(clock) == NOW + 3600


@pytest.mark.parametrize("wrong", [-DAY, -1800.0, 1800.0, DAY])
def test_an_offset_holds_until_the_local_clock_is_set(wrong: float) -> None:
    machine = Machine()
    clock = machine.learned(NOW + wrong)
    machine.pass_time(600)
    assert shown(clock) == NOW + wrong + 600
    again = machine.clock(ClockOffset.from_json(clock.offset.to_json()))
    assert shown(again) == NOW + wrong + 600, "also in another process"
    machine.local += wrong  # somebody sets it right
    assert shown(again) == max(NOW + wrong + 600, machine.local)
    assert shown(again) >= NOW + wrong + 600


@pytest.mark.parametrize("wrong", [-DAY, DAY])
def test_after_another_start_the_later_reading_counts(wrong: float) -> None:
    machine = Machine()
    offset = machine.learned(NOW + wrong).offset
    machine.start_again()
    assert shown(machine.clock(offset)) == NOW + max(wrong, 0)


def test_a_clock_that_is_set_back_makes_nothing_fresh() -> None:
    machine = Machine()
    clock = machine.learned(NOW)
    machine.pass_time(3600)
    machine.local -= DAY
    assert shown(clock) == NOW + 3600


def test_a_clock_that_nobody_measured_is_taken_as_it_is() -> None:
    moment = datetime(2024, 12, 18, tzinfo=UTC)
    clock = OffsetClock(lambda: moment)
    assert clock() == moment
    clock.learn(Reading(moment.timestamp() + 3600, moment.timestamp() + 3600, agreed=True, unanimous=True))
    assert clock() == moment + timedelta(hours=1)
    assert OffsetClock(lambda: moment, clock.offset)() == moment + timedelta(hours=1)


@pytest.mark.parametrize("text", [None, "", "{}", "[]", "nonsense", '{"seconds": "x"}', "3"])
def test_an_offset_that_cannot_be_read_is_none(text: str | None) -> None:
    assert ClockOffset.from_json(text) == ClockOffset()


def test_this_machine_has_a_steady_clock_or_says_so() -> None:
    steady = steady_clock()
    if steady is not None:
        assert steady.boot
        assert steady.now() <= steady.now()
