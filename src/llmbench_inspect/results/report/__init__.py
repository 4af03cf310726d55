"""What a set of logs says: evidence, sections made of it, and renderers that print them."""

from .blocks import NONE, Block, Cell, Figure, Heading, Line, Prose, Subheading, Table
from .document import Document, document
from .evidence import Evidence, Options, gather
from .results_files import SCHEMA_VERSION
from .section import Page, Scope, section, sections
from .write import write_report

__all__ = [
    "NONE",
    "SCHEMA_VERSION",
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
    "write_report",
]
