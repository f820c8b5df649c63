"""Profiles: which files belong to one, what names one, and what it does not use."""

from __future__ import annotations

from pathlib import Path

import pytest
from textual.color import Color, ColorParseError

from tests.attacks import TERMINAL, commands_in
from tui.settings import (
    Secret,
    Settings,
    SettingsError,
    UnknownProfile,
    change_settings,
    load_settings,
    profile_names,
    save_token,
)
from tui.settings.colors import NAMES
from tui.settings.http import http_token_path
from tui.workspace import Workspace


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for kind in ("CONFIG", "DATA", "STATE", "CACHE"):
        monkeypatch.setenv(f"XDG_{kind}_HOME", str(tmp_path / kind.lower()))
    monkeypatch.setenv("HOME", str(tmp_path))
    return tmp_path


def make_profile(home: Path, name: str, source: str = "") -> Path:
    """Its settings file."""
    path = home / "config" / "fastintercom" / "profiles" / name / "config.toml"
    path.parent.mkdir(parents=True)
    path.write_text(source)
    return path


def test_a_profile_has_its_own_files(home: Path) -> None:
    path = make_profile(home, "acme", 'base_url = "https://api.eu.intercom.io"\n')
    settings = load_settings(profile="acme", environ={})
    assert (settings.profile, settings.title, settings.program) == (
        "acme",
        "acme",
        "fastintercom --profile acme",
    )
    assert settings.config_path == path
    assert settings.database == home / "data/fastintercom/profiles/acme/fastintercom.db"
    assert settings.log_path == home / "state/fastintercom/log/profiles/acme/fastintercom.log"
    assert settings.token_path == path.with_name("token")
    assert http_token_path(settings) == path.with_name("http_token")
    assert settings.base_url == "https://api.eu.intercom.io"


def test_without_a_profile_everything_is_where_it_was(home: Path) -> None:
    make_profile(home, "acme")
    for settings in (load_settings(environ={}), load_settings(profile="default", environ={})):
        assert (settings.profile, settings.title, settings.program) == ("", "", "fastintercom")
        assert settings.config_path == home / "config/fastintercom/config.toml"
        assert settings.database == home / "data/fastintercom/fastintercom.db"
        assert settings.log_path == home / "state/fastintercom/log/fastintercom.log"


def test_the_settings_of_a_profile_may_name_other_files(home: Path) -> None:
    path = make_profile(home, "acme", 'database = "here.db"\nlog_path = "/var/log/acme.log"\n')
    settings = load_settings(profile="acme")
    assert settings.database == path.with_name("here.db")
    assert settings.log_path == Path("/var/log/acme.log")
    assert load_settings(profile="acme", flags={"database": "/x.db"}).database == Path("/x.db")


def test_the_variable_names_a_profile_and_the_flag_wins(home: Path) -> None:
    make_profile(home, "acme")
    make_profile(home, "beta")
    environ = {"FASTINTERCOM_PROFILE": "acme"}
    assert load_settings(environ=environ).profile == "acme"
    assert load_settings(environ=environ, profile="beta").profile == "beta"
    assert load_settings(environ=environ, profile="default").profile == ""
    assert load_settings(environ={"FASTINTERCOM_PROFILE": " "}).profile == ""


def test_variables_of_the_default_profile_are_not_used(home: Path) -> None:
    make_profile(home, "acme")
    environ = {
        "INTERCOM_ACCESS_TOKEN": "for-the-default-profile",
        "FASTINTERCOM_BASE_URL": "https://intercom.example",
        "FASTINTERCOM_DATABASE": "/elsewhere.db",
    }
    for settings in (
        load_settings(profile="acme", environ=environ),
        load_settings(config=load_settings(profile="acme").config_path, environ=environ),
    ):
        assert settings.unused_variables == tuple(environ)
        assert settings.token is None
        assert settings.base_url == "https://api.intercom.io"
        assert settings.database == home / "data/fastintercom/profiles/acme/fastintercom.db"
        assert settings.overrides == {}
    default = load_settings(environ=environ)
    assert default.unused_variables == ()
    assert default.token == Secret("for-the-default-profile")
    assert default.database == Path("/elsewhere.db")


@pytest.mark.parametrize(
    ("flag", "config", "environ", "sources"),
    [
        ("acme", "x.toml", {}, ("--profile", "--config")),
        ("acme", None, {"FASTINTERCOM_CONFIG": "x.toml"}, ("--profile", "FASTINTERCOM_CONFIG")),
        (None, "x.toml", {"FASTINTERCOM_PROFILE": "acme"}, ("FASTINTERCOM_PROFILE", "--config")),
        (
            None,
            None,
            {"FASTINTERCOM_PROFILE": "acme", "FASTINTERCOM_CONFIG": "x"},
            ("FASTINTERCOM_PROFILE", "FASTINTERCOM_CONFIG"),
        ),
    ],
)
def test_a_profile_and_a_settings_file_contradict_each_other(
    home: Path, flag: str | None, config: str | None, environ: dict[str, str], sources: tuple[str, str]
) -> None:
    make_profile(home, "acme")
    with pytest.raises(SettingsError) as caught:
        load_settings(profile=flag, config=Path(config) if config else None, environ=environ)
    first, second = sources
    assert str(caught.value) == f"{first} and {second} both name the settings; use one of them"


