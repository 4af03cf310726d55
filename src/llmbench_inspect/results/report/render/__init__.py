"""One file a format; each prints a document and knows nothing of how it came about."""

from .console import print_document
from .html import html
from .markdown import markdown
from .pdf import pdf
from .pictures import Pictures, figures

__all__ = ["Pictures", "figures", "html", "markdown", "pdf", "print_document"]
