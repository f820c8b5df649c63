"""What the Python API answers: its types, its windows, and what it says while no sync can run."""

from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import msgspec
import pytest

from tests.conftest import TOKEN
from tests.insights.support import NOW
from tests.insights.support import workspace as fixed_workspace
from tui import to_json
from tui.clock import to_epoch
from tui.freshness import LatestListing, SyncState
from tui.settings import Secret, Settings, save_token
from tui.simulator import SimulatorOptions
from tui.simulator.faults import Fault
from tui.simulator.server import RunningServer, running
from tui.store.database import Database
from tui.store.listing import write_listing
from tui.sync.events import SyncEvent, SyncStarted
from tui.sync.jobs import SyncError
from tui.workspace import Workspace

OpenWorkspace = Callable[..., Workspace]
SYNCING = "Data is stale - syncing latest conversations..."
WAIT = 60.0
OPTIONS = SimulatorOptions(
    conversations=40, days=20, token=TOKEN, latency_ms=0, search_lag=0, activity=0, tie=1, long_threads=0
)


@pytest.fixture(scope="module")
def server() -> Iterator[RunningServer]:
    with running(OPTIONS) as simulator:
        yield simulator


def assert_utc(*moments: datetime | None) -> None:
    for moment in moments:
        assert isinstance(moment, datetime)
        assert moment.utcoffset() == timedelta(0)


# --- datetimes


def test_every_time_of_an_answer_is_an_aware_datetime(
    open_workspace: OpenWorkspace, server: RunningServer
) -> None:
    workspace = open_workspace(server.url)
    assert workspace.sync_info(workspace.verdict(), workspace.outlook())["last_sync"] is None
    now = datetime.now(UTC)
    workspace.request_sync(now - timedelta(days=15), now).wait(WAIT)

    answer = workspace.search_conversations("since:90d", 500)
    info, status = answer["sync_info"], workspace.get_sync_status()
    assert info["state"] == "partial"
    assert_utc(info["last_sync"], *(end for gap in info["gaps"] for end in (gap["start"], gap["end"])))
    assert info["last_sync"] == status["last_sync"] == status["sync_coverage"]["end_date"]
    assert info["gaps"][0]["end"] < status["coverage"][0][0]
    for found in answer["conversations"]:
        assert_utc(found["created_at"], found["updated_at"])
        assert found["created_at"] <= found["updated_at"] <= datetime.now(UTC)
    assert_utc(*(f["waiting_since"] for f in answer["conversations"] if f["waiting_since"] is not None))
    assert any(found["waiting_since"] for found in answer["conversations"])


def test_json_has_the_same_times_as_text(open_workspace: OpenWorkspace, server: RunningServer) -> None:
    workspace = open_workspace(server.url)
    workspace.request_sync().wait(WAIT)
    answer = workspace.search_conversations("since:300d", 1)
    text = json.loads(to_json(answer))
    (found,), (shown,) = answer["conversations"], text["conversations"]
    assert shown["updated_at"] == f"{found['updated_at']:%Y-%m-%dT%H:%M:%SZ}"
    assert list(shown) == list(found)
    last_sync = answer["sync_info"]["last_sync"]
    assert last_sync is not None
    assert text["sync_info"]["last_sync"] == f"{last_sync:%Y-%m-%dT%H:%M:%SZ}"
    assert text["sync_info"]["gaps"][0]["start"].endswith("Z")
    status = json.loads(to_json(workspace.get_sync_status()))
    assert status["coverage"][0][0].endswith("Z")


# --- windows


def test_an_end_in_the_future_is_now_as_in_a_search(
    open_workspace: OpenWorkspace, server: RunningServer
) -> None:
    workspace = open_workspace(server.url)
    workspace.request_sync().wait(WAIT)
    # A zone in which it is noon: today began half a day ago and ends in half a day.
    hour = datetime.now(UTC).hour
    workspace.tz = timezone(timedelta(hours=12 - hour))
    midnight = datetime.now(workspace.tz).replace(hour=0, minute=0, second=0, microsecond=0)
    tomorrow = midnight + timedelta(days=1)
    assert workspace.search_conversations("on:today")["sync_info"]["state"] == "fresh"
    assert workspace.check_sync_state(midnight, tomorrow) is SyncState.FRESH
    assert workspace.check_sync_state(midnight, tomorrow + timedelta(days=400)) is SyncState.FRESH


