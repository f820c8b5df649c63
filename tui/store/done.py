"""When a conversation counts as done for today: the one definition, for rows, searches and annotations.

It does until a local midnight, or until the customer writes again: until another message of theirs is the
newest one in the mirror than when it was marked. No clocks are compared for that, and a message that was
written before but came with a later sync counts as new: nobody has seen it. A sync writes nothing for it.

SQL, because `rows` and `search_query` are.
"""

from __future__ import annotations

_BY_CUSTOMER = "author_kind IN ('user', 'lead', 'contact')"
_IS_MESSAGE = "(type IN ('source', 'comment') OR text <> '' OR attachments <> '')"
CUSTOMER_MESSAGE = f"{_BY_CUSTOMER} AND {_IS_MESSAGE}"
"""The condition of the index `part_customer`: SQLite uses it only for the same words."""


def newest_customer_message(conversation: str) -> str:
    """SQL for the `part_id` of the newest message of the customer; null when there is none."""
    return (
        f"(SELECT part_id FROM part WHERE conversation_id = {conversation} AND {CUSTOMER_MESSAGE}"
        " ORDER BY created_at DESC, part_id DESC LIMIT 1)"
    )


IS_DONE = f"(n.done_until > ? AND n.done_at_message IS {newest_customer_message('n.conversation_id')})"
"""A condition on `annotation n`; `?` is now."""
