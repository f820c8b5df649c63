from __future__ import annotations

from pathlib import Path

import pytest

from tests.fault_table import FAULTS, Fault
from tests.seeded_faults import ROOT, CannotRun, chosen, planted

BY_NAME = {fault.name: fault for fault in FAULTS}


@pytest.mark.parametrize("name", BY_NAME)
def test_every_fault_has_its_place_and_its_tests(name: str) -> None:
    fault = BY_NAME[name]
    source = (ROOT / fault.file).read_text(encoding="utf-8")
    compile(planted(fault, source), fault.file, "exec")
    assert fault.new != fault.old
    assert "\n" not in fault.old + fault.new
    for test in fault.tests:
        path, _, rest = test.partition("::")
        function = rest.partition("[")[0]
        assert (
            f"def {function}(" in (ROOT / path).read_text(encoding="utf-8") if rest else Path(path).exists()
        )


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
