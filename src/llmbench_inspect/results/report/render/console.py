"""A report in a terminal of any width."""

from __future__ import annotations

from collections.abc import Sequence

from rich import box
from rich.cells import cell_len
from rich.console import Console
from rich.padding import Padding
from rich.rule import Rule
from rich.table import Table as RichTable
from rich.text import Text

from llmbench_inspect.results.report.blocks import Block, Cell, Line, Prose, Subheading, Table
from llmbench_inspect.results.report.document import Document

from .columns import column_groups

_LABEL_WIDTH = 34
_GAP = 2  # of which rich draws one column as the line between two
_MOST_LINES = 60


def print_document(document: Document, console: Console) -> None:
    """Print a document; figures are not for a terminal.

    Args:
        document: The document.
        console: Where to; tables too wide for it are split between columns.
    """
    console.print(Text(document.summary, style="bold"))
    for chapter in document.chapters:
        if chapter.is_task:
            console.print()
            console.print(Rule(Text(chapter.title, style="bold"), align="left", style="dim"))
        for part in chapter.parts:
            if any(isinstance(block, Table) for block in part.blocks):
                console.print()
                console.print(Text(part.title, style="bold cyan"))
            elif not _is_warning(part.blocks[0]):
                console.print()
            for block in part.blocks:
                _print_block(block, console)


def _print_block(block: Block, console: Console) -> None:
    match block:
        case Prose(text=text, is_warning=True):
            console.print(Text(f"! {text}", style="yellow"))
        case Prose(text=text):
            console.print(Text(text, style="dim"))
        case Subheading(text=text):
            console.print(Text(text, style="bold"))
        case Table():
            _print_table(block, console)
        case _:
            pass


def _is_warning(block: Block) -> bool:
    return isinstance(block, Prose) and block.is_warning


def _print_table(table: Table, console: Console) -> None:
    """Print a table, as several below one another where it is too wide."""
    lines = table.lines[:_MOST_LINES]
    is_headed = any(not line.cells for line in lines)
    labels = [("  " if is_headed and line.cells else "") + line.label for line in lines]
    label_width = min(_LABEL_WIDTH, max(map(cell_len, [table.corner, *labels])))
    columns = [_column(lines, index) for index in range(len(table.headings))]
    widths = [
        max(cell_len(heading.text), *(text.cell_len for text in column)) + _GAP
        for heading, column in zip(table.headings, columns, strict=True)
    ]
    if table.title:
        console.print(Text(table.title, style="bold"))
    groups = column_groups(table.headings, widths, available=console.width - label_width - _GAP)
    for number, group in enumerate(groups):
        if number:
            console.print()
        shown = RichTable(
            box=box.SIMPLE_HEAD,
            pad_edge=False,
            padding=(0, _GAP - 1, 0, 0),
            show_edge=False,
            header_style="dim",
        )
        shown.add_column(Text(table.corner), width=label_width, overflow="fold")
        for index in group:
            shown.add_column(
                Text(table.headings[index].text),
                justify="left" if table.headings[index].is_text else "right",
                no_wrap=True,
            )
        for row, line in enumerate(lines):
            label = Text(labels[row], style="" if line.cells else "bold")
            shown.add_row(label, *(columns[index][row] for index in group))
        console.print(shown)
    left = len(table.lines) - len(lines)
    notes = [*table.notes, *([f"{left} more lines are in the written report"] if left else [])]
    if notes:
        console.print()
    for note in notes:
        console.print(Padding(Text(note, style="dim"), (0, 0, 0, 2), expand=False))


def _column(lines: Sequence[Line], index: int) -> list[Text]:
    cells = [line.cells[index] if line.cells else Cell("") for line in lines]
    width = max(cell_len(cell.text) for cell in cells)
    aside = max(cell_len(cell.aside) for cell in cells)
    return [
        Text(cell.text.rjust(width)).append(f" {cell.aside.ljust(aside)}" if aside else "", style="dim")
        for cell in cells
    ]
