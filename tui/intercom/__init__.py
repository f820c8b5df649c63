"""The wire: Intercom's REST API as typed calls that pace themselves, retry, and fail in plain words."""

from __future__ import annotations
