"""One file a format; each prints a judgement and knows nothing of how it came about."""

from .annotations import annotations
from .console import print_judgement
from .json_text import json_text
from .junit import junit
from .markdown import markdown

__all__ = ["annotations", "json_text", "junit", "markdown", "print_judgement"]
