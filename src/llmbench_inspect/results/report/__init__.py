"""What a set of logs says: findings, and renderers that print them."""

from .document import Document, document
from .findings import Report, Row, findings

__all__ = ["Document", "Report", "Row", "document", "findings"]
