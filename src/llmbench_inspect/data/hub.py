"""Rows from the Hugging Face hub, or a mirror of it, at a pinned revision."""

from __future__ import annotations

import importlib
import os
import threading
from typing import Any, Final

import httpx

from llmbench_inspect.data.known import Hub
from llmbench_inspect.fetch_errors import SourceError

HUB_VARIABLE: Final = "HF_ENDPOINT"
HUB_WAIT: Final = 5.0
"""Seconds that the hub has to answer before it counts as unreachable."""


def endpoint() -> str:
    """The hub's address, without a slash at its end."""
    return (os.environ.get(HUB_VARIABLE) or "https://huggingface.co").rstrip("/")


def read_hub(hub: Hub) -> list[dict[str, Any]]:
    """The rows of a dataset.

    Raises:
        SourceError: The hub does not answer, has not got it, or what reads it is not installed.
    """
    address = endpoint()
    reach(f"/api/datasets/{hub.repository}/revision/{hub.commit}")
    try:
        # By its name in words, because the folder of that name in a checkout is importable too.
        reader = importlib.import_module("datasets")
        failures = (OSError, RuntimeError, ValueError, httpx.HTTPError, reader.exceptions.DatasetsError)
    except (ImportError, AttributeError) as error:
        raise SourceError("no data folder is named, and what reads the hub is not installed") from error
    try:
        return reader.load_dataset(hub.repository, hub.config, split=hub.split, revision=hub.commit).to_list()
    except failures as error:
        raise SourceError(f"the hub at {address} did not give it ({error})") from error


def reach(path: str) -> None:
    """Ask the hub for a path of it.

    Raises:
        SourceError: It does not answer, or refuses.
    """
    address = endpoint()
    if reason := _unreachable(address + path):
        raise SourceError(f"no data folder is named, and the hub at {address} cannot be used ({reason})")


def _unreachable(url: str) -> str | None:
    """Why the hub has not answered within `HUB_WAIT` seconds; `None` where it has."""
    reason: list[str | None] = []

    def ask() -> None:
        try:
            httpx.get(url, timeout=HUB_WAIT, follow_redirects=True).raise_for_status()
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            reason.append(f"{error or type(error).__name__}".splitlines()[0])
        else:
            reason.append(None)

    # A timeout of httpx bounds neither the look-up of a name nor a server that answers drop by drop.
    thread = threading.Thread(target=ask, daemon=True)
    thread.start()
    thread.join(HUB_WAIT)
    return reason[0] if reason else f"no answer within {HUB_WAIT:g} seconds"
