"""Figures as files: the same figure gives the same bytes."""

# matplotlib does not tell the types of its **kwargs.
# pyright: reportUnknownMemberType=false

from __future__ import annotations

import io
import os
from hashlib import sha256
from typing import Final, Literal

import matplotlib as mpl
from matplotlib.figure import Figure

from llmbench_inspect.cache import cache_dir

from .look import in_house_style

DPI: Final = 300

Format = Literal["png", "svg"]


def png_and_svg(figure: Figure) -> tuple[bytes, bytes]:
    """A figure in both forms; the pixels of one that was drawn before come out of the cache.

    Args:
        figure: Any figure of this room.
    """
    svg = figure_bytes(figure, "svg")
    # The drawing in full, and what turns it into pixels.
    key = sha256(f"{mpl.__version__} {DPI} ".encode() + svg).hexdigest()[:32]
    kept = cache_dir("figures") / f"{key}.png"
    try:
        return kept.read_bytes(), svg
    except FileNotFoundError:
        png = figure_bytes(figure, "png")
    made = kept.with_suffix(f".{os.getpid()}")
    made.write_bytes(png)
    made.replace(kept)
    return png, svg


@in_house_style
def figure_bytes(figure: Figure, form: Format) -> bytes:
    """A figure as the content of a file.

    Args:
        figure: Any figure of this room.
        form: `png`, with 300 dots per inch, or `svg`.
    """
    content = io.BytesIO()
    # What matplotlib writes of itself differs with its version, and of the hour with every run.
    metadata = {"Software": None} if form == "png" else {"Date": None, "Creator": None}
    figure.savefig(content, format=form, dpi=DPI, metadata=metadata)
    return content.getvalue()
