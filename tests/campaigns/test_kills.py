"""The promise holds at any instant: real processes, killed with SIGKILL while the workspace changes."""

from __future__ import annotations

import os
import random
import shutil
import sqlite3
import time
from collections import Counter
from contextlib import ExitStack, closing
from pathlib import Path

import pytest

from tests.campaigns import LONG
from tests.campaigns.mirror import Mirror, contents, damage, misbehaving, server
from tests.campaigns.processes import Running, ended
from tests.store.records import START, conversation, with_thread
from tests.store.test_migrations import build_old, fill_old, store_conversations
from tests.waiting import until
from tui.clock import from_epoch
from tui.query import Query, Text
from tui.store.database import MIGRATIONS, Database
from tui.store.search import Search
from tui.store.search_index import read_document
from tui.store.search_parts import remove_documents
from tui.workspace import Workspace

pytestmark = pytest.mark.skipif(os.name != "posix", reason="needs SIGKILL")
SYNCS = 240 if LONG else 24
FIRST_STARTS = 60 if LONG else 8
BACKUPS = 40 if LONG else 5
REPAIRS = 20 if LONG else 3
REBUILDS = 10 if LONG else 2
PURGES = 30 if LONG else 4
MOMENTS = ("start", "listing", "threads", "transaction", "log", "later")
FIRST_SEARCH, FIRST_THREAD = "POST /conversations/search", "GET /conversations/2"


class Killer:
    """Lets processes live until a random moment of a kind, and kills them."""

    def __init__(self, mirror: Mirror, seed: int) -> None:
        self._mirror = mirror
        self._random = random.Random(seed)
        self.figures: Counter[str] = Counter()

    def kill_at(self, moment: str, process: Running) -> None:
        random_, mirror = self._random, self._mirror
        if moment == "start":
            time.sleep(random_.uniform(0, 0.1))
        elif moment == "listing":
            mirror.await_request(FIRST_SEARCH, random_.randint(1, 5), process)
            time.sleep(random_.uniform(0, 0.03))
        elif moment == "threads":
            mirror.await_request(FIRST_THREAD, random_.randint(1, 60), process)
            time.sleep(random_.uniform(0, 0.03))
        elif moment == "transaction":
            mirror.await_request(FIRST_SEARCH, random_.randint(1, 3), process)
            self._suspend_in_transaction(process)
        elif moment == "log":
            size = _size(mirror.wal) + random_.randint(1, 400_000)
            until(lambda: _size(mirror.wal) > size or not process.is_alive)
        else:
            time.sleep(random_.uniform(0, 2))
        within = process.is_alive and process.suspend() and mirror.is_being_written()
        killed = process.kill()
        self.figures["kills"] += killed
        self.figures["ended before"] += not killed
        self.figures["inside a transaction"] += killed and within
        self.figures[f"at {moment}"] += killed

    def _suspend_in_transaction(self, process: Running) -> None:
        while process.suspend() and not self._mirror.is_being_written():
            process.resume()
            time.sleep(self._random.uniform(0, 0.004))


def _size(file: Path) -> int:
    try:
        return file.stat().st_size
    except FileNotFoundError:
        return 0


def test_killed_again_and_again_the_mirror_never_claims_what_it_lacks(tmp_path: Path) -> None:
    random_ = random.Random(20_241_220)
    with server(**misbehaving(conversations=900 if LONG else 500)) as simulator:
        mirror = Mirror(tmp_path / "mirror", simulator)
        killer = Killer(mirror, 1)
        checked = 0
        for number in range(SYNCS):
            if number == SYNCS // 4:  # until here the first sync was tried again and again
                until(lambda: mirror.call("sync", "--quiet").code == 0)
            elif number > SYNCS // 4:
                mirror.world.advance(random_.randint(10, 80))
            moment = MOMENTS[number % len(MOMENTS)]
            with ExitStack() as stack:
                annotator: Workspace | None = None
                if number % 2 and mirror.database.exists():  # the log outlives the process, or is recovered
                    annotator = stack.enter_context(mirror.open())
                process = stack.enter_context(ended(mirror.start("sync", "--quiet")))
                if annotator is not None:
                    chosen = random_.choice(sorted(mirror.world.truth()))
                    mirror.annotate(annotator, chosen, f"note {number}")
                killer.kill_at(moment, process)
                assert mirror.problems() == [], (number, moment)
            checked += mirror.covered()
        print(
            f"\nsyncs: {dict(killer.figures)}; {checked} claims checked, 0 wrong; {len(mirror.notes)} notes"
        )
        assert killer.figures["kills"] >= SYNCS * 2 // 3, "the processes must be caught in the middle"
        assert killer.figures["inside a transaction"] >= SYNCS // 10
        assert checked > 10 * SYNCS
        mirror.must_become_complete()
        with mirror.open() as workspace:
            outcomes = Counter(run.outcome for run in workspace.runs(SYNCS + 10))
        assert outcomes["interrupted"] >= SYNCS // 3, outcomes


