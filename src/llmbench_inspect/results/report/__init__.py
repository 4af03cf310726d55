"""What a set of logs says: evidence, sections made of it, and renderers that print them."""

from .blocks import NONE, Block, Cell, Figure, Heading, Line, Prose, Subheading, Table
from .document import Document, document
from .evidence import Evidence, Options, gather
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
    "Options",
    "Page",
    "Prose",
    "Scope",
    "Subheading",
    "Table",
    "document",
    "gather",
    "section",
    "sections",
]
