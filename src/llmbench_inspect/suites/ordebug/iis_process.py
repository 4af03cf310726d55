"""HiGHS' search for an IIS in a process of its own: in this one it would hold up all other threads."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    import highspy

_PROGRAM: Final = """
import json, sys, highspy
highs = highspy.Highs()
highs.silent()
for option, value in json.loads(sys.argv[2]).items():
    highs.setOptionValue(option, value)
highs.readModel(sys.argv[1])
highs.run()
status, iis = highs.getIis()
found = [list(iis.row_index_), list(iis.col_index_), list(map(int, iis.col_bound_))]
print(json.dumps(found if status == highspy.HighsStatus.kOk and iis.valid_ else None))
"""


class RawIis(NamedTuple):
    """An IIS as HiGHS tells it."""

    rows: list[int]
    columns: list[int]
    sides: list[int]
    """Which bound of each column takes part: `IisBoundStatus`."""


def iis_of(highs: highspy.Highs, options: dict[str, float], seconds: float) -> RawIis | None:
    """Search the IIS of a linear model.

    Args:
        highs: Holds the model.
        options: HiGHS' own, by name.
        seconds: Time after which the search is ended.

    Returns:
        What was found; `None` where the time was up or nothing was.
    """
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "model.mps")
        highs.writeModel(str(path))
        command = [sys.executable, "-I", "-c", _PROGRAM, str(path), json.dumps(options)]
        try:
            ended = subprocess.run(command, capture_output=True, timeout=seconds, check=False)
        except subprocess.TimeoutExpired:
            return None
    found = json.loads(ended.stdout) if ended.returncode == 0 else None
    return None if found is None else RawIis(*found)
