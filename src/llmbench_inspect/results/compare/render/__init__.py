"""One file a format; each prints a comparison and knows nothing of how it came about."""

from .console import print_comparison
from .markdown import markdown

__all__ = ["markdown", "print_comparison"]
