from __future__ import annotations

from collections.abc import Iterator
from email.utils import parsedate_to_datetime

import httpx
import pytest

from tests.simulator.support import NOW, HandClock, caller, error_code, quiet
from tui.simulator.server import RunningServer, running


@pytest.fixture(scope="module")
def server() -> Iterator[RunningServer]:
    with running(quiet(conversations=300), HandClock()) as server:
        yield server


@pytest.fixture(scope="module")
def client(server: RunningServer) -> Iterator[httpx.Client]:
    with caller(server) as client:
        yield client


def test_me_names_teammate_and_region(client: httpx.Client) -> None:
    me = client.get("/me").json()
    assert me["type"] == "admin"
    assert me["app"]["region"] == "US"
    assert me["app"]["id_code"]


def test_directory(client: httpx.Client, server: RunningServer) -> None:
    admins = client.get("/admins").json()["admins"]
    names = {admin["name"] for admin in admins}
    assert {"Operator", "Fin"} <= names
    assert len(admins) >= 14
    teams = client.get("/teams").json()["teams"]
    assert len(teams) == 5
    assert all(teams[0]["admin_ids"])
    assert len(client.get("/tags").json()["data"]) >= 20


def test_conversation_has_its_thread(client: httpx.Client, server: RunningServer) -> None:
    for number, truth in list(server.world.truth().items())[:40]:
        found = client.get(f"/conversations/{number}").json()
        assert found["id"] == str(number)
        assert found["updated_at"] == truth.updated_at
        thread = found["conversation_parts"]
        assert {int(part["id"]) for part in thread["conversation_parts"]} == truth.part_ids
        assert thread["total_count"] == truth.part_count
        assert found["source"]["body"]
        times = [part["created_at"] for part in thread["conversation_parts"]]
        assert times == sorted(times)
        assert all(found["created_at"] <= at <= found["updated_at"] for at in times)


def test_only_the_newest_500_parts_are_shown(client: httpx.Client, server: RunningServer) -> None:
    number, truth = next((n, t) for n, t in server.world.truth().items() if t.part_count > 500)
    found = client.get(f"/conversations/{number}").json()
    parts = found["conversation_parts"]["conversation_parts"]
    every = [part.id for part in server.world.conversations[number].thread]
    assert [int(part["id"]) for part in parts] == every[-500:]
    assert len(truth.part_ids) == 500
    assert found["statistics"]["count_conversation_parts"] == truth.part_count > 500


def test_old_conversations_keep_the_old_vocabulary(client: httpx.Client, server: RunningServer) -> None:
    old = next(item.id for item in server.world.conversations.values() if item.legacy and not item.admin)
    found = client.get(f"/conversations/{old}").json()
    assert found["priority"] in {"priority", "not_priority"}
    assert found["admin_assignee_id"] is None
    assert found["statistics"] is None
    assert found["teammates"] is None


def test_new_conversations_use_zero_and_admins(client: httpx.Client, server: RunningServer) -> None:
    unassigned = next(i.id for i in server.world.conversations.values() if not i.legacy and not i.admin)
    assert client.get(f"/conversations/{unassigned}").json()["admin_assignee_id"] == 0
    assigned = next(i.id for i in server.world.conversations.values() if not i.legacy and i.admin)
    assert client.get(f"/conversations/{assigned}").json()["teammates"]["admins"]


def test_snoozed_ones_are_open_too(client: httpx.Client, server: RunningServer) -> None:
    snoozed = next(i.id for i in server.world.conversations.values() if i.state == "snoozed")
    found = client.get(f"/conversations/{snoozed}").json()
    assert found["open"] is True
    assert found["state"] == "snoozed"
    assert found["snoozed_until"] > NOW


def test_ids_have_many_lengths(server: RunningServer) -> None:
    assert len({len(str(number)) for number in server.world.conversations}) >= 4
    part_ids = [part.id for item in server.world.conversations.values() for part in item.thread]
    assert len({len(str(number)) for number in part_ids}) == 1 or min(part_ids) < 10**10 <= max(part_ids)
    assert len(part_ids) == len(set(part_ids))


