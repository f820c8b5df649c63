"""What happens by itself while the clock moves. Deterministic: change n of a seed is always the same."""

from __future__ import annotations

import heapq
from collections.abc import Callable
from random import Random
from typing import TYPE_CHECKING

from tui.simulator.content import dialogue
from tui.simulator.content.people import LANGUAGES
from tui.simulator.model import Author

if TYPE_CHECKING:
    from tui.simulator.world import World

MOST_AT_ONCE = 5000
"""Changes replayed after a long pause; the rest of the pause stays quiet."""


class Activity:
    """Replays the changes that are due. Nothing runs in the background."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._gap = 60 / world.options.activity if world.options.activity else 0.0
        self._began = int(world.clock())
        self._replayed_to = float(self._began)
        self._replayed = 0
        self._number = 0
        self._number_scheduled = 0
        self._scheduled: list[tuple[float, int, Callable[[], object]]] = []
        self._snoozed = [
            (item.snoozed_until, item.id) for item in world.conversations.values() if item.snoozed_until
        ]
        heapq.heapify(self._snoozed)

    def schedule(self, at: float, change: Callable[[], object]) -> None:
        """Has `change` happen at this moment (epoch seconds)."""
        self._number_scheduled += 1
        heapq.heappush(self._scheduled, (at, self._number_scheduled, change))

    def wake(self, at: int, conversation_id: int) -> None:
        """Notes that a conversation's snooze ends at this epoch second."""
        heapq.heappush(self._snoozed, (at, conversation_id))

    def replay(self, now: float) -> None:
        """Applies, each at its own time, every change that is due by `now` and not applied yet."""
        world = self._world
        while True:
            due = self._began + (self._replayed + 1) * self._gap if self._gap else float("inf")
            wakes = self._snoozed[0][0] - world.clocks.stamps if self._snoozed else float("inf")
            planned = self._scheduled[0][0] if self._scheduled else float("inf")
            moment = min(due, wakes, planned)
            if moment > now:
                self._replayed_to = max(self._replayed_to, now)
                return
            # A clock that was set forward, or a change planned for the past: it happens late.
            self._replayed_to = max(self._replayed_to, moment)
            if planned == moment:
                _, _, change = heapq.heappop(self._scheduled)
                with world.at(self._replayed_to):
                    change()
                continue
            if wakes == moment:
                at, conversation_id = heapq.heappop(self._snoozed)
                with world.at(self._replayed_to):
                    self._end_snooze(at, conversation_id)
                continue
            self._replayed += 1
            behind = int((now - due) / self._gap)
            if behind < MOST_AT_ONCE:
                with world.at(due):
                    world.index.refresh(due)
                    self._change_as_told()

    def _end_snooze(self, at: int, conversation_id: int) -> None:
        world = self._world
        old = world.conversations.get(conversation_id)
        if old is None or old.state != "snoozed" or old.snoozed_until != at:
            return
        world.append(old, "timer_unsnooze", world.operator(), state="open", snoozed_until=None)

    def _change_as_told(self) -> None:
        """One random change, which a share of the options makes silent."""
        options = self._world.options
        dice = Random(f"{options.seed}/silent/{self._number}").random() if options.silent_share else 1.0
        with self._world.silently(dice < options.silent_share):
            self.change()

    def change(self) -> int:
        """One random change at the world's present moment. Returns the conversation's id."""
        world = self._world
        self._number += 1
        random = Random(f"{world.options.seed}/change/{self._number}")
        dice = random.random()
        if dice < 0.22 or len(world.conversations) < 2:
            contact = random.choice([item for item in world.contacts.values() if not item.merged_into])
            author = Author(contact.role, contact.id, contact.name, contact.email)
            opening = dialogue.opening(random, world, contact)
            return world.open_with(author, opening.body, opening.subject, opening.title).id
        target = world.pick(random)
        conversation_id = target.id
        language = str(target.attributes.get("Language", "en"))
        if language not in LANGUAGES:
            language = "en"
        admin = random.choice([admin for admin in world.admins.values() if admin.author.kind == "admin"])
        if dice < 0.48 or (target.state == "closed" and dice < 0.92):
            world.reply(conversation_id, dialogue.nudge(random, language))
        elif dice < 0.70:
            world.reply(conversation_id, dialogue.agent_line(random, language), by=admin.id)
        elif dice < 0.77:
            world.note(conversation_id, dialogue.note(random), by=admin.id)
        elif dice < 0.84:
            world.assign(conversation_id, admin=admin.id, by=admin.id)
        elif dice < 0.92:
            world.close(
                conversation_id,
                dialogue.goodbye(random, language) if random.random() < 0.5 else None,
                by=admin.id,
            )
        elif dice < 0.96:
            world.snooze(conversation_id, world.now() + random.choice((3600, 14400, 86400)), by=admin.id)
        elif dice < 0.985 or not world.options.deletions:
            world.tag(conversation_id, random.choice(list(world.tags)), by=admin.id)
        else:
            world.delete(conversation_id)
        return conversation_id
