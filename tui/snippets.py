"""The user's own texts for messages: `*.md` files in the folder `snippets` beside the settings file."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from tui.files import read_ordinary_file
from tui.text import clean, one_line

FOLDER = "snippets"
LARGEST = 200_000
"""Bytes of a file."""
MOST = 1_000
"""Files that are read."""


@dataclass(frozen=True, slots=True)
class Snippet:
    """A text of the user's own."""

    name: str
    """That of the file, without its ending."""
    text: str


@dataclass(frozen=True, slots=True)
class Snippets:
    """What is in the folder."""

    snippets: tuple[Snippet, ...]
    problems: tuple[str, ...]
    """A line for each file that cannot be used."""


def read_snippets(folder: Path) -> Snippets:
    """All snippets, by name. A folder that does not exist has none."""
    found: list[Snippet] = []
    problems: list[str] = []
    try:
        paths = sorted(path for path in folder.iterdir() if path.suffix == ".md")
    except FileNotFoundError:
        return Snippets((), ())
    except OSError as error:
        return Snippets((), (f"{folder}: {error.strerror}",))
    if len(paths) > MOST:
        problems.append(f"{folder}: only the first {MOST:,} of {len(paths):,} files are read")
    for path in paths[:MOST]:
        try:
            content, _ = read_ordinary_file(path, LARGEST)
            text = clean(content.decode("utf-8")).strip()
        except UnicodeDecodeError:
            problems.append(f"{one_line(path.name)}: not a UTF-8 text file")
        except OSError as error:
            problems.append(f"{one_line(path.name)}: {error.strerror}")
        else:
            if text:
                found.append(Snippet(one_line(path.stem), text))
            else:
                problems.append(f"{one_line(path.name)}: it is empty")
    return Snippets(tuple(found), tuple(problems))
