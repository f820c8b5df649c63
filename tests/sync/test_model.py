"""Whatever a server, its clocks and the network do, in whatever order: no mirror claims what is not so.

A state machine makes everything happen that the simulator can do, to mirrors on two machines. After each
step the promise (`invariant.py`) is checked for all rows and parts of both; and when everything that goes
wrong has ended, all must be there.
"""

from __future__ import annotations

import contextlib
import os
import tempfile
import threading
from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any
from unittest.mock import patch

import httpx
import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from tests.conftest import TOKEN
from tests.sync.invariant import StoredConversation, broken_promises, differences, read_stored
from tests.waiting import until
from tui.clock import AGREEMENT, SteadyClock
from tui.freshness import SyncState
from tui.settings import Secret, Settings
from tui.simulator import SimulatorOptions
from tui.simulator.faults import Fault
from tui.simulator.model import Truth
from tui.simulator.odd import ODDITIES
from tui.simulator.options import THREADLESS_SHAPES, Cursor, IdOrder, ThreadlessShape
from tui.simulator.server import running
from tui.sync.events import Reason, SyncSummary
from tui.sync.jobs import SyncError
from tui.workspace import Workspace

LONG = os.environ.get("FASTINTERCOM_LONG") == "1"
"""Thousands of random steps in place of the same few hundred each time."""
BEGIN = 1_700_000_000
MINUTE, HOUR, DAY = 60, 3600, 86_400
SETTLE, OVERLAP, TOLERANCE = 20, 300, 300
IN_TIME = 10
"""Seconds of index lag that cost no claim: the settle margin, less what a run takes."""
REPLICA_IN_TIME = 5
"""Seconds of replica lag that hide no second change: see `FINAL_AFTER`."""
PAGE = 6
STEPS_UNTIL_HEALED = 20
UNNAMED_LOSSES = 4
"""Deletions that no list gives; a run in which more vanish stops."""
WAIT = 60.0

Key = tuple[int, int]
"""A conversation, and its activity time."""
Event = tuple[str, dict[str, Any]]
"""A method of the machine, and its arguments."""
which = st.integers(0, 999)
"""Stands for a conversation."""
mirrors = st.sampled_from((0, 0, 0, 1))
pauses = st.sampled_from(
    (0.0, 0.3, 0.5, 1.0, 2.0, 9.0, 12.0, 25.0, 60.0, 299.0, 330.0, 15.0 * MINUTE, HOUR, 6.0 * HOUR, DAY)
)
changes_meanwhile = st.lists(
    st.tuples(st.integers(1, 40), which, st.sampled_from(("reply", "note", "close", "delete"))), max_size=3
)
"""Changes during a run: with which answer, of which conversation, and how."""
clock_errors = st.sampled_from((-DAY, -HOUR, -4 * MINUTE, -40, -20, -1, 1, 20, 40, 4 * MINUTE, HOUR, DAY))
replies = st.sampled_from((1, 1, 2, 5, None))
"""How many answers are wrong; None: all from now on."""


def call(name: str, **arguments: st.SearchStrategy[Any]) -> st.SearchStrategy[Event]:
    return st.tuples(st.just(name), st.fixed_dictionaries(arguments))


