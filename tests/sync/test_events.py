from __future__ import annotations

import pytest

from tui.domain import ConversationProblem
from tui.sync.events import SyncSummary, changes_in_words
from tui.sync.failures import retry_delay


@pytest.mark.parametrize(
    ("new", "updated", "deleted", "failed", "words"),
    [
        (14, 32, 1, 0, "14 new, 32 updated, 1 deleted"),
        (0, 1234, 0, 0, "1,234 updated"),
        (0, 0, 0, 0, "nothing new"),
        (2, 0, 0, 1, "2 new, 1 conversation could not be read"),
        (0, 0, 0, 3, "3 conversations could not be read"),
    ],
)
def test_what_a_sync_changed_in_words(new: int, updated: int, deleted: int, failed: int, words: str) -> None:
    problems = (ConversationProblem("1", "403"),) * failed
    summary = SyncSummary("complete", new, updated, 9, deleted, 1, 0, 0, 1.0, problems=problems)
    assert changes_in_words(summary) == words


def test_retries_become_rarer_up_to_the_interval() -> None:
    assert [retry_delay(failures, 60) for failures in range(6)] == [5, 10, 20, 40, 60, 60]
    assert retry_delay(0, 1) == 1
    assert retry_delay(10_000, 86_400) == 86_400
