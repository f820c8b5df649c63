"""The covered share of the history as a strip of bars. Pure."""

from __future__ import annotations

from tui.freshness import Coverage, Interval

BARS = "▁▂▃▄▅▆▇"
NO_COVERAGE = "·"


def shares(coverage: Coverage, horizon: Interval, cells: int) -> list[float]:
    """The covered share (0.0 to 1.0) of each of `cells` equal stretches of `horizon`, oldest first."""
    length = horizon.end - horizon.start + 1
    result = []
    for cell in range(cells):
        start = horizon.start + length * cell // cells
        end = max(start, horizon.start + length * (cell + 1) // cells - 1)
        covered = sum(i.end - i.start + 1 for i in coverage.within(Interval(start, end)))
        result.append(covered / (end - start + 1))
    return result


def bars(coverage: Coverage, horizon: Interval, cells: int) -> str:
    """One character per stretch: "·" never synced, then ▁ to ▇; only a wholly synced stretch shows ▇."""
    return "".join(bar(share) for share in shares(coverage, horizon, cells))


def bar(share: float) -> str:
    if share <= 0:
        return NO_COVERAGE
    if share >= 0.995:
        return BARS[-1]
    return BARS[min(len(BARS) - 2, int(share * (len(BARS) - 1)))]
