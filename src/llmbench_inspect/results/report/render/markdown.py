"""A report as Markdown, for GitHub's flavour and any stricter one."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from urllib.parse import quote

from llmbench_inspect.results.report.blocks import Block, Cell, Figure, Prose, Subheading, Table
from llmbench_inspect.results.report.document import Document

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
        document: The document; its figures are expected in `figures/` beside it.

    Returns:
        The text, ending with a line break.
    """
    parts = [f"# {escape(document.title)}", escape(document.summary)]
    for chapter in document.chapters:
        parts.append(f"## {escape(chapter.title)}")
        for part in chapter.parts:
            if chapter.is_task:
                parts.append(f"### {escape(part.title)}")
            for block in part.blocks:
                parts += _block(block, level="####" if chapter.is_task else "###")
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


def _block(block: Block, *, level: str) -> Iterator[str]:
    match block:
        case Prose(text=text, is_warning=is_warning):
            yield f"> ⚠ {escape(text)}" if is_warning else escape(text)
        case Subheading(text=text):
            yield f"{level} {escape(text)}"
        case Figure(name=name, caption=caption, alt=alt):
            yield f"![{escape(alt)}](figures/{name}.png)"
            yield f"*{escape(caption)}*"
        case Table():
            yield from _table(block, level=level)


def _table(table: Table, *, level: str) -> Iterator[str]:
    if table.title:
        yield f"{level} {escape(table.title)}"
    rows = [_row([escape(table.corner), *(escape(heading.text) for heading in table.headings)])]
    rows.append("|:--|" + "".join(":--|" if heading.is_text else "--:|" for heading in table.headings))
    is_headed = any(not line.cells for line in table.lines)
    for line in table.lines:
        label = escape(line.label)
        cells = [_cell(cell) for cell in line.cells]
        if is_headed and not cells:
            label = f"**{label}**"
            cells = [""] * len(table.headings)
        rows.append(_row([label, *cells]))
    yield "\n".join(rows)
    if table.notes:
        yield "\n".join(f"- {escape(note)}" for note in table.notes)


def _cell(cell: Cell) -> str:
    text = escape(f"{cell.text} {cell.aside}".rstrip())
    return text if cell.link is None else f"[{text}]({_address(cell.link)})"


def _address(link: str) -> str:
    """An address that ends neither a link nor a place in a table."""
    return quote(link, safe="/:#%?=&.,-_~")


def _row(texts: Sequence[str]) -> str:
    return "| " + " | ".join(texts) + " |"
