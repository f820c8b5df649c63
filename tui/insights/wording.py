"""Writes the queries that lead from a number to the conversations behind it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Literal

from tui.answers import iso
from tui.clock import from_epoch
from tui.domain import Directory, Name
from tui.freshness import Interval
from tui.insights.values import Number
from tui.query import And, Compare, Flag, Node, Query, QueryError, Sort, TimeTerm, Who
from tui.store.names import resolve

Field = Literal["team", "assignee", "tag"]
OPEN = Flag("is", "open")
WAITING = Flag("is", "waiting")
RATED = Flag("has", "rating")


class Wording:
    """`query` is what was asked, with the start of its period; the directory says how teams and teammates
    are called; `now` (epoch seconds) is what ages are counted from."""

    def __init__(self, query: Query, directory: Directory, now: int) -> None:
        self._expression = query.expression
        self._period = query.times
        self._first = next(replace(t, operator="since") for t in query.times if t.operator != "until")
        self._directory = directory
        self._now = now

    def now(self, value: int, *nodes: Node) -> Number:
        """Conversations of this moment, whatever the period."""
        return Number(value, self._write(nodes))

    def active(self, value: int, *nodes: Node) -> Number:
        """Conversations last active in the period."""
        return Number(value, self._write(nodes, self._period))

    def active_on(self, value: int, day: date, span: Interval, *, whole: bool) -> Number:
        """Conversations last active on a day, or in the part of it that `span` is."""
        times = (TimeTerm("on", day.isoformat()),) if whole else _since_until(span)
        return Number(value, self._write((), times))

    def begun(
        self, value: int, span: Interval, *nodes: Node, since: str | None = None, exact: bool = True
    ) -> Number:
        """Conversations that began in `span`, of which `since` (None: the period) spells the start.

        `created:` is about age, so it fits to the second only now; `since:`, which it implies, gives the
        query the same period, and so the same freshness, later too.
        """
        ages: tuple[Node, ...] = (self._age("<=", span.start),)
        if span.end < self._now:
            ages += (self._age(">=", span.end),)
        first = self._first if since is None else TimeTerm("since", since)
        return Number(value, self._write((*nodes, *ages), (first,), Sort.CREATED), exact)

    def waiting(self, value: int, low: int, high: int | None) -> Number:
        """Customers that have been waiting for `low` up to (not including) `high` seconds."""
        bounds: list[Node] = []
        if low:
            bounds.append(Compare("waiting", ">=", timedelta(seconds=low)))
        if high is not None:
            bounds.append(Compare("waiting", "<", timedelta(seconds=high)))
        return self.now(value, *bounds)

    def open_of(self, value: int, field: Field, id_: int | None) -> Number:
        """Open conversations of one team or teammate (None: of none)."""
        name = self.unmistakable(field, id_)
        if name is None:
            return Number(value, self._write((OPEN,)), exact=False)
        return self.now(value, OPEN, name)

    def name(self, field: Field, id_: int | None) -> str:
        if id_ is None:
            return "Unassigned" if field == "assignee" else f"No {field}"
        known = next((n.name for n in self._names(field) if n.id == id_), "")
        return known or f"{'Teammate' if field == 'assignee' else field.capitalize()} {id_}"

    def unmistakable(self, field: Field, id_: int | None) -> Who | None:
        """The spelling that stands for this id alone; None when two share their name, or none is known."""
        if id_ is None:
            return Who(field, "none")
        spellings = [text for n in self._names(field) if n.id == id_ for text in (n.name, n.email) if text]
        for who in (Who(field, spelling) for spelling in spellings):
            try:
                if resolve(Query("", who), lambda: self._directory)[who] == (id_,):
                    return who
            except QueryError:  # a name with blanks around it, which no query can spell
                continue
        return None

    def _age(self, sign: Literal["<=", ">="], moment: int) -> Compare:
        return Compare("created", sign, timedelta(seconds=max(0, self._now - moment)))

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


def _since_until(span: Interval) -> tuple[TimeTerm, ...]:
    start, end = (iso(from_epoch(second)) for second in span)
    return TimeTerm("since", start), TimeTerm("until", end)
