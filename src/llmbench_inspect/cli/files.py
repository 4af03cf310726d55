"""Files that commands read and write."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import click

FILE: Final = click.Path(dir_okay=False, writable=True, path_type=Path)
"""A file to write."""


def named_logs(logs: Sequence[str]) -> list[str]:
    """The logs at some paths; without any, those where Inspect writes to.

    Args:
        logs: Files, folders or URLs, as they were given.

    Raises:
        click.ClickException: There are none.
    """
    from llmbench_inspect.results.tables import NoLogsError, find_logs

    try:
        return find_logs(logs or (os.environ.get("INSPECT_LOG_DIR") or "./logs",))
    except NoLogsError as error:
        raise click.ClickException(str(error)) from error


def apart(logs: list[str], others: list[str]) -> list[str]:
    """Those that are not among the others, as where one folder is in the other; all, where none would be."""
    return [log for log in logs if log not in others] or logs


def write(file: Path, text: str, *, option: str) -> None:
    """Write a text where the user said.

    Args:
        file: Where; folders above it are made.
        text: What.
        option: The option that named it.

    Raises:
        click.FileError: It cannot be written.
    """
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    except OSError as error:
        raise click.FileError(
            str(file), f"{error.strerror}. Name another file with {option} FILE."
        ) from error
