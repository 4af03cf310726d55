"""Where Inspect's log viewer shows a sample."""

from __future__ import annotations

import posixpath
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final
from urllib.parse import quote

_LONGEST: Final = 2_000
"""Characters that browsers, and typst, take for an address."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Viewer:
    """A log viewer over one folder."""

    url: str
    """Its page."""
    folder: str
    """The folder of logs that it has to show for its links to work."""

    def path(self, log: str) -> str:
        """The path of a log below the folder."""
        return posixpath.relpath(log, self.folder) if self.folder else log

    def link(self, log: str, sample_id: str, *, epoch: int) -> str | None:
        """The address of a sample, without any character that a page or a terminal could act on.

        `None` where it is too long for an address.
        """
        sample = f"{quote(sample_id, safe='')}/{epoch}/"
        address = f"{self.url}#/logs/{quote(self.path(log), safe='/')}/samples/sample/{sample}"
        return address if len(address) <= _LONGEST else None


def viewer(logs: Iterable[str], *, url: str) -> Viewer:
    """The viewer over the folder that holds all of some logs.

    Args:
        logs: Names of logs, as the tables have them.
        url: Its page.
    """
    folders = {posixpath.dirname(log) for log in logs}
    try:
        folder = posixpath.commonpath(folders)
    except ValueError:
        # No log at all, or some behind a URL and some not.
        folder = ""
    if "://" in next(iter(folders), "") and folder:
        # commonpath takes two slashes for one.
        folder = folder.replace(":/", "://", 1)
    return Viewer(url=url, folder=folder)
