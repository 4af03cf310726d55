"""Inspect logs as typed rows."""

from .logs import NoLogsError, find_logs, read_tables
from .rows import NO_FAILURE, NOT_A_NUMBER, Run, Sample, ScoreValue, Setting, Tables, UnreadableLog

__all__ = [
    "NOT_A_NUMBER",
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
