"""What becomes of a table whose columns do not all find room side by side."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from llmbench_inspect.results.report.blocks import Heading, Line, Table


def column_groups(
    headings: Sequence[Heading], widths: Sequence[float], *, available: float
) -> list[list[int]]:
    """Split the columns of a table, the column of labels apart, into groups that find room.

    Args:
        headings: Of the columns; one that is joined stays beside the one before it.
        widths: Of the columns.
        available: Room for the columns of a group.

    Returns:
        Indexes of the columns of each group, in order; at least one group.
    """
    blocks: list[list[int]] = []
    for index, heading in enumerate(headings):
        if heading.joined and blocks:
            blocks[-1].append(index)
        else:
            blocks.append([index])
    groups: list[list[int]] = [[]]
    used = 0.0
    for block in blocks:
        width = sum(widths[index] for index in block)
        if groups[-1] and used + width > available:
            groups.append([])
            used = 0.0
        groups[-1] += block
        used += width
    return groups


def transposed(table: Table) -> Table:
    """A table with a line for each column; none of its lines is a head."""
    return replace(
        table,
        corner="",
        headings=tuple(Heading(line.label) for line in table.lines),
        lines=tuple(
            Line(
                f"\u2003{heading.text}" if heading.joined else heading.text,
                tuple(line.cells[index] for line in table.lines),
            )
            for index, heading in enumerate(table.headings)
        ),
    )
