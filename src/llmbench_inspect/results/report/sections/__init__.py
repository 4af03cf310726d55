"""The sections of the report, a file each; being imported here is all that registers one."""

from . import (
    calls,
    failures,
    glance,
    reading,
    scores,
    warnings,
)

__all__ = [
    "calls",
    "failures",
    "glance",
    "reading",
    "scores",
    "warnings",
]
