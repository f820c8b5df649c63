"""The answer of `stats`, with the keys that it has in JSON. Durations are seconds, dates local."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from tui.answers import SyncInfo, spans
from tui.clock import from_epoch
from tui.freshness import Verdict
from tui.insights import Distribution, Group, Number, Report
from tui.timeframe import WEEKDAYS

if TYPE_CHECKING:
    from tui.cli.json_shapes import DistributionJson, GroupJson, NumberJson, StatsJson


def report_json(report: Report, sync_info: Callable[[Verdict], SyncInfo]) -> StatsJson:
    """The report, with the `sync_info` of its two verdicts."""
    response, ratings = report.first_response, report.ratings
    return {
        "query": str(report.query),
        "period": spans([report.window])[0],
        "created": _number(report.created),
        "active": _number(report.active),
        "days": [
            {
                "date": day.date,
                **spans([day.span])[0],
                "whole": day.whole,
                "created": _number(day.created),
                "active": _number(day.active),
            }
            for day in report.days
        ],
        "first_response": {
            **_distribution(response.times),
            "unanswered": _number(response.unanswered),
        },
        "busiest_hours": [
            {"weekday": WEEKDAYS[weekday], "hour": hour, **_number(number)}
            for weekday, hours in enumerate(report.busiest)
            for hour, number in enumerate(hours)
        ],
        "rising_tags": {
            "weeks_compared": report.rising.weeks,
            "tags": [
                {"id": tag.id, "name": tag.name, "weekly_mean": round(tag.mean, 2), **_number(tag.number)}
                for tag in report.rising.tags
            ],
        },
        "ratings": {
            **_number(ratings.number),
            "mean": None if ratings.mean is None else round(ratings.mean, 2),
            "stars": [{"rating": rating, **_number(number)} for rating, number in ratings.stars],
        },
        "sync_info": sync_info(report.verdict),
        "now": {
            "at": from_epoch(report.now),
            "open": {
                **_number(report.open.total),
                "by_team": [_group(group) for group in report.open.by_team],
                "by_assignee": [_group(group) for group in report.open.by_assignee],
            },
            "waiting": _distribution(report.waiting),
            "sync_info": sync_info(report.verdict_now),
        },
    }


def _number(number: Number) -> NumberJson:
    return {"value": number.value, "query": number.query, "query_is_exact": number.exact}


def _group(group: Group) -> GroupJson:
    return {"id": group.id, "name": group.name, **_number(group.number)}


def _distribution(distribution: Distribution) -> DistributionJson:
    return {
        **_number(distribution.number),
        "median_seconds": distribution.median,
        "p90_seconds": distribution.p90,
        "buckets": [
            {"from_seconds": b.low, "to_seconds": b.high, "label": b.label, **_number(b.number)}
            for b in distribution.buckets
        ],
    }
