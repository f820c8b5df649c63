"""On which lines blocks of text start, one below the other."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from textual.content import Content

from tui.dashboard.common.blocks import GAP, Block, BlockLayout

WIDTH = 20


class Lines(Block):
    style_name = "day"

    def __init__(self, count: int) -> None:
        super().__init__()
        self.count = count

    def render(self) -> Content:
        return Content("\n".join("x" * self.count))


def laid_out(blocks: list[Lines]) -> BlockLayout:
    layout = BlockLayout(blocks, WIDTH)
    layout.extend(60)
    return layout


COUNTS = st.lists(st.integers(1, 9), min_size=1, max_size=12)


@given(COUNTS)
def test_every_line_belongs_to_the_block_that_stands_there(counts: list[int]) -> None:
    layout = laid_out([Lines(count) for count in counts])
    owners = [number for number, count in enumerate(counts) for _ in range(count + GAP)]
    assert [layout.block_at(line) for line in range(layout.height)] == owners
    assert layout.block_at(-1) is layout.block_at(layout.height) is None


@given(COUNTS, st.data())
def test_a_block_that_changes_moves_those_below_it(counts: list[int], data: st.DataObject) -> None:
    blocks = [Lines(count) for count in counts]
    layout = BlockLayout(blocks, WIDTH)
    for _ in range(data.draw(st.integers(0, len(blocks)))):
        layout.extend(0)
    number = data.draw(st.integers(0, len(blocks) - 1))
    blocks[number].count = data.draw(st.integers(1, 9))
    blocks[number].redraw()
    layout.update(number)
    layout.extend(60)
    whole = laid_out(blocks)
    assert [layout.top(n) for n in range(len(blocks))] == [whole.top(n) for n in range(len(blocks))]
    assert layout.height == whole.height


def test_laying_out_does_a_bit_at_a_time() -> None:
    layout = BlockLayout([Lines(1)] * 50, WIDTH)
    layout.extend(0)
    assert (layout.count, layout.is_complete) == (1, False)
