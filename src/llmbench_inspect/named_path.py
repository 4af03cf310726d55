"""A path that a user named, as seen from the folder of their shell."""

from __future__ import annotations

import os
from pathlib import Path


def path_from_shell(named: str) -> Path:
    """The absolute path that is named, with `~` for the user's home.

    Inspect works in the folder of a task's file while it loads the task; the shell's own folder is in `PWD`.
    """
    path = Path(named).expanduser()
    if not path.exists() and (shell := os.environ.get("PWD")):
        path = Path(shell, path)
    return path.absolute()
