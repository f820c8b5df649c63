"""`completion`: what bash, zsh and fish complete, and that no name in the mirror is ever run by them."""

from __future__ import annotations

import json
import os
import shlex
import shutil
import sqlite3
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from tests.cli.conftest import ROOT, Result
from tests.terminal.emulator import terminal
from tui.cli.main import COMMANDS
from tui.cli.shells import BREAKS, LINE, VARIABLE, Typed, read_line

Call = Callable[..., Result]
Ask = Callable[..., list[tuple[str, ...]]]
WORD_BREAKS = " \t\n\"'@><=;|&(:"
"""Those of bash."""
SHELLS = {
    "bash": (["bash", "--norc", "--noprofile", "-i"], 'eval "$(fastintercom completion bash)"'),
    "zsh": (
        ["zsh", "-f", "-i"],
        'autoload -Uz compinit; compinit -u -D; eval "$(fastintercom completion zsh)"',
    ),
    "fish": (["fish", "--no-config", "-i"], "fastintercom completion fish | source"),
}
HOSTILE = (
    "zz;touch owned",
    "yy$(touch owned)",
    "xx`touch owned`",
    "ww!!",
    "vv\"'\\q",
    "uu*?[a]",
    "tt #~ &|<>",
)
"""Names of tags that mean something to a shell."""


@pytest.fixture
def ask(call: Call, monkeypatch: pytest.MonkeyPatch) -> Ask:
    """What a shell is answered to an unfinished line: type, value, description."""

    def ask_(line: str, shell: str = "zsh") -> list[tuple[str, ...]]:
        with monkeypatch.context() as environment:
            environment.setenv(VARIABLE, shell)
            environment.setenv(LINE, line)
            environment.setenv(BREAKS, WORD_BREAKS)
            answer = call()
        assert (answer.code, answer.err) == (0, "")
        return [tuple(each.split("\t")) for each in answer.out.splitlines()]

    return ask_


def values(answers: list[tuple[str, ...]]) -> list[str]:
    return [each[1] for each in answers]


def add_tags(mirror: Path, names: tuple[str, ...]) -> None:
    with closing(sqlite3.connect(mirror)) as connection, connection:
        connection.executemany("INSERT INTO tag VALUES (?, ?)", enumerate(names, 10_000))


def test_commands_options_and_fixed_values_are_completed_without_a_mirror(ask: Ask, home: Path) -> None:
    assert values(ask("fastintercom ")) == [*COMMANDS]
    assert ask("fastintercom sta") == [("plain", name, COMMANDS[name]) for name in ("status", "stats")]
    assert ask("fastintercom search --req")[0][:2] == ("plain", "--require")
    assert values(ask("fastintercom search --require ")) == ["fresh", "partial"]
    assert values(ask("fastintercom search --require=")) == ["--require=fresh", "--require=partial"]
    assert values(ask("fastintercom completion ")) == ["bash", "zsh", "fish"]
    assert values(ask("fastintercom schema pur")) == ["purge"]
    assert values(ask("fastintercom views save X is:open --sort wa")) == ["waiting"]
    assert values(ask("fastintercom views re")) == ["rename", "restore-queues"]
    assert values(ask("fastintercom export --output ")) == [""]
    assert ask("fastintercom serch ta")[0][1] == "tag", "an unknown word is no error while one types"
    assert values(ask("fastintercom show ")) == []
    assert values(ask("fastintercom tag ")) == []
    assert not list(home.rglob("*.db")), "nothing was made"


def test_profiles_are_completed(ask: Ask, home: Path) -> None:
    for name in ("acme", "beta"):
        folder = home / "config" / "fastintercom" / "profiles" / name
        folder.mkdir(parents=True)
        (folder / "config.toml").touch()
    assert [value for _, value, *_ in ask("fastintercom --profile ")] == ["acme", "beta", "default"]
    assert [value for _, value, *_ in ask("fastintercom --profile b")] == ["beta"]


