"""Which of Intercom's regions a token belongs to; the network leads to simulators, one for each host."""

from __future__ import annotations

import asyncio
from pathlib import Path

import httpx
import pytest

from tui.credentials import find_workspace
from tui.intercom.errors import Unauthorized, Unreachable, WrongRegion
from tui.settings import ADDRESSES, Secret, Settings, load_settings
from tui.simulator import SimulatorOptions, create_app

TOKEN = "a-token-of-a-region"


class Regions(httpx.AsyncBaseTransport):
    """Sends each request to the simulator of its host; `away` do not answer."""

    def __init__(self, home: str, *, knows: tuple[str, ...], away: tuple[str, ...] = ()) -> None:
        self.asked: list[str] = []
        self._away = {ADDRESSES[region].removeprefix("https://") for region in away}
        self._apps = {
            address.removeprefix("https://"): httpx.ASGITransport(
                create_app(
                    SimulatorOptions(
                        conversations=0,
                        activity=0,
                        latency_ms=0,
                        region=home,
                        token=TOKEN if region in knows else "another",
                    )
                )
            )
            for region, address in ADDRESSES.items()
        }

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        self.asked.append(request.url.host)
        if request.url.host in self._away:
            raise httpx.ConnectError("no route to host", request=request)
        return await self._apps[request.url.host].handle_async_request(request)


def found(regions: Regions, settings: Settings) -> tuple[str, str]:
    me, address = asyncio.run(find_workspace(settings, Secret(TOKEN), regions))
    return me.app_name, address


@pytest.mark.parametrize("knows", [("EU",), ("US", "EU", "AU")], ids=["only there", "everywhere"])
@pytest.mark.parametrize("configured", ["US", "EU", "AU"])
def test_the_region_of_a_token_is_found(configured: str, knows: tuple[str, ...]) -> None:
    """Whether the other regions refuse the token or say where it belongs."""
    regions = Regions("EU", knows=knows)
    settings = Settings(base_url=ADDRESSES[configured])
    assert found(regions, settings) == ("Harbourly", ADDRESSES["EU"])
    assert regions.asked[0] == ADDRESSES[configured].removeprefix("https://")
    if configured == "EU":
        assert len(regions.asked) == 1


def test_a_token_that_no_region_knows_is_refused_in_the_words_of_the_first() -> None:
    regions = Regions("EU", knows=())
    with pytest.raises(Unauthorized) as caught:
        found(regions, Settings())
    assert caught.value.problem.startswith("api.intercom.io does not accept the access token (401)")
    assert len(regions.asked) == 3


def test_a_region_that_does_not_answer_might_know_it() -> None:
    with pytest.raises(Unreachable, match=r"api\.au\.intercom\.io"):
        found(Regions("AU", knows=("AU",), away=("AU",)), Settings())


def test_no_other_region_is_asked_where_the_address_is_given(tmp_path: Path) -> None:
    regions = Regions("EU", knows=("EU",))
    config = tmp_path / "config.toml"
    config.touch()
    environ = {"FASTINTERCOM_BASE_URL": ADDRESSES["US"]}
    with pytest.raises(Unauthorized):
        found(regions, load_settings(config=config, environ=environ))
    assert regions.asked == ["api.intercom.io"]
    regions = Regions("EU", knows=("US", "EU"))
    with pytest.raises(WrongRegion) as caught:
        found(regions, load_settings(config=config, environ=environ))
    assert (caught.value.workspace, caught.value.region) == ("Harbourly", "EU")
