"""Which versions of the program and of the packages it uses are installed."""

from __future__ import annotations

from importlib.metadata import PackageNotFoundError, version

PROGRAM = "fastintercom"
NOT_INSTALLED = "not installed"


def version_of(package: str) -> str:
    """The version of an installed package, or "not installed"."""
    try:
        return version(package)
    except PackageNotFoundError:
        return NOT_INSTALLED
