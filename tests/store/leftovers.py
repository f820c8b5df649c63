"""Reads the files of a database as they are on disk."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

_SEARCH = """
import json, pathlib, re, sys
path, wanted = pathlib.Path(sys.argv[1]), {word.lower()[-10:].encode(): word for word in json.load(sys.stdin)}
files = b" ".join(file.read_bytes() for file in path.parent.glob(path.name + "*")).lower()
runs = re.findall(rb"[0-9a-z]{10,}", files)
found = {run[i : i + 10] for run in runs for i in range(len(run) - 9) if run[i : i + 10] in wanted}
print(json.dumps([wanted[end] for end in found]))
"""


def leftovers(path: Path, words: Iterable[str]) -> set[str]:
    """Those of the words that are still in the database, its write-ahead log or the index of that.

    Another process reads them, because the database may be open in this one. A word is ten or more ASCII
    letters and digits. Its last ten count, in either case: FTS5 leaves out what a word has in common with the
    one before.
    """
    done = subprocess.run(
        [sys.executable, "-c", _SEARCH, str(path)],
        input=json.dumps(list(words)),
        capture_output=True,
        text=True,
        check=True,
    )
    return set(json.loads(done.stdout))
