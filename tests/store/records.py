"""Records for the store tests, with everything but what matters filled in."""

from __future__ import annotations

from dataclasses import replace

from tui.records import ConversationRecord, PartRecord

START = 1_700_000_000


def part(
    part_id: int, text: str = "", *, kind: str = "comment", at: int = START, author: str = "Ada"
) -> PartRecord:
    return PartRecord(
        part_id=part_id,
        source_id=9000 + part_id if part_id == 0 else None,
        type="source" if part_id == 0 else kind,
        author_kind="user" if part_id == 0 else "admin",
        author_id="5f" if part_id == 0 else "37",
        author_name=author,
        author_email="",
        created_at=at,
        text=text,
    )


def conversation(
    id_: int,
    *,
    updated_at: int = START,
    text: str = "hello",
    subject: str = "",
    state: str = "open",
    assignee: int | None = None,
    team: int | None = None,
    tags: tuple[tuple[int, str], ...] = (),
    customer: str = "Grace Hopper",
    waiting_since: int | None = None,
    created_at: int = START - 1000,
    rating: int | None = None,
    sla_status: str = "",
) -> ConversationRecord:
    """A header, as a search result gives it."""
    return ConversationRecord(
        id=id_,
        title="",
        subject=subject,
        state=state,
        read=True,
        priority="none",
        assignee_id=assignee,
        team_id=team,
        customer_kind="user",
        customer_id="5f",
        customer_name=customer,
        customer_email=f"{customer.split()[0].lower()}@navy.example",
        company="",
        created_at=created_at,
        updated_at=updated_at,
        waiting_since=waiting_since,
        snoozed_until=None,
        rating=rating,
        rating_remark="",
        sla_name="",
        sla_status=sla_status,
        custom_attributes="",
        tags=tags,
        source=part(0, text),
    )


def with_thread(record: ConversationRecord, *texts: str) -> ConversationRecord:
    """The full answer for a header: one reply for each text."""
    parts = tuple(part(record.id * 100 + n, text, at=START + n) for n, text in enumerate(texts, 1))
    return replace(record, parts=parts)
