"""Progress of a fetch: a bar on a terminal, a plain line now and then elsewhere; both on standard error."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Generator
from contextlib import contextmanager
from typing import Final

from rich.console import Console
from rich.progress import (
    BarColumn,
    DownloadColumn,
    Progress,
    TextColumn,
    TimeRemainingColumn,
    TransferSpeedColumn,
)

SECONDS_BETWEEN_LINES: Final = 10.0


@contextmanager
def fetch_progress(what: str, total: int) -> Generator[Callable[[int], None]]:
    """Show how far a fetch has come for as long as the block runs.

    Args:
        what: Named in the bar or line.
        total: Bytes in all.

    Yields:
        A function to be told the number of bytes that have arrived so far.
    """
    if sys.stderr.isatty():
        columns = (
            TextColumn("{task.description}"),
            BarColumn(),
            DownloadColumn(),
            TransferSpeedColumn(),
            TimeRemainingColumn(),
        )
        with Progress(*columns, console=Console(stderr=True)) as bar:
            task = bar.add_task(f"Fetching {what}", total=total)
            yield lambda done: bar.update(task, completed=min(done, total))
        return

    last_line = time.monotonic()

    def line(done: int) -> None:
        nonlocal last_line
        if time.monotonic() - last_line >= SECONDS_BETWEEN_LINES:
            last_line = time.monotonic()
            say(f"Fetching {what}: {min(done, total) / 1e6:.0f} of {total / 1e6:.0f} MB")

    say(f"Fetching {what} ({total / 1e6:.0f} MB, once) ...")
    yield line


def say(line: str) -> None:
    """Print a line on standard error at once."""
    print(line, file=sys.stderr, flush=True)
