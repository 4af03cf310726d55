"""What goes wrong while something is fetched into the cache, told as one error that says what to do."""

from __future__ import annotations

import errno
import shutil
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

from llmbench_inspect.cache import CACHE_DIR_VARIABLE
from llmbench_inspect.prerequisite import PrerequisiteError


class SourceError(Exception):
    """One source cannot give the thing; another may. The message is the reason, without a full stop."""


@contextmanager
def storing(what: str, folder: Path) -> Generator[None]:
    """Turn a failure of the disk inside the block into an error that names the folder and the way out.

    Raises:
        PrerequisiteError: The block raised an `OSError`: a full disk, a folder that cannot be written.
    """
    try:
        yield
    except OSError as error:
        raise PrerequisiteError(
            f"{what} cannot be stored in {folder}: {error.strerror or error}. Make room there, "
            f"or name another folder: export {CACHE_DIR_VARIABLE}=/path/with/space"
        ) from error


def need_room(folder: Path, size: int) -> None:
    """Refuse to begin what cannot end.

    Raises:
        OSError: Fewer than `size` bytes are free on the folder's disk.
    """
    free = shutil.disk_usage(folder).free
    if free < size:
        raise OSError(errno.ENOSPC, f"it takes {size / 1e6:.0f} MB there, {free / 1e6:.0f} MB are free")
