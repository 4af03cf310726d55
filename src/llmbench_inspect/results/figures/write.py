"""Figures as files: the same figure gives the same bytes."""

# matplotlib does not tell the types of its **kwargs.
# pyright: reportUnknownMemberType=false

from __future__ import annotations

import io
from typing import Final, Literal

from matplotlib.figure import Figure

from .look import in_house_style

DPI: Final = 300

Format = Literal["png", "svg"]


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
