"""A report as Markdown, for GitHub's flavour and any stricter one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from urllib.parse import quote

from llmbench_inspect.results.report.blocks import Block, Cell, Figure, Prose, Subheading, Table
from llmbench_inspect.results.report.document import Document
from llmbench_inspect.results.untrusted import escape_markdown


def markdown(document: Document) -> str:
    """Print a document as Markdown.

    Args:
        document: The document; its figures are expected in `figures/` beside it.

    Returns:
        The text, ending with a line break.
    """
    parts = [f"# {escape_markdown(document.title)}", escape_markdown(document.summary)]
    for chapter in document.chapters:
        parts.append(f"## {escape_markdown(chapter.title)}")
        for part in chapter.parts:
            if chapter.is_task:
                parts.append(f"### {escape_markdown(part.title)}")
            for block in part.blocks:
                parts += _block(block, level="####" if chapter.is_task else "###")
    return "\n\n".join(parts) + "\n"


def _block(block: Block, *, level: str) -> Iterator[str]:
    match block:
        case Prose(text=text, is_warning=is_warning):
            yield f"> ⚠ {escape_markdown(text)}" if is_warning else escape_markdown(text)
        case Subheading(text=text):
            yield f"{level} {escape_markdown(text)}"
        case Figure(name=name, caption=caption, alt=alt):
            yield f"![{escape_markdown(alt)}](figures/{name}.png)"
            yield f"*{escape_markdown(caption)}*"
        case Table():
            yield from _table(block, level=level)


def _table(table: Table, *, level: str) -> Iterator[str]:
    if table.title:
        yield f"{level} {escape_markdown(table.title)}"
    rows = [
        _row([escape_markdown(table.corner), *(escape_markdown(heading.text) for heading in table.headings)])
    ]
    rows.append("|:--|" + "".join(":--|" if heading.is_text else "--:|" for heading in table.headings))
    is_headed = any(not line.cells for line in table.lines)
    for line in table.lines:
        label = escape_markdown(line.label)
        cells = [_cell(cell) for cell in line.cells]
        if is_headed and not cells:
            label = f"**{label}**"
            cells = [""] * len(table.headings)
        rows.append(_row([label, *cells]))
    yield "\n".join(rows)
    if table.notes:
        yield "\n".join(f"- {escape_markdown(note)}" for note in table.notes)


def _cell(cell: Cell) -> str:
    text = escape_markdown(f"{cell.text} {cell.aside}".rstrip())
    return text if cell.link is None else f"[{text}]({_address(cell.link)})"


def _address(link: str) -> str:
    """An address that ends neither a link nor a place in a table."""
    return quote(link, safe="/:#%?=&.,-_~")


def _row(texts: Sequence[str]) -> str:
    return "| " + " | ".join(texts) + " |"
