"""A dataset's file that ships with this package: its bytes, held against their digest."""

from __future__ import annotations

from hashlib import sha256
from importlib.resources import files

from llmbench_inspect.prerequisite import PrerequisiteError


def read_committed(path: str, *, digest: str, made_by: str) -> bytes:
    """Read a file of `datasets/`.

    Args:
        path: Its path below `datasets`, with slashes.
        digest: Its SHA-256.
        made_by: The module that makes it.

    Raises:
        PrerequisiteError: It is not the file that this version was released with.
    """
    content = (files("llmbench_inspect") / f"datasets/{path}").read_bytes()
    found = sha256(content).hexdigest()
    if found != digest:
        raise PrerequisiteError(
            f"datasets/{path} has the digest {found}, not {digest}. Make it again: python -m {made_by}"
        )
    return content
