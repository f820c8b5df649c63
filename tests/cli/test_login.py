"""`login`, `logout` and `whoami`: with files, a keyring, a terminal, and a server over loopback."""

from __future__ import annotations

import io
import json
import os
import stat
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.cli.conftest import PROCESS_TIMEOUT, ROOT, TOKEN, Result, options
from tui.settings import load_settings, resolve_token
from tui.simulator.faults import Fault
from tui.simulator.server import RunningServer, running
from tui.store.database import Database
from tui.store.refused_writes import note_refused
from tui.store.settings_table import read_setting, write_setting

Call = Callable[..., Result]
SECRET = "dG9rOmEtdmVyeS1wcml2YXRlLXRva2VuLWluZGVlZA=="


@pytest.fixture
def typed(monkeypatch: pytest.MonkeyPatch) -> Callable[[bytes], None]:
    """What the next command reads from its pipe."""

    def type_(content: bytes) -> None:
        monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(content)))

    return type_


@pytest.fixture(scope="module")
def other() -> Iterator[RunningServer]:
    """Another workspace, whose token is `SECRET`."""
    with running(options(token=SECRET, workspace="Acme", conversations=5)) as started:
        yield started


def profile_folder(home: Path, name: str, url: str = "") -> Path:
    folder = home / "config" / "fastintercom" / "profiles" / name
    folder.mkdir(parents=True)
    (folder / "config.toml").write_text(f'settle = 1\nbase_url = "{url}"\n' if url else "")
    return folder


# --- login ------------------------------------------------------------------------------------------------


def test_a_piped_token_is_checked_and_kept(
    call: Call, home: Path, other: RunningServer, typed: Callable[[bytes], None]
) -> None:
    folder = profile_folder(home, "acme", other.url)
    typed(f"{SECRET}\n".encode())
    done = call("--profile", "acme", "login")
    assert done.code == 0
    assert done.out == ""
    assert done.err.splitlines() == [
        "FASTINTERCOM_BASE_URL is for the default profile, and not used for acme.",
        f"The token is accepted, and kept in {folder / 'token'}, which only you can read.",
        "Workspace: Acme, in the region US (United States)",
        "Teammate:  Maya Lindqvist (maya@harbourly.example), has an Inbox seat",
        "Next: fastintercom --profile acme sync",
    ]
    assert (folder / "token").read_text() == f"{SECRET}\nfor {other.url}\n"
    assert stat.S_IMODE((folder / "token").stat().st_mode) == 0o600
    assert not (home / "data").exists(), "the mirror is the sync's to make"
    assert call("--profile", "acme", "sync").code == 0
    assert call("--profile", "acme", "status", "--json").json["total_conversations"] == 5


def test_a_token_that_is_refused_leaves_everything_as_it_was(
    call: Call, home: Path, other: RunningServer, typed: Callable[[bytes], None]
) -> None:
    folder = profile_folder(home, "acme", other.url)
    before = (folder / "config.toml").read_bytes()
    typed(b"not-that-token-but-another-one")
    done = call("--profile", "acme", "login", "--stdin")
    assert done.code == 4
    assert "does not accept the access token (401)" in done.error
    assert "not-that" not in done.err
    assert [file.name for file in folder.iterdir()] == ["config.toml"]
    assert (folder / "config.toml").read_bytes() == before


def test_without_a_network_nothing_is_kept(call: Call, home: Path, typed: Callable[[bytes], None]) -> None:
    folder = profile_folder(home, "acme", "http://127.0.0.1:9")
    typed(SECRET.encode())
    done = call("--profile", "acme", "login")
    assert done.code == 75
    assert done.error == "127.0.0.1:9 refused the connection; check base_url"
    assert not (folder / "token").exists()


def test_a_token_of_another_workspace_is_refused_where_one_is_mirrored(
    call: Call,
    connected: RunningServer,
    mirror: Path,
    other: RunningServer,
    monkeypatch: pytest.MonkeyPatch,
    typed: Callable[[bytes], None],
) -> None:
    assert connected.url
    monkeypatch.setenv("FASTINTERCOM_BASE_URL", other.url)
    monkeypatch.delenv("INTERCOM_ACCESS_TOKEN")
    typed(SECRET.encode())
    done = call("login")
    assert done.code == 2
    assert done.error == (
        f"{mirror} mirrors the workspace Harbourly, but the token belongs to Acme; choose another profile "
        "with --profile, or another file with --database"
    )
    assert not load_settings().token_path.exists()


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "the access token is empty (read from stdin); nothing was changed"),
        (b"two words", "the access token contains a blank or a special character"),
        (b"\xff\xfe", "the access token contains a blank or a special character"),
        (b"x" * 5000, "more than 4,096 bytes on stdin are no access token"),
    ],
)
def test_what_is_no_token_is_one_line(
    call: Call, content: bytes, said: str, typed: Callable[[bytes], None]
) -> None:
    typed(content)
    done = call("login")
    assert done.code == 2
    assert said in done.error


