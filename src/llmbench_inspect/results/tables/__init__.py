"""Inspect logs as tables."""

from .once import is_shard
from .places import NoLogsError, find_logs
from .sample_rows import NO_FAILURE, NOT_A_NUMBER
from .schema import COLUMNS, Column, TableName
from .tables import LeftOut, Tables, read_tables

__all__ = [
    "COLUMNS",
    "NOT_A_NUMBER",
    "NO_FAILURE",
    "Column",
    "LeftOut",
    "NoLogsError",
    "TableName",
    "Tables",
    "find_logs",
    "is_shard",
    "read_tables",
]
