"""Inspect logs as typed rows."""

from .logs import NoLogsError, find_logs, read_tables
from .rows import NO_FAILURE, Run, Sample, ScoreValue, Setting, Tables, UnreadableLog

__all__ = [
    "NO_FAILURE",
    "NoLogsError",
    "Run",
    "Sample",
    "ScoreValue",
    "Setting",
    "Tables",
    "UnreadableLog",
    "find_logs",
    "read_tables",
]
