"""The query language of the search pane, the command line, saved views and the Python API.

    refund "late fee" is:open -tag:spam (assignee:me OR assignee:none) since:7d sort:waiting

Free words and phrases are ANDed, `OR` binds weaker, `-` negates, parentheses group, `word*` is a prefix,
`"some words"~5` are words near each other.
`OPERATORS` and `SYNTAX` describe everything there is. Pure: no I/O, no clock of its own.
"""

from __future__ import annotations

from tui.query.describe import describe
from tui.query.errors import IncompleteQuery, QueryError
from tui.query.help import OPERATORS, SYNTAX, OperatorHelp, SyntaxHelp
from tui.query.nodes import (
    And,
    Attribute,
    Choice,
    Compare,
    Flag,
    Moment,
    Node,
    Not,
    Or,
    Query,
    Sort,
    Span,
    Text,
    TimeTerm,
    Who,
)
from tui.query.parser import parse
from tui.query.reference import conversation_number

__all__ = [
    "OPERATORS",
    "SYNTAX",
    "And",
    "Attribute",
    "Choice",
    "Compare",
    "Flag",
    "IncompleteQuery",
    "Moment",
    "Node",
    "Not",
    "OperatorHelp",
    "Or",
    "Query",
    "QueryError",
    "Sort",
    "Span",
    "SyntaxHelp",
    "Text",
    "TimeTerm",
    "Who",
    "conversation_number",
    "describe",
    "parse",
]
