"""Writes one conversation of the seeded workspace: who says what, and when."""

from __future__ import annotations

from dataclasses import dataclass, field
from random import Random
from typing import Any

from tui.simulator import mail
from tui.simulator.cast import FILES, TEAM_OF, Cast
from tui.simulator.content import dialogue
from tui.simulator.content.dialogue import Opening
from tui.simulator.content.smalltalk import SmallTalk, small_talk
from tui.simulator.model import (
    AppliedTag,
    Author,
    Rating,
    SimulatedAdmin,
    SimulatedContact,
    SimulatedConversation,
    SimulatedPart,
    Source,
)

HOUR = 3600
DAY = 24 * HOUR
EVENTS: tuple[tuple[str, dict[str, Any] | None], ...] = (
    (
        "conversation_attribute_updated_by_admin",
        {"attribute": {"name": "Topic"}, "value": {"name": "Reviewed"}},
    ),
    (
        "conversation_attribute_updated_by_workflow",
        {"attribute": {"name": "Plan"}, "value": {"name": "Business"}},
    ),
    ("custom_action_started", {"action": {"name": "Create issue"}}),
    ("custom_action_finished", {"action": {"name": "Create issue", "result": "success"}}),
    ("participant_added", None),
    ("participant_removed", None),
    ("conversation_tags_updated", None),
    ("priority_changed", None),
    ("away_mode_assignment", None),
    ("quick_reply", None),
    ("sla_clock_paused_by_gremlins", {"gremlins": 3}),
)
"""Parts without a body; the last is a type that no reader can know."""
CHANNELS = ("conversation", "whatsapp", "facebook", "instagram", "sms", "phone_call", "twitter")
CHANNEL_WEIGHTS = (90, 3, 2, 1, 1, 2, 1)


@dataclass(slots=True)
class Draft:
    """A conversation in the making. Times count in seconds from its beginning; in the end all are moved so
    that the last one falls where it belongs."""

    random: Random
    cast: Cast
    contact: SimulatedContact
    agent: SimulatedAdmin
    opening: Opening
    team: int
    age: int
    """Seconds between its last activity and now."""
    talk: SmallTalk
    elapsed: int = 0
    state: str = "open"
    waiting: int | None = 0
    taken: bool = False
    said: set[str] = field(default_factory=set)
    parts: list[tuple[int, str, Author, str | None, str, dict[str, Any]]] = field(default_factory=list)

    def pick(self, texts: tuple[str, ...]) -> str:
        """One of the texts, if possible one that was not used in this conversation."""
        fresh = [text for text in texts if text not in self.said]
        chosen = self.random.choice(fresh or texts)
        self.said.add(chosen)
        return chosen

    def suited(self, texts: tuple[str, ...]) -> tuple[str, ...]:
        """Just the text that was written for what the customer opened with, if there is one."""
        turn = self.opening.turn
        return texts[turn : turn + 1] or texts

    def chance(self, share: float) -> bool:
        return self.random.random() < share

    def wait(self, median: float) -> None:
        self.elapsed += int(min(3 * DAY, self.random.lognormvariate(0, 1) * median)) + 1

    def add(self, kind: str, author: Author, body: str | None = None, **fields: Any) -> None:
        self.parts.append((self.elapsed, kind, author, body, self.state, fields))

    def customer_says(self, texts: tuple[str, ...]) -> None:
        """The customer answers after a while, with a file now and then; a closed conversation opens again."""
        self.wait(2400)
        reopens = self.state == "closed"
        self.state = "open"
        if self.waiting is None:
            self.waiting = self.elapsed
        author = self.cast.author(self.contact)
        if author.kind == "lead" and self.chance(0.5):
            author = Author("user", author.id, author.name, author.email)
        body = dialogue.say(self.random, self.pick(texts), self.opening.slots)
        files = (self.random.choice(FILES),) if self.chance(0.1) else ()
        self.add("open" if reopens else "comment", author, body, attachments=files)

    def agent_says(self, texts: tuple[str, ...]) -> None:
        self.wait(1500)
        slots = self.opening.slots
        first = self.waiting is not None and self.chance(0.6)
        body = ""
        if first:
            greeting = dialogue.addressed(self.random, self.talk.acknowledgements, slots)
            body = dialogue.fill(greeting, slots)
        self.waiting = None
        files = (self.random.choice(FILES),) if self.chance(0.04) else ()
        body += dialogue.say(self.random, self.pick(texts), slots)
        self.add("comment", self.agent.author, body, attachments=files)

    def note(self) -> None:
        topic = self.opening.topic
        texts = (*topic.notes, *small_talk().notes) if self.chance(0.3) else topic.notes or small_talk().notes
        self.wait(400)
        body = dialogue.fill(self.pick(texts), self.opening.slots)
        self.add("note", self.random.choice(self.cast.humans).author, body)


