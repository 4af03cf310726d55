"""Success against tokens: which model solves most for what it spends."""

# matplotlib does not tell the types of its **kwargs.
# pyright: reportUnknownMemberType=false

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import numpy as np
from matplotlib.figure import Figure

from llmbench_inspect.results.compute import Profile

from .beside import ROOM, Named, least_height, write_beside
from .look import MOST, MUTED, in_house_style, pen
from .sheet import sheet
from .ticks import log_ticks, share_ticks

_LEFT: Final = 0.7


@in_house_style
def token_efficiency_plane(models: Mapping[str, Profile]) -> Figure | None:
    """Success by mean tokens of an attempt, with lines of equal efficiency.

    Args:
        models: By name; the first 12 are shown.

    Returns:
        The figure; `None` where no model tells its tokens.
    """
    told = {
        name: (model.account, model.account.tokens)
        for name, model in list(models.items())[:MOST]
        if model.account.tokens is not None
    }
    if not told:
        return None
    figure, [axes] = sheet(
        "Token efficiency",
        "95 % intervals over problems. Dotted: equal efficiency; from line to line it is 3.2 times less.",
        height=least_height(len(told)), left=_LEFT, right=ROOM,
    )  # fmt: skip
    ends = [end for _, tokens in told.values() for end in (tokens.value, *(tokens.interval or ()))]
    low, high = min(ends) / 1.3, max(ends) * 1.3
    axes.set_ylim(0, 1.02)
    share_ticks(axes, "y")
    log_ticks(axes, "x", low, high)
    axes.set_xlabel("mean tokens of an attempt")
    axes.set_ylabel("success")
    line = np.geomspace(low, high, 200)
    for half in range(-12, 8):
        success = 10.0 ** (half / 2) * line / 1000
        axes.plot(
            line[success <= 1.02], success[success <= 1.02], color=MUTED, linewidth=0.6, linestyle=(0, (1, 2))
        )
    places: list[Named] = []
    for place, name in enumerate(list(models)[:MOST]):
        if name not in told:
            continue
        account, tokens = told[name]
        drawn = pen(place)
        x, y = tokens.value, account.success.value
        if tokens.interval is not None:
            axes.plot(tokens.interval, [y, y], color=drawn.colour, linewidth=0.9, alpha=0.7)
        if account.success.interval is not None:
            axes.plot([x, x], account.success.interval, color=drawn.colour, linewidth=0.9, alpha=0.7)
        axes.plot([x], [y], marker=drawn.mark, markersize=6, color=drawn.colour, clip_on=False)
        places.append(Named(name, x, y, drawn))
    write_beside(axes, places)
    return figure