def test_names_of_the_mirror_are_completed(ask: Ask, call: Call, mirror: Path) -> None:
    add_tags(mirror, ("Ängste", "änderung", "red\x1b[31m", "two\nlines"))
    assert call("views", "save", "My own", "is:open").code == 0
    assert call("views", "rename", "Inbox", "Post").code == 0
    tags = values(ask("fastintercom tag "))
    assert {"Billing", "Churn risk", "Ängste"} <= {*tags}
    assert not any(name.startswith(("red", "two", "lines")) for name in tags), "nothing steers the terminal"
    assert values(ask("fastintercom untag chu")) == ["Churn risk"]
    assert values(ask("fastintercom tag ä")) == ["änderung"], "another case only if nothing else fits"
    whom = ask("fastintercom assign --to ")
    assert {"me", "nobody", "Priya Raman", "team:Billing", "team:nobody"} <= {*values(whom)}
    assert ("plain", "Priya Raman", "priya@harbourly.example") in whom
    views = values(ask("fastintercom search --view "))
    assert {"My own", "Post", "Waiting"} <= {*views}
    assert "Inbox" not in views, "it has another name"
    assert values(ask("fastintercom views hide po")) == ["Post"]


def test_queries_are_completed_word_by_word(ask: Ask, mirror: Path) -> None:
    assert mirror.exists()
    assert ask("fastintercom search ta") == [("open", "tag:", "a tag it has")]
    assert values(ask("fastintercom search is:op")) == ["is:open"]
    assert values(ask("fastintercom search tag:Chu")) == ['tag:"Churn risk"']
    assert values(ask("fastintercom search 'is:open -tag:Chu")) == ['is:open -tag:"Churn risk"']
    assert values(ask("fastintercom search 'is:open tag:\"Churn r")) == ['is:open tag:"Churn risk"']
    assert values(ask("fastintercom search 'refund (assignee:pri")) == ['refund (assignee:"Priya Raman"']
    assert values(ask("fastintercom close --query tag:Bug")) == ["tag:Bug"]
    assert values(ask("fastintercom search nonsense:x")) == []


def test_bash_gets_what_it_inserts_as_it_is(ask: Ask, mirror: Path) -> None:
    assert mirror.exists()
    assert values(ask("fastintercom tag Chu", "bash")) == ["Churn\\ risk"]
    assert values(ask("fastintercom tag 'Chu", "bash")) == ["Churn risk"]
    assert values(ask("fastintercom assign --to team:Bil", "bash")) == ["Billing"], "bash keeps team:"
    assert values(ask("fastintercom search --view=Clo", "bash")) == ["Closed\\ today"]
    assert values(ask("fastintercom search --view=Clo", "fish")) == ["--view=Closed today"]


def test_another_mirror_of_the_line_is_read(ask: Ask, mirror: Path, tmp_path: Path) -> None:
    other = tmp_path / "other.db"
    mirror.rename(other)
    assert values(ask("fastintercom tag Chu")) == []
    assert values(ask(f"fastintercom --database {other} tag Chu")) == ["Churn risk"]
    assert values(ask(f"fastintercom tag --database {other} Chu")) == ["Churn risk"]
    assert values(ask(f"fastintercom --database {other} --demo tag Chu")) == []


@pytest.mark.parametrize("content", [b"", b"no database " * 1000])
def test_a_file_that_is_no_mirror_is_no_news(ask: Ask, home: Path, content: bytes) -> None:
    path = home / "x.db"
    path.write_bytes(content)
    assert values(ask(f"fastintercom --database {path} tag ")) == []
    assert path.read_bytes() == content
    (home / "config" / "fastintercom" / "config.toml").write_text("x = = 1")
    assert values(ask("fastintercom tag ")) == []


@pytest.mark.parametrize(
    ("line", "typed"),
    [
        ("a b ", Typed(["a", "b"], "", "", "")),
        ("a b", Typed(["a"], "b", "b", "")),
        ("a 'b c", Typed(["a"], "b c", "'b c", "'")),
        ('a "b \\" c', Typed(["a"], 'b " c', '"b \\" c', '"')),
        ("a b\\ c", Typed(["a"], "b c", "b\\ c", "")),
        ("a 'b'\"c\"d e", Typed(["a", "bcd"], "e", "e", "")),
        ("a '' ", Typed(["a", ""], "", "", "")),
        ("a b\\", Typed(["a"], "b", "b\\", "")),
        ("", Typed([], "", "", "")),
    ],
)
def test_an_unfinished_line_is_read_as_a_shell_does(line: str, typed: Typed) -> None:
    assert read_line(line) == typed