def test_a_token_is_never_an_argument_and_not_repeated(call: Call) -> None:
    for arguments in (("login", SECRET), ("login", "--stdin", SECRET, "x")):
        done = call(*arguments)
        assert done.code == 2
        assert "an access token is never an argument" in done.error
        assert SECRET not in done.err + done.out
    assert SECRET not in call("login", f"--token={SECRET}").err


@pytest.mark.parametrize("command", ["login", "logout", "whoami"])
def test_the_demo_has_no_token_of_the_user(call: Call, command: str) -> None:
    done = call("--demo", command)
    assert done.code == 2
    assert "leave out --demo" in done.error


def test_what_is_used_instead_is_said(
    call: Call,
    home: Path,
    server: RunningServer,
    monkeypatch: pytest.MonkeyPatch,
    typed: Callable[[bytes], None],
) -> None:
    assert home.exists()
    monkeypatch.setenv("FASTINTERCOM_BASE_URL", server.url)
    monkeypatch.setenv("INTERCOM_ACCESS_TOKEN", "something-else-entirely")
    typed(TOKEN.encode())
    done = call("login")
    assert done.code == 0
    assert "The next start takes INTERCOM_ACCESS_TOKEN again: change that too." in done.err.splitlines()


# --- the keyring ------------------------------------------------------------------------------------------

KEYRING = """
import json
from pathlib import Path
from keyring import errors
FILE = Path({path!r})
def read(): return json.loads(FILE.read_text()) if FILE.exists() else {{}}
def get_password(service, name): return read().get(service + " " + name)
def set_password(service, name, text): FILE.write_text(json.dumps(read() | {{service + " " + name: text}}))
def delete_password(service, name):
    kept = read()
    if kept.pop(service + " " + name, None) is None: raise errors.KeyringError("nothing")
    FILE.write_text(json.dumps(kept))
"""


