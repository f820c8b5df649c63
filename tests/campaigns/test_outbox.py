"""Nothing is sent twice by itself: processes that send are killed at any instant, answers are lost, and
customers keep writing."""

from __future__ import annotations

import os
import random
import threading
import time
from collections import Counter, defaultdict
from contextlib import ExitStack
from functools import partial
from pathlib import Path

import msgspec
import pytest

from tests.campaigns import LONG
from tests.campaigns.mirror import Mirror, server
from tests.campaigns.processes import ended
from tests.terminal.emulator import terminal
from tests.waiting import until
from tui.intercom.html import html_to_text
from tui.message_html import message_html
from tui.simulator.journal import AppliedWrite, duplicates
from tui.simulator.world import World
from tui.workspace import Workspace
from tui.writes import (
    CHECKED_BEFORE,
    AddTag,
    Assign,
    Close,
    HeldReason,
    MarkRead,
    Note,
    Open,
    QueuedWrite,
    RemoveTag,
    Reply,
    SetTitle,
    Snooze,
    Write,
    WriteState,
)

pytestmark = pytest.mark.skipif(os.name != "posix", reason="needs SIGKILL")
ROUNDS, WRITES = (260, 5) if LONG else (20, 6)
REQUESTS = 30
"""A process is killed after so many at most: to begin takes five, each write one to three."""
KIND_OF = {"comment": "reply", "snoozed": "snooze", "assignment": "assign", "update": "title"}
"""What the simulator calls otherwise than the outbox."""
STATE_KINDS = ("close", "open", "snooze", "assign")


class Desk:
    """Composes writes of all kinds on random conversations; others send them."""

    def __init__(self, workspace: Workspace, seed: int) -> None:
        self._workspace = workspace
        self._random = random.Random(seed)
        self._number = 0
        directory = workspace.directory()
        self._tags = [tag.id for tag in directory.tags][:6]
        self._teammates = [admin.id for admin in directory.admins if admin.has_inbox_seat]
        self._teams = [team.id for team in directory.teams]
        self.conversations = [
            row.id
            for row in workspace.models.Conversation.select(workspace.models.Conversation.id)
            .where(workspace.models.Conversation.deleted_at.is_null())
            .limit(60)
        ]

    def compose(self) -> None:
        self._number += 1
        number, choose = self._number, self._random.choice
        write: Write = choose(
            (
                Reply(f"This is **reply** {number}"),
                Reply(f"Another reply, {number}:\n\n- one\n- two"),
                Note(f"Note `{number}`"),
                Close(),
                Close(),
                Open(),
                Snooze(4_000_000_000 + number),
                Assign("teammate", choose(self._teammates)),
                Assign("team", choose(self._teams)),
                AddTag(choose(self._tags)),
                RemoveTag(choose(self._tags)),
                SetTitle(f"Title {number}"),
                MarkRead(),
            )
        )
        self._workspace.act(write, [choose(self.conversations)])


def test_nothing_is_sent_twice_and_everything_ends(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Workspace, "_send_soon", lambda self: None)  # this process only composes
    random_ = random.Random(20_261_201)
    with (
        server(conversations=80, long_threads=0, ambiguous_writes=0.05, interrupt_share=0.03) as simulator,
        ExitStack() as stack,
    ):
        mirror, world = Mirror(tmp_path / "mirror", simulator), simulator.world
        until(lambda: mirror.call("sync", "--quiet").code == 0)
        mirror.config.write_text(mirror.config.read_text() + "writes = true\nundo_window = 0\n")
        workspace = stack.enter_context(mirror.open())
        workspace.settings = msgspec.structs.replace(workspace.settings, writes=True, undo_window=0)
        desk, figures = Desk(workspace, 1), Counter[str]()
        stop = threading.Event()
        customers = threading.Thread(target=keep_writing, args=(world, desk.conversations, stop))
        customers.start()
        if LONG:
            dashboards = threading.Thread(target=keep_a_dashboard_open, args=(mirror, stop))
            dashboards.start()
            stack.callback(dashboards.join)
        stack.callback(customers.join)
        stack.callback(stop.set)
        for number in range(ROUNDS):
            for _ in range(WRITES):
                desk.compose()
            with ended(mirror.start("sync", "--quiet")) as process:
                second = (
                    stack.enter_context(ended(mirror.start("sync", "--quiet"))) if number % 4 == 0 else None
                )
                mirror.await_request("", random_.randint(1, REQUESTS), process)
                figures["kills"] += process.kill()
                if second is not None:
                    more = mirror.asked_for("") + random_.randint(0, REQUESTS)
                    mirror.await_request("", more, second)
                    figures["kills of a second process"] += second.kill()
            figures["left in the middle"] += sum(
                w.state is WriteState.SENDING for w in workspace.outbox.open()
            )
        stop.set()
        customers.join()
        if LONG:
            dashboards.join()
        world.heal()
        until(lambda: mirror.call("sync", "--quiet").code == 0 and not going(workspace))
        writes = workspace.outbox.history(100_000)
        figures.update(f"{write.state}" + (f" ({write.reason})" if write.reason else "") for write in writes)
        print(f"\noutbox: {len(writes)} writes; {dict(figures)}; {len(world.writes)} applied")
        assert len(writes) == ROUNDS * WRITES
        assert figures["kills"] >= ROUNDS // 2
        assert figures["left in the middle"], "some must be killed while a request is under way"
        assert duplicates(world.writes) == []
        assert [w for w in writes if not w.has_ended] == []
        assert overruns(world, writes) == []
        assert contradictions(world, writes) == []
        assert mirror.problems() == []


