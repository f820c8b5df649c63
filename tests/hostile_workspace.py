"""A simulated workspace in which everything that others write is an attack: one conversation for each."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import msgspec

from tests.attacks import ATTACKS
from tui.simulator import SimulatorOptions
from tui.simulator.model import Company, Json, SimulatedAdmin, SimulatedTeam
from tui.simulator.world import World

AUTHORS = ("user", "lead", "contact", "admin", "bot", "team", "somebody")
"""The kinds of authors; the last one is new."""
EVENTS = (
    "close",
    "assignment",
    "snoozed",
    "participant_added",
    "custom_action_started",
    "somebody's new event",
)
_FIRST = 7_000_000
"""The id of the first teammate, team and tag that is added."""

OPTIONS: dict[str, Any] = {
    "conversations": len(ATTACKS) + len(ATTACKS) // 30 + 2,  # some are deleted at once
    "days": 20,
    "long_threads": 0,
    "tie": 0,
    "activity": 0,
    "latency_ms": 0,
    "search_lag": 0,
    "rate_limit": 1_000_000,
}
"""Options of the simulator for a workspace with a conversation for each attack."""


def options(**changes: Any) -> SimulatorOptions:
    return SimulatorOptions(**(OPTIONS | changes))


def plant(world: World) -> dict[str, int]:
    """Fill each conversation with one of the attacks, and delete the others.

    Returns the ids by the names of the attacks.
    """
    with world.lock:
        numbers = sorted(world.conversations)
        for number in numbers[len(ATTACKS) :]:
            world.delete(number)
        planted = dict(zip(ATTACKS, numbers, strict=False))
        assert len(planted) == len(ATTACKS)
        for place, (name, number) in enumerate(planted.items()):
            _plant(world, number, _FIRST + place, ATTACKS[name])
        world.admins[world.me] = replace(world.admins[world.me], name=_encodable(ATTACKS["terminal: title"]))
        return planted


def _plant(world: World, number: int, identity: int, text: str) -> None:
    """Fill one conversation, and a teammate, a team, a tag, a company and a contact of its own."""
    shown = _encodable(text)
    contact_id = f"{identity:024x}"
    some = next(iter(world.contacts.values()))
    world.contacts[contact_id] = replace(
        some, id=contact_id, role="user", name=shown, email=shown, company=identity, merged_into=""
    )
    world.companies[identity] = Company(identity, shown, shown, 5, shown, 5, shown, world.started - 5)
    world.admins[identity] = SimulatedAdmin(identity, shown, shown)
    world.teams[identity] = SimulatedTeam(identity, shown)
    world.tags[identity] = shown
    old = world.conversations[number]
    world.conversations[number] = replace(old, contacts=(contact_id,), legacy=False)
    world.wrong.patch(number, _filled(identity, contact_id, text))


def _encodable(text: str) -> str:
    """The simulator encodes names itself; lone surrogates are in the conversations alone."""
    return text.encode("utf-8", "replace").decode()


def _filled(identity: int, contact_id: str, text: str) -> Callable[[Json], object]:
    """A patch that puts the text wherever somebody else could have written it."""
    person = {"id": contact_id, "name": text, "email": text}
    files = [
        {"type": "upload", "name": text, "url": text, "content_type": text, "filesize": text},
        {
            "type": "upload",
            "name": text,
            "url": f"https://files.example/{text}",
            "content_type": text,
            "filesize": 5,
        },
    ]
    attributes = {text: text, "list": [text, {text: [text]}], "_default_title_": text}

    def patch(conversation: Json) -> object:
        at = conversation["created_at"]
        event = {
            "assigned_to": {"type": text, "id": text},
            "snoozed_until": 10**15,
            text: text,
            "list": [text],
        }
        parts: list[Json] = [
            *(
                {"part_type": "comment", "body": f"<p>{text}</p>", "author": person | {"type": kind}}
                for kind in AUTHORS
            ),
            {"part_type": "note", "body": text, "author": person | {"type": "admin", "id": str(identity)}},
            *(
                {
                    "part_type": kind,
                    "body": None,
                    "event_details": event,
                    "author": person | {"type": "admin"},
                }
                for kind in (*EVENTS, text)
            ),
            {
                "part_type": "assignment",
                "assigned_to": {"type": "admin", "id": str(identity)},
                "author": person,
            },
            {"part_type": "comment", "body": "", "attachments": files, "author": person | {"type": text}},
        ]
        for place, part in enumerate(parts, 1):
            part.update(id=str(identity * 100 + place), created_at=at + place, type="conversation_part")
        mail = {"email_address_headers": [{"type": "cc", "name": text, "email_address": text}]}
        filled = conversation | {
            "title": text,
            "state": "open",
            "priority": text,
            "admin_assignee_id": identity,
            "team_assignee_id": identity,
            "company": {"type": "company", "id": text, "name": text},
            "tags": {"type": "tag.list", "tags": [{"type": "tag", "id": str(identity), "name": text}]},
            "conversation_rating": {"rating": 1, "remark": text},
            "sla_applied": {"sla_name": text, "sla_status": text},
            "custom_attributes": attributes,
            "ai_agent_participated": True,
            "ai_agent": {"resolution_state": text},
            "source": conversation["source"]
            | {
                "type": "email",
                "delivered_as": text,
                "subject": text,
                "body": text,
                "author": person | {"type": "user"},
                "attachments": files,
                "email_message_metadata": mail,
            },
        }
        if "conversation_parts" in conversation:
            filled["conversation_parts"] = {"conversation_parts": parts, "total_count": len(parts)}
        return msgspec.Raw(json.dumps(filled).encode())

    return patch
