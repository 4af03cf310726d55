"""Addresses of samples in Inspect's log viewer."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import PurePosixPath
from typing import Any, Final
from urllib.parse import quote

from .evidence import Evidence

_LONGEST: Final = 2_000
"""Characters that browsers, and typst, take for an address."""


def sample_link(evidence: Evidence, sample: Mapping[str, Any]) -> str | None:
    """Where a sample is to be seen.

    Args:
        evidence: That the sample is from.
        sample: Its `log`, `sample_id` and `epoch`.

    Returns:
        An address of the viewer that the report is asked to link to; `None` where it is too long for one.
    """
    path = evidence.once(log_paths)[sample["log"]]
    sample_id = quote(sample["sample_id"], safe="")
    viewer = evidence.options.viewer
    address = f"{viewer}#/logs/{quote(path)}/samples/sample/{sample_id}/{sample['epoch']}/"
    return address if len(address) <= _LONGEST else None


def log_paths(evidence: Evidence) -> Mapping[str, str]:
    """The path of each readable log below the folder that holds all of them."""
    logs = {log: PurePosixPath(log) for log in evidence.tables.runs["log"]}
    shared: set[PurePosixPath] | None = None
    for path in logs.values():
        shared = set(path.parents) if shared is None else shared & set(path.parents)
    common = max(shared or {PurePosixPath()}, key=lambda folder: len(folder.parts))
    return {log: str(path.relative_to(common)) for log, path in logs.items()}
