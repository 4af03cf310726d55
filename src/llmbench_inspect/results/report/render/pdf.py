"""A report as PDF, set by typst with the fonts that come with it: the same report gives the same bytes."""

from __future__ import annotations

import json
import re
import tempfile
from importlib.resources import files
from pathlib import Path
from typing import Any, Final

from llmbench_inspect.results.report.blocks import Block, Cell, Figure, Prose, Subheading, Table
from llmbench_inspect.results.report.document import Document

from .columns import column_groups, transposed
from .pictures import Pictures

_MOST_LINES: Final = 60
_ROOM: Final = 116
"""Characters of a table's type that find room beside each other on a page."""

_FEW: Final = 3
"""Lines up to which a table that is too wide is turned."""

_LABEL: Final = 34
_BREAKABLE: Final = re.compile(r"(?<=[/_,=:-])(?=\w)|(?<=\.)(?=[A-Za-z_])|(?<=\w{24})(?=\w)")


def pdf(document: Document, pictures: Pictures) -> bytes:
    """Print a document as PDF.

    Args:
        document: The document; long tables end early in print, and say so.
        pictures: Of its figures.

    Returns:
        The file.
    """
    # typst is a library of 80 MB, which only this page needs.
    import typst  # noqa: PLC0415

    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        pictures.write(folder)
        told = {
            "title": document.title,
            "summary": document.summary,
            "chapters": [
                {
                    "title": _soft(chapter.title),
                    "is_task": chapter.is_task,
                    "parts": [
                        {
                            "title": part.title,
                            "blocks": [shown for block in part.blocks for shown in _block(block)],
                        }
                        for part in chapter.parts
                    ],
                }
                for chapter in document.chapters
            ],
        }
        # The document is data to the template, never part of its source: no text can act on it.
        (folder / "report.json").write_text(json.dumps(told), encoding="utf-8")
        template = folder / "report.typ"
        template.write_bytes((files(str(__package__)) / "report.typ").read_bytes())
        return typst.compile(template, root=folder, ignore_system_fonts=True, timestamp=0)


def _block(block: Block) -> list[dict[str, Any]]:
    match block:
        case Prose(text=text, is_warning=is_warning):
            return [{"kind": "warning" if is_warning else "prose", "text": _soft(text)}]
        case Subheading(text=text):
            return [{"kind": "heading", "text": _soft(text)}]
        case Figure(name=name, caption=caption, alt=alt):
            return [{"kind": "figure", "path": f"{name}.svg", "caption": caption, "alt": alt}]
        case Table():
            return _tables(block)


def _tables(table: Table) -> list[dict[str, Any]]:
    """A table as several where it is too wide."""
    lines = table.lines[:_MOST_LINES]
    left = len(table.lines) - len(lines)
    widths = [
        max(
            [len(heading.text) * 0.7, *(_width(line.cells[index]) for line in lines if line.cells)],
        )
        + 2
        for index, heading in enumerate(table.headings)
    ]
    # Columns of text break their lines, and share what room is left by how much they hold.
    shares = [round(min(width, 60)) for width in widths]
    widths = [
        min(width, 24) if heading.is_text else width
        for width, heading in zip(widths, table.headings, strict=True)
    ]
    label = min(_LABEL, max([len(table.corner), *(len(line.label) for line in lines if line.cells)]))
    groups = column_groups(table.headings, widths, available=_ROOM - label)
    if len(groups) > 1 and len(lines) <= _FEW and all(line.cells for line in lines):
        return _tables(transposed(table))
    notes = [*table.notes, *([f"{left:,} more lines are in report.html"] if left else [])]
    return [
        {
            "kind": "table",
            "title": table.title if not number else "",
            "corner": table.corner,
            "label": label,
            "headings": [_soft(table.headings[index].text) for index in group],
            "columns": [
                {"is_text": table.headings[index].is_text, "share": shares[index]} for index in group
            ],
            "lines": [
                {"label": _soft(line.label), "cells": [_cell(line.cells[index]) for index in group]}
                if line.cells
                else {"label": _soft(line.label), "cells": []}
                for line in lines
            ],
            "notes": [_soft(note) for note in notes] if number == len(groups) - 1 else [],
        }
        for number, group in enumerate(groups)
    ]


def _width(cell: Cell) -> float:
    return len(cell.text) + (1 + 0.9 * len(cell.aside) if cell.aside else 0)


def _cell(cell: Cell) -> dict[str, Any]:
    return {"text": _soft(cell.text), "aside": cell.aside, "link": cell.link}


def _soft(text: str) -> str:
    """The text with places where a line may end within long words."""
    return _BREAKABLE.sub("\u200b", text)
