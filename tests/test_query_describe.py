"""Queries in words."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from tui.query import Query, describe, parse

NOW = datetime(2024, 12, 20, 15, 0, tzinfo=UTC)
BERLIN = ZoneInfo("Europe/Berlin")


def read(source: str) -> Query:
    return parse(source, now=NOW, tz=BERLIN)


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ("", "everything"),
        ("sort:waiting", "everything · longest waiting first"),
        ("is:open tag:refund since:7d late", "open · tag refund · last 7 days · text “late”"),
        ('late is:unread "late fee"', "unread · text “late” · text “late fee”"),
        ("ref* -spam", "text “ref…” · without text “spam”"),
        ("assignee:me -team:none -tag:vip", "assigned to me · with a team · not tag vip"),
        ("assignee:none team:none", "unassigned · no team"),
        ("assignee:Ada -has:note has:rating", "assigned to Ada · without note · with rating"),
        ("from:ada subject:fee", "from “ada” · subject “fee”"),
        ("waiting:>2h", "waiting more than 2 hours"),
        ("waiting:<=1d", "waiting at most 1 day"),
        ("updated:>2d created:<1h", "last active more than 2 days ago · created less than 1 hour ago"),
        ("created:yesterday updated:mon", "created yesterday · last active on Monday"),
        ("created:2024-12 updated:2024-12-20T13:00Z", "created on 2024-12 · last active on 2024-12-20 14:00"),
        ("created:>=2024-12-01 created:<monday", "created since 2024-12-01 · created before Monday"),
        ("updated:>2024-12-01 -updated:<=2024", "last active after 2024-12-01 · not last active until 2024"),
        ("created:>3mo updated:<=1y", "created more than 3 months ago · last active at most 1 year ago"),
        ("replies:>5 replies:<=1 replies:3", "more than 5 messages · at most 1 message · 3 messages"),
        ("rating:<3 -rating:5", "rated less than 3 · not rated 5"),
        ("is:starred -is:done", "starred · not done for today"),
        ("has:followup -has:mynote", "with follow-up · without my note"),
        ("is:open sort:oldest", "open · least recently active first"),
        ("is:due -is:due", "with follow-up due · without follow-up due"),
        ("is:fin -is:fin", "with AI agent · without AI agent"),
        ("with:Ada -with:me", "with Ada · without me"),
        ("channel:chat -channel:email", "by chat · not by email"),
        ("channel:automated channel:customer_initiated", "sent automatically · started by the customer"),
        ("channel:sms sla:missed -sla:hit", "by SMS · SLA missed · not SLA hit"),
        ("attr:plan attr:plan=pro", "with plan · plan “pro”"),
        ("-attr:plan -attr:plan=pro", "without plan · not plan “pro”"),
        ('company:acme -"late fee"~5', "company “acme” · without text “late fee” within 5 words"),
        ("#1330", "conversation 1330 first · text “1330”"),
        ("Re: aa", "text “Re:” · text “aa”"),
        ("(is:open OR is:snoozed) aa", "open or snoozed · text “aa”"),
        ("aa OR bb is:open", "text “aa” or (text “bb” and open)"),
        ("-(is:open is:unread)", "not (open and unread)"),
        ("on:today", "today"),
        ("on:mon", "on Monday"),
        ("on:2024-12", "on 2024-12"),
        ("since:1y", "last 1 year"),
        ("since:yesterday", "since yesterday"),
        ("until:7d", "until 7 days ago"),
        ("since:2024-12-01 until:monday", "since 2024-12-01 until Monday"),
        ("since:2024-12-20T13:00Z", "since 2024-12-20 14:00"),
        ("since:2024-12-20T13:00", "since 2024-12-20 13:00"),
        ('tag:"a\tb" sort:relevance', "tag a b · best match first"),
    ],
)
def test_descriptions(source: str, words: str) -> None:
    assert describe(read(source), BERLIN) == words


def test_a_window_without_its_wording_is_described_in_local_time() -> None:
    query = replace(read("on:2024-12-18"), times=())
    assert describe(query, BERLIN) == "since 2024-12-18 00:00 until 2024-12-18 23:59"
