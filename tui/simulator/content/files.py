"""Reads the written texts, which are TOML files next to this module."""

from __future__ import annotations

import tomllib
from importlib import resources
from typing import TypeVar

import msgspec

T = TypeVar("T")


def read(name: str, shape: type[T]) -> T:
    """The file's content as `shape`. Raises `msgspec.ValidationError` when a text has another one."""
    text = resources.files(__package__).joinpath(name).read_text(encoding="utf-8")
    return msgspec.convert(tomllib.loads(text), shape)
