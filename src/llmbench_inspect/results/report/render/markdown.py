"""A report as Markdown, for GitHub's flavour and any stricter one."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from llmbench_inspect.results.report.document import Document
from llmbench_inspect.results.report.grid import Grid

# Characters that mean something to Markdown or HTML, where they do: "]" only where a link could follow, for
# the sake of the many intervals; "_" only at the edge of a word; ":" and "." only where they make a link of
# an address; "-", "+" and a digit only where they begin a list.
_MEANING = re.compile(
    r"[&<>@\\|`*~#$]|\](?=[(\[:])|(?<![^\W_])_|_(?![^\W_])|:(?=//)|(?<=\b[wW]{3})\."
    r"|^[-+](?=\s|$)|^\d(?=\d*[.)](?:\s|$))"
)


def markdown(document: Document) -> str:
    """Print a document as Markdown.

    Args:
        document: The document.

    Returns:
        The text, ending with a line break.
    """
    parts = [f"# {escape(document.title)}", escape(document.summary)]
    if document.warnings:
        parts.append("\n".join(f"- ⚠ {escape(warning)}" for warning in document.warnings))
    parts += [escape(line) for line in document.legend]
    for section in document.sections:
        parts.append(f"## {escape(section.title)}")
        for grid in section.grids:
            parts += _grid(grid)
    parts += _grid(document.logs, level="##")
    return "\n\n".join(parts) + "\n"


def escape(text: str) -> str:
    """Text that Markdown shows as it is: no markup, no HTML, no link, no table of its own.

    Args:
        text: One line of text.

    Returns:
        The text with whatever means something to Markdown written as an entity, which unlike a backslash all
        parsers read alike inside a table.
    """
    return _MEANING.sub(lambda match: f"&#{ord(match[0])};", text)


def _grid(grid: Grid, *, level: str = "###") -> Iterator[str]:
    yield f"{level} {escape(grid.title)}"
    rows = [_row([grid.corner, *(heading.text for heading in grid.headings)])]
    rows.append("|:--|" + "".join(":--|" if heading.is_text else "--:|" for heading in grid.headings))
    is_headed = any(not line.figures for line in grid.lines)
    for line in grid.lines:
        label = escape(line.label)
        figures = [f"{figure.text} {figure.aside}".rstrip() for figure in line.figures]
        if is_headed and not figures:
            label = f"**{label}**"
            figures = [""] * len(grid.headings)
        rows.append(_row(figures, first=label))
    yield "\n".join(rows)
    if grid.notes:
        yield "\n".join(f"- {escape(note)}" for note in grid.notes)


def _row(texts: Sequence[str], *, first: str | None = None) -> str:
    cells = [escape(text) for text in texts]
    return "| " + " | ".join(cells if first is None else [first, *cells]) + " |"
