"""What a set of logs says: evidence, sections made of it, and renderers that print them."""

from .blocks import NONE, Block, Cell, Figure, Heading, Line, Prose, Subheading, Table
from .bundle import VIEWER, write_bundle
from .document import Document, document
from .evidence import Evidence, Options, gather
from .reference import PublishedScore, read_reference
from .results_files import SCHEMA_VERSION
from .section import Page, Scope, section, sections
from .write import write_report

__all__ = [
    "NONE",
    "SCHEMA_VERSION",
    "VIEWER",
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
    "PublishedScore",
    "Scope",
    "Subheading",
    "Table",
    "document",
    "gather",
    "read_reference",
    "section",
    "sections",
    "write_bundle",
    "write_report",
]
