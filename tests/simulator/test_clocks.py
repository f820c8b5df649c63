"""Clocks that go wrong, each on its own."""

from __future__ import annotations

from email.utils import parsedate_to_datetime

import httpx
import pytest

from tests.simulator.support import NOW, HandClock, caller, quiet, search, where
from tui.simulator.server import running


def date(answer: httpx.Response) -> int | None:
    """The Date header as seconds ahead of NOW."""
    given = answer.headers.get("date")
    return None if given is None else int(parsedate_to_datetime(given).timestamp()) - NOW


def reset(answer: httpx.Response) -> int | None:
    given = answer.headers.get("x-ratelimit-reset")
    return None if given is None else int(given) - NOW


def test_each_clock_is_wrong_on_its_own() -> None:
    clock = HandClock()
    with running(quiet(), clock) as server, caller(server) as client:
        world = server.world
        number = next(iter(world.truth()))

        def seen() -> tuple[int | None, int | None, int]:
            answer = client.get("/me")
            clock.forward(20)
            return date(answer), reset(answer), world.note(number).updated_at - NOW

        assert seen() == (0, 10, 20)
        world.clocks.date = 100
        assert seen() == (120, 30, 40)
        world.clocks.reset = 200
        assert seen() == (140, 250, 60)
        world.clocks.stamps = 300
        assert seen() == (160, 270, 380)
        world.clocks.step(-50)
        assert seen() == (130, 240, 380), "a stamp never goes back for one conversation"
        assert world.conversations[world.create()].created_at - NOW == 350


def test_clocks_that_are_wrong_from_the_start() -> None:
    options = quiet(stamp_offset=-600, date_offset=5, reset_offset=-20, activity=60)
    clock = HandClock()
    with running(options, clock) as server, caller(server) as client:
        assert all(truth.updated_at < NOW - 600 for truth in server.world.truth().values())
        clock.forward(30)
        answer = client.get("/me")
        assert (date(answer), reset(answer)) == (35, 20)
        server.world.catch_up()
        moved = [t.updated_at for t in server.world.truth().values() if t.updated_at >= NOW - 600]
        assert len(moved) >= 10
        assert max(moved) <= NOW - 570


def test_headers_are_shifted_or_left_out_for_some_answers() -> None:
    with running(quiet(conversations=10), HandClock()) as server, caller(server) as client:
        clocks = server.world.clocks
        clocks.shift("date", 86400, path="/me")
        clocks.shift("x-ratelimit-reset", -7, times=2)
        assert [(date(a), reset(a)) for a in (client.get("/tags"), client.get("/me"), client.get("/me"))] == [
            (0, 3),
            (86400, 3),
            (86400, 10),
        ]
        clocks.clear()
        clocks.shift("date", None, times=1)
        clocks.shift("x-ratelimit-reset", None)
        assert [(date(a), reset(a)) for a in (client.get("/me"), client.get("/me"))] == [
            (None, None),
            (0, None),
        ]
        clocks.clear()
        assert reset(client.get("/me")) == 10


def test_two_front_ends_answer_in_turn() -> None:
    with (
        running(quiet(conversations=10, front_ends=(0.0, 5.0)), HandClock()) as server,
        caller(server) as client,
    ):
        answers = [client.get("/me") for _ in range(4)]
        assert [date(answer) for answer in answers] == [0, 5, 0, 5]
        assert {reset(answer) for answer in answers} == {10}


def test_a_snooze_ends_when_the_server_clock_says_so() -> None:
    clock = HandClock()
    with running(quiet(), clock) as server:
        world = server.world
        number = world.create()
        world.snooze(number, NOW + 3600)
        world.clocks.step(3000)
        clock.forward(599)
        world.catch_up()
        assert world.truth()[number].state == "snoozed"
        clock.forward(1)
        world.catch_up()
        assert world.truth()[number].state == "open"
        assert world.truth()[number].updated_at == NOW + 3600
        world.snooze(number, NOW + 7200)
        world.clocks.step(86400)
        world.catch_up()
        assert world.truth()[number].updated_at == NOW + 600 + 3000 + 86400, "what was skipped happens late"


@pytest.mark.parametrize("lag", [0, 8])
def test_search_lags_by_real_seconds_whatever_the_stamps(lag: float) -> None:
    clock = HandClock()
    with running(quiet(search_lag=lag), clock) as server, caller(server) as client:
        server.world.clocks.step(600)
        server.world.create()
        query = where("updated_at", ">", NOW + 600)
        assert search(client, query)["total_count"] == (0 if lag else 1)
        clock.forward(lag)
        assert search(client, query)["total_count"] == 1
