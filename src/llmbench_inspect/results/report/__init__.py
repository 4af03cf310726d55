"""What a set of logs says: findings, and renderers that print them."""

from .document import Document, document
from .findings import Report, Row, findings
from .rows import Rows, rows

__all__ = ["Document", "Report", "Row", "Rows", "document", "findings", "rows"]