def going(workspace: Workspace) -> bool:
    return any(not write.has_ended for write in workspace.outbox.open())


def keep_writing(world: World, conversations: list[int], stop: threading.Event) -> None:
    """Customers who do not wait for an answer."""
    random_, number = random.Random(3), 0
    while not stop.wait(random_.uniform(0.05, 0.4)):
        number += 1
        world.reply(random_.choice(conversations), f"<p>Still there? {number}</p>")


def keep_a_dashboard_open(mirror: Mirror, stop: threading.Event) -> None:
    """On a terminal of its own, where it sends too; killed every few seconds and opened again."""
    random_ = random.Random(5)
    while not stop.is_set():
        with terminal(environment=mirror.environment, size=(80, 24)) as screen:
            screen.until(partial(_is_over, stop, time.monotonic() + random_.uniform(3, 9)))


def _is_over(stop: threading.Event, end: float, _text: str) -> bool:
    return stop.is_set() or time.monotonic() > end


def overruns(world: World, writes: list[QueuedWrite]) -> list[str]:
    """What was sent after Intercom had shown a newer message than it was composed on."""
    found = []
    for applied in world.writes:
        kind = KIND_OF.get(applied.kind, applied.kind)
        if kind not in CHECKED_BEFORE or applied.newest_shown is None:
            continue
        shown = next(
            p for p in world.conversations[applied.conversation_id].thread if p.id == applied.newest_shown
        )
        own = {w.part_id for w in writes} | {w.part_id for w in world.writes if w.part_id}
        knew = [
            w
            for w in writes
            if w.conversation_id == applied.conversation_id
            and w.kind == kind
            and (shown.created_at <= w.seen.at or shown.id in own)
        ]
        if not knew:
            found.append(f"{applied} was sent over part {shown.id}")
    return found


def contradictions(world: World, writes: list[QueuedWrite]) -> list[str]:
    """Where the outbox says something else than Intercom holds."""
    found: list[str] = []
    bodies: dict[tuple[int, str], list[AppliedWrite]] = defaultdict(list)
    for applied in world.writes:
        if applied.body:
            bodies[applied.conversation_id, html_to_text(applied.body)].append(applied)
    by_conversation: dict[int, list[QueuedWrite]] = defaultdict(list)
    for write in sorted(writes, key=lambda w: w.id):
        by_conversation[write.conversation_id].append(write)
    for id_, mine in by_conversation.items():
        for write in mine:
            if isinstance(write.write, Note | Reply):
                arrived = bool(bodies[id_, text_of(write)])
                if (
                    write.state is WriteState.SENT
                ) != arrived and write.reason is not HeldReason.UNKNOWN_OUTCOME:
                    found.append(f"{write} {'arrived' if arrived else 'did not arrive'}")
        found += state_faults(world, id_, mine)
    return found


def _is_doubtful(write: QueuedWrite) -> bool:
    return write.reason is HeldReason.UNKNOWN_OUTCOME


def text_of(write: QueuedWrite) -> str:
    assert isinstance(write.write, Note | Reply)
    return html_to_text(message_html(write.write.text))


def state_faults(world: World, id_: int, mine: list[QueuedWrite]) -> list[str]:
    """Settled values that differ from the last write that was sent, where none is in doubt."""
    now, found = world.conversations[id_], []
    tags = {tag.id for tag in now.tags}

    def last(kinds: tuple[str, ...], among: list[QueuedWrite]) -> QueuedWrite | None:
        of = [w for w in among if w.kind in kinds]
        doubtful = any(map(_is_doubtful, of))
        sent = [w for w in of if w.state is WriteState.SENT]
        return None if doubtful or not sent else sent[-1]

    if (title := last(("title",), mine)) and now.title != title.write.title:  # type: ignore[union-attr]
        found.append(f"{id_} is called {now.title}: {title}")
    for to, value in (("teammate", now.admin), ("team", now.team)):
        assigned = [w for w in mine if isinstance(w.write, Assign) and w.write.to == to]
        if (one := last(("assign",), assigned)) and value != one.write.id:  # type: ignore[union-attr]
            found.append(f"{id_} is assigned to {value}: {one}")
    for tag in {w.write.id for w in mine if isinstance(w.write, AddTag | RemoveTag)}:
        of = [w for w in mine if isinstance(w.write, AddTag | RemoveTag) and w.write.id == tag]
        if (one := last(("tag", "untag"), of)) and (tag in tags) != isinstance(one.write, AddTag):
            found.append(f"{id_} has tags {tags}: {one}")
    state = last(STATE_KINDS, mine)
    customer_after = any(
        p.author.is_customer and state is not None and state.part_id and p.id > state.part_id
        for p in now.thread
    )
    if state and state.part_id and not customer_after:
        wanted = {"close": "closed", "open": "open", "snooze": "snoozed"}.get(state.kind)
        if wanted and now.state != wanted:
            found.append(f"{id_} is {now.state}: {state}")
    return found