@pytest.mark.parametrize(
    "path", ["/conversations/5", "/nothing/here", "/conversations/abc", "/contacts/ffff"]
)
def test_unknown_is_404(client: httpx.Client, path: str) -> None:
    answer = client.get(path)
    assert answer.status_code == 404
    assert error_code(answer) == "not_found"


def test_wrong_method_is_404(client: httpx.Client) -> None:
    assert client.put("/me", json={}).status_code == 404


def test_deleted_list_pages_by_url(client: httpx.Client, server: RunningServer) -> None:
    world = server.world
    assert world.deleted
    seen: list[int] = []
    url: str | None = "/conversations/deleted?per_page=1&order=desc"
    while url:
        page = client.get(url).json()
        assert page["total_count"] == len(world.deleted)
        seen += [int(row["id"]) for row in page["conversations"]]
        assert all(row["deleted_at"] == world.deleted[int(row["id"])] for row in page["conversations"])
        url = page["pages"]["next"]
        assert url is None or url.startswith("http")
    assert seen == list(reversed(world.deleted))
    assert client.get(f"/conversations/{seen[0]}").status_code == 404
    assert client.get("/conversations/deleted?per_page=61").status_code == 400
    assert client.get("/conversations/deleted?page=99").json()["conversations"] == []


def test_contacts(client: httpx.Client, server: RunningServer) -> None:
    plain = next(item for item in server.world.contacts.values() if not item.merged_into and item.name)
    found = client.get(f"/contacts/{plain.id}").json()
    assert (found["id"], found["name"], found["email"]) == (plain.id, plain.name, plain.email)
    int(plain.id, 16)
    working = next(
        c for c in server.world.contacts.values() if c.company and c.role == "user" and not c.merged_into
    )
    answer_of = client.get(f"/contacts/{working.id}").json()
    company = server.world.companies[working.company]
    assert answer_of["custom_attributes"]["plan"] == company.plan
    assert answer_of["companies"]["total_count"] == 1
    companies = client.get(f"/contacts/{working.id}/companies").json()
    assert [found["name"] for found in companies["data"]] == [company.name]
    assert client.get("/contacts/ffff/companies").status_code == 404
    merged = next(item for item in server.world.contacts.values() if item.merged_into)
    answer = client.get(f"/contacts/{merged.id}")
    assert answer.status_code == 410
    assert error_code(answer) == "contact_merged"
    assert answer.headers["link"] == f'</contacts/{merged.merged_into}>; rel="canonical"'
    query = {"field": "id", "operator": "IN", "value": [plain.id, merged.id]}
    page = client.post("/contacts/search", json={"query": query}).json()
    assert [item["id"] for item in page["data"]] == [plain.id]


def test_contact_search_pages(client: httpx.Client, server: RunningServer) -> None:
    body = {"query": {"field": "role", "operator": "=", "value": "user"}, "pagination": {"per_page": 30}}
    seen: list[str] = []
    while True:
        page = client.post("/contacts/search", json=body).json()
        seen += [item["id"] for item in page["data"]]
        if "next" not in page["pages"]:
            break
        body["pagination"] = {"per_page": 30, "starting_after": page["pages"]["next"]["starting_after"]}
    wanted = [i.id for i in server.world.contacts.values() if i.role == "user" and not i.merged_into]
    assert seen == wanted


def test_bearer_is_required(server: RunningServer) -> None:
    for headers in ({}, {"Authorization": "Bearer wrong"}):
        answer = httpx.get(f"{server.url}/me", headers=headers)
        assert answer.status_code == 401
        assert error_code(answer) == "unauthorized"
        assert not [name for name in answer.headers if name.startswith("x-ratelimit")]


def test_versions(server: RunningServer) -> None:
    for version, status in (("2.16", 200), ("2.17", 200), ("9.9", 400)):
        with caller(server, **{"Intercom-Version": version}) as client:
            answer = client.get("/me")
        assert answer.status_code == status
    assert error_code(answer) == "intercom_version_invalid"


def test_date_is_the_simulators(client: httpx.Client) -> None:
    answer = client.get("/me")
    assert answer.headers.get_list("date") == [answer.headers["date"]]
    assert parsedate_to_datetime(answer.headers["date"]).timestamp() == NOW
