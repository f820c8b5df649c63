"""Pictures of a conversation that contains every kind of part."""

from __future__ import annotations

from tests.dashboard.pictures.picture import Picture, after, wait_for_sync
from tests.dashboard.stage import Dashboard, Stage, press_each, text_of, type_query, wait_for

REPLY_WITH_QUOTE = """
<p>It is still not here, see <a href="https://track.example/parcels/77?from=mail">the tracking page</a>.</p>
<p>On Mon, 9 Dec 2024 at 10:00, Support &lt;help@shop.example&gt; wrote:</p>
<blockquote><p>Dear customer,</p><p>your zeppelin is on its way.</p><p>Regards</p></blockquote>
"""
LONG_REPLY = "".join(f"<p>Line {number} of a log that nobody reads.</p>" for number in range(60))
DOUBTFUL_LINKS = """
<p>I got a kraken by mail. Is
<a href="https://harbourly.example.evil.example/">https://harbourly.example</a> you?</p>
<p>They also wrote from https://harbourly.example@evil.example/account/login and https://hаrbourly.example.</p>
"""


def create_conversation(stage: Stage) -> int:
    """Create a conversation over two days, with quoted mail, a log, notes and events. Returns its id."""
    world, clock = stage.world, stage.clock
    ada = int(world.teammate().id)
    conversation = int(world.create("<p>Where is my zeppelin?</p>", subject="Lost zeppelin"))
    clock.move(minutes=2)
    world.reply(conversation, "<p>It was due on Monday.</p>")
    clock.move(minutes=20)
    world.assign(conversation, admin=ada)
    world.close(conversation)
    clock.move(hours=20)
    world.reply(conversation, REPLY_WITH_QUOTE)
    clock.move(minutes=1)
    world.note(conversation, "<p>He means the small zeppelin.</p>")
    clock.move(minutes=5)
    world.reply(conversation, "<p>We look into it: https://status.example/zeppelins</p>", by=ada)
    clock.move(minutes=1)
    world.reply(conversation, LONG_REPLY, by=ada)
    clock.move(minutes=1)
    return conversation


def sync_conversation(stage: Stage) -> None:
    create_conversation(stage)
    stage.sync()


async def open_conversation(pilot: Dashboard, stage: Stage) -> None:
    await wait_for_sync(pilot, stage)
    await type_query(pilot, "zeppelin")
    await press_each(pilot, "enter", "enter")


async def open_customer(pilot: Dashboard, stage: Stage) -> None:
    await after(open_conversation, "w")(pilot, stage)
    await wait_for(pilot, lambda: not any("Loading from Intercom" in line for line in text_of(pilot)))


def sync_doubtful_links(stage: Stage) -> None:
    stage.world.create(DOUBTFUL_LINKS, subject="Is this you?")
    stage.clock.move(minutes=1)
    stage.sync()


async def ask_before_opening(pilot: Dashboard, stage: Stage) -> None:
    await wait_for_sync(pilot, stage)
    await type_query(pilot, "kraken")
    await press_each(pilot, "enter", "enter", "l", "3")


PICTURES = (
    Picture("thread", sync_conversation, open_conversation),
    Picture("full", sync_conversation, after(open_conversation, "z", "e")),
    Picture("copy", sync_conversation, after(open_conversation, "y")),
    Picture("links", sync_conversation, after(open_conversation, "l")),
    Picture("open", sync_doubtful_links, ask_before_opening),
    Picture("card", sync_conversation, open_customer),
)
