"""The queries that list the conversations behind a number."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Literal

from tui.answers import iso
from tui.clock import from_epoch
from tui.domain import Directory, Name
from tui.freshness import Interval
from tui.insights.values import Number
from tui.query import And, Compare, Flag, Moment, Node, Query, QueryError, Sort, TimeTerm, Who
from tui.store.names import resolve
from tui.timeframe import ago_in_words

Field = Literal["team", "assignee", "tag"]
OPEN = Flag("is", "open")
WAITING = Flag("is", "waiting")
RATED = Flag("has", "rating")


class NumberQueries:
    """Pairs numbers with their queries, which narrow `query` (one with a start). The directory has the names
    of teams, teammates and tags; `now` is in epoch seconds."""

    def __init__(self, query: Query, directory: Directory, now: int) -> None:
        self._expression = query.expression
        self._period = query.times
        self._start = query.start
        self._first = next(term.value for term in query.times if term.operator != "until")
        self._directory = directory
        self._now = now

    def now(self, value: int, *nodes: Node) -> Number:
        """Conversations at this moment, regardless of the period."""
        return Number(value, self._write(nodes))

    def active(self, value: int, *nodes: Node) -> Number:
        """Conversations last active in the period."""
        return Number(value, self._write(nodes, self._period))

    def active_on(self, value: int, day: date, span: Interval, *, whole: bool) -> Number:
        """Conversations last active on a day, or in its part `span`."""
        times = (TimeTerm("on", day.isoformat()),) if whole else _since_until(span)
        return Number(value, self._write((), times))

    def created(
        self, value: int, span: Interval, *nodes: Node, day: date | None = None, exact: bool = True
    ) -> Number:
        """Conversations opened in `span`, which is the whole of `day` if one is given.

        The times are absolute, so that the query lists the same ones later. `since:`, implied by `created:`,
        gives the query the same period, and so the same freshness.
        """
        start = from_epoch(span.start)
        if day is not None:
            since = day.isoformat()
            when: tuple[Node, ...] = (Compare("created", "=", Moment(since, start, from_epoch(span.end))),)
        else:
            since = self._first if start == self._start and _is_fixed(self._first) else iso(start)
            when = (Compare("created", ">=", Moment(since, start, start)),)
            if span.end < self._now:
                end = from_epoch(span.end)
                when += (Compare("created", "<=", Moment(iso(end), end, end)),)
        return Number(value, self._write((*nodes, *when), (TimeTerm("since", since),), Sort.CREATED), exact)

    def waiting(self, value: int, low: int, high: int | None) -> Number:
        """Customers waiting for `low` up to, not including, `high` seconds."""
        bounds: list[Node] = []
        if low:
            bounds.append(Compare("waiting", ">=", timedelta(seconds=low)))
        if high is not None:
            bounds.append(Compare("waiting", "<", timedelta(seconds=high)))
        return self.now(value, *bounds)

    def open_of(self, value: int, field: Field, id_: int | None) -> Number:
        """Open conversations of one team or teammate (None: without one)."""
        name = self.unambiguous(field, id_)
        if name is None:
            return Number(value, self._write((OPEN,)), exact=False)
        return self.now(value, OPEN, name)

    def name(self, field: Field, id_: int | None) -> str:
        if id_ is None:
            return "Unassigned" if field == "assignee" else f"No {field}"
        known = next((n.name for n in self._names(field) if n.id == id_), "")
        return known or f"{'Teammate' if field == 'assignee' else field.capitalize()} {id_}"

    def unambiguous(self, field: Field, id_: int | None) -> Who | None:
        """A name or address of this id alone; None if it has none, or shares it with another one."""
        if id_ is None:
            return Who(field, "none")
        spellings = [text for n in self._names(field) if n.id == id_ for text in (n.name, n.email) if text]
        for who in (Who(field, spelling) for spelling in spellings):
            try:
                if resolve(Query("", who), lambda: self._directory)[who] == (id_,):
                    return who
            except QueryError:  # a name with blanks around it, which no query can contain
                continue
        return None

    def _names(self, field: Field) -> tuple[Name, ...]:
        known = self._directory
        return {"team": known.teams, "assignee": known.admins, "tag": known.tags}[field]

    def _write(
        self, nodes: tuple[Node, ...], times: tuple[TimeTerm, ...] = (), sort: Sort = Sort.UPDATED
    ) -> str:
        asked = self._expression
        operands = asked.operands if isinstance(asked, And) else () if asked is None else (asked,)
        operands += tuple(node for node in nodes if node not in operands)
        expression = And(operands) if len(operands) > 1 else operands[0] if operands else None
        return str(Query("", expression, sort=sort, times=times))


def _is_fixed(time: str) -> bool:
    """Whether a time means the same on every day."""
    return time[0].isdigit() and ago_in_words(time) is None


def _since_until(span: Interval) -> tuple[TimeTerm, ...]:
    start, end = (iso(from_epoch(second)) for second in span)
    return TimeTerm("since", start), TimeTerm("until", end)
