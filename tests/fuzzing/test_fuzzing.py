"""A few hundred random hostile inputs for each target; `python -m tests.fuzzing` has more."""

from __future__ import annotations

from contextlib import closing
from random import Random

import pytest

from tests.fuzzing.runner import fuzz
from tests.fuzzing.targets import TARGETS

SEED = "1"
INPUTS = {"html": 400, "payloads": 250, "query": 250, "settings": 400}


@pytest.mark.parametrize("name", TARGETS)
def test_random_hostile_inputs_break_nothing(name: str) -> None:
    with closing(TARGETS[name]()) as target:
        report = fuzz(target, SEED, inputs=INPUTS[name])
    assert report.inputs == INPUTS[name]
    assert [finding.error for finding in report.findings] == []


class Bad:
    """Fails for one input of four."""

    def make(self, random: Random) -> int:
        return random.randrange(1_000_000)

    def size(self, value: int) -> int:
        return len(str(value))

    def check(self, value: int) -> None:
        assert value % 4, "a multiple of four"

    def close(self) -> None:
        pass


def test_a_finding_is_made_again_from_its_seed_and_number() -> None:
    report = fuzz(Bad(), "seed", inputs=50)
    assert len(report.findings) > 1
    for finding in report.findings:
        (again,) = fuzz(Bad(), finding.seed, first=finding.number, inputs=1).findings
        assert (again.number, again.value) == (finding.number, finding.value)
        assert "a multiple of four" in again.error
