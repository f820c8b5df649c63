"""How people name one conversation: by its number, or by a link to it in Intercom."""

from __future__ import annotations

import re

LARGEST = 2**63 - 1
"""The largest number that the store can hold."""

_NUMBER = re.compile(r"[#＃]?(\d{1,25})")
_LINK = re.compile(
    r"(?:https?://)?app\.(?:[a-z]{2}\.)?intercom\.(?:com|io)"  # the region: app.eu., app.au.
    r"/[^\s?#]*?/conversations?/(\d{1,25})(?:[/?#]\S*)?",
    re.IGNORECASE,
)


def conversation_number(text: str) -> int | None:
    """The number in `1330`, `#1330` or a link to a conversation; None for anything else.

    A link may go on behind the number, as in `…/conversation/1330?view=List#part_id=1`.
    """
    match = _NUMBER.fullmatch(text) or _LINK.fullmatch(text)
    if match is None or match[1].startswith("0"):
        return None
    number = int(match[1])
    return number if 0 < number <= LARGEST else None