def test_what_begins_in_the_future_is_stale(open_workspace: OpenWorkspace, server: RunningServer) -> None:
    workspace = open_workspace(server.url)
    workspace.request_sync().wait(WAIT)
    later = datetime.now(UTC) + timedelta(hours=1)
    assert workspace.check_sync_state(later, later + timedelta(hours=1)) is SyncState.STALE
    assert workspace.check_sync_state(later, later) is SyncState.STALE
    assert not workspace.sync_in_progress
    for end in (later - timedelta(seconds=1), later - timedelta(days=3)):
        with pytest.raises(ValueError, match="before it starts"):
            workspace.check_sync_state(later, end)
    with pytest.raises(ValueError, match="has no time zone"):
        workspace.check_sync_state(datetime(2024, 1, 1), later)  # noqa: DTZ001


def test_a_period_before_the_history_is_not_called_complete(
    open_workspace: OpenWorkspace, server: RunningServer
) -> None:
    workspace = open_workspace(server.url, history="5d")
    workspace.request_sync().wait(WAIT)
    assert workspace.search_conversations("since:5d", 500)["sync_info"]["state"] == "fresh"
    query = "until:10d"
    before = workspace.search_conversations(query, 500)
    assert before["conversations"] == []
    info = before["sync_info"]
    assert (info["state"], info["data_complete"]) == ("stale", False)
    (gap,) = info["gaps"]
    assert gap["end"] - gap["start"] >= timedelta(days=5)
    synced = asyncio.run(workspace.search_when_synced(query, 500))
    assert synced["sync_info"]["state"] == "fresh"
    assert synced["conversations"]


def test_a_listing_of_this_second_says_nothing_of_the_next(tmp_path: Path) -> None:
    path = tmp_path / "mirror.db"
    with fixed_workspace(path) as workspace:
        with closing(Database(path)) as database, database.transaction():
            now = to_epoch(NOW)
            write_listing(database, LatestListing(now, now - 60))
        second = timedelta(seconds=1)
        assert workspace.check_sync_state(NOW, NOW + second) is SyncState.PARTIAL
        assert workspace.check_sync_state(NOW + second, NOW + second) is SyncState.STALE


# --- limits


@pytest.mark.parametrize("limit", [0, -1, -50])
def test_a_limit_below_one_is_refused(
    open_workspace: OpenWorkspace, server: RunningServer, limit: int
) -> None:
    workspace = open_workspace(server.url)
    query = workspace.parse("")
    calls: list[Callable[[], object]] = [
        lambda: workspace.search_conversations("since:7d", limit),
        lambda: asyncio.run(workspace.search_when_synced("since:7d", limit)),
        lambda: workspace.search_ids(query, limit=limit),
        lambda: workspace.runs(limit),
        lambda: workspace.lookup.customers("a", limit),
        lambda: workspace.lookup.conversations_of("c1", limit),
    ]
    for call in calls:
        with pytest.raises(ValueError, match=f"^the limit must be 1 or more, not {limit}$"):
            call()
    assert not workspace.sync_in_progress, "a search that is refused syncs nothing"


# --- what is said of stale data


def test_a_rejected_token_is_told_instead_of_a_sync(
    open_workspace: OpenWorkspace, server: RunningServer
) -> None:
    workspace = open_workspace(server.url, token="rejected")
    first = workspace.search_conversations("since:7d")["sync_info"]
    assert (first["message"], first["reason"]) == (SYNCING, None), "one is starting"
    info = asyncio.run(workspace.search_when_synced("since:7d"))["sync_info"]
    assert info["reason"] is not None
    assert "does not accept the access token (401)" in info["reason"]
    assert info["message"] == f"Data is stale - {info['reason']}"
    again = workspace.search_conversations("since:7d")["sync_info"]
    assert (again["message"], again["reason"]) == (info["message"], info["reason"]), "it does not go away"
    other = open_workspace(server.url, token=TOKEN)
    assert other.sync_info(other.verdict(), other.outlook())["message"] == info["message"]