PEOPLE = st.one_of(
    call("create", count=st.sampled_from((1, 1, 1, 2 * PAGE + 2))),
    call(
        "change",
        number=which,
        act=st.sampled_from(("reply", "answer", "note", "close", "open", "assign", "untag")),
        lag=st.sampled_from((0, 0, 0, 45, 4 * MINUTE)),
    ),
    call("change_twice", number=which, apart=st.sampled_from((0.0, 0.4))),
    call(
        "change_in_bulk",
        count=st.sampled_from((3, 2 * PAGE + 2)),
        leaving=st.sampled_from((0, 0, 1, 3)),
        newest=st.booleans(),
    ),
    call("snooze", number=which, seconds=st.sampled_from((30, HOUR))),
    call("merge", number=which, other=which),
    call("redact", number=which, part=which, silent=st.booleans()),
    call("change_silently", number=which, act=st.sampled_from(("note", "close", "answer"))),
    call("delete", number=which, listed=st.sampled_from((True, True, False))),
    call("star", number=which, mirror=mirrors),
    call("pass_time", seconds=pauses),
)
"""What people do."""
MISHAPS = st.one_of(
    call("lag_search", seconds=st.sampled_from((0, 3, IN_TIME, 45, 4 * MINUTE, 15 * MINUTE))),
    call(
        "lag_replica",
        seconds=st.sampled_from((0.0, 0.6, 5.0, 40.0, 15.0 * MINUTE)),
        share=st.sampled_from((1.0, 0.5)),
    ),
    call("deny", numbers=st.lists(which, max_size=8), times=replies),
    call("deny_a_share", share=st.sampled_from((0.0, 0.05, 0.5, 1.0))),
    call(
        "strip", numbers=st.lists(which, max_size=4), shape=st.sampled_from(THREADLESS_SHAPES), times=replies
    ),
    call("find_nothing", times=replies, number=which, everywhere=st.booleans()),
    call("omit", numbers=st.lists(which, max_size=3), counted=st.booleans()),
    call("announce_a_page_too_many", extra=st.booleans()),
    call("distort", number=which, oddity=st.sampled_from(sorted(ODDITIES))),
    call(
        "fail",
        fault=st.sampled_from(sorted(set(Fault) - {Fault.TRICKLE, Fault.ENDLESS, Fault.BOMB}, key=str)),
        path=st.sampled_from(("", "/search", "/conversations/", "/conversations/deleted", "/me", "/tags")),
        times=st.sampled_from((1, 3, 8, 20)),
    ),
    call("fail_a_share", share=st.sampled_from((0.0, 0.02, 0.2))),
    call(
        "refuse",
        paths=st.sets(
            st.sampled_from(
                ("/teams", "/tags", "/admins", "/conversations/deleted", "/contacts/search", "/conversations")
            )
        ),
        fault=st.sampled_from((Fault.FORBIDDEN, Fault.NOT_FOUND)),
    ),
    call("answer_rightly"),
)
"""What goes wrong with answers, and its end."""
CLOCKS = st.one_of(
    call("shift_date", seconds=clock_errors, times=replies, path=st.sampled_from(("", "", "/me", "/search"))),
    call(
        "set_clocks_wrong",
        liars=st.permutations(("date", "reset", "local")),
        first=clock_errors,
        second=st.one_of(st.none(), clock_errors),
        mirror=mirrors,
    ),
    call("step_server", seconds=clock_errors),
    call("answer_with_two_dates", ahead=st.sampled_from((1.0, 3.0, 90.0))),
    call("leave_out_date", times=replies),
    call("set_clocks_right"),
)
"""What goes wrong with clocks, and its end."""


class Answers(deque[tuple[str, str, int]]):
    """The log of the answers that a server gives, which has something happen with one of them."""

    def __init__(self) -> None:
        super().__init__()
        self._lock = threading.Lock()
        self._planned: list[tuple[int, Callable[[], object]]] = []

    def plan(self, *events: tuple[int, Callable[[], object]]) -> None:
        """Have each happen just before the answer of that number, counted from now. Ends earlier plans."""
        with self._lock:
            self.clear()
            self._planned = list(events)

    def append(self, answer: tuple[str, str, int]) -> None:
        super().append(answer)
        with self._lock:
            due = [event for number, event in self._planned if number == len(self)]
        for event in due:
            event()


@dataclass
class Mirror:
    """A machine with a database of its own."""

    database: Path
    workspace: Workspace = field(init=False)
    local: float = 0.0
    """Seconds by which its clock is ahead."""
    boots: int = 0
    is_unsure: bool = False
    """Whether its machine was started since it last asked the server: nothing vouches for its clock."""
    unseen: set[Key] = field(default_factory=set)
    """What search left out."""
    outdated: set[Key] = field(default_factory=set)
    """What a replica may have answered as it was between two changes in one second."""
    late: dict[Key, float] = field(default_factory=dict)
    """What search finds so much later that it cannot know yet, and when that is."""
    past: dict[Key, float] = field(default_factory=dict)
    """What the server dated, by a clock that was set back, into a time that was synced before; and by how
    much that clock was ahead. A sync by the same clock finds it."""
    starred: set[int] = field(default_factory=set)


