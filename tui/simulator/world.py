"""The living workspace: scripted changes for tests, random ones for the demo."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import replace
from functools import partial
from itertools import cycle
from random import Random
from typing import Any

from tui.simulator import seed
from tui.simulator.activity import Activity
from tui.simulator.faults import Faults
from tui.simulator.filters import SearchRules
from tui.simulator.interruptions import Interruptions, Moment
from tui.simulator.journal import AppliedWrite, Effect, newest_message
from tui.simulator.model import (
    AppliedTag,
    Author,
    SimulatedAttachment,
    SimulatedConversation,
    SimulatedPart,
    Source,
)
from tui.simulator.odd import ODDITIES
from tui.simulator.options import SimulatorOptions
from tui.simulator.state import State
from tui.simulator.wrong_answers import WrongAnswers

REQUESTS_KEPT = 200_000


class World(State):
    """A workspace that can be told what happens next. Ids that do not exist raise `KeyError`.

    Every change happens at the present second of the clock, raises `updated_at`, and is found by search
    `index.lag` seconds later; `at`, `silently` and `lagging` make exceptions. Thread-safe.

    What goes wrong is set, at any time, in `faults` (requests that fail), `wrong` (untrue answers), `clocks`,
    `replica`, `index.lag`, `interruptions` (customers who write meanwhile) and `search_rules`; `heal` ends
    it. `writes` is what was done through the API."""

    def __init__(self, options: SimulatorOptions, clock: Callable[[], float]) -> None:
        super().__init__(options, clock)
        self.faults = Faults(options)
        self.wrong = WrongAnswers(options)
        self.search_rules = SearchRules(options.inclusive_bounds, options.cursor, options.id_order)
        self.requests: deque[tuple[str, str, int]] = deque(maxlen=REQUESTS_KEPT)
        """(method, path, status) of the latest requests, oldest first."""
        self.interruptions = Interruptions(options)
        self.writes: list[AppliedWrite] = []
        """Every change made through the API, oldest first."""
        self._shown: dict[int, int | None] = {}
        seed.populate(self)
        if options.unlisted_deletions:
            self.unlisted.update(self.deleted)
        self._activity = Activity(self)
        self._leaving: list[tuple[int, int]] = []
        chosen = Random(f"odd/{options.seed}").sample(
            sorted(self.conversations), min(options.odd, len(self.conversations))
        )
        for number, patch in zip(chosen, cycle(ODDITIES.values()), strict=False):
            self.wrong.patch(number, patch)

    def heal(self) -> None:
        """Ends everything that goes wrong with requests and answers; search lags as the options say. Clocks
        that were set wrong stay so."""
        with self.lock:
            self.faults.clear()
            self.wrong.clear()
            self.clocks.clear()
            self.replica.lag = 0
            self.interruptions.clear()
            self.index.lag = self.options.search_lag
            self._leaving.clear()

    def catch_up(self) -> None:
        """Lets happen what the clock says has happened since the last call: activity, ends of snoozes, and
        the search index. Called before every request."""
        with self.lock:
            now = self.clock()
            self._activity.replay(now)
            self.index.refresh(now)

    def later(self, moment: float, change: Callable[[], object]) -> None:
        """Has `change` happen when the clock reaches `moment` (epoch seconds)."""
        with self.lock:
            self._activity.schedule(moment, change)

    def leave_second(self, second: int, each: int) -> None:
        """After each search of conversations, `each` of those with this `updated_at` get a note, and so leave
        the second, as long as there are any."""
        with self.lock:
            self._leaving.append((second, each))

    def searched(self) -> None:
        """Lets happen what `leave_second` asked for. Called after every search of conversations."""
        with self.lock:
            for second, each in self._leaving:
                first, last = self.index.between(second, second)
                present = [
                    number
                    for _, number in self.index.order[first:last]
                    if number in self.conversations and self.conversations[number].updated_at == second
                ]
                random = Random(f"{self.options.seed}/{second}/{len(present)}")
                for number in random.sample(present, min(each, len(present))):
                    self.note(number)

    def give_seat(self, has_seat: bool, admin: int | None = None) -> None:
        """Gives a teammate (None: the one whose token this is) an inbox seat, or takes it away."""
        with self.lock:
            chosen = admin or self.me
            changed = replace(self.admins[chosen], has_inbox_seat=has_seat)
            self.admins = {**self.admins, chosen: changed}

    def create_tag(self, name: str) -> int:
        """The id of the tag with this name, in any case; it is created when there is none."""
        with self.lock:
            same = (key for key, known in self.tags.items() if known.casefold() == name.casefold())
            found = next(same, None)
            if found is None:
                found = max(self.tags, default=0) + 1
                self.tags = {**self.tags, found: name}
            return found

    def interrupted(self, moment: Moment, conversation_id: int) -> None:
        """Has the customer write first, where `interruptions` says so. Called before every request of one
        conversation."""
        with self.lock:
            if conversation_id in self.conversations:
                body = self.interruptions.due(moment, conversation_id)
                if body is not None:
                    self.reply(conversation_id, body)

    def showed(self, conversation: SimulatedConversation) -> None:
        """Notes what GET of a conversation answers."""
        with self.lock:
            self._shown[conversation.id] = newest_message(conversation)

    def applied(self, effect: Effect, before: SimulatedConversation | None, request_id: str) -> None:
        """Notes in `writes` what a request did; `before` is the state that it found."""
        with self.lock:
            after = None if before is None else self.conversations.get(before.id)
            added = None
            if before is not None and after is not None and after.part_count > before.part_count:
                added = after.parts[after.part_count - 1]
            self.writes.append(
                AppliedWrite(
                    at=self.time(),
                    request_id=request_id,
                    kind=effect.kind,
                    conversation_id=0 if before is None else before.id,
                    admin=effect.admin,
                    target=effect.target,
                    changed=before is None or after is not before,
                    part_id=None if added is None else added.id,
                    body=None if added is None else added.body,
                    newest_customer_part=None if before is None else newest_message(before, of_customer=True),
                    newest_message=None if before is None else newest_message(before),
                    newest_shown=None if before is None else self._shown.get(before.id),
                )
            )

    def advance(self, changes: int) -> list[int]:
        """Makes that many random changes now. Returns the ids concerned, in order."""
        with self.lock:
            return [self._activity.change() for _ in range(changes)]

    def create(self, body: str = "<p>Hello, is anybody there?</p>", *, subject: str = "") -> int:
        """A customer opens a conversation. Returns its id."""
        with self.lock:
            contact = next(item for item in self.contacts.values() if not item.merged_into)
            author = Author(contact.role, contact.id, contact.name, contact.email)
            return self.open_with(author, body, subject).id

    def open_with(
        self, author: Author, body: str, subject: str = "", title: str | None = None
    ) -> SimulatedConversation:
        """A new conversation written by `author`, unassigned and unread."""
        with self.lock:
            now = self.now()
            source = Source(
                self.next_id(),
                "conversation",
                "customer_initiated",
                subject,
                body,
                author,
                url="https://app.harbourly.example/",
            )
            contact = self.contacts[author.id]
            return self.commit(
                SimulatedConversation(
                    id=self.next_conversation_id(), created_at=now, updated_at=now, source=source,
                    contacts=(contact.id,), parts=[], part_count=0, title=title, read=False,
                    waiting_since=now, company=contact.company,
                )
            )  # fmt: skip

    def reply(
        self,
        conversation_id: int,
        body: str = "<p>Any news?</p>",
        *,
        by: int | None = None,
        attachments: tuple[SimulatedAttachment, ...] = (),
    ) -> SimulatedConversation:
        """The customer answers, or the teammate with the id `by`. A customer's reply reopens."""
        with self.lock:
            old = self.conversations[conversation_id]
            if by is not None:
                reopens = self.options.comment_reopens and old.state != "open"
                fields: dict[str, Any] = {"state": "open", "snoozed_until": None} if reopens else {}
                return self.append(
                    old, "open" if reopens else "comment", self.admins[by].author, body,
                    waiting_since=None, read=True, attachments=attachments, **fields,
                )  # fmt: skip
            source = old.source.author
            author = source if source.is_customer else self.customer(old)
            # The same lead was seen as "lead" in the source and as "user" in a part.
            author = replace(author, kind="user")
            return self.append(
                old,
                "comment" if old.state == "open" else "open",
                author,
                body,
                state="open",
                snoozed_until=None,
                read=False,
                waiting_since=old.waiting_since or self.now(),
                attachments=attachments,
            )

    def customer(self, conversation: SimulatedConversation) -> Author:
        """The first contact of a conversation, as an author."""
        contact = self.contacts[conversation.contacts[0]]
        return Author(contact.role, contact.id, contact.name, contact.email)

    def note(
        self,
        conversation_id: int,
        body: str = "<p>Looking into it.</p>",
        *,
        by: int | None = None,
        attachments: tuple[SimulatedAttachment, ...] = (),
    ) -> SimulatedConversation:
        with self.lock:
            old = self.conversations[conversation_id]
            return self.append(old, "note", self.teammate(by), body, attachments=attachments)

    def close(
        self, conversation_id: int, body: str | None = None, *, by: int | None = None
    ) -> SimulatedConversation:
        with self.lock:
            return self.append(
                self.conversations[conversation_id], "close", self.teammate(by), body,
                state="closed", waiting_since=None, snoozed_until=None, read=True,
            )  # fmt: skip

    def open(self, conversation_id: int, *, by: int | None = None) -> SimulatedConversation:
        with self.lock:
            return self.append(
                self.conversations[conversation_id],
                "open",
                self.teammate(by),
                state="open",
                snoozed_until=None,
            )

    def snooze(self, conversation_id: int, until: int, *, by: int | None = None) -> SimulatedConversation:
        """Sleeps until an epoch second; then it opens by itself."""
        with self.lock:
            self._activity.wake(until, conversation_id)
            return self.append(
                self.conversations[conversation_id],
                "snoozed",
                self.teammate(by),
                state="snoozed",
                snoozed_until=until,
            )

    def assign(
        self,
        conversation_id: int,
        *,
        admin: int | None = None,
        team: int | None = None,
        by: int | None = None,
        body: str | None = None,
    ) -> SimulatedConversation:
        """To a teammate, to a team, or (0) to nobody. Reopens a closed conversation."""
        with self.lock:
            old = self.conversations[conversation_id]
            closed = old.state == "closed"
            if team is not None:
                target = ("team", str(team)) if team else ("nobody_admin", None)
                fields: dict[str, Any] = {"team": team}
            else:
                target = ("admin", str(admin)) if admin else ("nobody_admin", None)
                fields = {"admin": admin or 0}
            if closed:
                fields["state"] = "open"
            return self.append(
                old,
                "assign_and_reopen" if closed else "assignment",
                self.teammate(by),
                body,
                assigned_to=target,
                **fields,
            )

    def tag(self, conversation_id: int, tag: int, *, by: int | None = None) -> SimulatedConversation:
        with self.lock:
            old = self.conversations[conversation_id]
            if tag not in self.tags:
                raise KeyError(tag)
            if any(item.id == tag for item in old.tags):
                return old
            applied = AppliedTag(tag, self.now(), by or self.me)
            return self.change(old, tags=(*old.tags, applied))

    def untag(self, conversation_id: int, tag: int) -> SimulatedConversation:
        with self.lock:
            old = self.conversations[conversation_id]
            return self.change(old, tags=tuple(item for item in old.tags if item.id != tag))

    def bulk_tag(self, ids: Iterable[int], tag: int | None = None) -> int:
        """Tags all at once, so that they share one `updated_at`. Returns that second."""
        with self.lock:
            moment = self.time()
            with self.at(moment):
                for conversation_id in ids:
                    old = self.conversations[conversation_id]
                    chosen = tag or next((t for t in self.tags if all(a.id != t for a in old.tags)), None)
                    if chosen is None:
                        self.change(old)
                    else:
                        self.tag(conversation_id, chosen)
            return int(moment + self.clocks.stamps)

    def twice(
        self, conversation_id: int, body: str = "<p>Done.</p>", *, apart: float = 0.0, by: int | None = None
    ) -> int:
        """A teammate answers and closes in one and the same second. Returns that second.

        `apart` (seconds, less than 1) is the time between the two; when no second has room for it, both wait
        for the next one."""
        with self.lock:
            stamps, by = self.clocks.stamps, by or self.me
            began = begin = self.time()
            if int(begin + stamps) != int(begin + apart + stamps):
                begin = int(begin + stamps) + 1 - stamps
            answer = partial(self.reply, conversation_id, body, by=by)
            close = partial(self.close, conversation_id, by=by)
            changes: tuple[tuple[float, Callable[[], object]], ...] = (
                (begin, answer),
                (begin + apart, close),
            )
            for moment, change in changes:
                if moment == began:
                    change()
                else:
                    self.later(moment, partial(self._if_alive, conversation_id, change))
            return int(begin + stamps)

    def _if_alive(self, conversation_id: int, change: Callable[[], object]) -> None:
        if conversation_id in self.conversations:
            change()

    def merge(self, primary: int, secondary: int) -> SimulatedConversation:
        """Merges the second conversation away into the first: it is closed, and each is linked to the other.
        Returns the primary's new state."""
        with self.lock:
            kept, away = self.conversations[primary], self.conversations[secondary]
            operator = self.operator()
            self.append(
                away, "close", operator, state="closed", waiting_since=None, snoozed_until=None,
                linked=(*away.linked, primary),
            )  # fmt: skip
            return self.append(
                kept, "merged_primary_conversation", operator, linked=(*kept.linked, secondary)
            )

    def operator(self) -> Author:
        """The bot that acts by itself."""
        return next(admin.author for admin in self.admins.values() if admin.author.kind == "bot")

    def delete(self, conversation_id: int, *, listed: bool | None = None) -> None:
        """`listed`: whether GET /conversations/deleted gives it; None: as the options say."""
        with self.lock:
            self.remove(
                conversation_id, listed=not self.options.unlisted_deletions if listed is None else listed
            )

    def redact(self, conversation_id: int, part: int | None = None) -> SimulatedConversation:
        """Empties the body of a part (None: of the first message) as Intercom does. Raises `KeyError` for an
        unknown part."""
        with self.lock, self.silently(self._silent or self.options.silent_redactions):
            old = self.conversations[conversation_id]
            emptied: dict[str, Any] = {
                "body": "<p>This message was deleted</p>",
                "redacted": True,
                "attachments": (),
            }
            if part is None:
                return self.change(old, source=replace(old.source, **emptied))
            parts = list(old.thread)
            place = {item.id: number for number, item in enumerate(parts)}[part]
            parts[place] = replace(parts[place], updated_at=self.now(), **emptied)
            return self.change(old, parts=parts, part_count=len(parts))

    def grow(self, conversation_id: int, parts: int) -> SimulatedConversation:
        """Adds that many short messages at once, to build a thread of more than 500 parts."""
        with self.lock:
            old = self.conversations[conversation_id]
            author = self.customer(old)
            now = self.now()
            for number in range(parts):
                body = f"<p>Line {number + 1} of the log</p>"
                old.parts.append(SimulatedPart(self.next_id(), "comment", author, now, old.state, body))
            return self.change(old, part_count=len(old.parts))

    def teammate(self, conversation_id: int | None = None) -> Author:
        """A teammate as an author; None is the one whose token this is."""
        return self.admins[conversation_id or self.me].author

    def pick(self, random: Random) -> SimulatedConversation:
        """A conversation to do something to: mostly recent ones."""
        order = self.index.order
        if order:
            place = min(int(random.expovariate(12 / len(order))), len(order) - 1)
            found = self.conversations.get(order[-1 - place][1])
            if found is not None:
                return found
        return next(reversed(self.conversations.values()))