def test_a_network_that_is_away_is_told_until_the_next_attempt(open_workspace: OpenWorkspace) -> None:
    with running(replace(OPTIONS, conversations=1)) as gone:
        url = gone.url
    workspace = open_workspace(url)
    info = asyncio.run(workspace.search_when_synced("since:7d"))["sync_info"]
    assert info["reason"] is not None
    assert "refused the connection" in info["reason"]
    assert info["message"] == f"Data is stale - {info['reason']}"
    again = workspace.search_conversations("since:7d")["sync_info"]
    assert (again["message"], again["reason"]) == (SYNCING, info["reason"]), "it is being tried again"


def test_a_sync_that_began_is_told_although_the_one_before_was_refused(
    open_workspace: OpenWorkspace,
) -> None:
    with running(OPTIONS) as server:
        server.world.faults.script(Fault.UNAUTHORIZED, path="/me", times=1)
        workspace = open_workspace(server.url)
        with pytest.raises(SyncError):
            workspace.request_sync().wait(WAIT)
        said: list[str | None] = []
        began = threading.Event()

        def listen(event: SyncEvent) -> None:
            if isinstance(event, SyncStarted):
                said.append(workspace.message(workspace.verdict(), workspace.outlook()))
                began.set()

        workspace.subscribe(listen)
        refused = workspace.search_conversations("since:7d")["sync_info"]["message"]
        assert refused is not None
        assert refused.startswith("Data is stale - ")
        assert refused != SYNCING
        assert began.wait(WAIT)
        assert said == [SYNCING]


def test_without_any_token_no_sync_is_announced(tmp_path: Path) -> None:
    settings = Settings(
        base_url="http://127.0.0.1:9", database=tmp_path / "m.db", config_path=tmp_path / "config.toml"
    )
    with Workspace(settings) as workspace:
        info = workspace.search_conversations("since:7d")["sync_info"]
        assert info["reason"] is not None
        assert info["reason"].startswith("there is no access token: set INTERCOM_ACCESS_TOKEN")
        assert info["message"] == f"Data is stale - {info['reason']}"
        assert asyncio.run(workspace.search_when_synced("since:7d"))["sync_info"] == info
    command = msgspec.structs.replace(settings, database=tmp_path / "n.db", token_command="false")
    with Workspace(command) as workspace:
        assert workspace.search_conversations("since:7d")["sync_info"]["message"] == SYNCING
        info = asyncio.run(workspace.search_when_synced("since:7d"))["sync_info"]
        assert info["message"] == f"Data is stale - {info['reason']}"
        assert "token_command" in str(info["reason"])
    save_token(Secret(TOKEN), settings=settings)
    with Workspace(msgspec.structs.replace(settings, database=tmp_path / "o.db")) as workspace:
        assert workspace.search_conversations("since:7d")["sync_info"]["message"] == SYNCING


def test_a_thread_tells_where_it_came_from(open_workspace: OpenWorkspace, server: RunningServer) -> None:
    workspace = open_workspace(server.url)
    workspace.request_sync().wait(WAIT)
    seen: set[str] = set()
    for conversation_id in workspace.search_ids(workspace.parse("")):
        thread = workspace.thread(conversation_id)
        assert thread is not None
        source = server.world.conversations[conversation_id].source
        assert (thread.channel, thread.delivered_as) == (source.type, source.delivered_as)
        assert bool(thread.recipients) is (source.type == "email")
        resolution = server.world.conversations[conversation_id].ai_resolution
        assert thread.ai_agent == ("" if resolution is None else resolution or "participated")
        seen.add(thread.channel)
    assert len(seen) > 1
