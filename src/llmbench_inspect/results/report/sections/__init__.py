"""The sections of the report, a file each; being imported here is all that registers one."""

from . import (
    aggregate,
    calls,
    effects,
    exclusions,
    failures,
    figures,
    glance,
    history,
    provenance,
    reading,
    reference,
    scores,
    settings,
    test_time_compute,
    warnings,
)

__all__ = [
    "aggregate",
    "calls",
    "effects",
    "exclusions",
    "failures",
    "figures",
    "glance",
    "history",
    "provenance",
    "reading",
    "reference",
    "scores",
    "settings",
    "test_time_compute",
    "warnings",
]