def write_conversation(cast: Cast, random: Random, last_at: int) -> SimulatedConversation:
    """A conversation whose last activity is at `last_at` (epoch seconds). Its id is still 0."""
    contact = random.choice(cast.regulars if random.random() < 0.25 else cast.contacts)
    opening = dialogue.opening(random, cast.state, contact)
    team = TEAM_OF[opening.topic.team]
    agent = random.choice(cast.of_team[team])
    opening.slots["agent"] = agent.name.split(" ")[0]
    talk = small_talk(opening.topic.language)
    draft = Draft(random, cast, contact, agent, opening, team, cast.state.started - last_at, talk)
    converse(draft)
    return finish(draft, last_at)


def converse(draft: Draft) -> None:
    """The turns after the first message."""
    topic = draft.opening.topic
    greet(draft)
    if draft.age < 2 * HOUR and draft.chance(0.45):
        return
    take(draft)
    if topic.brief:
        draft.agent_says(topic.fixes if draft.chance(0.5) else topic.questions)
        close(draft)
        return
    if draft.chance(0.72):
        questions = draft.suited(topic.questions)
        draft.agent_says(questions)
        if draft.age < 2 * DAY and draft.chance(0.15):
            return
        draft.customer_says(draft.suited(topic.answers) if len(questions) == 1 else topic.answers)
    if draft.chance(0.4):
        draft.note()
    if draft.chance(0.18):
        draft.wait(200)
        kind, details = draft.random.choice(EVENTS)
        draft.add(kind, draft.agent.author, details=details)
    if draft.age < DAY and draft.chance(0.3):
        return
    draft.agent_says(draft.suited(topic.fixes))
    rounds = 0
    while draft.chance(0.34) and rounds < 9:
        rounds += 1
        draft.customer_says(topic.relapses or draft.talk.nudges)
        if draft.chance(0.25):
            hand_over(draft)
        if draft.chance(0.25):
            draft.note()
        draft.agent_says(topic.fixes if draft.chance(0.4) else draft.talk.agent_lines)
    if draft.chance(0.7):
        draft.customer_says(draft.talk.thanks)
    end(draft)


def greet(draft: Draft) -> None:
    """What the bots say at once."""
    cast, slots = draft.cast, draft.opening.slots
    if draft.chance(0.3):
        draft.elapsed += 3
        draft.add("comment", cast.operator, dialogue.fill(draft.random.choice(small_talk().bot_lines), slots))
    if draft.chance(0.08):
        draft.elapsed += 8
        draft.add("comment", cast.fin, dialogue.fill(draft.pick(draft.opening.topic.fixes), slots))
    if draft.chance(0.03):
        draft.add(
            "operator_workflow_event",
            Author("workflow", "8812", None, ""),
            details={"event": {"type": "intake"}},
        )


def take(draft: Draft) -> None:
    """Assigned to the team, and by or to a teammate."""
    draft.taken = True
    draft.wait(300)
    draft.add("assignment", draft.cast.operator, assigned_to=("team", str(draft.team)))
    draft.wait(600)
    draft.add("assignment", draft.agent.author, assigned_to=("admin", str(draft.agent.id)))


def hand_over(draft: Draft) -> None:
    """Another teammate goes on, rarely after nobody had it for a while."""
    before = draft.agent
    others = [admin for admin in draft.cast.of_team[draft.team] if admin != before]
    draft.agent = draft.random.choice(others or draft.cast.humans)
    draft.opening.slots["agent"] = draft.agent.name.split(" ")[0]
    draft.wait(300)
    if draft.chance(0.2):
        draft.add("assignment", before.author, assigned_to=("nobody_admin", None))
        draft.wait(300)
    draft.add("assignment", before.author, assigned_to=("admin", str(draft.agent.id)))


def end(draft: Draft) -> None:
    """Closed (mostly, when it is old), snoozed, or left open; some closed ones come back once more."""
    closing = 0.35 if draft.age < DAY else 0.7 if draft.age < 7 * DAY else 0.95
    if draft.chance(0.06):
        draft.wait(600)
        draft.add("snoozed", draft.agent.author)
        draft.wait(5 * HOUR)
        draft.add("timer_unsnooze", draft.cast.operator)
    if draft.chance(0.12 * closing):
        close(draft)
        draft.customer_says(draft.opening.topic.relapses or draft.talk.nudges)
        draft.agent_says(draft.opening.topic.fixes)
    if draft.chance(closing):
        close(draft)
    elif draft.chance(0.4):
        draft.wait(600)
        draft.state = "snoozed"
        draft.add("snoozed", draft.agent.author)


