"""The digest of a folder: equal where the same files hold the same bytes."""

from __future__ import annotations

from collections.abc import Collection
from hashlib import sha256
from pathlib import Path
from typing import Final

_MADE: Final = frozenset(
    {
        ".DS_Store",
        ".git",
        ".mypy_cache",
        ".nuxt",
        ".output",
        ".pytest_cache",
        ".ruff_cache",
        "__pycache__",
        "dist",
        "node_modules",
    }
)
"""What tools put beside the files that are meant."""


def digest_of_folder(folder: Path, *, without: Collection[str] = ()) -> str:
    """SHA-256 of the files in a folder, at any depth, with their paths, but for what tools put there.

    Args:
        folder: The folder.
        without: Files and folders right in it that do not count.
    """
    digest = sha256()
    for file in sorted(folder.rglob("*")):
        parts = file.relative_to(folder).parts
        if parts[0] in without or _MADE.intersection(parts) or not file.is_file():
            continue
        content = file.read_bytes()
        digest.update(f"{'/'.join(parts)}\0{len(content)}\0".encode() + content)
    return digest.hexdigest()
