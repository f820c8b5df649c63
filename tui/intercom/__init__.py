"""A client of Intercom's REST API: typed calls that pace themselves, retry, and explain their failures."""

from __future__ import annotations
