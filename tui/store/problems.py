"""Conversations that Intercom names and does not give out, or not in a form that can be read.

Each is a hole of a second in the coverage. A 404 is a suspicion, no proof: a replica may lag, a permission
may be missing, a server may be wrong for a day.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from enum import StrEnum

from peewee import Expression, fn

from tui.domain import ConversationProblem
from tui.freshness import Interval
from tui.store.database import Connection, Database
from tui.store.id_lists import as_list, listed
from tui.store.models import Problem

FIRST_PAUSE = 300
"""Seconds after the second failure in a row before a conversation is asked for again; doubled with each."""
LONGEST_PAUSE = 86_400
CONFIRM_AFTER = 3600
"""Seconds after its first 404 from which on a conversation that a listing also lacks is taken as deleted."""


MANY_CONFIRM_AFTER = 7 * 86_400
"""The same when implausibly many are missing at once: a server may be wrong for days."""


class ProblemKind(StrEnum):
    MISSING = "missing"
    """Intercom says that there is no such conversation (404)."""
    THREAD = "thread"
    """The conversation cannot be fetched or read."""
    HEADER = "header"
    """Its entry in a list cannot be read."""


def note_problem(
    connection: Connection, kind: ProblemKind, conversation_id: str, second: int, problem: str, now: int
) -> bool:
    """Store that a sync met a problem again, or for the first time; it is tried again later and later.

    Returns whether it was the first time."""
    found = connection.run(
        Problem.select(Problem.kind, Problem.failures, Problem.since, Problem.absent_at).where(
            Problem.id == conversation_id
        )
    ).fetchone()
    known = found is not None and found[0] == kind
    failures = found[1] + 1 if known else 1
    connection.run(
        Problem.insert(
            id=conversation_id,
            kind=kind,
            second=second,
            problem=problem,
            since=min(found[2], now) if known else now,
            failures=failures,
            retry_at=now + _pause(failures),
            absent_at=found[3] if known else None,
        ).on_conflict_replace()
    )
    return not known


def _pause(failures: int) -> int:
    return 0 if failures < 2 else min(FIRST_PAUSE << min(failures - 2, 20), LONGEST_PAUSE)


def forget_problems(connection: Connection, ids: Iterable[int]) -> None:
    """These conversations were read."""
    connection.run(Problem.delete().where(Problem.id.in_([str(i) for i in ids])))


def forget_headers(connection: Connection, window: Interval, still: Collection[str]) -> None:
    """A complete listing of the window could read everything but the entries in `still`."""
    connection.run(
        Problem.delete().where(
            Problem.kind == ProblemKind.HEADER,
            Problem.second.between(*window),
            Problem.id.not_in(list(still)),
        )
    )


def note_absent(connection: Connection, ids: Iterable[int], now: int) -> None:
    """A complete listing lacked these conversations."""
    absent = Problem.update(absent_at=now).where(
        Problem.kind == ProblemKind.MISSING,
        Problem.id.cast("integer").in_(listed(as_list(ids))),
    )
    connection.run(absent)


def confirmed_missing(connection: Connection, ids: Iterable[int], plausible: int) -> list[int]:
    """Those of the conversations, just answered with 404, that are gone: a listing at least `CONFIRM_AFTER`
    after the first such answer lacked them too; `MANY_CONFIRM_AFTER` if more than `plausible` are missing."""
    (missing,) = connection.run(
        Problem.select(fn.count()).where(Problem.kind == ProblemKind.MISSING)
    ).fetchone()
    wait = CONFIRM_AFTER if missing <= plausible else MANY_CONFIRM_AFTER
    found = connection.run(
        Problem.select(Problem.id.cast("integer")).where(
            Problem.kind == ProblemKind.MISSING,
            Problem.id.in_([str(i) for i in ids]),
            Problem.absent_at >= Problem.since + wait,
        )
    )
    return [int(i) for (i,) in found]


def is_not_due(now: int) -> Expression:
    """Whether a problem need not be tried again yet; a time far ahead is that of a clock that was wrong."""
    return Problem.retry_at.between(now + 1, now + LONGEST_PAUSE)


def unreadable_seconds(database: Database, now: int) -> list[int]:
    """The seconds of conversations that cannot be read and need not be asked for again yet."""
    found = database.all(
        Problem.select(Problem.second).where(Problem.kind != ProblemKind.MISSING, is_not_due(now))
    )
    return [int(second) for (second,) in found]


def problems_not_due(database: Database, now: int) -> list[ConversationProblem]:
    """Those that are known and need not be tried again yet."""
    found = database.all(Problem.select(Problem.id, Problem.problem).where(is_not_due(now)))
    return [ConversationProblem(*row) for row in found]


def read_problems(database: Database, limit: int) -> list[ConversationProblem]:
    """What is wrong with which conversation, the newest first."""
    found = database.all(
        Problem.select(Problem.id, Problem.problem).order_by(Problem.second.desc()).limit(limit)
    )
    return [ConversationProblem(*row) for row in found]


def count_problems(database: Database) -> int:
    return int(database.one(Problem.select(fn.count()))[0])
