"""A file from the model hub, taken up again where an earlier download ended."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Final

import httpx

from llmbench_inspect.fetch_errors import SourceError, need_room
from llmbench_inspect.providers.catalogue import EmbeddedModel

ENDPOINT_VARIABLE: Final = "HF_ENDPOINT"
DEFAULT_ENDPOINT: Final = "https://huggingface.co"
TIMEOUT: Final = httpx.Timeout(30.0, connect=5.0)


def fetch_from_hub(model: EmbeddedModel, partial: Path, arrived: Callable[[int], None]) -> None:
    """Download the model's file; what `partial` holds already is not asked for again.

    Args:
        model: Names the repository and the file.
        partial: Written to, and kept when the download breaks off.
        arrived: Told the number of bytes that are there.

    Raises:
        SourceError: The hub cannot be reached, has no such file, or keeps breaking off.
        OSError: `partial` cannot be written.
    """
    endpoint = os.environ.get(ENDPOINT_VARIABLE) or DEFAULT_ENDPOINT
    url = f"{endpoint.rstrip('/')}/{model.hub_repo}/resolve/main/{model.hub_file}"
    need_room(partial.parent, model.size - _size(partial))
    with httpx.Client(follow_redirects=True, timeout=TIMEOUT) as client:
        while (start := _size(partial)) < model.size:
            try:
                _continue(client, url, partial, size=model.size, arrived=arrived)
            except (httpx.HTTPError, httpx.InvalidURL) as error:
                if _size(partial) <= start:
                    raise SourceError(f"{error or type(error).__name__}") from error


def _size(partial: Path) -> int:
    return partial.stat().st_size if partial.exists() else 0


def _continue(
    client: httpx.Client, url: str, partial: Path, *, size: int, arrived: Callable[[int], None]
) -> None:
    start = _size(partial)
    headers = {"Accept-Encoding": "identity"}
    if start:
        headers["Range"] = f"bytes={start}-"
    with client.stream("GET", url, headers=headers) as response:
        if response.status_code == 416:  # the partial file is longer than the hub's: it is of another file
            partial.unlink()
        if response.status_code not in {200, 206}:
            raise SourceError(f"it answered {response.status_code} {response.reason_phrase}")
        resumed = response.status_code == 206
        done = start if resumed else 0
        with partial.open("ab" if resumed else "wb") as file:
            for chunk in response.iter_bytes(1 << 18):
                done += len(chunk)
                if done > size:
                    break
                file.write(chunk)
                arrived(done)
    if done != size:
        partial.unlink()
        raise SourceError(f"its file has {'more' if done > size else 'fewer'} than {size} bytes")
