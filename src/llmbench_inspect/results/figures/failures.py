"""In which ways samples failed: shares of the classes that their scores name, a row for each model."""

# matplotlib does not tell the types of its **kwargs.
# pyright: reportUnknownMemberType=false

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Final

from matplotlib.figure import Figure

from llmbench_inspect.results.tables import NO_FAILURE

from .look import COLOURS, MOST, in_house_style
from .rows import write_values
from .stacked import Part, stacked_sheet
from .ticks import share_ticks

_SOLVED: Final = "#dcdcdc"
_REST: Final = "#9a9a9a"
_HATCHES: Final = ("", "////")
_CLASSES: Final = 12
"""Classes that are told apart; rarer ones are shown together."""


@in_house_style
def failure_modes(models: Mapping[str, Mapping[str, int]]) -> Figure | None:
    """Shares of the ways in which samples failed.

    Args:
        models: By name, how many samples have each failure class; the first 12 are shown.

    Returns:
        The figure; `None` where no sample failed, or none tells how.
    """
    shown = {name: counts for name, counts in list(models.items())[:MOST] if sum(counts.values())}
    totals: Counter[str] = Counter()
    for counts in shown.values():
        totals.update(counts)
    solved = totals.pop(NO_FAILURE, 0)
    if not totals:
        return None
    classes = sorted(totals, key=lambda name: (-totals[name], name))
    told, rest = classes[:_CLASSES], classes[_CLASSES:]
    kinds = COLOURS[:-1]
    parts = [
        Part(name, kinds[place % len(kinds)], _HATCHES[place // len(kinds) % len(_HATCHES)])
        for place, name in enumerate(told)
    ]
    rows = {name: [counts.get(each, 0) for each in told] for name, counts in shown.items()}
    if rest:
        parts.append(Part(f"{len(rest)} rarer ways", _REST))
        for name, row in rows.items():
            row.append(sum(shown[name].get(each, 0) for each in rest))
    if solved:
        parts.append(Part(NO_FAILURE, _SOLVED))
        for name, row in rows.items():
            row.append(shown[name].get(NO_FAILURE, 0))
    figure, axes = stacked_sheet(
        "Ways to fail",
        "Shares of the samples that count; their number on the right.",
        parts,
        {name: [part / sum(row) for part in row] for name, row in rows.items()},
        right=0.5,
    )
    axes.set_xlim(0, 1)
    share_ticks(axes, "x")
    write_values(axes, [f"n={sum(row)}" for row in rows.values()])
    return figure