def close(draft: Draft) -> None:
    draft.wait(1800)
    draft.state = "closed"
    draft.waiting = None
    said = (
        dialogue.fill(draft.random.choice(draft.talk.goodbyes), draft.opening.slots)
        if draft.chance(0.5)
        else None
    )
    draft.add("close", draft.agent.author, said)


def finish(draft: Draft, last_at: int) -> SimulatedConversation:
    """The draft as a record, with everything around the thread."""
    random, state, opening = draft.random, draft.cast.state, draft.opening
    created_at = last_at - draft.elapsed
    source = source_of(draft, state.next_id())
    parts = [
        SimulatedPart(state.next_id(), kind, author, created_at + at, status, body, **fields)
        for at, kind, author, body, status, fields in draft.parts
    ]
    applied_at = created_at + draft.elapsed // 2
    tags = {tag for tag in opening.topic.tags if random.random() < 0.7}
    if random.random() < 0.06:
        tags.add(random.choice(list(state.tags)))
    rating = None
    if draft.state == "closed" and random.random() < 0.3:
        remark = random.choice(small_talk().remarks).format_map(opening.slots)
        rating = Rating(
            random.choices((1, 2, 3, 4, 5), (6, 5, 9, 25, 55))[0], remark, last_at, draft.agent.id
        )
    priority = random.choices(("none", "low", "medium", "high", "urgent"), (70, 5, 10, 10, 5))[0]
    read = draft.waiting is None or random.random() < 0.4
    snoozed_until = state.started + random.randrange(1200, 5 * DAY) if draft.state == "snoozed" else None
    attributes, title = attributes_of(draft), opening.title
    sla = sla_of(random) if priority in {"high", "urgent"} else None
    ai_resolution = None
    if any(part.author == draft.cast.fin for part in parts):
        ai_resolution = random.choice(("escalated", "assumed_resolution", "confirmed_resolution"))
        if source.id % 4 == 0:
            ai_resolution = ""
    tickets: tuple[tuple[int, str | None], ...] = ()
    if random.random() < 0.04:
        number = random.randrange(100_000, 999_999)
        tickets = ((number, random.choice(("Customer", "Back-office", "Tracker", None))),)
        if title is not None:
            attributes["_default_title_"], title = title, None
    return SimulatedConversation(
        id=0,
        created_at=created_at,
        updated_at=last_at,
        source=source,
        contacts=(draft.contact.id,),
        parts=parts,
        part_count=len(parts),
        title=title,
        state=draft.state,
        read=read,
        priority=priority,
        admin=draft.agent.id if draft.taken else 0,
        team=draft.team if draft.taken else 0,
        waiting_since=None if draft.waiting is None else created_at + draft.waiting,
        snoozed_until=snoozed_until,
        tags=tuple(AppliedTag(tag, applied_at, draft.agent.id) for tag in sorted(tags)),
        attributes=attributes,
        company=draft.contact.company,
        rating=rating,
        sla=sla,
        ai_resolution=ai_resolution,
        tickets=tickets,
    )


def source_of(draft: Draft, number: int) -> Source:
    """The first message: from the customer, or rarely a message the company sent first."""
    random, opening = draft.random, draft.opening
    written = bool(opening.subject)
    copies, later_copies = mail.copies(number, draft.cast.contacts) if written else ((), ())
    files = (random.choice(FILES),) if random.random() < 0.08 else ()
    if written and random.random() < 0.05:
        body = dialogue.fill(random.choice(opening.topic.questions), opening.slots)
        kind = random.choice(("admin_initiated", "automated"))
        draft.waiting = None
        return Source(
            number, "email", kind, opening.subject, body, draft.agent.author,
            copies=copies, later_copies=later_copies,
        )  # fmt: skip
    return Source(
        number,
        "email" if written else random.choices(CHANNELS, CHANNEL_WEIGHTS)[0],
        "customer_initiated",
        f"<p>{opening.subject}</p>" if random.random() < 0.2 and written else opening.subject,
        opening.body,
        draft.cast.author(draft.contact),
        url=None if written else f"https://app.harbourly.example/p/{opening.slots['slug']}",
        attachments=files,
        copies=copies,
        later_copies=later_copies,
    )


def attributes_of(draft: Draft) -> dict[str, Any]:
    random = draft.random
    attributes: dict[str, Any] = {"Topic": draft.opening.topic.key, "Language": draft.contact.language}
    if random.random() < 0.2:
        attributes["CX Score rating"] = random.randrange(1, 6)
    if random.random() < 0.1:
        attributes["Paid"] = random.random() < 0.8
        attributes["Last order"] = {"type": "Order.list", "instances": [{"id": str(random.randrange(10**6))}]}
    return attributes


def sla_of(random: Random) -> tuple[str, str]:
    status = random.choices(("hit", "missed", "active", "cancelled"), (60, 20, 15, 5))[0]
    return random.choice(("First reply within 2 hours", "Enterprise: close within a day")), status
