"""Where the log viewer shows a sample."""

from __future__ import annotations

import posixpath
from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import quote

from .arm import Place


@dataclass(frozen=True, slots=True, kw_only=True)
class Viewer:
    """A log viewer over one folder."""

    url: str
    folder: str
    """The folder of logs that it has to show for its links to work."""

    def link(self, sample_id: str, place: Place) -> str:
        """The address of a sample, without any character that a page or a terminal could act on."""
        log = posixpath.relpath(place.log, self.folder) if self.folder else place.log
        path = quote(log, safe="/")
        return f"{self.url}/#/logs/{path}/samples/sample/{quote(sample_id, safe='')}/{place.epoch}/"


def viewer(logs: Iterable[str], *, url: str) -> Viewer:
    """The viewer over the folder that holds all of some logs.

    Args:
        logs: Names of logs, as the tables have them.
        url: Where it serves.
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
    return Viewer(url=url.rstrip("/"), folder=folder)
