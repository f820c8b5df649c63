"""`--profile` and `profiles`: workspaces side by side, which never mix."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cli.conftest import TOKEN, Result, options
from tui.settings import Secret, load_settings, save_token
from tui.simulator.server import RunningServer, running

Call = Callable[..., Result]


def make(home: Path, name: str, url: str, token: str = TOKEN, more: str = "") -> Path:
    folder = home / "config" / "fastintercom" / "profiles" / name
    folder.mkdir(parents=True)
    (folder / "config.toml").write_text(f'settle = 1\nbase_url = "{url}"\n{more}')
    save_token(Secret(token), settings=load_settings(profile=name))
    return folder


def test_two_workspaces_side_by_side(call: Call, home: Path, server: RunningServer) -> None:
    with running(options(conversations=7, workspace="Acme", region="EU")) as second:
        make(home, "harbour", server.url, more='name = "Harbour"\n')
        make(home, "acme", second.url)
        for name in ("harbour", "acme"):
            assert call("--profile", name, "sync", "-q").code == 0
        totals = [call("status", "--profile", name, "--json").json for name in ("harbour", "acme")]
        assert totals[0]["total_conversations"] > 50
        assert totals[1]["total_conversations"] == 7
        # A token that gets into the wrong profile syncs nothing.
        make(home, "mixed", second.url, more=f'database = "{totals[0]["database"]}"\n')
        refused = call("--profile", "mixed", "sync")
    assert refused.code == 2
    assert "mirrors the workspace Harbourly, but the token belongs to Acme" in refused.error
    listed = call("profiles", "--json").json["profiles"]
    assert [(each["profile"], each["workspace"], each["region"], each["used"]) for each in listed] == [
        ("default", None, "", True),
        ("acme", "Acme", "EU", False),
        ("harbour", "Harbourly", "US", False),
        ("mixed", "Harbourly", "US", False),
    ]
    assert listed[1]["database_size"] > 100_000
    assert listed[1]["last_sync"] is not None
    assert listed[2]["name"] == "Harbour"
    lines = call("--profile", "acme", "profiles").out.splitlines()
    assert lines[0].split() == ["Profile", "Called", "Workspace", "Region", "Size", "Synced", "until"]
    assert lines[2].startswith("▸  acme ")
    assert "not synced yet" in lines[1]


def test_every_command_but_login_says_that_a_profile_does_not_exist(call: Call, home: Path) -> None:
    make(home, "acme", "http://127.0.0.1:9")
    for command in ("sync", "status", "search x", "doctor", "paths", "whoami", "logout", "profiles"):
        done = call("--profile", "acmee", *command.split())
        assert done.code == 2
        assert done.error == (
            "there is no profile “acmee” (did you mean “acme”?); to make it, run: "
            "fastintercom --profile acmee login"
        )
    assert not (home / "config" / "fastintercom" / "profiles" / "acmee").exists()


def test_variables_of_the_default_profile_are_told_and_not_used(
    call: Call, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    make(home, "acme", "http://127.0.0.1:9")
    monkeypatch.setenv("INTERCOM_ACCESS_TOKEN", "for-the-default-profile")
    monkeypatch.setenv("FASTINTERCOM_DATABASE", str(home / "elsewhere.db"))
    done = call("--profile", "acme", "status")
    assert done.code == 0
    assert done.err == (
        "INTERCOM_ACCESS_TOKEN, FASTINTERCOM_BASE_URL and FASTINTERCOM_DATABASE are for the default profile, "
        "and not used for acme.\n"
    )
    assert not (home / "elsewhere.db").exists()
    assert call("--profile", "acme", "-q", "status").err == ""
    found = call("--profile", "acme", "doctor", "--json").json["findings"]
    facts = next(each["facts"] for each in found if each["name"] == "settings")
    assert facts["profile"] == "acme"
    assert "INTERCOM_ACCESS_TOKEN" in facts["unused_variables"]
    monkeypatch.delenv("FASTINTERCOM_DATABASE")
    monkeypatch.setenv("FASTINTERCOM_PROFILE", "acme")
    assert call("status", "--json").json["database"].endswith("profiles/acme/fastintercom.db")


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (
            ["--profile", "acme", "--config", "x.toml", "status"],
            "--profile and --config both name the settings",
        ),
        (["--profile", "acme", "--demo", "status"], "--demo is a workspace of its own; leave out --profile"),
        (
            ["--profile", "a/b", "status"],
            "--profile must be letters, digits, - and _, up to 40, such as acme",
        ),
        (["--profile", "", "status"], "--profile must be letters, digits, - and _, up to 40, such as acme"),
    ],
)
def test_what_cannot_be_meant_is_one_line(
    call: Call, home: Path, arguments: list[str], expected: str
) -> None:
    make(home, "acme", "http://127.0.0.1:9")
    done = call(*arguments)
    assert done.code == 2
    assert expected in done.error


def test_the_demo_takes_no_notice_of_the_variable(
    call: Call, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert home.exists()
    monkeypatch.setenv("FASTINTERCOM_PROFILE", "absent")
    assert call("--demo", "paths").code == 0
    assert call("paths").code == 2


def test_without_a_token_the_advice_names_the_profile(call: Call, home: Path) -> None:
    folder = home / "config" / "fastintercom" / "profiles" / "acme"
    folder.mkdir(parents=True)
    assert "there is no profile “acme”" in call("--profile", "acme", "-q", "sync").error
    (folder / "config.toml").write_text("")
    done = call("--profile", "acme", "-q", "sync")
    assert done.code == 4
    assert done.error.startswith("there is no access token for acme: run `fastintercom --profile acme login`")
    assert "run `fastintercom --profile acme login`" in call("--profile", "acme", "status").out


def test_a_profile_that_cannot_be_read_is_listed_with_the_reason(call: Call, home: Path) -> None:
    wrong = make(home, "wrong", "http://127.0.0.1:9") / "config.toml"
    wrong.write_text('\n\ninterval = "x"\n')
    make(home, "odd", "http://127.0.0.1:9")
    database = home / "data" / "fastintercom" / "profiles" / "odd" / "fastintercom.db"
    database.parent.mkdir(parents=True)
    database.write_text("a letter to the editor\n" * 100)
    done = call("profiles")
    assert done.code == 0
    assert done.out.count("cannot be read") == 2
    assert "fastintercom: odd: " in done.err
    assert "config.toml, line 3: interval must be whole seconds" in done.err
    answer = call("profiles", "--json").json["profiles"]
    assert [bool(each["problem"]) for each in answer] == [False, True, True]
    assert database.read_text().startswith("a letter"), "nothing is changed"
