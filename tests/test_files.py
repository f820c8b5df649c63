from __future__ import annotations

import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from tui.files import atomic_writer, read_ordinary_file

ROOT = Path(__file__).resolve().parents[1]


def write_half(path: Path) -> None:
    with atomic_writer(path) as file:
        file.write("half")
        raise KeyboardInterrupt


def test_a_file_is_complete_or_unchanged(tmp_path: Path) -> None:
    path = tmp_path / "out.jsonl"
    path.write_text("the old one")
    path.chmod(0o640)
    with pytest.raises(KeyboardInterrupt):
        write_half(path)
    assert path.read_text() == "the old one"
    with atomic_writer(path) as file:
        file.write("new")
        assert path.read_text() == "the old one"
    assert path.read_text() == "new"
    link = tmp_path / "link"
    link.symlink_to(path)
    with atomic_writer(link) as file:
        file.write("through the link")
    assert link.is_symlink()
    assert path.read_text() == "through the link"
    assert sorted(item.name for item in tmp_path.iterdir()) == ["link", "out.jsonl"]
    if os.name == "posix":
        assert stat.S_IMODE(path.stat().st_mode) == 0o640
        with atomic_writer(tmp_path / "fresh") as file:
            file.write("x")
        assert stat.S_IMODE((tmp_path / "fresh").stat().st_mode) == 0o600


def test_a_private_file_is_made_with_its_folder_and_stays_private(tmp_path: Path) -> None:
    path = tmp_path / "new" / "token"
    for text in ("one\n", "two\n"):
        with atomic_writer(path, private=True) as file:
            file.write(text)
        assert path.read_text() == text
        if os.name == "posix":
            assert stat.S_IMODE(path.stat().st_mode) == 0o600
            assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
        path.chmod(0o644)


@pytest.mark.skipif(os.name != "posix", reason="file modes are a POSIX matter")
def test_every_folder_that_is_made_is_private_whatever_the_umask(tmp_path: Path) -> None:
    path = tmp_path / "one" / "two" / "three" / "token"
    before = os.umask(0)
    try:
        with atomic_writer(path, private=True) as file:
            file.write("x")
    finally:
        os.umask(before)
    modes = {item.name: stat.S_IMODE(item.stat().st_mode) for item in tmp_path.rglob("*")}
    assert modes == {"one": 0o700, "two": 0o700, "three": 0o700, "token": 0o600}


@pytest.mark.parametrize("private", [False, True])
def test_what_cannot_be_written_is_an_error_that_names_it(tmp_path: Path, private: bool) -> None:
    with pytest.raises(IsADirectoryError, match="is a folder"), atomic_writer(tmp_path, private=private):
        pass
    (tmp_path / "file").touch()
    below = tmp_path / "file" / "below"
    with pytest.raises(OSError, match="cannot be written") as caught, atomic_writer(below, private=private):
        pass
    assert caught.value.filename == str(below)


@pytest.mark.skipif(sys.platform == "win32", reason="needs POSIX limits")
def test_a_file_that_grows_too_large_is_an_error_that_names_it(tmp_path: Path) -> None:
    code = (
        "import resource, signal, sys\n"
        "from pathlib import Path\n"
        "from tui.files import atomic_writer\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))\n"
        "try:\n"
        "    with atomic_writer(Path(sys.argv[1])) as file:\n"
        "        file.write('x' * 1001)\n"
        "except OSError as error:\n"
        "    sys.stdout.write(str(error.filename))\n"
    )
    path = tmp_path / "out"
    done = subprocess.run(
        [sys.executable, "-c", code, str(path)], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert done.stdout == str(path)
    assert list(tmp_path.iterdir()) == []


def test_only_an_ordinary_file_of_limited_size_is_read(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(b"12345")
    assert read_ordinary_file(path, 5)[0] == b"12345"
    with pytest.raises(OSError, match="it is larger than 4 bytes"):
        read_ordinary_file(path, 4)
    with pytest.raises(IsADirectoryError):
        read_ordinary_file(tmp_path, 5)
    if os.name == "posix":
        os.mkfifo(tmp_path / "pipe")
        for other in (tmp_path / "pipe", Path("/dev/zero")):
            with pytest.raises(OSError, match="it is no ordinary file"):
                read_ordinary_file(other, 5)
