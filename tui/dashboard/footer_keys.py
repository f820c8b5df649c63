"""The keys that the footer of the main screen shows: in the list, the conversation, a selection, the search.

Each place is a list of action ids with the words beside their keys, the most important first.
"""

from __future__ import annotations

from tui.domain import Count
from tui.formatting import amount

Keys = tuple[tuple[str, str], ...]
ACTING: Keys = (("close", "close"), ("snooze", "snooze"))
"""Changes in Intercom; they follow `done` where they are allowed."""
ACTING_TOO: Keys = (("assign", "assign"), ("tag", "tag"))
"""Other ones, which come last."""

LIST_KEYS: Keys = (
    ("open", "read"),
    ("done", "done"),
    ("star", "star"),
    ("reply", "reply"),
    ("follow_up", "remind"),
    ("undo", "undo"),
    ("play", "play"),
    ("select", "select"),
    ("search", "search"),
    ("refresh", "sync"),
)
EMPTY_LIST_KEYS: Keys = (
    ("undo", "undo"),
    ("search", "search"),
    ("refresh", "sync"),
)
READER_KEYS: Keys = (
    ("back", "back"),
    ("next_match", "match"),
    ("next_message", "next"),
    ("next_conversation", "conversation"),
    ("done", "done"),
    ("reply", "reply"),
    ("follow_up", "remind"),
    ("copy", "copy"),
    ("customer", "customer"),
    ("links", "links"),
)
SEARCH_KEYS: Keys = (
    ("submit_search", "search"),
    ("search_earlier", "earlier searches"),
    ("back", "back"),
)


def with_acting(keys: Keys) -> Keys:
    """The keys of a place with those that change conversations in Intercom."""
    place = next((number for number, (name, _) in enumerate(keys, 1) if name == "done"), None)
    return keys if place is None else (*keys[:place], *ACTING, *keys[place:], *ACTING_TOO)


def selection_keys(selected: Count, listed: Count) -> Keys:
    """What can be done with the selected conversations; `listed` is how many the list has."""
    everything = () if selected == listed else (("select_all", f"all {amount(listed)}"),)
    return (
        ("done", "done"),
        ("star", "star"),
        ("follow_up", "remind"),
        *everything,
        ("select_none", "clear"),
        ("back", "back"),
    )
