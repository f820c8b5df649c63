"""Writes one conversation of the seeded workspace: who says what, and when."""

from __future__ import annotations

from dataclasses import dataclass, field
from random import Random
from typing import Any

from tui.simulator.content import dialogue
from tui.simulator.content.dialogue import Opening
from tui.simulator.model import (
    Admin,
    AppliedTag,
    Attachment,
    Author,
    Contact,
    Conversation,
    Part,
    Rating,
    Source,
)
from tui.simulator.state import State

DAY = 86400
TEAM_OF = {
    "support": 5017691,
    "billing": 5017692,
    "technical": 5017693,
    "success": 5017694,
    "security": 991267902,
}
FILES = (
    Attachment("screenshot.png", "image/png", 184_223, 1440, 900), Attachment("invoice.pdf", "application/pdf", 48_112),
    Attachment("console log.txt", "text/plain", 3_902), Attachment("IMG_2041.HEIC", "image/heic", 2_310_448, 4032, 3024),
    Attachment("timesheets_export.csv", "text/csv", 91_120), Attachment("recording.mp4", "video/mp4", 8_801_233),
)  # fmt: skip


class Cast:
    """The people of a workspace, as a writer needs them."""

    def __init__(self, state: State, contacts: list[Contact]) -> None:
        self.state = state
        self.contacts = contacts
        self.humans = [admin for admin in state.admins.values() if admin.has_inbox_seat]
        self.of_team = {
            team: [admin for admin in self.humans if team in admin.teams] or self.humans
            for team in state.teams
        }
        bots = {admin.name: admin.author for admin in state.admins.values() if admin.author.kind == "bot"}
        self.operator, self.fin = bots["Operator"], bots["Fin"]


@dataclass(slots=True)
class Draft:
    """A conversation in the making. Times count from its beginning; the end is moved to where it belongs."""

    random: Random
    customer: Author
    agent: Admin
    opening: Opening
    elapsed: int = 0
    state: str = "open"
    waiting: int | None = 0
    parts: list[tuple[int, str, Author, str | None, str, dict[str, Any]]] = field(default_factory=list)

    def wait(self, median: float) -> None:
        self.elapsed += int(min(4 * DAY, self.random.lognormvariate(0, 1) * median)) + 1

    def add(self, type: str, author: Author, body: str | None = None, **fields: Any) -> None:
        self.parts.append((self.elapsed, type, author, body, self.state, fields))

    def customer_says(self, text: str, **fields: Any) -> None:
        self.wait(2400)
        reopens = self.state == "closed"
        self.state = "open"
        body = dialogue.say(self.random, text, self.opening.slots)
        self.waiting = self.elapsed if self.waiting is None else self.waiting
        self.add("open" if reopens else "comment", self.customer, body, **fields)

    def agent_says(self, text: str, **fields: Any) -> None:
        self.wait(1500)
        greeting = ""
        if self.random.random() < 0.6:
            greeting = dialogue.fill(self.random.choice(dialogue.ACKNOWLEDGEMENTS), self.opening.slots)
        self.waiting = None
        self.add("comment", self.agent.author, greeting + dialogue.fill(text, self.opening.slots), **fields)


def write_conversation(cast: Cast, random: Random, last_at: int) -> Conversation:
    """A conversation whose last activity is at `last_at`. Its id is still 0."""
    contact = random.choice(cast.contacts)
    opening = dialogue.opening(random, cast.state, contact)
    team = TEAM_OF[opening.topic.team]
    agent = random.choice(cast.of_team[team])
    opening.slots["agent"] = agent.name.split(" ")[0]
    customer = Author(contact.role, contact.id, contact.name, contact.email)
    draft = Draft(random, customer, agent, opening)
    age = cast.state.started - last_at
    assigned = converse(cast, draft, age, team)
    return finish(cast, draft, contact, team if assigned else 0, last_at)


