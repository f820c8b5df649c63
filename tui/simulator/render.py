"""Records as Intercom's JSON (API version 2.16, traps included)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Protocol
from urllib.parse import quote

import msgspec

from tui.simulator import mail
from tui.simulator.model import (
    PARTS_SHOWN,
    AppliedTag,
    Author,
    Company,
    Json,
    MailAddress,
    SimulatedAdmin,
    SimulatedAttachment,
    SimulatedContact,
    SimulatedConversation,
    SimulatedPart,
    SimulatedTeam,
    Source,
)
from tui.simulator.options import ThreadlessShape
from tui.simulator.statistics import measure

encode = msgspec.json.Encoder().encode

DOWNLOADS = "https://downloads.intercomcdn.example/i/o"
LEGACY_PRIORITY = {"none": "not_priority", "low": "not_priority"}


class NameTables(Protocol):
    """What rendering looks up."""

    contacts: dict[str, SimulatedContact]
    companies: dict[int, Company]
    tags: dict[int, str]


def header(conversation: SimulatedConversation, directory: NameTables) -> bytes:
    """The conversation without its thread, as search and list give it. Rendered once, then kept."""
    if conversation.rendered is None:
        conversation.rendered = encode(header_json(conversation, directory))
    return conversation.rendered


def full(
    conversation: SimulatedConversation, directory: NameTables, parts: Sequence[SimulatedPart] | None = None
) -> bytes:
    """The conversation with its newest 500 parts, or with just the `parts` given (as writes answer)."""
    shown = conversation.thread[-PARTS_SHOWN:] if parts is None else parts
    total = conversation.part_count if parts is None else len(parts)
    return with_thread(conversation, directory, thread_json(conversation, shown, total, directory))


def threadless(conversation: SimulatedConversation, directory: NameTables, shape: ThreadlessShape) -> bytes:
    """The conversation without its parts, or without half of them."""
    if shape == "absent":
        return header(conversation, directory)
    if shape == "null":
        return with_thread(conversation, directory, None)
    shown = half_of(conversation.thread[-PARTS_SHOWN:]) if shape == "half" else []
    total = 0 if shape == "nothing counted" else conversation.part_count
    thread = thread_json(conversation, shown, total, directory)
    if shape == "null list":
        thread["conversation_parts"] = None
    return with_thread(conversation, directory, thread)


def half_of(parts: list[SimulatedPart]) -> list[SimulatedPart]:
    """The newer half."""
    return parts[(len(parts) + 1) // 2 :]


def with_thread(conversation: SimulatedConversation, directory: NameTables, thread: Json | None) -> bytes:
    return header(conversation, directory)[:-1] + b',"conversation_parts":' + encode(thread) + b"}"


def thread_json(
    conversation: SimulatedConversation,
    shown: Sequence[SimulatedPart],
    total: int,
    directory: NameTables,
) -> Json:
    return {
        "type": "conversation_part.list",
        "conversation_parts": [part_json(conversation, part, directory) for part in shown],
        "total_count": total,
    }


def header_json(conversation: SimulatedConversation, directory: NameTables) -> Json:
    legacy = conversation.legacy
    source = conversation.source
    rating = conversation.rating
    nobody = None if legacy else 0
    company = directory.companies.get(conversation.company)
    priority = conversation.priority
    return {
        "type": "conversation",
        "id": str(conversation.id),
        "title": conversation.title,
        "created_at": conversation.created_at,
        "updated_at": conversation.updated_at,
        "waiting_since": conversation.waiting_since,
        "snoozed_until": conversation.snoozed_until,
        "open": conversation.state != "closed",
        "state": conversation.state,
        "read": conversation.read,
        "priority": LEGACY_PRIORITY.get(priority, "priority") if legacy else priority,
        "admin_assignee_id": conversation.admin or nobody,
        "team_assignee_id": conversation.team or nobody,
        "company": None if company is None else company_json(company),
        "tags": {"type": "tag.list", "tags": [applied_tag_json(tag, directory) for tag in conversation.tags]},
        "conversation_rating": None
        if rating is None
        else {
            "rating": rating.score,
            "remark": rating.remark,
            "created_at": rating.created_at,
            "updated_at": rating.created_at,
            "contact": contact_reference(conversation.contacts[0], directory),
            "teammate": {"type": "admin", "id": str(rating.admin)},
        },
        "source": source_json(conversation, directory),
        "contacts": {
            "type": "contact.list",
            "contacts": [contact_reference(contact, directory) for contact in conversation.contacts],
        },
        "teammates": teammates_json(conversation),
        "custom_attributes": conversation.attributes,
        "first_contact_reply": {"created_at": conversation.created_at, "type": source.type, "url": source.url}
        if source.author.is_customer
        else None,
        "sla_applied": None
        if conversation.sla is None
        else {
            "type": "conversation_sla_summary",
            "sla_name": conversation.sla[0],
            "sla_status": conversation.sla[1],
        },
        "statistics": None if legacy else measure(conversation),
        "linked_objects": {
            "type": "list",
            "data": [
                {"type": "ticket", "id": str(key), "category": category}
                for key, category in conversation.tickets
            ]
            + [{"type": "conversation", "id": str(key), "category": None} for key in conversation.linked],
            "total_count": len(conversation.tickets) + len(conversation.linked),
            "has_more": False,
        },
        "topics": {},
        "ticket": None,
        "channel": None if legacy else channel_json(source),
        "ai_agent_participated": conversation.ai_resolution is not None,
        "ai_agent": None
        if conversation.ai_resolution is None
        else {
            "source_type": "profile",
            "source_title": None,
            "last_answer_type": "ai_answer" if conversation.ai_resolution else None,
            "resolution_state": conversation.ai_resolution or None,
            "rating": None,
            "rating_remark": None,
            "created_at": conversation.created_at,
            "updated_at": conversation.created_at,
            "content_sources": {"type": "content_source.list", "total_count": 0, "content_sources": []},
        },
    }


def teammates_json(conversation: SimulatedConversation) -> Json | None:
    if conversation.legacy:
        return None
    ids = dict.fromkeys(part.author.id for part in conversation.thread if part.author.kind == "admin")
    people = [{"type": "admin", "id": key} for key in ids]
    # The schema says "teammates"; recorded answers say "admins".
    return {"type": "admin.list", "admins": people}


def channel_json(source: Source) -> Json:
    word = "messenger" if source.type == "conversation" else source.type
    return {"initial": word, "current": word}


def customer_address(conversation: SimulatedConversation, directory: NameTables) -> MailAddress:
    author = conversation.source.author
    contact = directory.contacts.get(conversation.contacts[0])
    if author.is_customer or contact is None:
        return MailAddress(author.name, author.email)
    return MailAddress(contact.name, contact.email)


def mail_metadata_json(
    conversation: SimulatedConversation, part: SimulatedPart, directory: NameTables
) -> Json | None:
    """Of an answer that went out or came in by mail; notes and events do not."""
    source = conversation.source
    is_mail = source.type == "email" and part.body and part.type != "note"
    if not is_mail or not (part.author.is_customer or part.author.kind == "admin"):
        return None
    customer = customer_address(conversation, directory)
    return {
        "subject": f"Re: {source.subject}",
        "email_address_headers": list(mail.headers(source, part.author, customer, is_answer=True)),
        "message_id": f"<{part.id}@mail.example>",
    }


def part_json(conversation: SimulatedConversation, part: SimulatedPart, directory: NameTables) -> Json:
    updated_at = part.updated_at or part.created_at
    assigned = part.assigned_to
    return {
        "type": "conversation_part",
        "id": str(part.id),
        "part_type": part.type,
        "body": part.body,
        "created_at": part.created_at,
        "updated_at": updated_at,
        "notified_at": part.created_at,
        "assigned_to": None if assigned is None else {"type": assigned[0], "id": assigned[1]},
        "author": author_json(part.author),
        "attachments": attachments_json(part.attachments, part.id),
        "external_id": None,
        "redacted": part.redacted,
        "email_message_metadata": mail_metadata_json(conversation, part, directory),
        "metadata": {},
        "state": part.state,
        "tags": [{"type": "tag", "id": str(key), "name": directory.tags[key]} for key in part.tags],
        "event_details": part.details,
        "app_package_code": None,
    }


def author_json(author: Author) -> Json:
    rendered: Json = {"type": author.kind, "id": author.id, "name": author.name, "email": author.email}
    if author.kind == "bot":
        rendered["from_ai_agent"] = author.name == "Fin"
        rendered["is_ai_answer"] = author.name == "Fin"
    return rendered


def source_json(conversation: SimulatedConversation, directory: NameTables) -> Json:
    source = conversation.source
    customer = customer_address(conversation, directory)
    of_mail = (
        mail.opening_fields(source, customer, legacy=conversation.legacy) if source.type == "email" else {}
    )
    return {
        "type": source.type,
        "id": str(source.id),
        "delivered_as": source.delivered_as,
        "subject": source.subject,
        "body": source.body,
        "author": {
            "type": source.author.kind,
            "id": source.author.id,
            "name": source.author.name,
            "email": source.author.email,
        },
        "attachments": attachments_json(source.attachments, conversation.id),
        "url": source.url,
        "redacted": source.redacted,
        **of_mail,
    }


def attachments_json(attachments: Iterable[SimulatedAttachment], owner: int) -> list[Json]:
    return [
        {
            "type": "upload",
            "name": item.name,
            "url": f"{DOWNLOADS}/{owner}/{number}/{quote(item.name)}",
            "content_type": item.content_type,
            "filesize": item.filesize,
            "width": item.width,
            "height": item.height,
        }
        for number, item in enumerate(attachments)
    ]


def applied_tag_json(tag: AppliedTag, directory: NameTables) -> Json:
    return {
        "type": "tag",
        "id": str(tag.id),
        "name": directory.tags[tag.id],
        "applied_at": tag.applied_at,
        "applied_by": {"type": "admin", "id": str(tag.applied_by)},
    }


def contact_reference(key: str, directory: NameTables) -> Json:
    contact = directory.contacts.get(key)
    return {"type": "contact", "id": key, "external_id": None if contact is None else contact.external_id}


def company_json(company: Company) -> Json:
    return {
        "type": "company",
        "id": f"{company.id:024x}",
        "company_id": str(company.id),
        "name": company.name,
        "plan": {"type": "plan", "id": str(len(company.plan)), "name": company.plan},
        "size": company.size,
        "industry": company.industry,
        "website": company.website,
        "monthly_spend": company.monthly_spend,
        "created_at": company.created_at,
        "custom_attributes": {},
    }


def contact_json(contact: SimulatedContact, directory: NameTables, workspace: str) -> Json:
    base = f"/contacts/{contact.id}"

    def empty(name: str) -> Json:
        return {"type": "list", "data": [], "url": f"{base}/{name}", "total_count": 0, "has_more": False}

    companies = empty("companies")
    if contact.company in directory.companies:
        key = f"{contact.company:024x}"
        companies["data"] = [{"type": "company", "id": key, "url": f"/companies/{key}"}]
        companies["total_count"] = 1
    return {
        "type": "contact",
        "id": contact.id,
        "workspace_id": workspace,
        "external_id": contact.external_id,
        "role": contact.role,
        "email": contact.email,
        "phone": contact.phone,
        "name": contact.name,
        "avatar": None,
        "owner_id": None,
        "social_profiles": {"type": "list", "data": []},
        "has_hard_bounced": False,
        "marked_email_as_spam": False,
        "unsubscribed_from_emails": False,
        "created_at": contact.created_at,
        "updated_at": contact.created_at,
        "signed_up_at": contact.created_at if contact.role == "user" else None,
        "last_seen_at": None,
        "language_override": None,
        "browser_language": contact.language,
        "location": {"type": "location", "country": contact.country, "region": None, "city": contact.city},
        "custom_attributes": contact_attributes(contact, directory),
        "tags": empty("tags"),
        "notes": empty("notes"),
        "companies": companies,
    }


def contact_attributes(contact: SimulatedContact, directory: NameTables) -> Json:
    """What the workspace notes about the people it knows; leads have nothing yet."""
    company = directory.companies.get(contact.company)
    if contact.role == "lead" or company is None:
        return {}
    return {
        "plan": company.plan,
        "seats": company.size,
        "newsletter": len(contact.email) % 2 == 0,
        "trial_ended_at": contact.created_at + 14 * 86_400,
    }


def contact_companies_json(contact: SimulatedContact, directory: NameTables) -> Json:
    """The documentation's example names the list `data`, its schema `companies`; live answers have `data`."""
    company = directory.companies.get(contact.company)
    found = [] if company is None else [company_json(company)]
    pages = {"type": "pages", "next": None, "page": 1, "per_page": 50, "total_pages": 1}
    return {"type": "list", "data": found, "pages": pages, "total_count": len(found)}


def admin_json(admin: SimulatedAdmin) -> Json:
    return {
        "type": "admin",
        "id": str(admin.id),
        "name": admin.name,
        "email": admin.email,
        "job_title": admin.job_title,
        "away_mode_enabled": admin.away,
        "away_mode_reassign": False,
        "has_inbox_seat": admin.has_inbox_seat,
        "team_ids": list(admin.teams),
    }


def team_json(team: SimulatedTeam, admins: Iterable[SimulatedAdmin]) -> Json:
    return {
        "type": "team",
        "id": str(team.id),
        "name": team.name,
        "admin_ids": [admin.id for admin in admins if team.id in admin.teams],
        "assignment_limit": 10 if team.distribution == "balanced" else None,
        "distribution_method": team.distribution,
    }


def tag_json(key: int, name: str) -> Json:
    return {"type": "tag", "id": str(key), "name": name}