@pytest.fixture
def ring(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The file in which a keyring keeps its entries."""
    package = tmp_path / "packages" / "keyring"
    package.mkdir(parents=True)
    path = tmp_path / "ring.json"
    (package / "__init__.py").write_text(KEYRING.format(path=str(path)))
    (package / "errors.py").write_text("class KeyringError(Exception): pass\n")
    monkeypatch.syspath_prepend(str(package.parent))
    yield path
    for name in ("keyring", "keyring.errors"):
        sys.modules.pop(name, None)


def test_each_profile_has_its_own_entry_in_the_keyring(
    call: Call,
    home: Path,
    ring: Path,
    server: RunningServer,
    other: RunningServer,
    typed: Callable[[bytes], None],
) -> None:
    first, second = profile_folder(home, "first", server.url), profile_folder(home, "second", other.url)
    for name, token in (("first", TOKEN), ("second", SECRET)):
        typed(token.encode())
        done = call("--profile", name, "login", "--keyring")
        assert done.code == 0, done.err
        assert "kept in the system's keyring." in done.err
    assert len(json.loads(ring.read_text())) == 2
    assert {file.name for folder in (first, second) for file in folder.iterdir()} == {"config.toml"}
    tokens = [resolve_token(load_settings(profile=name)) for name in ("first", "second")]
    assert [token.reveal() for token in tokens if token] == [TOKEN, SECRET]
    assert call("--profile", "first", "whoami", "--json").json["token_source"] == "the keyring"
    done = call("--profile", "first", "logout")
    assert done.code == 0
    assert "Removed the token from the keyring. The mirror stays." in done.err
    assert [second.name in name for name in json.loads(ring.read_text())] == [True]
    assert resolve_token(load_settings(profile="first")) is None
    assert not load_settings(profile="first").use_keyring
    assert resolve_token(load_settings(profile="second")) is not None


def test_a_keyring_without_its_package_is_said_before_a_token_is_asked_for(
    call: Call, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "keyring", None)
    done = call("login", "--keyring")
    assert done.code == 4
    assert done.error == "the keyring needs one more package: pip install 'fastintercom[keyring]'"


# --- logout -----------------------------------------------------------------------------------------------


def test_logout_removes_what_was_saved_and_keeps_the_mirror(
    call: Call,
    connected: RunningServer,
    mirror: Path,
    monkeypatch: pytest.MonkeyPatch,
    typed: Callable[[bytes], None],
) -> None:
    assert connected.url
    monkeypatch.delenv("INTERCOM_ACCESS_TOKEN")
    typed(TOKEN.encode())
    assert call("login").code == 0
    token = load_settings().token_path
    assert token.exists()
    done = call("logout")
    assert done.code == 0
    assert f"Removed the token from {token}. The mirror stays." in done.err
    assert not token.exists()
    assert mirror.exists()
    assert call("whoami").code == 4
    again = call("logout")
    assert (again.code, again.err) == (0, "There is no saved token.\n")


def test_logout_says_what_it_cannot_remove(call: Call, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    config = home / "config" / "fastintercom" / "config.toml"
    config.write_text('token_command = "pass show intercom"\n')
    monkeypatch.setenv("INTERCOM_ACCESS_TOKEN", SECRET)
    assert call("logout").err.splitlines() == [
        "There is no saved token.",
        "INTERCOM_ACCESS_TOKEN is set, and is used: unset it as well.",
        f"token_command in {config} gives a token, and is used: remove it as well.",
    ]


# --- whoami -----------------------------------------------------------------------------------------------


def test_whoami_says_whose_token_it_is_and_what_was_refused(
    call: Call, connected: RunningServer, mirror: Path
) -> None:
    assert connected.url
    database = Database(mirror)
    me = int(read_setting(database, "me") or 0)
    with database.transaction():
        write_setting(database, "refused_lists", "tags")
        write_setting(database, "macros_refused", "1")
        note_refused(database, me, "reply", "Intercom refuses this reply (403)", 2**31)
        note_refused(database, me, "close", "Intercom refuses this (403)", 0)
    from tui.clock import system_clock, to_epoch

    with database.transaction():
        note_refused(database, me, "reply", "Intercom refuses this reply (403)", to_epoch(system_clock()))
    database.close()
    done = call("whoami")
    assert done.code == 0
    assert done.out.splitlines() == [
        "Profile:    default",
        "Token:      accepted by Intercom, from INTERCOM_ACCESS_TOKEN",
        f"Address:    {connected.url}",
        "Workspace:  Harbourly, in the region US (United States)",
        "Teammate:   Maya Lindqvist (maya@harbourly.example), has an Inbox seat",
        "Refused:    the list of tags: tags that no conversation bears are not offered",
        "Refused:    the macros: only your own snippets are offered",
        "Refused:    to reply: Intercom refuses this reply (403)",
        f"Database:   {mirror}",
    ]
    answer = call("whoami", "--json").json
    assert (answer["token"], answer["region"], answer["as_of_last_sync"]) == ("accepted", "US", False)
    assert [each["what"] for each in answer["refused"]] == ["the list of tags", "the macros", "reply"]
    assert TOKEN not in json.dumps(answer) + done.out


def test_whoami_without_a_seat(call: Call, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert home.exists()
    with running(options(conversations=0, inbox_seat=False, region="EU")) as server:
        monkeypatch.setenv("FASTINTERCOM_BASE_URL", server.url)
        monkeypatch.setenv("INTERCOM_ACCESS_TOKEN", TOKEN)
        out = call("whoami").out
    assert "has no Inbox seat, so nothing can be changed in Intercom" in out
    assert "Harbourly, in the region EU (Europe)" in out


def test_whoami_works_offline_with_what_is_known(
    call: Call, mirror: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("INTERCOM_ACCESS_TOKEN", TOKEN)
    done = call("whoami")
    assert done.code == 75
    assert "Token:      not checked, from INTERCOM_ACCESS_TOKEN" in done.out
    assert "Workspace:  Harbourly, in the region US (United States) (as of the last sync)" in done.out
    assert done.error == "127.0.0.1:9 refused the connection; check base_url"
    answer = call("whoami", "--json").json
    assert (answer["token"], answer["as_of_last_sync"], answer["database"]) == (
        "unchecked",
        True,
        str(mirror),
    )
    assert answer["teammate"]["name"] == "Maya Lindqvist"


def test_whoami_without_a_token_or_a_mirror(call: Call, home: Path) -> None:
    done = call("whoami")
    assert done.code == 4
    assert "Workspace:  not known" in done.out
    assert done.error.startswith(
        "there is no access token: set INTERCOM_ACCESS_TOKEN, or run `fastintercom login`"
    )
    assert not (home / "data").exists()
    answer = call("whoami", "--json").json
    assert (answer["token"], answer["workspace"], answer["teammate"]) == ("missing", None, None)


def test_whoami_with_a_token_that_is_refused(
    call: Call, connected: RunningServer, mirror: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert connected.url
    assert mirror.exists()
    monkeypatch.setenv("INTERCOM_ACCESS_TOKEN", SECRET)
    done = call("whoami", "--json")
    assert done.code == 4
    assert done.json["token"] == "refused"
    assert "does not accept the access token (401)" in done.error
    assert SECRET not in done.out + done.err


def test_whoami_with_a_token_for_another_host(
    call: Call, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    token = home / "config" / "fastintercom" / "token"
    token.write_text(f"{SECRET}\nfor https://api.intercom.io\n")
    token.chmod(0o600)
    monkeypatch.setenv("FASTINTERCOM_BASE_URL", "http://127.0.0.1:9")
    done = call("whoami", "--json")
    assert done.code == 4
    assert done.json["token"] == "unusable"
    assert "so it is not sent to http://127.0.0.1:9" in done.error


def test_whoami_with_a_token_of_another_workspace(
    call: Call, mirror: Path, other: RunningServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FASTINTERCOM_BASE_URL", other.url)
    monkeypatch.setenv("INTERCOM_ACCESS_TOKEN", SECRET)
    done = call("whoami", "--json")
    assert done.code == 2
    assert (done.json["token"], done.json["workspace"]) == ("accepted", "Acme")
    assert f"{mirror} mirrors the workspace Harbourly" in done.error


def test_whoami_when_intercom_forbids_it(call: Call, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert home.exists()
    with running(options(conversations=0)) as server:
        monkeypatch.setenv("FASTINTERCOM_BASE_URL", server.url)
        monkeypatch.setenv("INTERCOM_ACCESS_TOKEN", TOKEN)
        server.world.faults.script(Fault.FORBIDDEN, path="/me", times=1)
        done = call("whoami", "--json")
    assert (done.code, done.json["token"]) == (4, "refused")


# --- secrecy ----------------------------------------------------------------------------------------------


def test_the_token_is_in_its_file_and_nowhere_else(
    call: Call, home: Path, other: RunningServer, typed: Callable[[bytes], None]
) -> None:
    folder = profile_folder(home, "acme", other.url)
    typed(SECRET.encode())
    said = [call("--profile", "acme", "-v", "login")]
    commands = ("whoami", "sync", "status", "doctor", "profiles", "paths")
    said += [call("--profile", "acme", "-v", command) for command in commands]
    assert [result.code for result in said] == [0] * len(said)
    kept = {
        file: file.read_bytes() for file in home.rglob("*") if file.is_file() and file != folder / "token"
    }
    assert any(file.suffix == ".log" for file in kept)
    assert any(file.suffix == ".db" for file in kept)
    for text in [*((result.out + result.err).encode() for result in said), *kept.values()]:
        assert not any(SECRET[start : start + 8].encode() in text for start in range(len(SECRET) - 8))


@pytest.mark.skipif(os.name != "posix", reason="needs a pseudo-terminal")
def test_on_a_terminal_the_token_is_asked_for_and_not_shown(home: Path, other: RunningServer) -> None:
    import pty
    import select
    import time

    folder = profile_folder(home, "acme", other.url)
    ours, theirs = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-m", "tui", "--profile", "acme", "login"],
        cwd=ROOT,
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        start_new_session=True,
    )
    os.close(theirs)
    shown, asked, end = b"", False, time.monotonic() + PROCESS_TIMEOUT
    try:
        while b"Next: " not in shown:
            assert time.monotonic() < end, shown
            if select.select([ours], [], [], 0.2)[0]:
                shown += os.read(ours, 4096)
            if b"Access token: " in shown and not asked:
                asked = True
                os.write(ours, f"{SECRET}\n".encode())
        assert process.wait(PROCESS_TIMEOUT) == 0
    finally:
        process.kill()
        process.wait()
        os.close(ours)
    assert b"It is sent to http://127.0.0.1" in shown
    assert SECRET.encode() not in shown
    assert (folder / "token").read_text().startswith(SECRET)
