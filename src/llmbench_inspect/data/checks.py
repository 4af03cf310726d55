"""The check of the real datasets."""

from __future__ import annotations

import os
from typing import cast

from llmbench_inspect.data.files import find
from llmbench_inspect.data.hub import HUB_VARIABLE, endpoint, reach
from llmbench_inspect.data.known import KNOWN, Name
from llmbench_inspect.data.rows import DATA_DIR_VARIABLE, load_rows
from llmbench_inspect.doctor import Asked, check
from llmbench_inspect.fetch_errors import SourceError
from llmbench_inspect.named_path import path_from_shell
from llmbench_inspect.prerequisite import PrerequisiteError

_FOLDER = f"export {DATA_DIR_VARIABLE}=/path/to/folder"


@check(
    code="data",
    name="Datasets",
    area="Data",
    looks_at="Whether the datasets that a suite reads are to be had, and are those of the pinned revision.",
    mends={
        "no folder with the data is named": _FOLDER,
        "what reads the hub is not installed": "pip install 'llmbench-inspect[hub]'",
        "the hub does not answer": f"export {HUB_VARIABLE}=https://mirror",
    },
    concerns="suites",
)
def _data(asked: Asked) -> str:
    """A score says nothing without the rows that it was made on.

    Count and digest are proven before a run, wherever the rows come from. [Data](data.md) says how a
    folder is laid out.
    """
    if asked.suite is not None:
        loaded = {name: load_rows(cast("Name", name)) for name in asked.suite.data}
        return ", ".join(f"{name} ({len(rows.rows)} rows, {rows.source})" for name, rows in loaded.items())
    if folder := os.environ.get(DATA_DIR_VARIABLE):
        return _folder_holds(folder)
    try:
        reach("/api/datasets?limit=1")
    except SourceError as error:
        raise PrerequisiteError(f"Datasets: {error}. Name a folder: {_FOLDER}") from error
    return f"no folder is named; the hub at {endpoint()} answers"


def _folder_holds(folder: str) -> str:
    named = path_from_shell(folder)
    if not named.is_dir():
        raise PrerequisiteError(f"Datasets: {folder} is no folder. Name another: {_FOLDER}")
    missing: list[str] = []
    for name, known in KNOWN.items():
        try:
            find(known, named)
        except SourceError:
            missing.append(name)
    return f"{folder} holds {len(KNOWN) - len(missing)} of {len(KNOWN)}" + (
        f"; not {', '.join(missing)}" if missing else ""
    )
