"""Speech to text on this machine, in a process of its own so that no other sample waits."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from importlib import import_module
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from time import perf_counter
from typing import Any, Final, NamedTuple

import anyio.to_process
import numpy as np
from inspect_ai.util import concurrency

from llmbench_inspect.named_choice import one_of
from llmbench_inspect.named_path import path_from_shell
from llmbench_inspect.prerequisite import PrerequisiteError
from llmbench_inspect.suites.voice.sound import samples_of

WHISPER_MODEL: Final = "base.en"
"""What faster-whisper loads where no model is named."""

_WARM_UP: Final = bytes(16000)
"""Half a second of silence."""

Hear = Callable[[bytes], str]
"""Makes words of mono 16-bit samples, 16,000 a second."""


class Transcriber(NamedTuple):
    """A recogniser of speech."""

    name: str
    model: str = ""
    """The model it loads, or a folder that holds one; empty where it brings its own."""

    @property
    def release(self) -> str:
        """The name with its version and its model."""
        return f"{self.name} {version(self.name)} {self.model}".rstrip()


class Heard(NamedTuple):
    """What a transcriber made of a recording."""

    text: str
    """The words, as it writes them; empty where it heard none."""
    seconds: float
    """From the samples to the words, with the transcriber loaded and nothing else to transcribe."""


def named_transcriber(named: str) -> Transcriber:
    """The transcriber of a name such as `pocketsphinx`, `faster-whisper` or `faster-whisper/tiny.en`.

    Raises:
        PrerequisiteError: There is none of that name, or it is not installed.
    """
    name, _, model = named.partition("/")
    one_of("transcriber", name, _LOAD)
    module, install = _PACKAGES[name]
    if find_spec(module) is None:
        raise PrerequisiteError(f"transcriber='{named}' needs a Python package that is not here: {install}")
    if name == "pocketsphinx":
        return Transcriber(name)
    folder = path_from_shell(model or WHISPER_MODEL)
    return Transcriber(name, str(folder) if folder.is_dir() else model or WHISPER_MODEL)


async def transcribe(by: Transcriber, audio: Path) -> Heard:
    """Transcribe a recording, one at a time in this process: others would make it slower.

    Args:
        by: By what.
        audio: A WAV file as recordings are.
    """
    async with concurrency("transcription", 1):
        return await anyio.to_process.run_sync(_heard, by, str(audio), cancellable=True)


def _heard(by: Transcriber, audio: str) -> Heard:
    """What the other process does."""
    hear = _loaded(by)
    samples = samples_of(Path(audio).read_bytes())
    start = perf_counter()
    return Heard(hear(samples).strip(), perf_counter() - start)


@cache
def _loaded(by: Transcriber) -> Hear:
    hear = _LOAD[by.name](by.model)
    hear(_WARM_UP)
    return hear


def _load_pocketsphinx(_: str) -> Hear:
    pocketsphinx: Any = import_module("pocketsphinx")
    decoder = pocketsphinx.Decoder(samprate=16000.0, cmn="batch", loglevel="FATAL")

    def hear(samples: bytes) -> str:
        # It learns a speaker's noise as it goes; each recording is to be heard as if it were the first.
        decoder.reinit_feat()
        decoder.start_utt()
        decoder.process_raw(samples, full_utt=True)
        decoder.end_utt()
        hypothesis = decoder.hyp()
        return hypothesis.hypstr if hypothesis is not None else ""

    return hear


def _load_whisper(model: str) -> Hear:
    faster_whisper: Any = import_module("faster_whisper")
    loaded = faster_whisper.WhisperModel(model, device="auto", compute_type="auto")

    def hear(samples: bytes) -> str:
        sound = np.frombuffer(samples, dtype="<i2").astype(np.float32) / 32768
        segments, _ = loaded.transcribe(sound, language="en", beam_size=5)
        return " ".join(segment.text.strip() for segment in segments)

    return hear


_LOAD: Final[dict[str, Callable[[str], Hear]]] = {
    "pocketsphinx": _load_pocketsphinx,
    "faster-whisper": _load_whisper,
}
_PACKAGES: Final = {
    "pocketsphinx": ("pocketsphinx", "pip install 'llmbench-inspect[voice]'"),
    "faster-whisper": ("faster_whisper", "pip install faster-whisper"),
}
