"""Speech to text on this machine, in a process of its own so that no other sample waits."""

from __future__ import annotations

import wave
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from time import perf_counter
from typing import Final, Literal, NamedTuple

import anyio.to_process
from inspect_ai.util import concurrency

from llmbench_inspect.prerequisite import PrerequisiteError

Transcriber = Literal["pocketsphinx", "faster-whisper"]

WHISPER_MODEL: Final = "base.en"
"""What faster-whisper loads; its first use fetches it from the hub."""

_WARM_UP: Final = bytes(16000)
"""Half a second of silence."""


class Heard(NamedTuple):
    """What a transcriber made of a recording."""

    text: str
    """The words, as it writes them; empty where it heard none."""
    seconds: float
    """From the samples to the words, with the transcriber loaded and nothing else to transcribe."""


Hear = Callable[[bytes], str]
"""Makes words of mono 16-bit samples, 16,000 a second."""


@dataclass(frozen=True, kw_only=True)
class _Kind:
    module: str
    install: str
    load: Callable[[], Hear]


def check_transcriber(name: Transcriber) -> None:
    """Check that a transcriber is installed.

    Raises:
        PrerequisiteError: It is not; names the command that mends it.
    """
    kind = _KINDS[name]
    if find_spec(kind.module) is None:
        raise PrerequisiteError(
            f"transcriber='{name}' needs the Python package {name}, which is not installed: {kind.install}"
        )


async def transcribe(name: Transcriber, audio: Path) -> Heard:
    """Transcribe a recording, one at a time in this run: others would make it slower.

    Args:
        name: By what.
        audio: A WAV file, mono, 16 bits, 16,000 samples a second.

    Raises:
        ValueError: The file is another.
    """
    async with concurrency("transcription", 1):
        return await anyio.to_process.run_sync(_heard, name, str(audio), cancellable=True)


def _heard(name: Transcriber, audio: str) -> Heard:
    """What the other process does."""
    hear = _loaded(name)
    samples = _samples(audio)
    start = perf_counter()
    return Heard(hear(samples).strip(), perf_counter() - start)


@cache
def _loaded(name: Transcriber) -> Hear:
    hear = _KINDS[name].load()
    hear(_WARM_UP)
    return hear


def _samples(audio: str) -> bytes:
    with wave.open(audio) as file:
        found = (file.getnchannels(), file.getsampwidth(), file.getframerate())
        if found != (1, 2, 16000):
            raise ValueError(f"{audio} has {found[0]} channels of {8 * found[1]} bits at {found[2]} a second")
        return file.readframes(file.getnframes())


def _load_pocketsphinx() -> Hear:
    from pocketsphinx import Decoder  # noqa: PLC0415  # pyright: ignore[reportMissingTypeStubs]

    decoder = Decoder(samprate=16000.0, cmn="batch", loglevel="FATAL")

    def hear(samples: bytes) -> str:
        # It learns a speaker's noise as it goes; each recording is to be heard as if it were the first.
        decoder.reinit_feat()
        decoder.start_utt()
        decoder.process_raw(samples, full_utt=True)
        decoder.end_utt()
        hypothesis = decoder.hyp()
        return hypothesis.hypstr if hypothesis is not None else ""

    return hear


def _load_whisper() -> Hear:
    import numpy as np  # noqa: PLC0415
    from faster_whisper import WhisperModel  # noqa: PLC0415

    model = WhisperModel(WHISPER_MODEL, device="auto", compute_type="default")

    def hear(samples: bytes) -> str:
        sound = np.frombuffer(samples, dtype="<i2").astype(np.float32) / 32768
        segments, _ = model.transcribe(sound, language="en", beam_size=5)
        return " ".join(segment.text.strip() for segment in segments)

    return hear


_KINDS: Final[dict[Transcriber, _Kind]] = {
    "pocketsphinx": _Kind(
        module="pocketsphinx", install="pip install 'llmbench-inspect[voice]'", load=_load_pocketsphinx
    ),
    "faster-whisper": _Kind(
        module="faster_whisper", install="pip install faster-whisper", load=_load_whisper
    ),
}
