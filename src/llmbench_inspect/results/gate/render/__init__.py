"""One file a format; each prints a judgement and knows nothing of how it came about."""

from .console import print_judgement
from .github import github
from .json_text import json_text
from .junit import junit
from .markdown import markdown

__all__ = ["github", "json_text", "junit", "markdown", "print_judgement"]