class MirrorMachine(RuleBasedStateMachine):
    """The clock stands still between steps that turn it."""

    def __init__(self) -> None:
        super().__init__()
        self._exits = contextlib.ExitStack()
        self._folder = Path(self._exits.enter_context(tempfile.TemporaryDirectory()))
        self.time = float(BEGIN)
        self.answers = Answers()
        self.mirrors: list[Mirror] = []
        self.known: dict[int, Truth] = {}
        self.changed_at: dict[int, float] = {}
        """True time of the last change."""
        self.deleted_at: dict[int, float] = {}
        """Listed deletions: when search and replicas have noticed too."""
        self.omitted: set[int] = set()
        self.unlisted: set[int] = set()
        """Counted by searches, and not listed."""
        self.missed: set[int] = set()
        self.doubtful_deletions: set[int] = set()
        """Alive, but for hours both absent and denied: that is what a deletion looks like."""
        self.doubles: set[Key] = set()
        """Changed twice in one second."""
        self.unraised: set[Key] = set()
        """Changed while the server's clock was behind the time of the change before."""
        self.unnamed_losses = 0
        self.is_stepped_back = False
        self.requests_fail = False
        """Some of them, perhaps."""
        self.steps = 0
        """Since the beginning, or since all was well."""

    @initialize(
        conversations=st.sampled_from((0, 1, 8, 25)),
        cursor=st.sampled_from(("keyset", "offset")),
        id_order=st.sampled_from(("number", "text")),
        inclusive=st.booleans(),
    )
    def begin(self, conversations: int, cursor: Cursor, id_order: IdOrder, *, inclusive: bool) -> None:
        options = SimulatorOptions(
            conversations=conversations,
            days=20,
            tie=min(conversations, 2 * PAGE + 1),
            long_threads=0,
            token=TOKEN,
            rate_limit=100_000,
            latency_ms=0,
            search_lag=0,
            activity=0,
            slow_seconds=0.02,
            cursor=cursor,
            id_order=id_order,
            inclusive_bounds=inclusive,
        )
        server = self._exits.enter_context(running(options, clock=lambda: self.time))
        self.url, self.world = server.url, server.world
        self.world.requests = self.answers
        self.mirrors = [Mirror(self._folder / f"{name}.db") for name in ("one", "two")]
        for mirror in self.mirrors:
            self._open(mirror)
        self.time += HOUR
        self._notice()

    def teardown(self) -> None:
        for mirror in self.mirrors:
            mirror.workspace.close()
        self._exits.close()

    @rule(events=st.lists(PEOPLE, min_size=1, max_size=4))
    def people_work(self, events: list[Event]) -> None:
        self._happen(events)

    @rule(events=st.lists(MISHAPS, min_size=1, max_size=4))
    def answers_go_wrong(self, events: list[Event]) -> None:
        self._happen(events)

    @rule(events=st.lists(CLOCKS, min_size=1, max_size=2))
    def clocks_go_wrong(self, events: list[Event]) -> None:
        self._happen(events)

    @rule(events=st.lists(st.one_of(PEOPLE, MISHAPS), min_size=2, max_size=6))
    def much_happens(self, events: list[Event]) -> None:
        self._happen(events)

    def _happen(self, events: list[Event]) -> None:
        for name, arguments in events:
            getattr(self, name)(**arguments)
            self._check()

    # --- what people do ------------------------------------------------------------------------------

    def create(self, count: int) -> None:
        for number in range(count):
            self.world.create(f"<p>ticket {number} of {int(self.time)}</p>")
        self._notice()

    def change(self, number: int, act: str, lag: int) -> None:
        """`lag`: seconds until search finds it, if they are more than for other changes."""
        with self.world.lock, self.world.lagging(max(lag, self.world.index.lag)):
            for conversation_id in self._some(number):
                self._act(conversation_id, act)
            self._notice()

    def change_twice(self, number: int, apart: float) -> None:
        for conversation_id in self._some(number):
            self.world.twice(conversation_id, apart=apart)
        self._notice()

    def change_in_bulk(self, count: int, leaving: int, *, newest: bool) -> None:
        ids = sorted(self.world.conversations)
        second = self.world.bulk_tag(ids[-count:] if newest else ids[:count])
        if leaving:
            self.world.leave_second(second, leaving)
        self._notice()

    def snooze(self, number: int, seconds: int) -> None:
        for conversation_id in self._some(number):
            self.world.snooze(conversation_id, self.world.now() + seconds)
        self._notice()

    def merge(self, number: int, other: int) -> None:
        pair = [*self._some(number), *self._some(other)]
        if len(set(pair)) == 2:
            self.world.merge(*pair)
        self._notice()

    def redact(self, number: int, part: int, *, silent: bool) -> None:
        for conversation_id in self._some(number):
            thread = [None, *(item.id for item in self.world.conversations[conversation_id].thread)]
            with self.world.silently(silent):
                self.world.redact(conversation_id, thread[part % len(thread)])
        self._notice()

    def change_silently(self, number: int, act: str) -> None:
        with self.world.silently():
            for conversation_id in self._some(number):
                self._act(conversation_id, act)
        self._notice()

    def delete(self, number: int, *, listed: bool) -> None:
        self.unnamed_losses += not listed
        if self.unnamed_losses > UNNAMED_LOSSES:
            return
        for conversation_id in self._some(number):
            if listed:
                self._delete(conversation_id)
            else:
                self.world.delete(conversation_id, listed=False)
        self._notice()

    def star(self, number: int, mirror: int) -> None:
        one = self.mirrors[mirror]
        for conversation_id in self._some(number):
            if one.workspace.rows([conversation_id]):
                one.workspace.annotations.star([conversation_id])
                one.starred.add(conversation_id)

    # --- what goes wrong -----------------------------------------------------------------------------

    def lag_search(self, seconds: int) -> None:
        self.world.index.lag = seconds

    def lag_replica(self, seconds: float, share: float) -> None:
        self.world.replica.lag, self.world.replica.share = seconds, share

    def deny(self, numbers: list[int], times: int | None) -> None:
        ids = {i for number in numbers for i in self._some(number)}
        self.missed |= ids
        self.doubtful_deletions |= self.missed & self.omitted
        self.world.wrong.miss(ids, times=times)

    def deny_a_share(self, share: float) -> None:
        self.world.wrong.missing_share = share
        if share:
            self.missed |= self.known.keys()
            self.doubtful_deletions |= self.omitted

    def strip(self, numbers: list[int], shape: ThreadlessShape, times: int | None) -> None:
        self.world.wrong.strip(self._with_statistics(numbers), shape, times=times)

    def find_nothing(self, times: int | None, number: int, *, everywhere: bool) -> None:
        for conversation_id in self._some(number):
            moment = None if everywhere else self.known[conversation_id].updated_at
            self.world.wrong.zero(times=times, moment=moment)

    def omit(self, numbers: list[int], *, counted: bool) -> None:
        ids = {i for number in numbers for i in self._some(number)}
        self.world.wrong.omit(ids, counted=counted)
        if counted:
            self.unlisted |= ids
        else:
            self.omitted |= ids
            self.doubtful_deletions |= self.missed & self.omitted

    def announce_a_page_too_many(self, *, extra: bool) -> None:
        self.world.wrong.extra_next = extra

    def distort(self, number: int, oddity: str) -> None:
        for conversation_id in self._some(number):
            self.world.wrong.patch(conversation_id, ODDITIES[oddity])

    def fail(self, fault: Fault, path: str, times: int) -> None:
        self.requests_fail = True
        self.world.faults.script(fault, path=path, times=times)

    def fail_a_share(self, share: float) -> None:
        self.requests_fail = True
        self.world.faults.share = share

    def refuse(self, paths: set[str], fault: Fault) -> None:
        self.requests_fail = True
        self.world.faults.refuse(*paths, fault=fault)

    def answer_rightly(self) -> None:
        """All that goes wrong ends, apart from clocks."""
        self._notice()
        self.world.heal()
        self.requests_fail = False
        for mirror in self.mirrors:
            mirror.unseen |= {(i, self.known[i].updated_at) for i in self.omitted & self.known.keys()}
        for wrong in (self.omitted, self.unlisted, self.missed):
            wrong.clear()

    # --- clocks --------------------------------------------------------------------------------------

    def shift_date(self, seconds: int, times: int | None, path: str) -> None:
        self._right_clocks()
        self.world.clocks.shift("date", seconds, path=path, times=times)

    def set_clocks_wrong(self, liars: list[str], first: int, second: int | None, mirror: int) -> None:
        """One clock, or two that do not agree: no arithmetic helps against two that lie alike."""
        self._right_clocks()
        errors = {liars[0]: first}
        if second is not None and abs(first - second) > 2 * MINUTE:
            errors[liars[1]] = second
        self.world.clocks.date = errors.get("date", 0)
        self.world.clocks.reset = errors.get("reset", 0)
        self.mirrors[mirror].local = errors.get("local", 0)

    def step_server(self, seconds: int) -> None:
        self._right_clocks()
        self._step(seconds)

    def answer_with_two_dates(self, ahead: float) -> None:
        self._right_clocks()
        self.world.clocks.front_ends = (0.0, ahead)

    def leave_out_date(self, times: int | None) -> None:
        self.world.clocks.shift("date", None, times=times)

    def set_clocks_right(self) -> None:
        self._right_clocks()

    # --- time and syncs ------------------------------------------------------------------------------

    def pass_time(self, seconds: float) -> None:
        self.time += seconds
        self.world.catch_up()
        self._notice()

    @rule(mirror=mirrors, seconds=pauses, meanwhile=changes_meanwhile)
    def sync(self, mirror: int, seconds: float, meanwhile: list[tuple[int, int, str]]) -> None:
        self.pass_time(seconds)
        self.answers.plan(*((n, partial(self._change_meanwhile, i, act)) for n, i, act in meanwhile))
        self._run(self.mirrors[mirror])
        self.answers.plan()

    @rule(mirror=mirrors, number=which, replica=st.sampled_from((0.0, 0.0, 40.0, 15.0 * MINUTE)))
    def open_conversation(self, mirror: int, number: int, replica: float) -> None:
        """While somebody looks at a conversation, perhaps from a replica that lags so many seconds."""
        one, before = self.mirrors[mirror], self.world.replica.lag
        self.world.replica.lag = max(replica, before)
        for conversation_id in self._some(number):
            self.answers.plan((2, partial(one.workspace.prioritise, conversation_id)))
        self._run(one)
        self.answers.plan()
        self.world.replica.lag = before

    @rule(mirror=mirrors, answers=st.integers(1, 40))
    def sync_that_is_cut_off(self, mirror: int, answers: int) -> None:
        """The process ends; what it had written stays."""
        one, reached, closed = self.mirrors[mirror], threading.Event(), threading.Event()
        self.answers.plan((answers, reached.set), (answers, partial(closed.wait, WAIT)))
        self._before_run(one)
        before = self.known
        job = one.workspace.request_sync()
        until(lambda: reached.is_set() or job.done)
        one.workspace.close()
        closed.set()
        self.answers.plan()
        self._open(one)
        self._after_run(one, before)

    @rule(mirror=mirrors, reboot=st.booleans())
    def reopen(self, mirror: int, *, reboot: bool) -> None:
        one = self.mirrors[mirror]
        one.workspace.close()
        one.boots += reboot
        one.is_unsure = one.is_unsure or reboot
        self._open(one)

    def heal(self) -> None:
        """Everything that goes wrong ends, and after some days and three syncs all is as it should be.

        The last pause is longer than a lag of search is remembered."""
        self._right_clocks()
        self.answer_rightly()
        for pause in (2 * DAY + HOUR, 2 * HOUR, DAY + HOUR):
            self.pass_time(pause)
            last = {one.database: (one, self._run(one)) for one in self.mirrors}
        for mirror, summary in last.values():
            mirror.unseen.clear()
            mirror.outdated.clear()
            mirror.late.clear()
            mirror.past.clear()
            assert summary is not None
            assert summary.outcome == "complete", summary.error
            assert mirror.workspace.verdict().gaps == ()
            stored = read_stored(mirror.workspace)
            assert stored.keys() == self.known.keys()
            raised = [i for i, truth in self.known.items() if (i, truth.updated_at) not in self.unraised]
            assert [d for i in raised for d in differences(stored[i], self.known[i])] == []
        self.steps = self.unnamed_losses = 0
        self.is_stepped_back = False
        self.doubtful_deletions.clear()
        self.doubles.clear()

    # --- what always holds ---------------------------------------------------------------------------

    @invariant()
    @precondition(lambda self: self.mirrors)
    def all_promises_hold(self) -> None:
        self._check()
        self.steps += 1
        if self.steps == STEPS_UNTIL_HEALED:
            self.heal()
            self._check()

    def _check(self) -> None:
        for mirror in self.mirrors:
            assert broken_promises(mirror.workspace, self.world, partial(self._is_excused, mirror)) == []
            assert self._overlooked(mirror) == []
            found = set(mirror.workspace.search_ids(mirror.workspace.parse("is:starred")))
            assert (mirror.starred & self.known.keys()) - self.doubtful_deletions <= found

    def _overlooked(self, mirror: Mirror) -> list[int]:
        """What a mirror that calls itself fresh does not know, although it changed earlier than is tolerated:
        in true time, whatever the clocks say."""
        if mirror.is_unsure or mirror.workspace.verdict().state is not SyncState.FRESH:
            return []
        latest, stored = self.time - TOLERANCE - AGREEMENT - 2, read_stored(mirror.workspace)
        return [
            i
            for i, truth in self.known.items()
            if max(self.changed_at[i], truth.updated_at - self.world.clocks.stamps) < latest
            and ((held := stored.get(i)) is None or held.updated_at != truth.updated_at)
            and not self._is_excused(mirror, i, truth, held)
        ]

    # --- inside --------------------------------------------------------------------------------------

    def _open(self, mirror: Mirror) -> None:
        def local() -> datetime:
            return datetime.fromtimestamp(self.time + mirror.local, UTC)

        steady = SteadyClock(f"boot {mirror.boots}", lambda: self.time)
        chosen = Settings(
            base_url=self.url,
            database=mirror.database,
            config_path=self._folder / "config.toml",
            log_path=self._folder / "fastintercom.log",
            settle=SETTLE,
            overlap=OVERLAP,
            tolerance=TOLERANCE,
            history="120d",
        )
        with patch("tui.workspace.system_clock", local), patch("tui.workspace.steady_clock", lambda: steady):
            mirror.workspace = Workspace(chosen, clock=local, token=Secret(TOKEN))

    def _some(self, number: int) -> list[int]:
        """One conversation, if there is any: every other time one of those that changed last, so that
        several things happen to it."""
        ids = sorted(self.world.conversations)
        if number % 2:
            ids = sorted(ids, key=lambda i: self.changed_at.get(i, 0.0))[-2:]
            number //= 2
        return [ids[number % len(ids)]] if ids else []

    def _with_statistics(self, numbers: Iterable[int]) -> set[int]:
        """Without statistics, nothing says that an empty thread is wrong."""
        ids = {i for number in numbers for i in self._some(number)}
        return {i for i in ids if not self.world.conversations[i].legacy}

    def _act(self, conversation_id: int, act: str) -> None:
        old = self.world.conversations[conversation_id]
        text = f"<p>{act} of {self.time}</p>"
        if act == "answer":
            self.world.reply(conversation_id, text, by=self.world.me)
        elif act == "assign":
            self.world.assign(conversation_id, admin=0 if old.admin else self.world.me)
        elif act == "untag":
            for tag in old.tags[:1]:
                self.world.untag(conversation_id, tag.id)
        elif act == "open":
            self.world.open(conversation_id)
        else:
            acts: dict[str, Callable[[int, str], object]] = {
                "reply": self.world.reply,
                "note": self.world.note,
                "close": self.world.close,
            }
            acts[act](conversation_id, text)

    def _delete(self, conversation_id: int) -> None:
        """As the list of deletions says."""
        self.deleted_at[conversation_id] = self.time + max(self.world.index.lag, self.world.replica.lag)
        self.world.delete(conversation_id)

    def _change_meanwhile(self, number: int, act: str) -> None:
        with self.world.lock:
            for conversation_id in self._some(number):
                if act == "delete":
                    self._delete(conversation_id)
                else:
                    self._act(conversation_id, act)
            self._notice()

    def _step(self, seconds: float) -> None:
        self.world.catch_up()
        self._notice()
        self.is_stepped_back = self.is_stepped_back or seconds < 0
        self.world.clocks.step(seconds)

    def _right_clocks(self) -> None:
        clocks = self.world.clocks
        if clocks.stamps:
            self._step(-clocks.stamps)
        clocks.date = clocks.reset = 0.0
        clocks.front_ends = (0.0,)
        clocks.clear()
        for mirror in self.mirrors:
            mirror.local = 0.0

    def _notice(self) -> None:
        """What changed since the last call, and what of it the mirrors cannot know."""
        with self.world.lock:
            truth = self.world.truth()
            for i, now in truth.items():
                if now != (before := self.known.get(i)):
                    self.changed_at[i] = self.time
                    self._note_change(i, before, now)
            self.known = truth

    def _note_change(self, conversation_id: int, before: Truth | None, now: Truth) -> None:
        key = (conversation_id, now.updated_at)
        is_raised = before is None or before.updated_at != now.updated_at
        if now.silent:
            return
        if not is_raised:
            late = now.updated_at > self.world.now()
            (self.unraised if late else self.doubles).add(key)
        for mirror in self.mirrors:
            if self.world.index.lag > IN_TIME:
                mirror.late[key] = self.time + self.world.index.lag
            if is_raised and self.is_stepped_back:
                second = now.updated_at
                if any(start <= second <= end for start, end in mirror.workspace.coverage()):
                    mirror.past[key] = self.world.clocks.stamps

    def _is_excused(
        self, mirror: Mirror, conversation_id: int, truth: Truth, stored: StoredConversation | None
    ) -> bool:
        key = (conversation_id, truth.updated_at)
        if key in mirror.outdated or key in self.unraised or conversation_id in self.doubtful_deletions:
            return True
        unknown = (mirror.unseen, mirror.late, mirror.past)
        is_known = stored is not None and stored.updated_at == truth.updated_at
        return not is_known and (conversation_id in self.omitted or any(key in keys for keys in unknown))

    def _before_run(self, mirror: Mirror) -> None:
        self._notice()
        if self.world.replica.lag > REPLICA_IN_TIME:
            mirror.outdated |= self.doubles

    def _after_run(self, mirror: Mirror, before: dict[int, Truth]) -> None:
        """`before` is what the server held when the run began."""
        self._notice()
        if self.known != before:
            # One that left during the listing makes up for one that is counted and was not listed.
            unlisted = self.unlisted & self.known.keys()
            mirror.unseen |= {(i, self.known[i].updated_at) for i in unlisted}

    def _run(self, mirror: Mirror) -> SyncSummary | None:
        """One sync, to its end; None when it failed."""
        self._before_run(mirror)
        workspace, last = mirror.workspace, mirror.workspace.coverage().last or 0
        before = self.known
        gone = {i for i, seen in self.deleted_at.items() if seen <= self.time}
        job, summary = workspace.request_sync(), None
        while summary is None or not job.done:
            summary = workspace.run_sync(cancel=threading.Event())
        self._after_run(mirror, before)
        failure: SyncError | None = None
        try:
            job.wait(WAIT)
        except SyncError as error:
            failure = error
        if failure is not None:
            assert failure.reason is not Reason.INTERNAL, failure
            return None
        mirror.is_unsure = False
        if summary.outcome == "complete":
            ahead = self.world.clocks.stamps
            mirror.past = {key: at for key, at in mirror.past.items() if at != ahead}
            found = {k for k, seen in mirror.late.items() if seen <= self.time and k[1] > last - OVERLAP + 2}
            mirror.late = {key: seen for key, seen in mirror.late.items() if key not in found}
            if not (self.requests_fail or self.is_stepped_back):
                assert not gone & read_stored(workspace).keys()
        return summary


