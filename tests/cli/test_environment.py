"""Faults of environment and settings, through the real program: one line with the cure, and a code."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cli.conftest import TOKEN, Result
from tui.simulator.server import RunningServer

Call = Callable[..., Result]
FAR = "https://intercom.invalid"
DIGITS = "9" * 5000


@pytest.fixture(autouse=True)
def _bare(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert home.exists()
    for name in ("https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY", "no_proxy", "NO_PROXY",
                 "SSL_CERT_FILE", "SSL_CERT_DIR"):  # fmt: skip
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("INTERCOM_ACCESS_TOKEN", TOKEN)
    monkeypatch.setenv("FASTINTERCOM_BASE_URL", FAR)


@pytest.mark.parametrize(
    ("variable", "value", "code", "words"),
    [
        ("HTTPS_PROXY", "http://[", 2, "HTTPS_PROXY is not the address of a proxy; it must be like http://"),
        ("HTTPS_PROXY", "foo://x", 2, "HTTPS_PROXY is not the address of a proxy; it must be like http://"),
        ("ALL_PROXY", "http://127.0.0.1:9", 75, "the proxy in ALL_PROXY refused the connection; check ALL_P"),
        ("SSL_CERT_FILE", "/no/such.pem", 2, "SSL_CERT_FILE names /no/such.pem, which does not exist; set"),
        ("SSL_CERT_DIR", "/no/such", 2, "SSL_CERT_DIR names /no/such, which is no folder; set it to"),
        (
            "FASTINTERCOM_DATABASE",
            "~nouser/x.db",
            2,
            "FASTINTERCOM_DATABASE must be the path of a file: there",
        ),
        ("FASTINTERCOM_CONFIG", "~nouser/x.toml", 2, "FASTINTERCOM_CONFIG must be the path of a file: there"),
    ],
)
def test_a_variable_that_cannot_be_used(
    variable: str, value: str, code: int, words: str, call: Call, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(variable, value)
    result = call("sync")
    assert (result.code, result.error.startswith(words)) == (code, True), result.err


def test_a_socks_proxy_without_its_package_as_a_process(
    process: Call, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ALL_PROXY", "socks5://127.0.0.1:1080")
    hidden = (
        "import sys\nsys.modules['socksio'] = None\nfrom tui.cli.main import run\nsys.exit(run(['sync']))"
    )
    result = process(code=hidden)
    assert result.code == 2, result.err
    assert "ALL_PROXY names a SOCKS proxy" in result.error
    assert "pip install 'fastintercom[socks]'" in result.error


def test_entries_of_no_proxy_that_cannot_be_read_are_told_once(
    call: Call, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ALL_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("NO_PROXY", "[::1],fe80::/10,http://[")
    result = call("sync")
    assert result.code == 75
    assert [line for line in result.err.splitlines() if "NO_PROXY" in line] == [
        "fastintercom: NO_PROXY: “http://[” is skipped; entries are like example.com, 10.0.0.0/8 or [::1]"
    ]
    assert "NO_PROXY" not in call("-q", "sync").err


def test_on_this_machine_proxies_do_not_count(
    call: Call, connected: RunningServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert connected.url.startswith("http://127.0.0.1")
    monkeypatch.setenv("ALL_PROXY", "socks5://[")
    monkeypatch.setenv("NO_PROXY", "http://[")
    assert call("sync").code == 0


@pytest.mark.parametrize("option", ["--database", "--config"])
def test_a_home_folder_that_nobody_has(option: str, call: Call) -> None:
    result = call(option, "~nouser/file", "status")
    assert result.code == 2
    assert result.error == (
        f"{option} must be the path of a file: there is no home folder for '~nouser'; write the path in full"
    )


@pytest.mark.parametrize(
    ("line", "words"),
    [
        (f"interval = {DIGITS}", "line 2: not valid TOML: a number of 5000 digits"),
        (f"interval = 0x{DIGITS}", "line 2: interval must be whole seconds from 1 to 86400"),
        (f'history = "{DIGITS}d"', "line 2: history must be a text such as"),
        (f"quiet_hours = 0x{DIGITS}", "line 2: quiet_hours must be two local times"),
        (
            'log_path = "~nouser/x.log"',
            "line 2: log_path must be the path of a file: there is no home folder",
        ),
        (f"theme = {'[' * 5000}", "not valid TOML"),
    ],
    ids=lambda text: text[:30],
)
def test_settings_of_absurd_size(line: str, words: str, call: Call, home: Path) -> None:
    path = home / "config" / "fastintercom" / "config.toml"
    path.write_text(f"settle = 1\n{line}\n")
    result = call("sync")
    assert result.code == 2
    assert result.error.startswith(f"{path}, ")
    assert words in result.error
    assert len(result.error) < 400


def test_views_of_absurd_size(call: Call, tmp_path: Path) -> None:
    path = tmp_path / "views.toml"
    path.write_text(f'[[view]]\nname = "x"\nquery = {DIGITS}\n')
    result = call("views", "import", path)
    assert result.code == 2
    assert "line 3: not valid TOML: a number of 5000 digits" in result.error
