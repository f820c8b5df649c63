"""Cells of CSV: text stays text in every spreadsheet, and no cell is too long for Excel."""

from __future__ import annotations

import csv
import io
import json
import time
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.attacks import is_formula
from tui.cli.csv_cells import LONGEST, Cells

EXCEL = 32_767
TEXTS = st.text(st.sampled_from("=+-@＝ ,;\t\r\n\"'\\a5\u200b"), max_size=12)
DELIMITERS = (",", ";", "\t")


@pytest.mark.parametrize(
    "text",
    [
        "=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "  =1", '"=1', "'=1", "' \"=1", "\n=1", "＝1", "＠x",
        "\tplain", "\u200b=1", "\ufeff=1",
    ],
)  # fmt: skip
def test_no_cell_begins_like_a_formula(text: str) -> None:
    assert Cells(",").text(text).startswith("'" + text[:1])


@pytest.mark.parametrize(
    ("delimiter", "text", "cell"),
    [
        (",", "a;=1", "a;'=1"),
        (",", "a; \"=1", "a; \"'=1"),
        (",", "a\t@x", "a\t'@x"),
        (",", "a\n-1", "a\n'-1"),
        (",", "a, -1", "a, -1"),
        (";", "a, -1", "a, '-1"),
        (";", "a;=1", "a;=1"),
        ("\t", "a\t=1;+2", "a\t=1;'+2"),
    ],
)  # fmt: skip
def test_what_follows_another_separator_is_guarded(delimiter: str, text: str, cell: str) -> None:
    assert Cells(delimiter).text(text) == cell


@pytest.mark.parametrize(
    "text", ["", "plain", "a=1", "1-2", "a - b", "mail@example.com", "#1", "{}", "  x", "x; y"]
)
def test_other_cells_stay_as_they_are(text: str) -> None:
    assert Cells(",").text(text) == text


def split(line: str, delimiter: str) -> Iterator[str]:
    """Every beginning of a cell that a program could see that splits at `delimiter`, whatever it quotes."""
    yield from csv.reader(io.StringIO(line, newline=""), delimiter=delimiter).__next__()
    yield from line.replace("\r", "\n").replace("\n", delimiter).split(delimiter)


@given(
    texts=st.lists(TEXTS, max_size=3), values=st.lists(TEXTS, max_size=3), used=st.sampled_from(DELIMITERS)
)
def test_no_program_sees_a_formula_whatever_it_splits_at(
    texts: list[str], values: list[str], used: str
) -> None:
    cells = Cells(used)
    row = [*map(cells.text, texts), cells.json(values), cells.json_list([{"text": v} for v in values])]
    line = io.StringIO()
    csv.writer(line, delimiter=used, quoting=csv.QUOTE_ALL).writerow(row)
    own = next(csv.reader(io.StringIO(line.getvalue(), newline=""), delimiter=used))
    assert own == row
    assert json.loads(own[-2]) == values
    assert [each["text"] for each in json.loads(own[-1])] == values
    seen = [*own, *(part for other in DELIMITERS if other != used for part in split(line.getvalue(), other))]
    for cell in seen:
        assert not is_formula(cell), seen


def test_a_long_text_is_cut_with_a_note() -> None:
    cells = Cells(",")
    assert cells.text("x" * LONGEST) == "x" * LONGEST
    assert cells.cut == 0
    cell = cells.text("=" + "😀" * LONGEST)
    assert len(cell.encode("utf-16-le")) // 2 <= LONGEST < EXCEL
    assert cell.startswith("'=😀")
    kept, note = cell.split("… [")
    cut = int(note.removesuffix(" characters cut]").replace(",", ""))
    assert cut + len(kept.encode("utf-16-le")) // 2 in {2 * LONGEST + 2, 2 * LONGEST + 3}
    assert cells.cut == 1


def test_a_long_list_keeps_its_end() -> None:
    cells = Cells(",")
    values = [{"n": n, "text": "y" * 1_000} for n in range(100)]
    cell = cells.json_list(values)
    assert LONGEST - 1_100 < len(cell) <= LONGEST
    first, *kept = json.loads(cell)
    assert kept == values[first["left_out"] :]
    assert json.loads(cells.json_list([{"text": "z" * EXCEL}])) == [{"left_out": 1}]
    assert cells.cut == 2
    assert cells.json_list([]) == "[]"


@pytest.mark.parametrize(
    "text", ["; " * 200_000, "-" * 400_000, ";" * 400_000, '\\"' * 200_000, ";-" * 200_000]
)
def test_hostile_texts_take_linear_time(text: str) -> None:
    started = time.process_time()
    Cells(",").text(text)
    Cells(",").json([text])
    assert time.process_time() - started < 3
