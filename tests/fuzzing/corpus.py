"""Valid inputs to begin with: what the simulator answers."""

from __future__ import annotations

import json
from functools import cache
from typing import Any

from tui.simulator import SimulatorOptions, render
from tui.simulator.world import World

NOW = 1_734_700_000.0
"""Epoch seconds: the world is the same in every run."""


@cache
def world() -> World:
    options = SimulatorOptions(conversations=80, days=30, activity=0, long_threads=0, tie=0)
    return World(options, lambda: NOW)


@cache
def conversations() -> tuple[Any, ...]:
    """Each with its thread, as JSON."""
    return tuple(json.loads(render.full(one, world())) for one in world().conversations.values())


@cache
def bodies() -> tuple[str, ...]:
    """The HTML of the messages."""
    found = {"<p>Hello</p>"}
    for conversation in conversations():
        parts = conversation["conversation_parts"]["conversation_parts"]
        found |= {message["body"] for message in (conversation["source"], *parts) if message["body"]}
    return tuple(sorted(found))


@cache
def lists() -> dict[str, Any]:
    """Other answers, by the name of their function in `tui.intercom.decode`."""
    shown, headers = (
        world(),
        [
            {key: value for key, value in one.items() if key != "conversation_parts"}
            for one in conversations()
        ],
    )
    pages = {"type": "pages", "page": 1, "next": {"page": 2, "starting_after": "WzE3"}, "total_pages": 9}
    admins = [render.admin_json(admin) for admin in shown.admins.values()]
    contacts = [render.contact_json(contact, shown, "w1") for contact in list(shown.contacts.values())[:5]]
    gone = [{"id": str(number), "deleted_at": int(NOW)} for number in list(shown.conversations)[:5]]
    app = {"type": "app", "id_code": "abc", "name": "Harbourly", "region": "EU"}
    return {
        "conversation_page": {"conversations": headers[:4], "total_count": 4, "pages": pages},
        "deleted_page": {"conversations": gone, "pages": pages},
        "me": {**admins[0], "app": app},
        "admins": {"admins": admins},
        "teams": {"teams": [render.team_json(team, ()) for team in shown.teams.values()]},
        "tags": {"data": [render.tag_json(*tag) for tag in shown.tags.items()]},
        "contact": contacts[0],
        "companies": {"data": [render.company_json(one) for one in list(shown.companies.values())[:5]]},
        "contact_page": {"data": contacts, "pages": pages},
        "problem": {"type": "error.list", "errors": [{"code": "x", "message": "not found", "field": "id"}]},
    }
