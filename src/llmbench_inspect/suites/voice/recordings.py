"""Spoken requests and their recordings, as a folder holds them: what was said, by whom, in how much noise."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Final, TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError

from llmbench_inspect.named_path import path_from_shell
from llmbench_inspect.prerequisite import PrerequisiteError
from llmbench_inspect.suites.voice.sound import samples_of

REQUESTS: Final = "requests.jsonl"
RECORDINGS: Final = "recordings.jsonl"
QUIET: Final = "quiet"
"""What a recording without added noise is called."""

DIGEST: Final = "3948338bc01f6ee04fcb754f8210e49d3dc8ae84bd3436742a32264ff461f32a"
"""SHA-256 of both files of this project's recordings, one after the other."""

_MEND: Final = "Name a folder of recordings with: -T data=PATH"

Line = TypeVar("Line", bound="SpokenRequest | Recording")


class SpokenRequest(BaseModel):
    """A function that is asked for in one sentence."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str
    text: str
    """The sentence, as it is spoken."""
    reference: str
    """A program that defines `solution` as asked."""
    tests: tuple[str, ...]
    """Sources that each raise an exception where `solution` is wrong."""
    wrong: str
    """A program that looks right and is not."""


class Recording(BaseModel):
    """One request, spoken once."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    request: str
    """Id of the request."""
    voice: str
    """Who speaks."""
    snr_db: float | None
    """Decibels from the power of the speech down to that of the noise; `None` without added noise."""
    audio: str
    """The WAV file, from the folder on."""
    seconds: float
    """How long it is."""
    sha256: str
    """Digest of the file."""
    synthetic: bool
    """Whether a program speaks, not a person."""

    @property
    def id(self) -> str:
        """The request, the voice and the noise."""
        return Path(self.audio).stem

    @property
    def noise(self) -> str:
        """The noise, as its group is called."""
        return QUIET if self.snr_db is None else f"{self.snr_db:g} dB"


@dataclass(frozen=True, kw_only=True)
class Recordings:
    """All recordings of a folder, and where they come from."""

    folder: Path
    requests: dict[str, SpokenRequest]
    recordings: tuple[Recording, ...]
    source: str
    digest: str
    """SHA-256 of both lists, one after the other; the second holds that of each WAV file."""

    def provenance(self) -> dict[str, str | int]:
        """Source, digest and number, for the metadata of a task."""
        return {"source": self.source, "digest": self.digest, "recordings": len(self.recordings)}


def committed_folder() -> Path:
    """The folder of the recordings that come with this project."""
    return Path(str(files("llmbench_inspect"))) / "datasets" / "voice"


def load_recordings(data: str | None = None) -> Recordings:
    """Read a folder of recordings.

    Args:
        data: The folder; the recordings of this project by default.

    Raises:
        PrerequisiteError: A file is missing, changed, or not as it should be; names it.
    """
    folder = committed_folder() if data is None else path_from_shell(data)
    requests = {line.id: line for line in read_lines(folder / REQUESTS, SpokenRequest)}
    recordings = read_lines(folder / RECORDINGS, Recording)
    if not recordings:
        raise PrerequisiteError(f"{folder / RECORDINGS} holds no recording. {_MEND}")
    for recording in recordings:
        if recording.request not in requests:
            raise PrerequisiteError(f"{folder / RECORDINGS}: there is no request '{recording.request}'")
        _check_sound(folder / recording.audio, recording.sha256)
    digest = hashlib.sha256(_bytes(folder / REQUESTS) + _bytes(folder / RECORDINGS)).hexdigest()
    if data is None and digest != DIGEST:
        raise PrerequisiteError(
            f"datasets/voice has the digest {digest}, not {DIGEST}. "
            "Make it again: python -m llmbench_inspect.suites.voice.record"
        )
    return Recordings(
        folder=folder,
        requests=requests,
        recordings=recordings,
        source=data or "datasets/voice",
        digest=digest,
    )


def _check_sound(path: Path, sha256: str) -> None:
    content = _bytes(path)
    if hashlib.sha256(content).hexdigest() != sha256:
        raise PrerequisiteError(f"{path} is not the file that {RECORDINGS} describes. {_MEND}")
    try:
        samples_of(content)
    except ValueError as error:
        raise PrerequisiteError(
            f"{path}: {error}. Make one that fits: "
            "sox GIVEN.wav --rate 16000 --channels 1 --bits 16 FITTING.wav"
        ) from None


def read_lines(path: Path, kind: type[Line]) -> tuple[Line, ...]:
    """The lines of a file of JSON.

    Raises:
        PrerequisiteError: It cannot be read, a line is not of its kind, or an id stands there twice.
    """
    lines: dict[str, Line] = {}
    for number, text in enumerate(_text(path).split("\n"), 1):
        if text.strip():
            try:
                line = kind.model_validate_json(text)
            except ValidationError as error:
                first = error.errors()[0]
                place = ".".join(map(str, first["loc"])) or "no JSON"
                raise PrerequisiteError(f"{path}, line {number}: {place}: {first['msg']}") from None
            if line.id in lines:
                raise PrerequisiteError(
                    f"{path}, line {number}: the id '{line.id}' stands there a second time"
                )
            lines[line.id] = line
    return tuple(lines.values())


def written(lines: Iterable[BaseModel]) -> str:
    """The text of a file of such lines."""
    return "".join(f"{line.model_dump_json()}\n" for line in lines)


def _text(path: Path) -> str:
    try:
        return _bytes(path).decode("utf-8")
    except UnicodeDecodeError as error:
        raise PrerequisiteError(f"{path} cannot be read: {error}. {_MEND}") from None


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise PrerequisiteError(f"{path} cannot be read: {error.strerror}. {_MEND}") from None
