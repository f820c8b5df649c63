"""The sync engine: keeps the local mirror up to date with Intercom, on a thread of its own."""

from __future__ import annotations
