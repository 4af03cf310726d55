"""A log file, local or remote, `.eval` or `.json`, finished or not: its header and its samples."""

from __future__ import annotations

import re
import shutil
import tempfile
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from pathlib import PurePosixPath
from typing import IO, Final, NamedTuple

import msgspec
from upath import UPath

from .archive import LARGEST, Archive
from .log_json import NULL, HeaderJson, LogJson, SampleJson, decode

FORMAT: Final = 2
"""Newest version of Inspect's log format that is read."""

_HEADER: Final = "header.json"
_START: Final = "_journal/start.json"
_SAMPLE: Final = re.compile(r"samples/.*_epoch_\d+\.json", re.DOTALL)
_CONVERT: Final = "convert it: inspect log convert LOG --to eval --output-dir FOLDER"

_headers: Final = msgspec.json.Decoder(HeaderJson)
_samples: Final = msgspec.json.Decoder(SampleJson)
_logs: Final = msgspec.json.Decoder(LogJson)


class LogError(Exception):
    """A file that is no log, or one that cannot be read; the message says why."""


class Log(NamedTuple):
    """A log as it is read."""

    header: HeaderJson
    samples: Iterator[SampleJson]
    """To be gone through once, while the file is open."""


@contextmanager
def open_log(location: str) -> Generator[Log]:
    """Read a log; of its samples, one at a time is held in memory where it is an `.eval`.

    Args:
        location: Path or fsspec URL. Another machine's log is copied into a temporary file first.

    Raises:
        LogError: It is of a version that is not known here, or no log.
        OSError: It cannot be read.
        zipfile.BadZipFile: It is damaged or cut off.
        msgspec.DecodeError: It is damaged, or no log.
    """
    path = UPath(location)
    with path.open("rb") as source:
        if path.protocol in ("", "file"):
            yield _log(source, location)
        else:
            with tempfile.TemporaryFile() as copy:
                shutil.copyfileobj(source, copy, 1 << 20)
                copy.seek(0)
                yield _log(copy, location)


def _log(file: IO[bytes], location: str) -> Log:
    log = _from_json(file) if PurePosixPath(location).suffix == ".json" else _from_archive(file)
    if log.header.version > FORMAT:
        raise LogError(
            f"log format {log.header.version}, of a newer Inspect; {FORMAT} is the newest read here"
        )
    return log


def _from_json(file: IO[bytes]) -> Log:
    data = file.read(LARGEST + 1)
    if len(data) > LARGEST:
        raise LogError(f"more than {LARGEST:,} bytes of JSON; {_CONVERT}")
    log = decode(data, _logs)
    return Log(log, map(_checked, log.samples or ()))


def _from_archive(file: IO[bytes]) -> Log:
    archive = Archive(file)
    header = next((name for name in (_HEADER, _START) if name in archive.members), None)
    if header is None:
        raise LogError(f"a zip file without {_HEADER}, but no log")
    names = [name for name in archive.members if name.startswith("samples/")]
    if any(_SAMPLE.fullmatch(name) is None for name in names):
        raise LogError("its samples are stored in pieces, as a newer Inspect may; that is not read here")
    samples = (_checked(decode(archive.read(name), _samples)) for name in names)
    return Log(decode(archive.read(header), _headers), samples)


def _checked(sample: SampleJson) -> SampleJson:
    if sample.score is not NULL or sample.transcript is not NULL:
        raise LogError(f"written by an Inspect of 2024 or before; {_CONVERT}")
    return sample
