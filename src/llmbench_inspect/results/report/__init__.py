"""What a set of logs says: evidence, sections made of it, and renderers that print them."""

from .blocks import NONE, Block, Cell, Figure, Heading, Line, Prose, Subheading, Table
from .document import Document, document
from .evidence import Evidence, gather
from .findings import Report, Row, findings
from .rows import Rows, rows
from .section import Page, Scope, section, sections

__all__ = [
    "NONE",
    "Block",
    "Cell",
    "Document",
    "Evidence",
    "Figure",
    "Heading",
    "Line",
    "Page",
    "Prose",
    "Report",
    "Row",
    "Rows",
    "Scope",
    "Subheading",
    "Table",
    "document",
    "findings",
    "gather",
    "rows",
    "section",
    "sections",
]
