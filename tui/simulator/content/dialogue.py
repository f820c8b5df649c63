"""Small talk and single lines: what is said around the topics' texts."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random
from typing import Protocol

from tui.simulator.content.slots import Slots
from tui.simulator.content.topic import Topic
from tui.simulator.content.topics import TOPICS
from tui.simulator.model import Company, Contact

GREETINGS = (
    "Hi,", "Hello,", "Hey team,", "Hi there,", "Good morning,", "Hello Harbourly,", "Hi everyone,", "Dear support,",
    "hey", "Hi again,", "Good afternoon,",
)  # fmt: skip
SIGN_OFFS = (
    "Thanks, {me}", "Best, {me}", "Cheers", "Thank you!", "Kind regards,<br>{me}<br>{company}", "Thanks in advance!",
    "Sent from my {device}", "– {me}", "Many thanks,<br>{me}", "Best regards<br><br>--<br>{me}<br>{company}",
)  # fmt: skip
ACKNOWLEDGEMENTS = (
    "Hi {me}, thanks for writing in.", "Hello {me}!", "Hi {me},", "Thanks for the details, {me}.",
    "Hi {me}, sorry for the trouble.", "Hey {me} 👋", "Good question!", "Thanks for your patience, {me}.",
    "Hi {me}, {agent} here.", "Let me look into this with you.",
)  # fmt: skip
THANKS = (
    "That did it, thank you!", "Works now. Thanks a lot {agent} 🙏", "Perfect, thanks.", "Brilliant, exactly what I needed.",
    "ok thx", "Confirmed, it's fine again. You can close this.", "You saved my afternoon, {agent}.",
    "Great – {colleague} just confirmed it works for the others too.", "👍", "Thanks, that was quick!",
    "Yes! All good now. Have a nice weekend.", "I had given up hope, thank you so much.",
)  # fmt: skip
NUDGES = (
    "Any news on this?", "Just checking in – we're still stuck.", "Hello? It's been a while now.",
    "Did you have a chance to look at it?", "This is getting urgent for us, the client asks every hour.",
    "One more thing: it also happens in an incognito window.", "Sorry, forgot the screenshot. Attached now.",
    "Update from our side: it started again about ten minutes ago.", "Could somebody call me about this?",
    "I tried what you suggested, half of it works.", "Ok, I'll wait until tomorrow then.", "bump",
)  # fmt: skip
AGENT_LINES = (
    "Thanks for the nudge! I've just asked our engineers for an update and will be back before the end of the day.",
    "I can reproduce it now, which is the hardest part. A fix is in review.",
    "Quick update: the fix is rolled out to half of our customers, yours is in the next batch.",
    "Could you try once more with the cache cleared? I changed something on our side a minute ago.",
    "I've attached a short recording that shows the steps.",
    "That's expected for now, but I agree that it shouldn't be. I passed it on with your words.",
    "I'm handing this to a colleague in your time zone so that you don't have to wait for me.",
    "All set from our side – is there anything else I can do for you?",
)  # fmt: skip
NOTES = (
    "Called the customer, they're calm now. Follow up tomorrow.", "Same as the one from this morning, see the tracker.",
    "Reproduced on staging with a fresh account.", "Renewal coming up – let's be generous here.",
    "Asked engineering in #eng-support, waiting.", "Please don't promise a date.",
    "Looks like user error, but our wording invites it. Passing it on to docs.", "@Maya could you have a second look?",
)  # fmt: skip
GOODBYES = (
    "Glad it works! I'll close this now – just write again if it comes back.",
    "Happy to help. Have a great day!", "Great, closing this one. You can reopen it by replying.",
    "As I haven't heard back I'm closing this for now. A reply reopens it at any time.",
    "Thanks again for reporting this, it helped others too.",
)  # fmt: skip
BOT_LINES = (
    "Thanks for reaching out! The team typically replies in under 2 hours.",
    "You're in the queue. Meanwhile, these articles may help: <a href=\"https://help.harbourly.example/start\">Getting started</a>.",
    "We're away right now and will be back tomorrow at 09:00 (Europe/Dublin).",
)  # fmt: skip
REMARKS = (
    "", "", "Fast and friendly", "Took three days for a simple answer", "{agent} was great!!", "still not fixed tbh",
    "Very patient with me", "", "ok", "Perfekt, danke", "The bot wasted my time, the human was lovely",
)  # fmt: skip


class Town(Protocol):
    """Where the people of a workspace are looked up."""

    companies: dict[int, Company]


@dataclass(frozen=True, slots=True)
class Opening:
    topic: Topic
    slots: Slots
    subject: str
    title: str | None
    body: str


def slots_for(random: Random, town: Town, contact: Contact, agent: str = "the team") -> Slots:
    """The slots that are known from the people concerned."""
    company = town.companies.get(contact.company)
    name = contact.name or ""
    first = name.split(" ")[0] if name and name.isascii() else name or "there"
    return Slots(
        random,
        me=first,
        agent=agent.split(" ")[0],
        company=company.name.replace("&", "&amp;") if company else "our small studio",
        email=contact.email or "the address of our office",
        plan=company.plan if company else "Starter",
    )


def topic_for(random: Random) -> Topic:
    return random.choices(TOPICS, [topic.weight for topic in TOPICS])[0]


def opening(random: Random, town: Town, contact: Contact) -> Opening:
    """A customer's first message. E-mails have a subject, chats have none, and few have a title."""
    topic = topic_for(random)
    slots = slots_for(random, town, contact)
    written = random.random()
    body = say(random, random.choice(topic.openings), slots, letter=written < 0.55)
    title = plain(random.choice(topic.titles), slots)
    subject = title if written < 0.55 else ""
    return Opening(topic, slots, subject, title if random.random() < 0.3 else None, body)


def say(random: Random, text: str, slots: Slots, *, letter: bool = False) -> str:
    """A message as HTML, with a greeting and a sign-off when it is a `letter`."""
    body = fill(text, slots)
    if not letter:
        return body
    before = f"<p>{fill(random.choice(GREETINGS), slots)}</p>" if random.random() < 0.8 else ""
    after = f"<p>{fill(random.choice(SIGN_OFFS), slots)}</p>" if random.random() < 0.75 else ""
    return f"{before}{body}{after}"


def fill(text: str, slots: Slots) -> str:
    """Slots filled, and a paragraph around what has no markup of its own."""
    filled = text.format_map(slots)
    return filled if filled.startswith("<") else f"<p>{filled}</p>"


def plain(text: str, slots: Slots) -> str:
    return text.format_map(slots)


def nudge(random: Random) -> str:
    return fill(random.choice(NUDGES), Slots(random))


def agent_line(random: Random) -> str:
    return fill(random.choice(AGENT_LINES), Slots(random))


def note(random: Random) -> str:
    return fill(random.choice(NOTES), Slots(random))


def goodbye(random: Random) -> str:
    return fill(random.choice(GOODBYES), Slots(random))
