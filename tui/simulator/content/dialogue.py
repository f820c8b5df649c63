"""Turns topics and small talk into messages."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random
from typing import Protocol

from tui.simulator.content.slots import Slots
from tui.simulator.content.smalltalk import extras, small_talk
from tui.simulator.content.topics import Topic, topics
from tui.simulator.model import Company, SimulatedContact

EXTRAS = (("screens", 5), ("quotes", 5), ("lists", 5), ("code", 4), ("tables", 2), ("odd", 4), ("hostile", 1))
"""Kinds of markup and how often each is met."""
EXTRA_SHARE = 0.07


class Town(Protocol):
    """Where the companies of a workspace are looked up."""

    companies: dict[int, Company]


@dataclass(frozen=True, slots=True)
class Opening:
    topic: Topic
    slots: Slots
    turn: int
    """Which of the topic's openings was said; questions and fixes with the same number suit it best."""
    subject: str
    title: str | None
    body: str


def slots_for(random: Random, town: Town, contact: SimulatedContact) -> Slots:
    """The slots that are known from the people concerned."""
    company = town.companies.get(contact.company)
    name = contact.name or ""
    first = name.split(" ")[-1 if contact.language == "ja" else 0]
    return Slots(
        random,
        me=first,
        agent="Harbourly",
        company=company.name.replace("&", "&amp;") if company else "Studio 14",
        email=contact.email or "office@inbox.example",
        plan=company.plan if company else "Starter",
    )


def topic_for(random: Random, language: str) -> Topic:
    """A subject in the customer's language; people who are not English also write English now and then."""
    known = topics()
    choice = known["en"] if language not in known or random.random() < 0.12 else known[language]
    return random.choices(choice, [topic.weight for topic in choice])[0]


def opening(random: Random, town: Town, contact: SimulatedContact) -> Opening:
    """A customer's first message. E-mails have a subject, chats have none, and few have a title."""
    topic = topic_for(random, contact.language)
    slots = slots_for(random, town, contact)
    letter = random.random() < 0.55
    turn = random.randrange(len(topic.openings))
    body = say(random, topic.openings[turn], slots)
    body = as_letter(random, body, slots, topic.language) if letter else in_a_hurry(random, body)
    title = suited(random, topic.titles, turn).format_map(slots)
    return Opening(
        topic, slots, turn, title if letter else "", title if random.random() < 0.3 else None, body
    )


def suited(random: Random, texts: tuple[str, ...], turn: int) -> str:
    """The text that was written for this turn, or any when there is none."""
    return texts[turn] if turn < len(texts) else random.choice(texts)


def addressed(random: Random, texts: tuple[str, ...], slots: Slots) -> str:
    """One of the texts; none that needs the customer's name when it is not known."""
    if slots["me"]:
        return random.choice(texts)
    return random.choice([text for text in texts if "{me}" not in text] or ["👋"])


def as_letter(random: Random, body: str, slots: Slots, language: str) -> str:
    """A message with a greeting before and a sign-off after it."""
    talk = small_talk(language)
    before = fill(random.choice(talk.greetings), slots) if random.random() < 0.8 else ""
    after = fill(addressed(random, talk.sign_offs, slots), slots) if random.random() < 0.75 else ""
    return before + body + after


def in_a_hurry(random: Random, body: str) -> str:
    """As some people type in a chat: no capitals, no full stops, or all too many marks."""
    dice = random.random()
    if "<code" in body or "<pre" in body or "<a " in body or dice > 0.25:
        return body
    if dice < 0.1:
        return body.lower()
    if dice < 0.17:
        return body.replace(". ", "\n<br>").replace(".</p>", "</p>")
    return body.replace("?</p>", "???</p>").replace(".</p>", " :(</p>")


def say(random: Random, text: str, slots: Slots) -> str:
    """A message as HTML, now and then with a picture, a quote, a log, or something nasty."""
    body = fill(text, slots)
    if random.random() < EXTRA_SHARE:
        kind = random.choices([name for name, _ in EXTRAS], [weight for _, weight in EXTRAS])[0]
        body += random.choice(extras()[kind]).format_map(slots)
    return body


def fill(text: str, slots: Slots) -> str:
    """Slots filled, and a paragraph around what has no markup of its own."""
    filled = text.format_map(slots)
    return filled if filled.startswith("<") else f"<p>{filled}</p>"


def nudge(random: Random, language: str = "en") -> str:
    return fill(random.choice(small_talk(language).nudges), Slots(random))


def agent_line(random: Random, language: str = "en") -> str:
    return fill(random.choice(small_talk(language).agent_lines), Slots(random))


def goodbye(random: Random, language: str = "en") -> str:
    return fill(random.choice(small_talk(language).goodbyes), Slots(random))


def note(random: Random) -> str:
    return fill(random.choice(small_talk().notes), Slots(random))
