"""A report in a terminal of any width."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rich import box
from rich.cells import cell_len
from rich.console import Console
from rich.padding import Padding
from rich.rule import Rule
from rich.table import Table
from rich.text import Text

from llmbench_inspect.results.report.document import Document
from llmbench_inspect.results.report.grid import Figure, Grid, Line

_LABEL_WIDTH = 34
_GAP = 2  # of which rich draws one column as the line between two
_MOST_LINES = 60


def print_document(document: Document, console: Console) -> None:
    """Print a document.

    Args:
        document: The document.
        console: Where to; tables too wide for it are split between columns.
    """
    console.print(Text(document.summary, style="bold"))
    for warning in document.warnings:
        console.print(Text(f"! {warning}", style="yellow"))
    for section in document.sections:
        console.print()
        console.print(Rule(Text(section.title, style="bold"), align="left", style="dim"))
        for grid in section.grids:
            _print_grid(grid, console)
    console.print()
    for line in document.legend:
        console.print(Text(line, style="dim"))


def _print_grid(grid: Grid, console: Console) -> None:
    """Print a table, as several below one another where it is too wide."""
    lines = grid.lines[:_MOST_LINES]
    is_headed = any(not line.figures for line in lines)
    labels = [("  " if is_headed and line.figures else "") + line.label for line in lines]
    label_width = min(_LABEL_WIDTH, max(map(cell_len, [grid.corner, *labels])))
    columns = [_column(lines, index) for index in range(len(grid.headings))]
    widths = [
        max(cell_len(heading.text), *(text.cell_len for text in column))
        for heading, column in zip(grid.headings, columns, strict=True)
    ]
    console.print()
    console.print(Text(grid.title, style="bold cyan"))
    for number, group in enumerate(_groups(grid, widths, available=console.width - label_width - _GAP)):
        if number:
            console.print()
        table = Table(
            box=box.SIMPLE_HEAD,
            pad_edge=False,
            padding=(0, _GAP - 1, 0, 0),
            show_edge=False,
            header_style="dim",
        )
        table.add_column(Text(grid.corner), width=label_width, overflow="fold")
        for index in group:
            table.add_column(
                Text(grid.headings[index].text),
                justify="left" if grid.headings[index].is_text else "right",
                no_wrap=True,
            )
        for row, line in enumerate(lines):
            label = Text(labels[row], style="" if line.figures else "bold")
            table.add_row(label, *(columns[index][row] for index in group))
        console.print(table)
    left = len(grid.lines) - len(lines)
    notes = [*grid.notes, *([f"{left} more lines are in the written report"] if left else [])]
    if notes:
        console.print()
    for note in notes:
        console.print(Padding(Text(note, style="dim"), (0, 0, 0, 2), expand=False))


def _column(lines: Sequence[Line], index: int) -> list[Text]:
    figures = [line.figures[index] if line.figures else Figure("") for line in lines]
    width = max(cell_len(figure.text) for figure in figures)
    aside = max(cell_len(figure.aside) for figure in figures)
    return [
        Text(figure.text.rjust(width)).append(f" {figure.aside.ljust(aside)}" if aside else "", style="dim")
        for figure in figures
    ]


def _groups(grid: Grid, widths: Sequence[int], *, available: int) -> Iterator[list[int]]:
    blocks: list[list[int]] = []
    for index, heading in enumerate(grid.headings):
        if heading.joined and blocks:
            blocks[-1].append(index)
        else:
            blocks.append([index])
    group: list[int] = []
    used = 0
    for block in blocks:
        width = sum(widths[index] + _GAP for index in block)
        if group and used + width > available:
            yield group
            group, used = [], 0
        group += block
        used += width
    if group:
        yield group
