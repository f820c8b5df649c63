"""Fills a new workspace: from a corpus, or with the written people and conversations."""

from __future__ import annotations

from dataclasses import replace
from random import Random
from typing import TYPE_CHECKING

from tui.simulator.cast import Cast
from tui.simulator.content import macros, people
from tui.simulator.corpus import load_corpus
from tui.simulator.model import SimulatedPart
from tui.simulator.thread import write_conversation

if TYPE_CHECKING:
    from tui.simulator.model import SimulatedConversation
    from tui.simulator.world import World

FIRST_PART_ID = 9_999_990_000
"""Numbers grow from ten digits to eleven within the history, as real ones did."""
DAY = 86400
LATEST = (14, 47, 95, 171, 262)
"""How many seconds ago the last conversations moved, so that a demo begins in the midst of things."""


def populate(world: World) -> None:
    """Adds admins, teams, tags, macros, people and conversations; the newest is seconds old."""
    world.reserve_ids(FIRST_PART_ID)
    world.admins = {admin.id: admin for admin in people.admins()}
    world.me = next(iter(world.admins))
    world.teams = {team.id: team for team in people.TEAMS}
    world.tags = dict(people.TAGS)
    world.macros = {macro.id: macro for macro in macros.macros(world.started)}
    world.give_seat(world.options.inbox_seat)
    if world.options.corpus is not None:
        world.load(load_corpus(world, world.options.corpus))
        return
    write_history(world)


def write_history(world: World) -> None:
    options = world.options
    random = Random(f"{options.seed}/people")
    amount = options.conversations
    companies = people.companies(random, max(3, amount // 9), world.started)
    world.companies = {company.id: company for company in companies}
    contacts = people.contacts(random, max(8, amount // 3), companies, world.started)
    world.contacts = {contact.id: contact for contact in contacts}
    cast = Cast(world, contacts)
    written = [
        write_conversation(cast, Random(f"{options.seed}/{number}"), moment)
        for number, moment in enumerate(
            moments(Random(f"{options.seed}/moments"), world.started, amount, options.days)
        )
    ]
    written.sort(key=lambda item: item.created_at)
    number_conversations(written)
    delete_some(world, written)
    lengthen(world, written)
    tie(world, written)
    world.load(written)


def moments(random: Random, now: int, amount: int, days: int) -> list[int]:
    """When each conversation was last active, newest first: denser towards now, quieter at night."""
    made = [now - age for age in LATEST[:amount]]
    for number in range(len(made), amount):
        share = (number + random.random()) / amount
        moment = now - 12 - int(days * DAY * share**1.3)
        if number > amount // 50:
            hour = moment // 3600 % 24
            if hour < 6 and random.random() < 0.7:
                moment -= 9 * 3600
            if (moment // DAY + 4) % 7 in {0, 6} and random.random() < 0.5:
                moment -= 2 * DAY
        made.append(max(moment, now - days * DAY))
    return made


def number_conversations(written: list[SimulatedConversation]) -> None:
    """Ids that grow with time: three digits at first, fifteen in the end."""
    amount = len(written)
    for number, conversation in enumerate(written):
        if number < amount // 8:
            conversation.id = 990 + number * 3
        elif number < amount // 2:
            conversation.id = 999_999_400 + number * 11
        else:
            conversation.id = 215_470_000_000_000 + number * 97
        conversation.legacy = number < amount // 25
        if conversation.legacy and number % 3 == 0:
            conversation.admin = conversation.team = 0
        if conversation.legacy and conversation.waiting_since:
            # Old answers hold times thousands of years ahead.
            conversation.waiting_since = 64_632_601_013


def delete_some(world: World, written: list[SimulatedConversation]) -> None:
    """About one in a hundred is gone already."""
    for place in sorted(range(37, len(written), 101), reverse=True):
        gone = written.pop(place)
        world.deleted[gone.id] = gone.updated_at + 60
    world.deleted = dict(sorted(world.deleted.items(), key=lambda item: item[1]))


def lengthen(world: World, written: list[SimulatedConversation]) -> None:
    """A few threads outgrow the 500 parts that the API shows."""
    candidates = [item for item in written if item.part_count >= 4 and not item.legacy]
    for number, conversation in enumerate(
        candidates[:: max(1, len(candidates) // (world.options.long_threads or 1))]
    ):
        if number >= world.options.long_threads:
            return
        log_lines(world, conversation, 505 + number * 120)


def log_lines(world: World, conversation: SimulatedConversation, amount: int) -> None:
    """Many short automatic messages before the last part, as an integration gone wild leaves them."""
    first, last = conversation.parts[-2].created_at, conversation.updated_at
    bot = next(admin.author for admin in world.admins.values() if admin.author.kind == "bot")
    tail = conversation.parts.pop()
    for number in range(amount):
        at = first + (last - first) * number // amount
        body = (
            f"<p>Build #{48100 + number} of <code>portal-sync</code> failed: retry {number % 9 + 1} of 9</p>"
        )
        conversation.parts.append(SimulatedPart(world.next_id(), "comment", bot, at, "open", body))
    conversation.parts.append(replace(tail, id=world.next_id()))
    conversation.part_count = len(conversation.parts)


def tie(world: World, written: list[SimulatedConversation]) -> None:
    """A bulk action long ago left many conversations with the same last second."""
    size = min(180, len(written) // 10) if world.options.tie is None else world.options.tie
    third = sorted(written, key=lambda item: item.updated_at)[len(written) // 3 :][:size]
    if third:
        latest = third[-1].updated_at
        for conversation in third:
            conversation.updated_at = latest
