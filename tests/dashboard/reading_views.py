"""A conversation with everything in it that reading has to deal with."""

from __future__ import annotations

from tests.dashboard.stage import Dashboard, Stage, press_each, text_of, type_query, wait_for
from tests.dashboard.views import Act, View, open_it

HISTORY = """
<p>It is still not here, see <a href="https://track.example/parcels/77?from=mail">the tracking page</a>.</p>
<p>On Mon, 9 Dec 2024 at 10:00, Support &lt;help@shop.example&gt; wrote:</p>
<blockquote><p>Dear customer,</p><p>your zeppelin is on its way.</p><p>Regards</p></blockquote>
"""
LONG = "".join(f"<p>Line {number} of a log that nobody reads.</p>" for number in range(60))


def tell_the_story(stage: Stage) -> int:
    """A conversation over two days: quoted mail, a log, notes, events. Returns its id."""
    world, clock = stage.world, stage.clock
    ada = int(world.teammate().id)
    opened = int(world.create("<p>Where is my zeppelin?</p>", subject="Lost zeppelin"))
    clock.move(minutes=2)
    world.reply(opened, "<p>It was due on Monday.</p>")
    clock.move(minutes=20)
    world.assign(opened, admin=ada)
    world.close(opened)
    clock.move(hours=20)
    world.reply(opened, HISTORY)
    clock.move(minutes=1)
    world.note(opened, "<p>He means the small zeppelin.</p>")
    clock.move(minutes=5)
    world.reply(opened, "<p>We look into it: https://status.example/zeppelins</p>", by=ada)
    clock.move(minutes=1)
    world.reply(opened, LONG, by=ada)
    clock.move(minutes=1)
    return opened


async def read_the_story(pilot: Dashboard, stage: Stage) -> None:
    await open_it(pilot, stage)
    await type_query(pilot, "zeppelin")
    await press_each(pilot, "enter", "enter")


def told(stage: Stage) -> None:
    tell_the_story(stage)
    stage.sync()


def reading(*keys: str) -> Act:
    """What the keys show while the story is read."""

    async def act(pilot: Dashboard, stage: Stage) -> None:
        await read_the_story(pilot, stage)
        await press_each(pilot, *keys)

    return act


async def meeting(pilot: Dashboard, stage: Stage) -> None:
    await reading("w")(pilot, stage)
    await wait_for(pilot, lambda: not any("Loading from Intercom" in line for line in text_of(pilot)))


ALL = (
    View("thread", told, reading()),
    View("full", told, reading("z", "e")),
    View("copy", told, reading("y")),
    View("links", told, reading("l")),
    View("card", told, meeting),
)