def test_killed_while_the_file_is_made_or_brought_up_to_date(tmp_path: Path) -> None:
    random_ = random.Random(2)
    old, known = tmp_path / "old.db", len(list(MIGRATIONS.glob("[0-9]*.py")))
    fill_old(old)
    with server(conversations=20) as simulator:
        expected = ""
        unfinished = 0
        for number in range(FIRST_STARTS):
            mirror = Mirror(tmp_path / str(number), simulator)
            if number % 2:
                shutil.copy(old, mirror.database)
            before = _state(mirror.database)
            with ended(mirror.start("status")) as process:
                until(lambda: _state(mirror.database) != before or not process.is_alive, pause=0)  # noqa: B023
                time.sleep(random_.uniform(0, 0.2))
                process.kill()
            with closing(sqlite3.connect(mirror.database)) as connection:
                ((version,),) = connection.execute("PRAGMA user_version")
            unfinished += version < known
            Database(mirror.database).close()
            assert damage(mirror.database) == [], number
            if number % 2:
                expected = expected or contents(_brought_up_to_date(old))
                assert contents(mirror.database) == expected, number
            else:
                mirror.must_become_complete()
        print(f"\nfirst starts: {FIRST_STARTS} killed, {unfinished} of them before the schema was complete")
        assert unfinished


def test_killed_while_the_search_index_is_made_anew(tmp_path: Path) -> None:
    """A database of the schema before the index in parts; two processes at once share the work."""
    random_, kills = random.Random(11), 0
    old = tmp_path / "old.db"
    build_old(old, "0005_claims").close()
    words = [f"word{number}" for number in range(40)]
    records = [
        with_thread(conversation(n, updated_at=START + n, text=" ".join(random_.choices(words, k=60))), "r")
        for n in range(1, 2_001)
    ]
    store_conversations(old, records)
    with server(conversations=0) as simulator:
        for number in range(REBUILDS):
            mirror = Mirror(tmp_path / str(number), simulator)
            shutil.copy(old, mirror.database)
            unfinished = True
            while unfinished:
                indexed = _indexed(mirror.database)
                with ended(mirror.start("status")) as process, ended(mirror.start("status")) as other:
                    until(lambda: not process.is_alive or _indexed(mirror.database) > indexed, pause=0)  # noqa: B023
                    time.sleep(random_.uniform(0, 0.1))
                    unfinished = process.kill()
                    unfinished = other.kill() or unfinished
                kills += unfinished
            database = Database(mirror.database)
            assert damage(mirror.database) == [], number
            found = Search(database).ids(Query("", Text("word7")), {}, from_epoch(START))
            expected = [r.id for r in reversed(records) if r.source and "word7" in r.source.text.split()]
            assert list(found) == expected
            database.close()
    print(f"\nrebuilds: {REBUILDS}, killed {kills} times")
    assert kills


def _indexed(database: Path) -> int:
    """How many conversations are in the search index."""
    with closing(sqlite3.connect(database, timeout=10)) as connection:
        try:
            ((found,),) = connection.execute("SELECT coalesce(sum(documents), 0) FROM search_part")
        except sqlite3.OperationalError:  # the schema is still the old one
            return 0
    return int(found)


def _state(database: Path) -> tuple[int, ...]:
    """Differs once the file was written."""
    return tuple(
        value
        for file in (database, *sorted(database.parent.glob("mirror.db-*")))
        if (found := file.stat() if file.exists() else None)
        for value in (found.st_size, found.st_mtime_ns)
    )


def _brought_up_to_date(old: Path) -> Path:
    reference = old.with_name("reference.db")
    shutil.copy(old, reference)
    Database(reference).close()
    return reference


