"""The fixed values of `channel:` and `sla:`, and Intercom's words for them."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Literal, TypeAlias

ChoiceField: TypeAlias = Literal["channel", "delivered", "sla"]

_SOURCE_TYPES = {
    "chat": "conversation",
    "email": "email",
    "whatsapp": "whatsapp",
    "sms": "sms",
    "phone": "phone_call",
    "phone_switch": "phone_switch",
    "facebook": "facebook",
    "instagram": "instagram",
    "twitter": "twitter",
    "push": "push",
}
_DELIVERIES = (
    "customer_initiated",
    "admin_initiated",
    "operator_initiated",
    "campaigns_initiated",
    "automated",
)
_SLA_STATUSES = ("active", "hit", "missed", "cancelled")

Meaning: TypeAlias = tuple[ChoiceField, str]

CHOICES: Mapping[str, Mapping[str, Meaning]] = MappingProxyType(
    {
        "channel": {
            **{word: ("channel", intercom) for word, intercom in _SOURCE_TYPES.items()},
            **{word: ("delivered", word) for word in _DELIVERIES},
        },
        "sla": {word: ("sla", word) for word in _SLA_STATUSES},
    }
)
"""What the values of each operator mean: the field, and what Intercom calls the value."""

SYNONYMS: Mapping[str, Mapping[str, str]] = MappingProxyType(
    {
        "channel": {"conversation": "chat", "messenger": "chat", "phone_call": "phone"},
        "sla": {
            "kept": "hit",
            "met": "hit",
            "breached": "missed",
            "running": "active",
            "canceled": "cancelled",
        },
    }
)
"""Other words for a value; a query is spelt with the value."""

SPELLING: Mapping[Meaning, tuple[str, str]] = MappingProxyType(
    {meaning: (operator, word) for operator, values in CHOICES.items() for word, meaning in values.items()}
)
"""The operator and the value that mean this."""
