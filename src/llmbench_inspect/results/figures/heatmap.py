"""Models against measures as a table whose colours rank each column."""

# matplotlib does not tell the types of its **kwargs.
# pyright: reportUnknownMemberType=false

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

import matplotlib as mpl
import numpy as np
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from llmbench_inspect.results.compute import Measure, Point, Profile

from .look import INK, MOST, PAPER, SMALL, in_house_style
from .rows import row_sheet
from .ticks import amount, share

_MAP: Final = "cividis"
"""Even in lightness, and the same to colour-blind eyes."""

_NONE: Final = "#eeeeee"


def _at(points: tuple[Point, ...], place: float) -> Measure | None:
    return next((point.success for point in points if point.amount == place), None)


@dataclass(frozen=True, slots=True)
class _Column:
    title: str
    of: Callable[[Profile], Measure | None]
    form: Callable[[float], str] = share
    less_is_better: bool = False


_COLUMNS: Final = (
    _Column("success", lambda told: told.account.success),
    _Column("at 5 steps", lambda told: _at(told.at_steps, 5)),
    _Column("at 10k tokens", lambda told: _at(told.at_tokens, 10_000)),
    _Column("solved per 1k tokens", lambda told: told.account.efficiency, lambda value: f"{value:.3f}"),
    _Column("tokens a step", lambda told: told.account.tokens_per_step, amount, less_is_better=True),
)


@in_house_style
def efficiency_heatmap(models: Mapping[str, Profile]) -> Figure | None:
    """Success, success at 5 steps and at 10,000 tokens, efficiency, and tokens of a step.

    Args:
        models: By name; the first 12 are shown.

    Returns:
        The figure; `None` where no model tells its tokens.
    """
    shown = list(models.items())[:MOST]
    if not any(told.account.tokens for _, told in shown):
        return None
    figure, [axes] = row_sheet(
        "Efficiency",
        "Lighter is better, from the worst to the best of each column; grey: not known.",
        [name for name, _ in shown],
        right=0.2,
        bottom=0.35,
        marks=False,
    )
    axes.set_xlim(0, len(_COLUMNS))
    axes.grid(visible=False)
    axes.spines["bottom"].set_visible(False)
    axes.set_xticks([place + 0.5 for place in range(len(_COLUMNS))], [column.title for column in _COLUMNS])
    axes.tick_params(length=0)
    shades = mpl.colormaps[_MAP]
    for x, column in enumerate(_COLUMNS):
        measures = [column.of(told) for _, told in shown]
        ranks = _ranks(measures, less_is_better=column.less_is_better)
        for y, (told, rank) in enumerate(zip(measures, ranks, strict=True)):
            colour = _NONE if rank is None else shades(rank)
            axes.add_patch(Rectangle((x + 0.02, y - 0.46), 0.96, 0.92, facecolor=colour, linewidth=0))
            axes.text(
                x + 0.5, y, "—" if told is None else column.form(told.value),
                ha="center", va="center_baseline", size=SMALL,
                color=INK if rank is None or rank > 0.5 else PAPER,
            )  # fmt: skip
    return figure


def _ranks(measures: list[Measure | None], *, less_is_better: bool) -> list[float | None]:
    """How far each is from the worst to the best, 0 to 1; in the middle where all are equal."""
    values = [told.value for told in measures if told is not None]
    low, high = (min(values), max(values)) if values else (0.0, 0.0)
    ranks: list[float | None] = []
    for told in measures:
        if told is None:
            ranks.append(None)
            continue
        rank = float(np.clip((told.value - low) / (high - low), 0, 1)) if high > low else 0.75
        ranks.append(1 - rank if less_is_better and high > low else rank)
    return ranks
