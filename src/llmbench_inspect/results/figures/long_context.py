"""The score by the length of the prompt: a line for each model."""

# matplotlib does not tell the types of its **kwargs.
# pyright: reportUnknownMemberType=false

from __future__ import annotations

from collections.abc import Mapping

from matplotlib.figure import Figure

from llmbench_inspect.results.compute import LengthScore, effective_length

from .beside import ROOM, Named, least_height, write_beside
from .look import MOST, in_house_style, pen
from .sheet import sheet
from .ticks import even_ticks, log_ticks, share_ticks

_LEFT = 0.55


@in_house_style
def long_context_curve(models: Mapping[str, tuple[LengthScore, ...]]) -> Figure | None:
    """The score at each length, with a ring around the effective length.

    Args:
        models: By name; the first 12 are shown.

    Returns:
        The figure; `None` where samples were not asked at several lengths.
    """
    shown = [(place, name, told) for place, (name, told) in enumerate(list(models.items())[:MOST]) if told]
    if not shown:
        return None
    figure, [axes] = sheet(
        "Score by length of the prompt",
        "95 % intervals over samples. Ring: the last length that keeps 85 % of the shortest one's score.",
        height=least_height(len(shown)), left=_LEFT, right=ROOM,
    )  # fmt: skip
    lengths = [each.tokens for _, _, told in shown for each in told]
    high = max(each.score for _, _, told in shown for each in told)
    log_ticks(axes, "x", min(lengths) / 1.25, max(lengths) * 1.25)
    axes.set_xlabel("input tokens")
    if high <= 1:
        axes.set_ylim(0, 1.02)
        share_ticks(axes, "y")
    else:
        axes.set_ylim(0, high * 1.05)
        even_ticks(axes, "y", high * 1.05)
    ends: list[Named] = []
    for order, (place, name, told) in enumerate(shown):
        drawn = pen(place)
        # Lines of models at the same lengths stand a little apart, so that no interval hides another.
        shift = 1.02 ** (order - (len(shown) - 1) / 2)
        x = [each.tokens * shift for each in told]
        axes.plot(
            x, [each.score for each in told], color=drawn.colour, linestyle=drawn.dash, marker=drawn.mark,
            markersize=4, clip_on=False,
        )  # fmt: skip
        for at, each in zip(x, told, strict=True):
            if each.interval is not None:
                axes.plot([at, at], each.interval, color=drawn.colour, linewidth=0.8, alpha=0.6)
        effective = effective_length(told)
        if effective is not None:
            axes.plot(
                [effective.tokens * shift], [effective.score], marker="o", markersize=9, color=drawn.colour,
                markerfacecolor="none", markeredgewidth=0.9, clip_on=False,
            )  # fmt: skip
        ends.append(Named(name, x[-1], told[-1].score, drawn))
    write_beside(axes, ends)
    return figure