def converse(cast: Cast, draft: Draft, age: int, team: int) -> bool:
    """The turns between first message and end. False when nobody took it on yet."""
    random, topic, agent = draft.random, draft.opening.topic, draft.agent
    if random.random() < 0.35:
        draft.elapsed += 3
        draft.add(
            "comment", cast.operator, dialogue.fill(random.choice(dialogue.BOT_LINES), draft.opening.slots)
        )
    if age < 3600 and random.random() < 0.4:
        return False
    draft.wait(300)
    draft.add("assignment", cast.operator, assigned_to=("team", str(team)))
    draft.wait(600)
    draft.add("assignment", agent.author, assigned_to=("admin", str(agent.id)))
    if random.random() < 0.7:
        draft.agent_says(random.choice(topic.questions))
        files = (random.choice(FILES),) if random.random() < 0.2 else ()
        draft.customer_says(random.choice(topic.answers), attachments=files)
    if topic.notes and random.random() < 0.45:
        draft.wait(300)
        draft.add(
            "note",
            random.choice(cast.humans).author,
            dialogue.fill(random.choice(topic.notes), draft.opening.slots),
        )
    if age < DAY and random.random() < 0.3:
        return True
    draft.agent_says(random.choice(topic.fixes))
    while random.random() < 0.3:
        draft.customer_says(random.choice(topic.relapses or dialogue.NUDGES))
        draft.agent_says(random.choice((*topic.fixes, *dialogue.AGENT_LINES)))
    if random.random() < 0.7:
        draft.customer_says(random.choice(dialogue.THANKS))
    end(draft, age)
    return True


def end(draft: Draft, age: int) -> None:
    random = draft.random
    if random.random() < (0.35 if age < DAY else 0.7 if age < 7 * DAY else 0.93):
        draft.wait(1800)
        draft.state = "closed"
        draft.waiting = None
        goodbye = (
            dialogue.fill(random.choice(dialogue.GOODBYES), draft.opening.slots)
            if random.random() < 0.5
            else None
        )
        draft.add("close", draft.agent.author, goodbye)
    elif random.random() < 0.35:
        draft.wait(600)
        draft.state = "snoozed"
        draft.add("snoozed", draft.agent.author)


def finish(cast: Cast, draft: Draft, contact: Contact, team: int, last_at: int) -> Conversation:
    state, random = cast.state, draft.random
    opening, agent = draft.opening, draft.agent
    created_at = last_at - draft.elapsed
    source = Source(
        state.next_id(),
        "email" if opening.subject else "conversation",
        "customer_initiated",
        f"<p>{opening.subject}</p>" if opening.subject and random.random() < 0.3 else opening.subject,
        opening.body,
        draft.customer,
        url=None if opening.subject else "https://app.harbourly.example/projects",
    )
    parts = [
        Part(state.next_id(), type, author, created_at + at, status, body, **fields)
        for at, type, author, body, status, fields in draft.parts
    ]
    tags = tuple(
        AppliedTag(tag, created_at + draft.elapsed // 2, agent.id)
        for tag in opening.topic.tags
        if random.random() < 0.7
    )
    rating = None
    if draft.state == "closed" and random.random() < 0.3:
        remark = random.choice(dialogue.REMARKS).format_map(opening.slots)
        rating = Rating(random.choices((1, 2, 3, 4, 5), (6, 5, 9, 25, 55))[0], remark, last_at, agent.id)
    priority = random.choices(("none", "low", "medium", "high", "urgent"), (70, 5, 10, 10, 5))[0]
    return Conversation(
        id=0,
        created_at=created_at,
        updated_at=last_at,
        source=source,
        contacts=(contact.id,),
        parts=parts,
        part_count=len(parts),
        title=opening.title,
        state=draft.state,
        read=draft.state == "closed" or random.random() < 0.6,
        priority=priority,
        admin=agent.id if team else 0,
        team=team,
        waiting_since=None if draft.waiting is None else created_at + draft.waiting,
        snoozed_until=state.started + random.randrange(1200, 5 * DAY) if draft.state == "snoozed" else None,
        tags=tags,
        attributes={"Topic": opening.topic.key, "Language": contact.language},
        company=contact.company,
        rating=rating,
        sla=("First reply within 2 hours", random.choice(("hit", "hit", "missed", "active", "cancelled")))
        if priority in {"high", "urgent"}
        else None,
    )


def log_lines(state: State, conversation: Conversation, amount: int) -> None:
    """Many short automatic messages before the last part, as an integration gone wild leaves them."""
    last = conversation.updated_at
    first = conversation.parts[-2].created_at
    bot = Author("bot", "274", "Operator", "operator+hrb1y7qx@intercom.example")
    tail = conversation.parts.pop()
    for number in range(amount):
        at = first + (last - first) * number // amount
        body = (
            f"<p>Build #{48100 + number} of <code>portal-sync</code> failed: retry {number % 9 + 1} of 9</p>"
        )
        conversation.parts.append(Part(state.next_id(), "comment", bot, at, "open", body))
    conversation.parts.append(tail)
    conversation.part_count = len(conversation.parts)
