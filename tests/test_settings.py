"""Settings and the token: precedence, places in errors, secrecy."""

from __future__ import annotations

import copy
import json
import os
import pickle
import shlex
import signal
import stat
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from tests.attacks import BIDI, TERMINAL, commands_in
from tui.settings import (
    Secret,
    Settings,
    SettingsError,
    TokenError,
    TokenForOtherHost,
    load_settings,
    resolve_token,
    save_token,
)


@pytest.fixture(autouse=True)
def folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME", "XDG_CACHE_HOME"):
        monkeypatch.setenv(name, str(tmp_path / name.lower()))
    monkeypatch.setenv("HOME", str(tmp_path))


def write(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "config.toml"
    path.write_text(text, "utf-8")
    return path


def failure(tmp_path: Path, text: str) -> str:
    path = write(tmp_path, text)
    with pytest.raises(SettingsError) as caught:
        load_settings(config=path)
    message = str(caught.value)
    assert "\n" not in message
    assert message.startswith(str(path))
    return message.removeprefix(str(path))


def test_the_defaults_need_no_file() -> None:
    settings = load_settings(environ={})
    assert settings.base_url == "https://api.intercom.io"
    assert settings.history_seconds == 90 * 86_400
    assert (settings.tolerance, settings.settle, settings.overlap, settings.interval) == (300, 60, 300, 60)
    assert settings.database.name == "fastintercom.db"
    assert settings.token is None


def test_flags_beat_environment_beats_file_beats_defaults(tmp_path: Path) -> None:
    path = write(
        tmp_path, 'database = "file.db"\nbase_url = "https://api.eu.intercom.io/"\ninterval = "2m"\n'
    )
    from_file = load_settings(config=path)
    assert from_file.database == tmp_path / "file.db"
    assert from_file.base_url == "https://api.eu.intercom.io"
    assert from_file.interval == 120
    environ = {"FASTINTERCOM_DATABASE": "/tmp/environ.db", "FASTINTERCOM_CONFIG": str(path)}  # noqa: S108
    from_environment = load_settings(environ=environ)
    assert from_environment.database == Path("/tmp/environ.db")  # noqa: S108
    assert from_environment.base_url == "https://api.eu.intercom.io"
    assert load_settings(environ=environ, flags={"database": Path("/x.db")}).database == Path("/x.db")
    assert load_settings(environ=environ, flags={"database": None}).database == from_environment.database


def test_a_file_with_everything_is_understood(tmp_path: Path) -> None:
    path = write(
        tmp_path,
        'history = "26w"\ntolerance = "10m"\nsettle = 30\noverlap = 0\ntheme = "nord"\nlog_level = "debug"\n'
        'log_path = "~/x.log"\ntoken_command = "pass show x"\nuse_keyring = false\n'
        '[keymap]\nrefresh = "f5,ctrl+r"\n',
    )
    settings = load_settings(config=path)
    assert settings.history_seconds == 26 * 7 * 86_400
    assert settings.tolerance == 600
    assert settings.keymap == {"refresh": "f5,ctrl+r"}
    assert settings.log_path == tmp_path / "x.log"
    assert settings.token_path == tmp_path / "token"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("\nintervall = 5\n", ", line 2: unknown key “intervall”; did you mean “interval”?"),
        ("theme = ''\n[sync]\nsettle = 1\n", ", line 2: unknown key “sync”; choose from base_url, "),
        ("# one\ninterval = true\n", ", line 2: interval must be whole seconds from 1 to 86400, or a text"),
        ("interval = 0", ", line 1: interval must be whole seconds from 1"),
        ("interval = 'soon'", ", line 1: interval must be whole seconds from 1 to 86400"),
        ("history = 90", ', line 1: history must be a text such as "90d"'),
        ("history = '90 moons'", ', line 1: history must be a text such as "90d"'),
        ("waiting_warm = 2", ', line 1: waiting_warm must be a text such as "2h"'),
        ("waiting_late = 'soon'", ', line 1: waiting_late must be a text such as "1d"'),
        ('waiting_warm = "2d"', ": waiting_warm (2d) must be shorter than waiting_late (1d)"),
        ("history = '5000d'", "up to ten years, not '5000d'"),
        ("use_keyring = 'yes'", ", line 1: use_keyring must be true or false, not 'yes'"),
        ("log_level = 'loud'", ", line 1: log_level must be one of debug, info, warning, error, not 'loud'"),
        ("theme = 3", ", line 1: theme must be a text in quotes"),
        ("database = ''", ", line 1: database must be the path of a file"),
        ("keymap = 3", ", line 1: keymap must be a table"),
        ("[keymap]\nquit = 'q'\nrefresh = 5\n", ", line 3: keymap.refresh must be a text such as"),
        (
            "[keymap]\nrefresh = 'f5,esc'\n",
            "2: keymap.refresh is wrong: “esc” is not a key; did you mean “escape”?",
        ),
        ("[keymap]\nquit = 'f5,'\n", ", line 2: keymap.quit is wrong: “” is not a key; write one such as f2"),
        ("[toasts]\nchanges = 1\n", ", line 2: toasts.changes must be true or false, not 1"),
        ("toasts.x = true\n", ", line 1: toasts.x is not a kind of toast; choose from "),
        ("keymap.refresh = 5\n", ", line 1: keymap.refresh must be a text such as"),
        ("keymap = { refresh = 5 }\n", ", line 1: keymap.refresh must be a text such as"),
        ("base_url = 'http://api.intercom.io'", "base_url must be an https address"),
        ("base_url = 'https://me:pw@api.intercom.io'", "base_url must not contain a user name or password"),
        ("base_url = 'https://'", "base_url must be an https address"),
        ("base_url = 'https://[x'", "base_url must be an https address"),
        ("base_url = 'https://h:port'", "base_url must be an https address"),
        ("theme = 'a'\ninterval = = 3\n", ", line 2, column 12: not valid TOML: "),
        ("theme = 'a'\nkeymap = [", ", line 2 (the end): not valid TOML: "),
        ("# \u2028 ends no line\ntheme = '", ", line 2 (the end): not valid TOML: "),
        ("# \u2028 ends no line\ninterval = 0", ", line 2: interval must be whole seconds"),
        ("token = 'dG9rOjEyMw'", ", line 1: the settings file must not contain the token; use INTERCOM_"),
        ("writes = 'yes'", ", line 1: writes must be true or false, not 'yes'"),
        ("act_as = 'Ada'", ", line 1: act_as must be the number of a teammate in Intercom, not 'Ada'"),
        ("undo_window = -1", ", line 1: undo_window must be whole seconds from 0 to 3600"),
        ("undo_windows = 5", ", line 1: undo_windows must be a table: [undo_windows]"),
        (
            "[undo_windows]\nreplies = 5",
            ", line 2: undo_windows.replies is not a kind of change",
        ),
        (
            "[undo_windows]\nreply = 'soon'",
            ", line 2: undo_windows.reply must be whole seconds",
        ),
        ("settle = 600", ": settle (600 s) must be smaller than tolerance (300 s)"),
    ],
)
def test_what_is_wrong_in_the_file_is_told_with_its_place(tmp_path: Path, text: str, expected: str) -> None:
    message = failure(tmp_path, text)
    assert expected in message
    assert "dG9rOjEyMw" not in message


