"""The sections of the report, a file each; being imported here is all that registers one."""

from . import (
    aggregate,
    calls,
    effects,
    exclusions,
    failures,
    glance,
    history,
    provenance,
    reading,
    reference,
    scores,
    settings,
    warnings,
)

__all__ = [
    "aggregate",
    "calls",
    "effects",
    "exclusions",
    "failures",
    "glance",
    "history",
    "provenance",
    "reading",
    "reference",
    "scores",
    "settings",
    "warnings",
]
