"""A drawing as a block of the report, named after its task."""

from __future__ import annotations

import re
from collections.abc import Iterator
from hashlib import sha256
from typing import TYPE_CHECKING

from .blocks import Figure
from .evidence import Evidence

if TYPE_CHECKING:
    import matplotlib.figure


def drawing(
    evidence: Evidence, what: str, drawn: matplotlib.figure.Figure | None, *, caption: str, alt: str
) -> Iterator[Figure]:
    """The block of a drawing.

    Args:
        evidence: Of one task.
        what: What it shows, in lower-case words with hyphens.
        drawn: The drawing; `None` where the logs have nothing to draw.
        caption: What stands below it.
        alt: What it shows, for who cannot see it.
    """
    if drawn is not None:
        yield Figure(name=f"{_slug(evidence)}-{what}", caption=caption, alt=alt, draw=lambda: drawn)


def _slug(evidence: Evidence) -> str:
    label: str = evidence.runs["task_label"][0]
    name = label.rpartition("/")[2]
    slug = re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")[:40].strip("-")
    if re.fullmatch(r"[a-z0-9_]+", label):
        return slug
    # Two labels may differ in what a name of a file cannot hold.
    return f"{slug}-{sha256(label.encode()).hexdigest()[:6]}".lstrip("-")