def test_each_kind_of_change_may_have_its_own_undo_window(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    path.write_text("writes = true\nundo_window = 5\n[undo_windows]\nreply = '1m'\n")
    settings = load_settings(config=path)
    assert settings.writes
    assert (settings.undo_window_of("reply"), settings.undo_window_of("close")) == (60, 5)
    assert not Settings().writes


def test_a_file_that_cannot_be_read_is_told(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="there is no such settings file"):
        load_settings(config=tmp_path / "absent.toml")
    with pytest.raises(SettingsError, match="there is no such settings file"):
        load_settings(environ={"FASTINTERCOM_CONFIG": str(tmp_path / "absent.toml")})
    with pytest.raises(SettingsError, match="cannot be read"):
        load_settings(config=tmp_path)
    path = tmp_path / "latin.toml"
    path.write_bytes(b"theme = '\xe9'")
    with pytest.raises(SettingsError, match="not a UTF-8 text file"):
        load_settings(config=path)


@pytest.mark.parametrize("text", [*TERMINAL.values(), *BIDI.values()])
def test_an_error_is_one_line_without_control_characters(tmp_path: Path, text: str) -> None:
    name = text.replace("\0", "")
    path = write(tmp_path, f"{json.dumps(text)} = 1\n")
    sources = ({"FASTINTERCOM_CONFIG": f"{tmp_path}/{name}.toml"}, {"FASTINTERCOM_BASE_URL": name})
    for config, environ in ((path, {}), *((None, environ) for environ in sources)):
        with pytest.raises(SettingsError) as caught:
            load_settings(config=config, environ=environ)
        assert not commands_in(str(caught.value))
        assert "\n" not in str(caught.value)


@pytest.mark.parametrize("url", ["http://127.0.0.1:8040", "http://localhost:1", "http://[::1]:8040"])
def test_plain_http_is_for_this_machine_only(url: str) -> None:
    assert load_settings(environ={"FASTINTERCOM_BASE_URL": url}).base_url == url
    with pytest.raises(SettingsError, match=r"^FASTINTERCOM_BASE_URL must be an https address"):
        load_settings(environ={"FASTINTERCOM_BASE_URL": "http://10.0.0.1"})


def test_a_secret_shows_itself_nowhere() -> None:
    secret = Secret("  dG9rOjEyMw==\n")
    assert secret.reveal() == "dG9rOjEyMw=="
    assert f"{secret} {secret!r} {[secret]} {Settings(token=secret)!r}".count("dG9r") == 0
    assert secret.hide_in("Bearer dG9rOjEyMw==!") == "Bearer •••!"
    assert not hasattr(secret, "__dict__")
    with pytest.raises(TypeError):
        pickle.dumps(secret)
    assert copy.deepcopy(secret) == secret == Secret("dG9rOjEyMw==")
    assert secret != Secret("other")
    assert len({secret, Secret("dG9rOjEyMw==")}) == 1
    for wrong in ("", " \n", "two words", "tökén", "line\nbreak"):
        with pytest.raises(ValueError, match="access token") as caught:
            Secret(wrong)
        assert wrong.strip() == "" or wrong not in str(caught.value)


def token_settings(tmp_path: Path, **values: Any) -> Settings:
    return Settings(config_path=tmp_path / "config.toml", **values)


def test_the_token_comes_from_the_first_source_that_has_one(tmp_path: Path) -> None:
    settings = token_settings(tmp_path)
    assert resolve_token(settings) is None
    assert save_token(Secret("from-file"), settings=settings) == settings.token_path
    assert resolve_token(settings) == Secret("from-file")
    command = f"{sys.executable} -c \"print('from-command')\""
    assert resolve_token(token_settings(tmp_path, token_command=command)) == Secret("from-command")
    environ = {"INTERCOM_ACCESS_TOKEN": " from-environment "}
    assert resolve_token(load_settings(environ=environ)) == Secret("from-environment")


def test_a_token_in_the_environment_that_is_no_token_is_told_without_it() -> None:
    with pytest.raises(SettingsError, match=r"INTERCOM_ACCESS_TOKEN: .* special character") as caught:
        load_settings(environ={"INTERCOM_ACCESS_TOKEN": "abc def"})
    assert "abc" not in str(caught.value)


@pytest.mark.parametrize(
    ("command", "expected"),
    [
        ("false", r"token_command \(false\) failed with exit code 1; run it by hand"),
        ("no-such-program x", r"token_command \(no-such-program\) could not be started"),
        ("true", r"token_command \(true\): the access token is empty"),
        ("echo 'unclosed", "token_command cannot be split into words: no closing quotation"),
        (" ", "token_command is empty"),
    ],
)
def test_a_token_command_that_fails_is_told(tmp_path: Path, command: str, expected: str) -> None:
    with pytest.raises(TokenError, match=expected):
        resolve_token(token_settings(tmp_path, token_command=command))


@pytest.mark.skipif(os.name != "posix", reason="file modes are a POSIX matter")
def test_the_token_file_is_private_or_refused(tmp_path: Path) -> None:
    settings = token_settings(tmp_path / "new folder")
    save_token(Secret("abc"), settings=settings)
    assert stat.S_IMODE(settings.token_path.stat().st_mode) == 0o600
    assert stat.S_IMODE(settings.token_path.parent.stat().st_mode) == 0o700
    settings.token_path.chmod(0o640)
    with pytest.raises(TokenError) as caught:
        resolve_token(settings)
    assert str(caught.value).endswith(f"run: chmod 600 '{settings.token_path}'")
    save_token(Secret("def"), settings=settings)
    assert resolve_token(settings) == Secret("def")
    assert [path.name for path in settings.token_path.parent.iterdir()] == ["token"]


KEYRING = """
from keyring import errors
STORE = {}
def get_password(service, name):
    if name.endswith("locked.toml"): raise errors.KeyringError("locked")
    return STORE.get((service, name))
def set_password(service, name, text): STORE[service, name] = text
"""


def test_the_keyring_is_used_once_chosen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    package = tmp_path / "packages" / "keyring"
    package.mkdir(parents=True)
    (package / "__init__.py").write_text(KEYRING)
    (package / "errors.py").write_text("class KeyringError(Exception): pass\n")
    monkeypatch.syspath_prepend(str(package.parent))
    path = write(tmp_path, '# mine\ntheme = "nord"\n[keymap]\nrefresh = "f5"\n')
    settings = load_settings(config=path)
    assert save_token(Secret("ringed"), "keyring", settings=settings) is None
    chosen = load_settings(config=path)
    assert (chosen.use_keyring, chosen.theme, chosen.keymap) == (True, "nord", {"refresh": "f5"})
    assert resolve_token(chosen) == Secret("ringed")
    assert resolve_token(settings) is None
    with pytest.raises(TokenError, match=r"the keyring cannot be read \(KeyringError\)"):
        resolve_token(Settings(use_keyring=True, config_path=tmp_path / "locked.toml"))
    write(tmp_path, "use_keyring = false # no\n")
    save_token(Secret("again"), "keyring", settings=load_settings(config=path))
    assert path.read_text("utf-8") == "use_keyring = true # no\n"
    sys.modules.pop("keyring", None)
    sys.modules.pop("keyring.errors", None)


def test_a_missing_keyring_package_names_the_extra(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "keyring", None)
    with pytest.raises(TokenError, match=r"pip install 'fastintercom\[keyring\]'"):
        resolve_token(token_settings(tmp_path, use_keyring=True))


# --- whom a token is for ----------------------------------------------------------------------------------

EU, ELSEWHERE = "https://api.eu.intercom.io", "https://intercom.example:8443/v2"


@pytest.mark.parametrize(
    ("saved_for", "base_url", "accepted"),
    [
        ("https://api.intercom.io", EU, True),
        (EU, "https://api.intercom.io:443/", True),
        (EU, ELSEWHERE, False),
        (EU, "https://api.eu.intercom.io.example", False),
        (EU, "https://api.eu.intercom.io:8443", False),
        (EU, "http://127.0.0.1:8040", False),
        (ELSEWHERE, "https://INTERCOM.example:8443", True),
        (ELSEWHERE, "https://intercom.example", False),
        (ELSEWHERE, EU, False),
        ("", EU, True),
        ("", ELSEWHERE, False),
        ("", "http://127.0.0.1:8040", False),
    ],
)
def test_a_saved_token_is_for_the_host_it_was_saved_for(
    tmp_path: Path, saved_for: str, base_url: str, accepted: bool
) -> None:
    """Intercom's hosts are one; a token that was put there by hand, without a host, is for them."""
    settings = token_settings(tmp_path, base_url=base_url)
    if saved_for:
        save_token(Secret("abc"), settings=token_settings(tmp_path, base_url=saved_for))
    else:
        settings.token_path.write_text("abc\n")
        settings.token_path.chmod(0o600)
    if accepted:
        assert resolve_token(settings) == Secret("abc")
        return
    with pytest.raises(TokenForOtherHost) as caught:
        resolve_token(settings)
    assert "is not sent to" in str(caught.value)
    assert "\n" not in str(caught.value)


def test_saving_to_a_file_takes_precedence_over_a_keyring_that_was_used(tmp_path: Path) -> None:
    path = write(tmp_path, "use_keyring = true # for now\n")
    save_token(Secret("abc"), settings=load_settings(config=path))
    assert path.read_text("utf-8") == "use_keyring = false # for now\n"
    assert resolve_token(load_settings(config=path)) == Secret("abc")


# --- what is configured is read within limits ---------------------------------------------------------------


@pytest.mark.skipif(os.name != "posix", reason="pipes and devices are a POSIX matter")
@pytest.mark.parametrize("kind", ["pipe", "device", "folder", "large"])
def test_only_ordinary_files_of_a_usual_size_are_read(tmp_path: Path, kind: str) -> None:
    for path in (tmp_path / "token", tmp_path / "config.toml"):
        if kind == "pipe":
            os.mkfifo(path, 0o600)
        elif kind == "device":
            path.symlink_to("/dev/zero")
        elif kind == "folder":
            path.mkdir()
        else:
            with path.open("wb") as file:
                file.truncate(10_000_000_000)
            path.chmod(0o600)
    said = {
        "pipe": "it is no ordinary file",
        "device": "it is no ordinary file",
        "folder": "Is a directory",
        "large": "it is larger than",
    }
    with pytest.raises(TokenError, match=said[kind]):
        resolve_token(token_settings(tmp_path))
    with pytest.raises(SettingsError, match=said[kind]):
        load_settings(config=tmp_path / "config.toml")


def command_of(code: str) -> str:
    return shlex.join([sys.executable, "-c", code])


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("while True: print('x' * 10000)", "printed more than 4,096 bytes"),
        ("import time; time.sleep(600)", "took longer than 1 s"),
        ("import signal, time; signal.signal(15, signal.SIG_IGN); time.sleep(600)", "took longer than 1 s"),
        ("import os, time; os.close(1); time.sleep(600)", "took longer than 1 s"),
    ],
)
def test_a_token_command_is_bounded_in_time_and_in_what_it_prints(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, code: str, said: str
) -> None:
    monkeypatch.setattr("tui.settings.command.COMMAND_TIMEOUT", 1.0)
    began = time.monotonic()
    with pytest.raises(TokenError, match=said):
        resolve_token(token_settings(tmp_path, token_command=command_of(code)))
    assert time.monotonic() - began < 10


@pytest.mark.skipif(os.name != "posix", reason="starts a program with the shell")
@pytest.mark.parametrize("ends", [True, False])
def test_a_program_that_a_token_command_leaves_behind_is_not_waited_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, ends: bool
) -> None:
    monkeypatch.setattr("tui.settings.command.COMMAND_TIMEOUT", 2.0)
    left = tmp_path / "left"
    command = shlex.join(["sh", "-c", f"sleep 600 & echo $! > {left}; echo abc; {'' if ends else 'wait'}"])
    settings = token_settings(tmp_path, token_command=command)
    began = time.monotonic()
    try:
        if ends:
            assert resolve_token(settings) == Secret("abc")
        else:
            with pytest.raises(TokenError, match="took longer than 2 s"):
                resolve_token(settings)
        assert time.monotonic() - began < 10
    finally:
        os.kill(int(left.read_text()), signal.SIGKILL)
