"""One file a format; each prints a document and knows nothing of how it came about."""

from .console import print_document
from .markdown import markdown

__all__ = ["markdown", "print_document"]
