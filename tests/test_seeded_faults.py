from __future__ import annotations

from dataclasses import replace

import pytest

from tests.fault_table import FAULTS, Fault
from tests.seeded_faults import ROOT, CannotRun, chosen, planted, try_out

BY_NAME = {fault.name: fault for fault in FAULTS}


@pytest.mark.parametrize("name", BY_NAME)
def test_every_fault_has_its_place_and_its_tests(name: str) -> None:
    fault = BY_NAME[name]
    source = (ROOT / fault.file).read_text(encoding="utf-8")
    compile(planted(fault, source), fault.file, "exec")
    assert fault.new != fault.old
    assert "\n" not in fault.old + fault.new
    assert fault.tests
    for test in fault.tests:
        path, _, function = test.partition("::")
        text = (ROOT / path).read_text(encoding="utf-8")
        assert not function or f"def {function}(" in text


def test_names_are_unique() -> None:
    assert len(BY_NAME) == len(FAULTS)


def test_a_place_that_is_not_found_once_is_an_error() -> None:
    fault = Fault("x", "a.py", "a + 1", "a - 1", "", ())
    assert planted(fault, "return a + 1\n") == "return a - 1\n"
    for source in ("return a\n", "a + 1, a + 1\n"):
        with pytest.raises(CannotRun, match=r"x: a\.py contains 'a \+ 1' [02] times"):
            planted(fault, source)


def test_an_unknown_name_is_an_error() -> None:
    with pytest.raises(CannotRun, match="no fault named nonsense; the names: "):
        chosen(["nonsense"])
    assert chosen([]) == list(FAULTS)


def test_what_no_test_notices_is_reported_and_the_code_stays_as_it_is() -> None:
    noticed = BY_NAME["no-overlap"]
    harmless = replace(noticed, name="harmless", old='"""Which ranges', new='"""What ranges')
    before = (ROOT / noticed.file).read_text(encoding="utf-8")
    assert try_out([noticed, harmless]) == [harmless]
    assert (ROOT / noticed.file).read_text(encoding="utf-8") == before


def test_tests_that_do_not_run_are_no_proof() -> None:
    fault = replace(BY_NAME["no-overlap"], tests=("tests/sync/test_plan.py::test_that_there_is_not",))
    with pytest.raises(CannotRun, match="did not run"):
        try_out([fault])