def test_an_unknown_shell_is_one_line(call: Call) -> None:
    result = call("completion", "tcsh")
    assert (result.code, result.out) == (2, "")
    assert result.error.startswith(
        "invalid value for '{bash|zsh|fish}': 'tcsh' is not one of 'bash', 'zsh', "
    )
    assert "missing argument '{bash|zsh|fish}'" in call("completion").error


def test_completing_imports_little(process: Call, mirror: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert mirror.exists()
    monkeypatch.setenv(VARIABLE, "zsh")
    loaded = "import sys\nfrom tui.cli.main import run\nrun([])\nprint(*sys.modules, file=sys.stderr)"
    heavy = {"textual", "httpx", "humanize", "starlette", "peewee"}
    for line, absent in (
        ("fastintercom s", heavy | {"rich", "msgspec", "tui.cli.search"}),
        ("fastintercom search --r", heavy | {"tui.cli.show"}),
        ("fastintercom tag ", heavy | {"tui.cli.search"}),
        ("fastintercom search tag:", heavy | {"tui.cli.tag"}),
    ):
        monkeypatch.setenv(LINE, line)
        result = process(code=loaded)
        assert result.out.startswith("plain\t")
        assert not absent & set(result.err.split())


@pytest.fixture
def typed_in(mirror: Path, home: Path) -> Callable[[str, list[str]], list[list[str]]]:
    """Types lines into a real shell; returns the arguments that it calls the program with for each."""
    add_tags(mirror, HOSTILE)
    folder, calls = home / "bin", home / "calls.txt"
    folder.mkdir()
    program = folder / "fastintercom"
    # It answers what the script asks, and otherwise writes down how it was called.
    note = f'import json, sys; print(json.dumps(sys.argv[1:]), file=open("{calls}", "a"))'
    program.write_text(
        f"""#!/bin/sh
python={shlex.quote(sys.executable)}
if [ -n "${VARIABLE}" ] || [ "$1" = completion ]; then
    cd {shlex.quote(str(ROOT))} && exec "$python" -m tui "$@"
fi
exec "$python" -c {shlex.quote(note)} "$@"
"""
    )
    program.chmod(0o755)

    def has_called(times: int) -> Callable[[str], bool]:
        return lambda _text: calls.read_text().count("\n") == times

    def type_(shell: str, lines: list[str]) -> list[list[str]]:
        started, script = SHELLS[shell]
        environment = {**os.environ, "PATH": f"{folder}:{os.environ['PATH']}", "PS1": "$ "}
        calls.write_text("")
        with terminal(environment=environment, program=[*started]) as shown:
            shown.press(f"cd {shlex.quote(str(home))}; {script}; echo re''ady", "enter")
            shown.until("(?m)^ready")
            for number, line in enumerate(lines, 1):
                shown.press(line, "tab", "enter")
                shown.until(has_called(number))
        assert not list(home.rglob("owned"))
        return [json.loads(each) for each in calls.read_text().splitlines()]

    return type_


@pytest.mark.parametrize(
    "shell",
    [
        pytest.param(name, marks=pytest.mark.skipif(not shutil.which(name), reason=f"{name} is not here"))
        for name in SHELLS
    ],
)
def test_a_real_shell_completes_names_and_runs_none(
    typed_in: Callable[[str, list[str]], list[list[str]]], shell: str
) -> None:
    lines = [
        "fastintercom sea",
        "fastintercom tag Chu",
        "fastintercom tag 'Chu",
        "fastintercom assign --to team:Bil",
        "fastintercom search 'is:open tag:Chu",
        *(f"fastintercom tag {name[:2]}" for name in HOSTILE),
        *(f"fastintercom tag '{name[:2]}" for name in HOSTILE),
        *(f'fastintercom tag "{name[:2]}' for name in HOSTILE if "!" not in name),
    ]
    called = typed_in(shell, lines)
    assert called[:5] == [
        ["search"],
        ["tag", "Churn risk"],
        ["tag", "Churn risk"],
        ["assign", "--to", "team:Billing"],
        ["search", 'is:open tag:"Churn risk"'],
    ]
    twice = [*HOSTILE, *HOSTILE, *(name for name in HOSTILE if "!" not in name)]
    assert called[5:] == [["tag", name] for name in twice]