def test_a_killed_backup_harms_neither_the_mirror_nor_the_copy_before(tmp_path: Path) -> None:
    random_ = random.Random(3)
    with server(**misbehaving(activity=300)) as simulator:
        mirror = Mirror(tmp_path / "mirror", simulator)
        copy = tmp_path / "copies" / "copy.db"
        copy.parent.mkdir()
        until(lambda: mirror.call("sync", "--quiet").code == 0)
        assert mirror.call("backup", str(copy)).code == 0
        figures: Counter[str] = Counter()
        with ended(mirror.start("sync", "--quiet", "--watch", "1")) as syncing:
            for _ in range(BACKUPS):
                before = set(copy.parent.iterdir())
                old = copy.stat().st_ino
                with ended(mirror.start("backup", str(copy), "--force", "--quiet")) as process:
                    until(lambda: set(copy.parent.iterdir()) != before or not process.is_alive, pause=0)  # noqa: B023
                    time.sleep(random_.uniform(0, 0.06))
                    figures["kills"] += process.kill()
                figures["before the copy was replaced"] += copy.stat().st_ino == old
                assert damage(copy) == []
                assert mirror.problems() == []
                assert syncing.is_alive, syncing.wait().err
                restored = Mirror(tmp_path / "restored", simulator)
                shutil.copy(copy, restored.database)
                assert restored.problems() == []
                restored.database.unlink()
        print(f"\nbackups: {dict(figures)}")
        assert figures["before the copy was replaced"]
        assert mirror.problems() == []


def test_a_killed_repair_claims_nothing_that_it_has_not_repaired(tmp_path: Path) -> None:
    random_ = random.Random(4)
    with server(**misbehaving(conversations=300, activity=60)) as simulator:
        mirror = Mirror(tmp_path / "mirror", simulator)
        until(lambda: mirror.call("sync", "--quiet").code == 0)
        killer = Killer(mirror, 4)
        # Some kills come before anything is repaired.
        for number in range(10 * REPAIRS):
            if number >= REPAIRS and killer.figures["repairs begun"]:
                break
            planted = _lose_conversations(mirror.database, random_, 20)
            with ended(mirror.start("verify", "--deep", "--repair")) as process:
                mirror.await_request(FIRST_THREAD, 1, process)
                killer.kill_at(random_.choice(("threads", "transaction", "later")), process)
            lost = {int(line.split()[0]) for line in mirror.problems()}
            assert lost <= planted, number
            killer.figures["repairs begun"] += not lost
            result = mirror.call("verify", "--deep", "--repair")
            assert mirror.problems() == [], result
        print(f"\nrepairs: {dict(killer.figures)}")
        assert killer.figures["repairs begun"]


def test_what_a_killed_purge_left_is_gone_after_the_next_sync(tmp_path: Path) -> None:
    random_ = random.Random(6)
    with server(conversations=400) as simulator:
        figures: Counter[str] = Counter()
        synced = Mirror(tmp_path / "synced", simulator)
        assert synced.call("sync", "--quiet").code == 0
        # Some kills come when everything is removed.
        for number in range(10 * PURGES):
            if number >= PURGES and figures["completed by the next sync"]:
                break
            mirror = Mirror(tmp_path / str(number), simulator)
            shutil.copy(synced.database, mirror.database)
            by_age = number % 2
            if by_age:
                purge = ["--older-than", "20d"]
            else:
                chosen = random_.sample(sorted(mirror.world.truth()), 150)
                purge = [word for i in chosen for word in ("--conversation", str(i))]
            before = _stored(mirror.database)
            with ended(mirror.start("purge", *purge, "--yes", "--quiet")) as process:
                until(lambda: _stored(mirror.database) != before or not process.is_alive, pause=0)  # noqa: B023
                time.sleep(random_.uniform(0, 0.2))
                figures["kills"] += process.kill()
            assert damage(mirror.database) == [], number
            left = _stored(mirror.database)
            assert mirror.call("sync", "--quiet").code == 0
            assert damage(mirror.database) == [], number
            figures["completed by the next sync"] += _stored(mirror.database) != left
            if by_age:
                edge = time.time() - 20 * 86_400
                gone = {i for i, truth in mirror.world.truth().items() if truth.updated_at < edge - 120}
                assert mirror.problems() == []
            else:
                gone = set(chosen)
            assert gone
            assert _stored(mirror.database).isdisjoint(gone), number
            assert mirror.call("verify").code == 0
        print(f"\npurges: {dict(figures)}")
        assert figures["kills"]
        assert figures["completed by the next sync"]


def _stored(database: Path) -> set[int]:
    with closing(sqlite3.connect(database, timeout=10)) as connection:
        return {i for (i,) in connection.execute("SELECT id FROM conversation")}


def _lose_conversations(database: Path, random_: random.Random, count: int) -> set[int]:
    """Take out rows behind the back of the program."""
    with closing(Database(database)) as store, store.user_transaction() as connection:
        ids = [
            i
            for (i,) in connection.execute("SELECT id FROM conversation WHERE deleted_at IS NULL ORDER BY id")
        ]
        chosen = random_.sample(ids, count)
        for conversation_id in chosen:
            document = read_document(connection, conversation_id)
            remove_documents(connection, [document] if document else [])
            connection.execute("DELETE FROM conversation WHERE id = ?", (conversation_id,))
    return set(chosen)