@pytest.mark.parametrize("name", ["", "a b", "../acme", "-x", "é", ".", "x" * 41, *TERMINAL.values()])
def test_a_name_that_no_profile_can_have_is_one_line(home: Path, name: str) -> None:
    assert not list(home.iterdir())
    with pytest.raises(SettingsError) as caught:
        load_settings(profile=name, may_be_new=True)
    message = str(caught.value)
    assert message.startswith("--profile must be letters, digits, - and _, up to 40, such as acme; not ")
    assert "\n" not in message
    assert not commands_in(message)
    assert len(message) < 200


@pytest.mark.parametrize("name", ["acme", "Acme_2-eu", "_", "7", "x" * 40])
def test_names_that_profiles_can_have(name: str) -> None:
    assert load_settings(profile=name, may_be_new=True).profile == name


def test_a_profile_that_does_not_exist_is_told_with_the_nearest(home: Path) -> None:
    with pytest.raises(UnknownProfile) as caught:
        load_settings(profile="acme")
    assert str(caught.value) == (
        "there is no profile “acme”; to make it, run: fastintercom --profile acme login"
    )
    make_profile(home, "acme")
    with pytest.raises(UnknownProfile, match=r"no profile “acmee” \(did you mean “acme”\?\); to make it"):
        load_settings(profile="acmee")
    assert load_settings(profile="acmee", may_be_new=True).profile == "acmee"
    assert profile_names() == ["acme"], "reading makes nothing"


def test_the_profiles_are_the_folders_with_such_a_name_and_a_settings_file(home: Path) -> None:
    assert profile_names() == []
    path = make_profile(home, "acme")
    for name in ("Beta", "not a name", "default"):
        make_profile(home, name)
    (path.parents[1] / "file").write_text("")
    (path.parents[1] / "empty").mkdir()
    assert profile_names() == ["acme", "Beta"]


def test_saving_a_token_makes_the_profile(home: Path) -> None:
    settings = load_settings(profile="acme", may_be_new=True)
    assert save_token(Secret("abc"), settings=settings) == settings.token_path
    assert profile_names() == ["acme"]
    assert load_settings(profile="acme") == settings
    assert settings.token_path.parent.stat().st_mode & 0o777 == 0o700
    assert home in settings.token_path.parents


def test_a_change_of_its_settings_keeps_its_files(home: Path) -> None:
    path = make_profile(home, "acme")
    changed = change_settings(path, {"bell": True})
    assert changed == load_settings(profile="acme")
    assert changed.database.parent.name == "acme"


# --- name and colour --------------------------------------------------------------------------------------


def test_a_name_and_a_colour_tell_workspaces_apart(home: Path) -> None:
    make_profile(home, "acme", 'name = " Acme Europe "\ncolor = "Teal"\n')
    settings = load_settings(profile="acme")
    assert (settings.name, settings.title, settings.color) == ("Acme Europe", "Acme Europe", "teal")
    assert Settings(name="Main").title == "Main"


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("name = 5", "line 1: name must be a text in quotes"),
        ('name = "two\\nlines"', "line 1: name must be one line of up to 40 characters"),
        ('name = "\\u001b[31m"', "line 1: name must be one line of up to 40 characters"),
        (f'name = "{"x" * 41}"', "line 1: name must be one line of up to 40 characters"),
        ('color = "teel"', """a name of CSS) or "#0a7d8c", not 'teel'; did you mean “teal”?"""),
        ("color = 5", "line 1: color must be a colour such as"),
        ('color = "#12345"', "line 1: color must be a colour such as"),
    ],
)
def test_what_no_name_or_colour_can_be(home: Path, line: str, expected: str) -> None:
    make_profile(home, "acme", line)
    with pytest.raises(SettingsError) as caught:
        load_settings(profile="acme")
    assert expected in str(caught.value)


@pytest.mark.parametrize("color", sorted({*NAMES, "#abc", "#0a7d8c"}))
def test_the_dashboard_knows_every_colour(home: Path, color: str) -> None:
    make_profile(home, "acme", f'color = "{color}"')
    try:
        Color.parse(load_settings(profile="acme").color)
    except ColorParseError:
        pytest.fail(color)


# --- programs that the dashboard starts -------------------------------------------------------------------


def test_a_program_that_is_started_gets_the_profile(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    make_profile(home, "acme")
    monkeypatch.setenv("INTERCOM_ACCESS_TOKEN", "for-the-default-profile")
    monkeypatch.setenv("FASTINTERCOM_PROFILE", "another")
    monkeypatch.setenv("FASTINTERCOM_CONFIG", "another.toml")
    with Workspace(load_settings(profile="acme")) as workspace:
        given = workspace.environment_for_programs()
    assert given["FASTINTERCOM_PROFILE"] == "acme"
    assert not {"FASTINTERCOM_CONFIG", "INTERCOM_ACCESS_TOKEN"} & set(given)
    with Workspace(load_settings(profile="default", environ={})) as workspace:
        given = workspace.environment_for_programs()
    assert "FASTINTERCOM_PROFILE" not in given
    assert given["FASTINTERCOM_CONFIG"] == "another.toml"
