"""Addresses of samples in Inspect's log viewer."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import PurePosixPath
from typing import Any
from urllib.parse import quote

from .evidence import Evidence


def sample_link(evidence: Evidence, sample: Mapping[str, Any]) -> str:
    """Where a sample is to be seen.

    Args:
        evidence: That the sample is from.
        sample: Its `log`, `sample_id` and `epoch`.

    Returns:
        An address of the viewer that the report is asked to link to.
    """
    path = evidence.once(log_paths)[sample["log"]]
    sample_id = quote(sample["sample_id"], safe="")
    viewer = evidence.options.viewer
    return f"{viewer}#/logs/{quote(path)}/samples/sample/{sample_id}/{sample['epoch']}/"


def log_paths(evidence: Evidence) -> Mapping[str, str]:
    """The path of each readable log below the folder that holds all of them."""
    logs = {log: PurePosixPath(log) for log in evidence.tables.runs["log"]}
    parents = [set(path.parents) for path in logs.values()]
    common = (
        max(set.intersection(*parents), key=lambda folder: len(folder.parts)) if parents else PurePosixPath()
    )
    return {log: str(path.relative_to(common)) for log, path in logs.items()}
