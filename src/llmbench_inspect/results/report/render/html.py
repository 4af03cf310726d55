"""A report as one HTML file: no network, dark and light, tables that can be sorted, room for a phone."""

from __future__ import annotations

import base64
import hashlib
import re
from dataclasses import dataclass
from importlib.resources import files
from typing import Final

from jinja2 import Environment, StrictUndefined, select_autoescape
from markupsafe import Markup, escape

from llmbench_inspect.results.report.blocks import Block, Figure, Line, Table
from llmbench_inspect.results.report.document import Document

from .pictures import Pictures

_BREAKABLE: Final = re.compile(r"(?<=[/_,=:-])(?=\w)|(?<=\.)(?=[A-Za-z_])")
_FOLDED: Final = 40
"""Lines from which on a table is folded up at first."""


@dataclass(frozen=True, slots=True)
class _Group:
    """Lines of a table that are sorted among themselves, below a line that heads them."""

    head: str | None
    lines: tuple[Line, ...]


def html(document: Document, pictures: Pictures) -> str:
    """Print a document as HTML.

    All text is escaped by the template. The page may run its own script alone, by its digest: what a model
    wrote could do nothing even if it were not escaped.

    Args:
        document: The document.
        pictures: Of its figures.

    Returns:
        The page.
    """

    def svg(figure: Figure) -> str:
        return base64.b64encode(pictures.made[figure.name].svg).decode()

    folder = files(str(__package__))
    script = (folder / "report.js").read_text(encoding="utf-8")
    environment = Environment(
        autoescape=select_autoescape(default=True, default_for_string=True),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["soft"] = _soft
    template = environment.from_string((folder / "report.html.jinja").read_text(encoding="utf-8"))
    return template.render(
        document=document,
        style=(folder / "report.css").read_text(encoding="utf-8"),
        script=script,
        script_digest=base64.b64encode(hashlib.sha256(script.encode()).digest()).decode(),
        kind=_kind,
        groups=_groups,
        is_folded=_is_folded,
        svg=svg,
    )


def _kind(block: Block) -> str:
    return type(block).__name__


def _is_folded(table: Table) -> bool:
    return len(table.lines) > _FOLDED


def _soft(text: str) -> Markup:
    """The text, escaped, with places where a line may end within long names."""
    return Markup("<wbr>").join(escape(piece) for piece in _BREAKABLE.split(text))


def _groups(table: Table) -> list[_Group]:
    groups: list[_Group] = []
    head: str | None = None
    lines: list[Line] = []
    for line in table.lines:
        if line.cells:
            lines.append(line)
            continue
        if lines or head is not None:
            groups.append(_Group(head, tuple(lines)))
        head, lines = line.label, []
    if lines or head is not None:
        groups.append(_Group(head, tuple(lines)))
    return groups
