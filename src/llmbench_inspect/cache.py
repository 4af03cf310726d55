"""The folder that downloads and installations are kept in, and the lock that two processes share it by."""

from __future__ import annotations

import os
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock
from platformdirs import user_cache_path

from llmbench_inspect.prerequisite import PrerequisiteError

CACHE_DIR_VARIABLE = "LLMBENCH_CACHE_DIR"


def cache_dir(*parts: str) -> Path:
    """A folder of the cache, made on first use.

    Args:
        *parts: Names of nested folders, outermost first.

    Returns:
        `$LLMBENCH_CACHE_DIR/<parts>`, or the same under the user's cache folder
        (`~/.cache/llmbench-inspect` on Linux) where the variable is not set.

    Raises:
        PrerequisiteError: The folder cannot be made or written to.
    """
    named = os.environ.get(CACHE_DIR_VARIABLE)
    root = Path(named).expanduser() if named else user_cache_path("llmbench-inspect")
    folder = root.joinpath(*parts).absolute()
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise _useless(folder, error.strerror or str(error)) from error
    if not os.access(folder, os.W_OK | os.X_OK):
        raise _useless(folder, "it cannot be written to")
    return folder


@contextmanager
def cache_lock(name: str) -> Generator[None]:
    """Hold a lock that all processes with this cache respect, so that each thing is fetched once."""
    with FileLock(cache_dir("locks") / f"{name}.lock"):
        yield


def _useless(folder: Path, reason: str) -> PrerequisiteError:
    return PrerequisiteError(
        f"{folder} is of no use as a cache folder: {reason}. "
        f"Name another: export {CACHE_DIR_VARIABLE}=/path/to/folder"
    )
