"""How all figures look: type, colours, marks and lines, whatever the reader's own settings are."""

# matplotlib does not tell the types of its **kwargs.
# pyright: reportUnknownMemberType=false

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from functools import lru_cache, wraps
from typing import Any, Final, NamedTuple, ParamSpec, TypeVar

from matplotlib import font_manager, style
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

WIDTH: Final = 7.2
"""Inches: the text of a page."""

MOST: Final = 12
"""Models that a figure shows; more of them cannot be told apart."""

SMALL: Final = 7.5
"""Points."""

INK: Final = "#1a1a1a"
MUTED: Final = "#5f5f5f"
RULE: Final = "#d9d9d9"
PAPER: Final = "#ffffff"

# Wong, "Points of view: Color blindness", Nature Methods 8 (2011), 441, without its yellow, which is too
# pale on paper.
COLOURS: Final = ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#1a1a1a")

_MARKS: Final = ("o", "s", "^", "D", "v", "P", "X", "<", ">", "p", "h", "*")
_DASHES: Final = ("-", (0, (4, 1.4)))
_TYPE: Final = "DejaVu Sans"
_LOOK: Final[dict[str, Any]] = {
    "axes.axisbelow": True,
    "axes.edgecolor": MUTED,
    "axes.grid": True,
    "axes.labelcolor": MUTED,
    "axes.labelsize": SMALL,
    "axes.linewidth": 0.6,
    "axes.spines.right": False,
    "axes.spines.top": False,
    "figure.facecolor": PAPER,
    "font.family": _TYPE,
    "font.size": SMALL,
    "grid.color": RULE,
    "grid.linewidth": 0.5,
    "lines.linewidth": 1.4,
    "lines.solid_capstyle": "butt",
    "path.simplify": False,
    "svg.fonttype": "path",
    "svg.hashsalt": "llmbench-inspect",
    "text.color": INK,
    "text.parse_math": False,
    "xtick.color": MUTED,
    "xtick.labelsize": SMALL,
    "ytick.color": MUTED,
    "ytick.labelsize": SMALL,
}

_P = ParamSpec("_P")
_R = TypeVar("_R")


class Pen(NamedTuple):
    """What one model is drawn with; colour, mark and dash tell it from the others, each by itself."""

    colour: str
    mark: str
    dash: Any


def pen(place: int) -> Pen:
    """The pen of the model at a place, from 0."""
    return Pen(
        COLOURS[place % len(COLOURS)],
        _MARKS[place % len(_MARKS)],
        _DASHES[place // len(COLOURS) % len(_DASHES)],
    )


def in_house_style(draw: Callable[_P, _R]) -> Callable[_P, _R]:
    """Let a function draw in this look, whatever settings matplotlib found on this machine."""

    @wraps(draw)
    def styled(*arguments: _P.args, **named: _P.kwargs) -> _R:
        with style.context(["default", _LOOK]):
            return draw(*arguments, **named)

    return styled


def label(text: str, *, width: float, size: float = SMALL) -> str:
    """A name out of a log, made to fit and safe to draw.

    Args:
        text: Any text.
        width: Most inches that it may take.
        size: Of its type, in points.

    Returns:
        The text on one line without what the type has no form for, an ellipsis in its middle where it is
        too long.
    """
    words = " ".join(text[:400].split())
    drawn = "".join(
        char if _has(char) else "\ufffd" for char in words if unicodedata.category(char)[0] != "C"
    )
    if text_width(drawn, size=size) <= width:
        return drawn
    kept = len(drawn)
    while kept > 2:
        kept -= 1
        head = kept // 2 + kept % 2
        short = f"{drawn[:head]}…{drawn[len(drawn) - kept // 2 :]}"
        if text_width(short, size=size) <= width:
            return short
    return "…"


def labels(texts: list[str], *, width: float) -> list[str]:
    """Labels that are all different, of texts that are."""
    made: list[str] = []
    for text in texts:
        short = label(text, width=width)
        if short in made:
            number = 2
            while (short := f"{label(text, width=width - 0.25)} ({number})") in made:
                number += 1
        made.append(short)
    return made


@lru_cache(maxsize=4096)
def text_width(text: str, *, size: float = SMALL) -> float:
    """Inches that a line of text takes."""
    with style.context(["default", _LOOK]):
        width, _, _ = _ruler().get_text_width_height_descent(
            text, font_manager.FontProperties(family=_TYPE, size=size), ismath=False
        )
    return width / 72


@lru_cache(maxsize=1)
def _ruler() -> Any:
    return FigureCanvasAgg(Figure(dpi=72)).get_renderer()


@lru_cache(maxsize=1)
def _glyphs() -> frozenset[int]:
    path = font_manager.findfont(_TYPE, fallback_to_default=False)
    return frozenset(font_manager.get_font(path).get_charmap())


def _has(char: str) -> bool:
    return ord(char) in _glyphs()
