"""Where logs are: files and folders, here or behind any fsspec URL."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from inspect_ai.log import list_eval_logs


class NoLogsError(Exception):
    """A place that should hold logs holds none; the message says what to do."""


def find_logs(places: Sequence[str]) -> list[str]:
    """The log files at some places.

    Args:
        places: Log files (`.eval`, `.json`), or folders that hold some at any depth; paths or
            fsspec URLs.

    Returns:
        Their names, each once, sorted.

    Raises:
        NoLogsError: When a path is not there, or a folder holds no log.
    """
    found: set[str] = set()
    for place in places:
        local = place.removeprefix("file://")
        remote = "://" in local
        if not remote and not Path(local).exists():
            raise NoLogsError(f"{place}: no such file or folder. Name a log, or a folder of logs.")
        if local.endswith((".eval", ".json")) if remote else Path(local).is_file():
            found.add(place if remote else str(Path(local).resolve()))
            continue
        logs = [info.name for info in list_eval_logs(place)]
        if not logs:
            raise NoLogsError(f"{place}: no logs here. Run `inspect eval TASK --model MODEL` first.")
        found.update(log.removeprefix("file://") for log in logs)
    return sorted(found)