@pytest.fixture(autouse=True)
def quick_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    """The server is in this process: waiting for it to recover takes no time. Small pages, so that few
    conversations fill many."""
    context = httpx.create_ssl_context(trust_env=False)
    monkeypatch.setattr("httpx.create_ssl_context", lambda **_: context)
    for name, value in {
        "tui.sync.scheduler.RETRY_AFTER": 0.01,
        "tui.sync.scheduler.TICK": 0.01,
        "tui.sync.scheduler.STORE_AFTER": 0.01,
        "tui.sync.engine.CANCEL_POLL": 0.01,
        "tui.sync.slice_lister.MAX_PER_PAGE": PAGE,
        "tui.intercom.calls._MAX_BACKOFF": 0.005,
        "tui.intercom.budget.MAX_WAIT": 0.05,
        "tui.intercom.pace.MAX_WAIT": 0.05,
    }.items():
        monkeypatch.setattr(name, value)


def test_nothing_that_happens_makes_a_mirror_claim_what_is_not_so() -> None:
    run_state_machine_as_test(
        MirrorMachine,
        settings=settings(
            max_examples=300 if LONG else 4,
            stateful_step_count=41 if LONG else 21,
            derandomize=not LONG,
            deadline=None,
            database=None,
            print_blob=LONG,
            phases=tuple(Phase) if LONG else (Phase.generate,),
            suppress_health_check=list(HealthCheck),
        ),
    )
