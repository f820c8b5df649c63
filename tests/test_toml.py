"""The lines of keys in TOML."""

from __future__ import annotations

import pytest

from tui.toml import line_of

SOURCE = """\
# [keymap]
interval = 5
toasts.changes = true

[keymap] # keys
refresh = "f5"
"quit" = "q"

[[commands]]
name = "interval = 7"
run = [
  "a",
  ["b", "c"],
]

[[ 'commands' ]]
name = "B"
commands = 1
env.HOME = "/"
[commands.more]
x = 1
"""


@pytest.mark.parametrize(
    ("names", "number", "line"),
    [
        (("interval",), 0, 2),
        (("toasts",), 0, 3),
        (("toasts", "changes"), 0, 3),
        (("toasts", "other"), 0, 3),
        (("keymap",), 0, 5),
        (("keymap", "refresh"), 0, 6),
        (("keymap", "quit"), 0, 7),
        (("commands",), 0, 9),
        (("commands", "name"), 0, 10),
        (("commands", "run"), 0, 11),
        (("commands", "name"), 1, 17),
        (("commands", "commands"), 1, 18),
        (("commands", "env"), 1, 19),
        (("commands", "more"), 1, 20),
        (("commands", "key"), 1, 16),
        (("absent",), 0, 1),
    ],
)
def test_the_line_of_a_key_is_found(names: tuple[str, ...], number: int, line: int) -> None:
    assert line_of(SOURCE, *names, number=number) == line


def test_of_inline_tables_it_is_the_line_where_they_begin() -> None:
    source = 'interval = 5\ncommands = [\n  { name = "A" },\n  { name = "B" },\n]\nkeymap = { quit = "q" }'
    assert line_of(source, "commands", "name", number=1) == 2
    assert line_of(source, "keymap", "quit") == 6
