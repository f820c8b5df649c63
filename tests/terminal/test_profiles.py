"""Switching between profiles on a real terminal: one dashboard follows the other, and nothing mixes."""

from __future__ import annotations

import re
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path

import pytest

from tests.benchmarks.server import TOKEN
from tests.terminal.emulator import Terminal, terminal
from tests.terminal.test_leaving import assert_restored
from tui.store.database import Database
from tui.store.settings_table import read_setting


@pytest.fixture
def user(environment: Mapping[str, str], server: str, tmp_path: Path) -> dict[str, str]:
    """The environment of a user with the profiles acme, beta and broken, besides the default one."""
    folder = tmp_path / "fastintercom"
    folder.mkdir()
    (folder / "config.toml").write_text((tmp_path / "config.toml").read_text())
    named = 'name = "Acme"\ncolor = "teal"\n'
    for name, more in (("acme", named), ("beta", ""), ("broken", "interval = 0\n")):
        own = folder / "profiles" / name
        own.mkdir(parents=True)
        (own / "config.toml").write_text(f'settle = 2\nbase_url = "{server}"\n{more}')
        (own / "token").write_text(f"{TOKEN}\nfor {server}\n")
        (own / "token").chmod(0o600)
    return dict(environment)


def switch(screen: Terminal, name: str) -> None:
    screen.press("\x10")  # Ctrl+P
    screen.until("Search for commands")
    screen.press(f"switch to profile {name}")
    screen.until(rf"Switch to profile {name} *\n *Leaves", lambda text: text.count("Switch to profile") == 1)
    screen.press("enter")


def test_one_profile_after_the_other_without_the_shell(user: Mapping[str, str], tmp_path: Path) -> None:
    own = tmp_path / "own.db"
    with terminal("--profile", "acme", "--database", own, environment=user) as screen:
        screen.until(" Acme +[🟢🟡🔴]", r"1 Inbox \d")
        assert b"are for the default profile, and not used for acme." in screen.raw
        screen.press("/", "zebra", "enter")
        screen.until(r" 1 · .* ms", "⏎ read")
        screen.press("*")
        screen.until("★")
        switch(screen, "beta")
        screen.until(" beta +[🟢🟡🔴]", r"1 Inbox \d", lambda text: "zebra" not in text and "★" not in text)
        switch(screen, "broken")
        screen.until(
            "broken cannot be opened: config.toml, line 3: interval must be", " beta +[🟢🟡🔴]", r"1 Inbox \d"
        )
        switch(screen, "default")
        screen.until("Fresh · synced", lambda text: not re.search("(Acme|beta) +[🟢🟡🔴]", text))
        switch(screen, "acme")
        screen.until(" Acme +[🟢🟡🔴]", "/ zebra", "★")
        screen.press("q")
        assert screen.ended() == 0
        assert_restored(screen)
        assert TOKEN.encode() not in screen.raw
        titles = re.findall(rb"\x1b\]2;(.*?)\x07", screen.raw)
        assert titles == [b"fastintercom " + name for name in (b"Acme", b"beta", b"beta", b"Acme")]
    databases = [
        own,  # also after the return, and for no other profile
        tmp_path / "fastintercom" / "profiles" / "beta" / "fastintercom.db",
        tmp_path / "fastintercom" / "fastintercom.db",
    ]
    starred = []
    for path in databases:
        with closing(Database(path)) as database:
            assert read_setting(database, "lease") == "", "the sync has ended in order"
            starred.append(database.one("SELECT count(*) FROM annotation WHERE starred")[0])
    assert starred == [1, 0, 0]
    logs = [path.read_text() for path in tmp_path.rglob("fastintercom.log")]
    assert len(logs) == 3
    assert not any(TOKEN in text for text in logs)


def test_a_new_profile_begins_with_its_first_run(
    user: Mapping[str, str], server: str, tmp_path: Path
) -> None:
    """Its first screen says so, and the palette leads away from it."""
    own = tmp_path / "fastintercom" / "profiles"
    with terminal("--profile", "bete", environment=user) as screen:
        screen.until("welcome to fastintercom · bete", r"no profile “bete” yet \(did you mean “beta”\?\)")
        assert not (own / "bete" / "config.toml").exists()
        switch(screen, "beta")
        screen.until(" beta +[🟢🟡🔴]", r"1 Inbox \d")
        screen.press("q")
        assert screen.ended() == 0
        assert_restored(screen)
    (own / "gamma").mkdir()
    (own / "gamma" / "config.toml").write_text(f'settle = 2\nbase_url = "{server}"\n')
    with terminal("--profile", "gamma", environment=user) as screen:
        screen.until("welcome to fastintercom · gamma", "the token is sent to http://127.0.0.1")
        screen.press(TOKEN, "enter")
        screen.until(" gamma +[🟢🟡🔴]", r"1 Inbox \d")
        screen.press("q")
        assert screen.ended() == 0
        assert TOKEN.encode() not in screen.raw
    assert (own / "gamma" / "token").read_text() == f"{TOKEN}\nfor {server}\n"
