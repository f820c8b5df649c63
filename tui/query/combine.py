"""Two queries combined into one, for a view that is narrowed by a query."""

from __future__ import annotations

from tui.query.lexer import Kind, tokens
from tui.query.nodes import And, Node, Query


def combine(first: Query, second: Query) -> str:
    """A query, in its canonical spelling, that finds what both find.

    Its period is what the two periods share; if they share nothing, parsing the result raises `QueryError`.
    The order is that of `second` if it names one, else that of `first`.
    """
    nodes: list[Node] = []
    for expression in (first.expression, second.expression):
        if expression is not None:
            nodes.extend(expression.operands if isinstance(expression, And) else (expression,))
    both = And(tuple(nodes)) if len(nodes) > 1 else nodes[0] if nodes else None
    starts = [q.start for q in (first, second) if q.start is not None]
    ends = [q.end for q in (first, second) if q.end is not None]
    names_sort = any(t.kind is Kind.OPERATOR and t.name.lower() == "sort" for t in tokens(second.source))
    # The spelling of the times is kept if only one of the two has any.
    times = () if first.times and second.times else first.times or second.times
    return str(
        Query(
            source="",
            expression=both,
            start=max(starts, default=None),
            end=min(ends, default=None),
            sort=second.sort if names_sort else first.sort,
            times=times,
        )
    )
