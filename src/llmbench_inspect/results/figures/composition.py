"""What the tokens of a sample are: read, read from a cache, reasoning, answer."""

# matplotlib does not tell the types of its **kwargs.
# pyright: reportUnknownMemberType=false

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from matplotlib.figure import Figure

from llmbench_inspect.results.compute import Composition

from .look import COLOURS, MOST, in_house_style
from .rows import write_values
from .stacked import Part, stacked_sheet
from .ticks import amount, even_ticks

_PARTS: Final = (
    Part("input", COLOURS[0]),
    Part("input from a cache", COLOURS[5]),
    Part("reasoning", COLOURS[4]),
    Part("output without reasoning", COLOURS[1]),
)


@in_house_style
def token_composition(models: Mapping[str, Composition]) -> Figure | None:
    """Mean tokens of a sample by kind.

    Args:
        models: By name; the first 12 are shown.

    Returns:
        The figure; `None` where no model tells its tokens.
    """
    rows = {
        name: (told.input, told.cached, told.reasoning, told.output)
        for name, told in list(models.items())[:MOST]
    }
    high = max(map(sum, rows.values()), default=0)
    if high <= 0:
        return None
    used = [place for place in range(len(_PARTS)) if any(row[place] > 0 for row in rows.values())]
    figure, axes = stacked_sheet(
        "Token composition",
        "Mean tokens of a sample.",
        [_PARTS[place] for place in used],
        {name: [row[place] for place in used] for name, row in rows.items()},
        right=0.5,
    )
    axes.set_xlim(0, high)
    even_ticks(axes, "x", high)
    axes.set_xlabel("tokens")
    write_values(axes, [amount(sum(row)) for row in rows.values()])
    return figure
