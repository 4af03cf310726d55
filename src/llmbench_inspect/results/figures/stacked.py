"""Parts of a whole as stacked bars, a row for each model, with a key that never meets the bars."""

# matplotlib does not tell the types of its **kwargs.
# pyright: reportUnknownMemberType=false

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final, NamedTuple

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from .look import INK, PAPER, SMALL, WIDTH, label, text_width
from .rows import row_sheet

_KEY_PITCH: Final = 0.19
_SWATCH: Final = 0.13
_THICK: Final = 0.68


class Part(NamedTuple):
    """A kind of part."""

    name: str
    colour: str
    hatch: str = ""
    """Pattern over the colour, where colours alone are too few."""


def stacked_sheet(
    title: str, note: str, parts: Sequence[Part], rows: Mapping[str, Sequence[float]], *, right: float
) -> tuple[Figure, Axes]:
    """Draw a bar for each row, of its parts in order.

    Args:
        title: What is shown.
        note: How to read it, in a line.
        parts: The kinds.
        rows: By name, how much of each kind.
        right: Inches to the right of the bars.

    Returns:
        The figure and its field, whose axis is still to be numbered.
    """
    lines = _key_lines(parts)
    bottom = 0.5 + _KEY_PITCH * len(lines) + 0.05
    figure, [axes] = row_sheet(title, note, list(rows), right=right, bottom=bottom, marks=False)
    for place, amounts in enumerate(rows.values()):
        start = 0.0
        for part, amount in zip(parts, amounts, strict=True):
            if amount > 0:
                axes.barh(
                    place, amount, left=start, height=_THICK, color=part.colour, hatch=part.hatch,
                    edgecolor=PAPER, linewidth=0.5,
                )  # fmt: skip
            start += amount
    inches = figure.dpi_scale_trans
    for number, line in enumerate(lines):
        y = _KEY_PITCH * (len(lines) - number) - 0.04
        for x, part, name in line:
            figure.add_artist(
                Rectangle(
                    (x, y - _SWATCH / 2), _SWATCH, _SWATCH, transform=inches, facecolor=part.colour,
                    hatch=part.hatch, edgecolor=PAPER, linewidth=0.5,
                )
            )  # fmt: skip
            figure.text(
                x + _SWATCH + 0.06, y, name, transform=inches, size=SMALL, color=INK, va="center_baseline"
            )
    return figure, axes


class _Entry(NamedTuple):
    x: float
    part: Part
    name: str


def _key_lines(parts: Sequence[Part]) -> list[list[_Entry]]:
    """The key, broken into lines."""
    lines: list[list[_Entry]] = [[]]
    x = 0.2
    for part in parts:
        name = label(part.name, width=2.5)
        width = _SWATCH + 0.06 + text_width(name) + 0.22
        if x + width > WIDTH and lines[-1]:
            lines.append([])
            x = 0.2
        lines[-1].append(_Entry(x, part, name))
        x += width
    return lines
