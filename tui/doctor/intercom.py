"""What Intercom answers: whether the token is accepted, what it may read, the time there, the rate limit."""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from tui.clock import OffsetClock, judge, system_clock
from tui.doctor.finding import Finding, ok, problem, warning
from tui.formatting import counted, date_time, elapsed
from tui.intercom.client import IntercomClient
from tui.intercom.errors import BadAnswer, Forbidden, IntercomError, NotFound, Unauthorized, WrongRegion
from tui.intercom.payloads import ConversationPage, Me
from tui.intercom.searches import condition
from tui.settings import Secret, Settings
from tui.store.database import Database
from tui.sync.jobs import SyncError
from tui.sync.runner import refuse_other_workspace

TIMEOUT = 20.0
"""Seconds for each request."""
ATTEMPTS = 2
PERMIT = "let the token's app read this in Intercom's Developer Hub, or check the workspace's plan"
RENEW = "copy it again from Intercom's Developer Hub, and check the region (base_url)"
LATER = "try again later"


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Something that a sync reads."""

    name: str
    read: Callable[[], Awaitable[Any]]
    lost: str
    """What there is not without it."""
    essential: bool = False


async def check_intercom(
    settings: Settings, token: Secret, source: str, database: Database | None
) -> list[Finding]:
    """Everything that needs a token. `source` says where it comes from."""
    try:
        client = IntercomClient(settings.base_url, token, timeout=TIMEOUT, max_attempts=ATTEMPTS)
    except IntercomError as error:
        return [problem("token", f"from {source}: {error.message}", RENEW, source=source)]
    async with client:
        started = time.monotonic()
        try:
            me = await client.me()
        except Unauthorized as error:
            return [problem("token", f"from {source}: {error.message}", RENEW, source=source)]
        except IntercomError as error:
            text = f"from {source}; whether it is accepted is not known: {error.message}"
            return [problem("token", text, LATER, source=source)]
        latency = time.monotonic() - started
        return [
            ok("token", f"from {source}, accepted: {me.name or me.email or me.id}", source=source),
            _workspace(client, me, settings, database),
            *await _permissions(client),
            _clock(client),
            _rate_limit(client, latency),
        ]


def _workspace(client: IntercomClient, me: Me, settings: Settings, database: Database | None) -> Finding:
    facts = {"region": me.region, "base_url": settings.base_url, "workspace": me.app_name}
    try:
        client.check_region(me)
        if database is not None:
            refuse_other_workspace(database, me)
    except WrongRegion as error:
        return problem("workspace", error.message, "set base_url in the settings", **facts)
    except SyncError as error:
        return problem(
            "workspace",
            str(error),
            "use a profile for each workspace: fastintercom --profile NAME login",
            **facts,
        )
    where = f"in the region {me.region}" if me.region else "in a region that Intercom does not name"
    return ok("workspace", f"{me.app_name or me.app_id} {where}, asked at {settings.base_url}", **facts)


async def _permissions(client: IntercomClient) -> list[Finding]:
    """One finding for each endpoint that a sync reads."""
    found: ConversationPage | None = None

    async def search() -> None:
        nonlocal found
        found = await client.search_conversations(condition("updated_at", ">", 0), per_page=1)

    findings = [
        await _permission(Endpoint("search", search, "nothing can be synced", essential=True)),
    ]
    endpoints = [
        Endpoint("teammates", client.admins, "teammates have numbers instead of names"),
        Endpoint("teams", client.teams, "teams have numbers instead of names"),
        Endpoint("tags", client.tags, "tags that no conversation bears are not offered"),
        Endpoint(
            "deletions", client.deleted_conversations, "deletions are noticed by the daily listing only"
        ),
    ]
    newest = found.conversations[0] if found is not None and found.conversations else None
    if newest is not None:
        thread = Endpoint(
            "threads", lambda: client.conversation(newest.id), "there are no messages", essential=True
        )
        endpoints.insert(0, thread)
        if newest.customer_id:
            contacts = Endpoint(
                "contacts",
                lambda: client.contacts([newest.customer_id]),
                "customers who have not written yet have no names",
            )
            endpoints.append(contacts)
    return findings + [await _permission(endpoint) for endpoint in endpoints]


async def _permission(endpoint: Endpoint) -> Finding:
    name = f"permission: {endpoint.name}"
    try:
        await endpoint.read()
    except (Forbidden, NotFound, BadAnswer) as error:
        text = f"{error.message}; without it {endpoint.lost}"
        kind = problem if endpoint.essential else warning
        return kind(name, text, PERMIT, allowed=False)
    except IntercomError as error:
        return warning(name, f"not known: {error.message}", LATER, allowed=None)
    return ok(name, "allowed", allowed=True)


def _clock(client: IntercomClient) -> Finding:
    local, server, times = datetime.now(UTC), client.server_now(), client.server_times()
    clock = OffsetClock(system_clock)
    clock.learn(judge(local.timestamp(), times.date, times.reset))
    offset = clock.offset.seconds
    facts = {"local": local, "server": server, "offset_seconds": offset}
    text = f"{date_time(local)} here"
    if not offset:
        return ok("clock", f"{text}, the same as Intercom's within a few seconds", **facts)
    which = "behind" if offset > 0 else "ahead"
    cure = "let the system set its clock (NTP); fastintercom goes by Intercom's meanwhile"
    return warning("clock", f"{text} is {counted(abs(offset), 'second')} {which} Intercom's", cure, **facts)


def _rate_limit(client: IntercomClient, latency: float) -> Finding:
    quota = client.quota
    answered = f"an answer takes {elapsed(latency)}"
    if quota is None:
        return ok("rate limit", f"Intercom states none; {answered}", latency_seconds=round(latency, 4))
    facts: dict[str, object] = {"limit": quota.limit, "remaining": quota.remaining, "reset": quota.reset}
    text = f"{quota.remaining} of {counted(quota.limit, 'request')} left in this window; {answered}"
    facts["latency_seconds"] = round(latency, 4)
    if quota.remaining * 10 < quota.limit:
        return warning(
            "rate limit", text, "other apps of the workspace use it up; a sync takes longer", **facts
        )
    return ok("rate limit", text, **facts)
